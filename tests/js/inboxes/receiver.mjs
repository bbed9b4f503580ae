// A receiver as a program: its inbox from the module it is told, its handlers as the deliveries say, and a death at the step it is told.
// It is started by support/receiver.mjs, reads commands from its standard input and answers on its standard output, a line of JSON each.
//
// What a handler does is the payload's `script`, a step for each time it is handled; the last one counts for all that follow:
//   ok | fail | hang | die (as by a crash) | slow | wait (until it is told to go on) | wait-fail

import { createHash } from 'node:crypto'
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { createNodeMiddleware, fromRecord, Webhooks } from 'drone-webhooks'

const { inbox: wanted, log, secret, dieAt, lifecycle = false } = JSON.parse(process.argv[2])

// Longer than the leases of the tests.
const SLOW_MS = 2500

const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`)

/** On the disk before anything else happens, in one write, so that lines of several processes do not mix. */
function note(what, id, more = {}) {
  const file = openSync(log, 'a')
  appendFileSync(file, `${JSON.stringify({ what, id, pid: process.pid, ...more })}\n`)
  fsyncSync(file)
  closeSync(file)
  say({ noted: what, id })
}

/** Ends the process here and now, if this is the step. Nothing after it runs. */
function step(name) {
  if (dieAt === name) die()
}

function die() {
  process.kill(process.pid, 'SIGKILL')
  // The signal is delivered on the way back from the call; should it take longer, nothing may happen meanwhile.
  for (;;);
}

const { default: makeInbox } = await import(wanted.module)
let offset = 0
const clock = () => Date.now() + offset
const inner = makeInbox({ ...wanted.options, clock })
const inbox = {
  async accept(delivery) {
    step('before it is accepted')
    const acceptance = await inner.accept(delivery)
    step('after it is accepted')
    return acceptance
  },
  consume: (handle) =>
    inner.consume(async (delivery) => {
      await handle(delivery)
      step('after it is handled')
    }),
  get state() {
    return inner.state
  },
}

const webhooks = new Webhooks({ secret, inbox, clock })
const waiting = new Map()

webhooks.onAny(async ({ id, body, payload }) => {
  const before = readFileSync(log, 'utf8').split(`{"what":"started","id":"${id}"`).length - 1
  note('started', id)
  step('while it is handled')
  const { script = ['ok'] } = payload
  const what = script[Math.min(before, script.length - 1)]
  if (what === 'die') die()
  if (what === 'hang') await new Promise(() => {})
  if (what === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
  if (what.startsWith('wait')) await new Promise((resolve) => waiting.set(id, resolve))
  if (what.endsWith('fail')) throw new Error(`no luck with ${payload.number}`)
  note('finished', id, { sha256: createHash('sha256').update(body).digest('hex') })
})
if (lifecycle) {
  for (const name of ['build.completed', 'build.failed', 'build.fixed']) {
    webhooks.on(name, ({ id, payload }) => note(`${name} ${payload.build.number}`, id))
  }
}

const commands = {
  accept: ({ record }) => inbox.accept(fromRecord(record)),
  proceed: ({ id }) => waiting.get(id)?.(),
  deadLetters: async () => (await inner.deadLetters()).map((letter) => ({ ...letter, id: letter.delivery.id })),
  redeliver: ({ id }) => inner.redeliver(id),
  get: async ({ key }) => (await inner.state.get(key)) ?? null,
  compareAndSet: ({ key, expected, value, ttl }) => inner.state.compareAndSet(key, expected, value, { ttl }),
  /** Counts a value up, by comparison only. */
  async increment({ key, times }) {
    for (let done = 0; done < times; ) {
      const value = await inner.state.get(key)
      if (await inner.state.compareAndSet(key, value, String(Number(value ?? 0) + 1))) done += 1
    }
  },
  moveClock: ({ by }) => {
    offset += by
  },
  async close() {
    await webhooks.close()
    server.close()
    server.closeAllConnections()
    process.stdin.destroy()
  },
}

const input = createInterface({ input: process.stdin })
// Nobody is left to end it.
input.on('close', () => process.exit())
input.on('line', async (line) => {
  const { number, command, ...rest } = JSON.parse(line)
  try {
    say({ answer: number, value: await commands[command](rest) })
  } catch (error) {
    say({ answer: number, error: String(error) })
  }
})

const middleware = createNodeMiddleware(webhooks)
const server = createServer((request, response) => {
  response.once('finish', () => step('after it is answered'))
  middleware(request, response)
})
server.listen(0, '127.0.0.1', () => say({ port: server.address().port }))
