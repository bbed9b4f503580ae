/** What the relay has given up: shown, and tried again. */
import type { Args } from '../args.js'
import { EXIT, usage } from '../exit.js'
import { type Output, show } from '../output.js'
import { subject } from '../subject.js'
import { openExisting } from './file.js'
import { tellDelivery } from './tell.js'

/** `relay list` */
export async function list(args: Args, out: Output): Promise<number> {
  const letters = await openExisting(args).deadLetters(args.count('limit'))
  for (const { delivery, reason, attempts, diedAt } of letters) {
    const { id } = delivery
    out.value({ id, subject: subject(delivery), reason, attempts, diedAt: diedAt.toISOString() })
    out.line(show`${id}  ${out.bold(subject(delivery))}`)
    out.line(show`  given up ${diedAt.toISOString()} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${reason}`)
  }
  if (letters.length === 0) out.line(show`Nothing was given up.`)
  return EXIT.done
}

// More than anybody looks through, and an end all the same.
const ALL = 100_000

/** `relay redeliver` */
export async function redeliver(id: string | undefined, args: Args, out: Output): Promise<number> {
  const inbox = openExisting(args)
  const letters = await inbox.deadLetters(ALL)
  const chosen = letters.map(({ delivery }) => delivery).filter((delivery) => id === undefined || delivery.id.startsWith(id))
  if (id !== undefined && chosen.length === 0)
    throw usage(`nothing was given up whose id begins with ${JSON.stringify(id)}: relay list shows what was`)
  if (id !== undefined && chosen.length > 1) throw usage(`${chosen.length} ids begin with ${JSON.stringify(id)}: give more of it`)
  for (const delivery of chosen) {
    if (await inbox.redeliver(delivery.id)) tellDelivery('again', out.good('✓'), delivery, '', out)
  }
  if (chosen.length === 0) out.line(show`Nothing was given up.`)
  return EXIT.done
}
