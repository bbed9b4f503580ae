// Many requests, some of them duplicates and forgeries, to a receiver whose handlers fail now and then and that is killed meanwhile.
// Ends with 1 unless every delivery that was accepted was handled to its end, and every forgery refused.
//
//   node xtask/soak/soak.mjs [sqlite|redis|worker…] [--deliveries 10000]     without a name: all of them
//
// A store is a file in stores/. Its default export takes { folder, secret, failing, handlingMs, concurrency } and gives, or promises:
//   start()         starts the receiver, gives its URL; kill() ends it as a crash does, and start() is called again
//   notes()         what its handlers did: [['started' | 'failed' | 'finished', id], …], what was before the kills included
//   deadLetters()   [{ id, reason }], redeliver(id) puts one back
//   close()         ends it for good

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { latency } from './latency.mjs'
import { mix, send } from './requests.mjs'

const SECRET = 'the secret of the soak'
const DUPLICATES = 0.05
const FORGERIES = 0.01
const FAILING = 0.02
// So that kills meet deliveries in hand.
const HANDLING_MS = 5
const KILLS = 5
const SENDERS = 16
const CONCURRENCY = 8
// When nothing has been handled for so long, nothing more comes.
const STANDSTILL_MS = 30_000
const LOOK_MS = 200
const MUST_BE_NONE = ['accepted twice', 'forgeries not refused', 'repeated too often', 'lost']

const { values, positionals } = parseArgs({ allowPositionals: true, options: { deliveries: { type: 'string', default: '10000' } } })
const requests = Number(values.deliveries)
if (!Number.isInteger(requests) || requests < 100) throw new Error('--deliveries must be a number from 100 up')
const makers = new Map()
for (const name of positionals.length > 0 ? positionals : ['sqlite', 'redis', 'worker']) {
  const file = new URL(`stores/${name}.mjs`, import.meta.url)
  if (!/^[a-z]+$/.test(name) || !existsSync(file)) throw new Error(`there is no store ${name}`)
  makers.set(name, (await import(file)).default)
}
for (const [name, makeStore] of makers) await through(name, makeStore)

async function through(name, makeStore) {
  const folder = mkdtempSync(join(tmpdir(), 'drone-webhooks-soak-'))
  const open = (part) => (options) => {
    mkdirSync(join(folder, part))
    return makeStore({ folder: join(folder, part), secret: SECRET, ...options })
  }
  try {
    const numbers = await soak(await open('soak')({ failing: FAILING, handlingMs: HANDLING_MS, concurrency: CONCURRENCY }))
    print(`${requests} requests through ${name}`, numbers)
    print('answers meanwhile', await latency(open('latency'), SECRET))
    if (MUST_BE_NONE.some((what) => numbers[what] > 0)) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function soak(store) {
  const start = performance.now()
  try {
    const answers = await sendAll(store, mix({ secret: SECRET, requests, duplicates: DUPLICATES, forgeries: FORGERIES }))
    const accepted = new Set(
      answers.filter(({ kind, status }) => kind !== 'forgery' && (status === 202 || status === 200)).map(({ id }) => id),
    )
    const dead = await handleAll(store, accepted)
    return { ...sum(answers, accepted, store.notes()), ...dead, seconds: Math.round((performance.now() - start) / 1000) }
  } finally {
    await store.close()
  }
}

/** Sends from several senders at once, with kills at equal distances, and says what came back. */
async function sendAll(store, list) {
  let up = store.start()
  const answers = []
  const killAt = new Set(Array.from({ length: KILLS }, (_, at) => Math.round(((at + 1) * list.length) / (KILLS + 1))))
  let next = 0
  const sender = async () => {
    while (next < list.length) {
      const number = next
      next += 1
      if (killAt.has(number)) up = store.kill().then(() => store.start())
      const { kind, id } = list[number]
      let status = await send(await up, list[number])
      // Drone would not repeat it. A forger would, and is to be refused for certain.
      while (kind === 'forgery' && status === undefined) status = await send(await up, list[number])
      answers.push({ kind, id, status })
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
  await up
  return answers
}

/** Waits until all of it was handled; dead letters are put back once, or they would hide what was lost. */
async function handleAll(store, accepted) {
  let [seen, since, dead] = [0, performance.now(), 0]
  for (;;) {
    const notes = store.notes()
    const finished = new Set(notes.filter(([what]) => what === 'finished').map(([, id]) => id))
    if ([...accepted].every((id) => finished.has(id))) return { dead }
    if (notes.length > seen) [seen, since] = [notes.length, performance.now()]
    else if (performance.now() - since > STANDSTILL_MS) return { dead }
    for (const { id, reason } of await store.deadLetters()) {
      console.log(`a dead letter: ${reason}`)
      dead += 1
      await store.redeliver(id)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

function sum(answers, accepted, notes) {
  const of = (kind, ...statuses) => answers.filter((each) => each.kind === kind && statuses.includes(each.status)).length
  const finished = new Map()
  for (const [what, id] of notes) if (what === 'finished') finished.set(id, (finished.get(id) ?? 0) + 1)
  const repeated = [...finished.values()].reduce((most, times) => most + times - 1, 0)
  const count = (wanted) => notes.filter(([what]) => what === wanted).length
  const taken = answers.filter(({ kind, status }) => kind !== 'forgery' && status === 202)
  return {
    accepted: taken.length,
    'accepted twice': taken.length - new Set(taken.map(({ id }) => id)).size,
    duplicates: of('duplicate', 200),
    'forgeries refused': of('forgery', 401),
    'forgeries not refused': answers.filter(({ kind, status }) => kind === 'forgery' && status !== 401).length,
    // The receiver was killed before it could answer; what it had stored by then was handled too.
    unanswered: answers.filter(({ status }) => status === undefined).length,
    'refused for want of the store': answers.filter(({ status }) => status === 503).length,
    kills: KILLS,
    handled: finished.size,
    'attempts that failed': count('failed'),
    'attempts that a kill ended': count('started') - count('failed') - count('finished'),
    repeated,
    // A kill may repeat what was in hand, and nothing else.
    'repeated too often': Math.max(0, repeated - KILLS * CONCURRENCY),
    lost: [...accepted].filter((id) => !finished.has(id)).length,
  }
}

function print(title, numbers) {
  const width = Math.max(...Object.keys(numbers).map(({ length }) => length))
  console.log(`\n${title}`)
  for (const [name, value] of Object.entries(numbers)) console.log(`  ${name.padEnd(width)}  ${value}`)
}
