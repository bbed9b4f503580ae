// The inboxes, and what one of one's own is made of.

import { type DeadLetter, type DeliveryRecord, fromRecord, type Inbox, type State, toRecord, Webhooks } from 'drone-webhooks'
import { type CloudflareInbox, cloudflareInbox, DeliveryInbox } from 'drone-webhooks/cloudflare'
import { type SqliteInbox, sqliteInbox } from 'drone-webhooks/sqlite'

const sqlite: SqliteInbox = sqliteInbox({ path: 'deliveries.sqlite', attempts: 3, backoff: (attempt) => attempt * 1000, lease: 10 })
// @ts-expect-error there must be a file
sqliteInbox({})
// @ts-expect-error no such option
sqliteInbox({ path: 'deliveries.sqlite', leese: 10 })

// @ts-expect-error there must be an object
cloudflareInbox({})
export const cloudflare = (inbox: CloudflareInbox): Inbox => inbox
export const objects = DeliveryInbox

export async function letters(inbox: SqliteInbox): Promise<string[]> {
  const dead: DeadLetter[] = await inbox.deadLetters(10)
  const again: boolean = await inbox.redeliver(dead[0]?.delivery.id ?? '')
  const state: State = inbox.state
  await state.compareAndSet('key', undefined, String(again), { ttl: 60 })
  return dead.map(({ reason, diedAt, attempts }) => `${reason} ${diedAt.toISOString()} ${attempts}`)
}

// An inbox of one's own needs two functions.
const own: Inbox = {
  accept: async (delivery) => {
    const record: DeliveryRecord = toRecord(delivery)
    return fromRecord(record).id === delivery.id ? 'accepted' : 'duplicate'
  },
  consume: () => {},
}
new Webhooks({ secret: 'secret', inbox: own })
  .on('build.failed', ({ payload }) => payload.build?.number)
  .on('build.fixed', ({ event }) => event satisfies 'build')
  .onInboxError(async (error, delivery) => (error.status === 503 && delivery.id !== '' ? 'accepted' : undefined))
new Webhooks({ secret: 'secret', inbox: sqlite })
