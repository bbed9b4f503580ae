// The receiver that the soak runs as a process of its own, and kills: handlers that fail now and then, or take their time.
// Its argument is { inbox: { module, options }, secret, notes, failing, handlingMs }; it says its port, and answers commands, in lines of JSON.

import { openSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { createNodeMiddleware, Webhooks } from 'drone-webhooks'

const { inbox: wanted, secret, notes, failing, handlingMs } = JSON.parse(process.argv[2])
const file = openSync(notes, 'a')
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`)
// In the kernel's hands when it returns, and so not lost with the process.
const note = (what, id) => writeSync(file, `${what} ${id}\n`)

const { default: makeInbox } = await import(wanted.module)
const inbox = makeInbox(wanted.options)
const webhooks = new Webhooks({ secret, inbox })

webhooks.onAny(async ({ id }) => {
  note('started', id)
  if (handlingMs > 0) await new Promise((resolve) => setTimeout(resolve, handlingMs))
  if (Math.random() < failing) {
    note('failed', id)
    throw new Error('one of those that fail')
  }
  note('finished', id)
})
// They fail on purpose. What the inbox cannot take is answered 503, and counted.
webhooks.onError(() => {})

const commands = {
  deadLetters: async () => (await inbox.deadLetters(10_000)).map(({ delivery, reason }) => ({ id: delivery.id, reason })),
  redeliver: ({ id }) => inbox.redeliver(id),
}

const input = createInterface({ input: process.stdin })
// Nobody is left to end it.
input.on('close', () => process.exit())
input.on('line', async (line) => {
  const { command, ...rest } = JSON.parse(line)
  say({ value: await commands[command](rest) })
})

const server = createServer(createNodeMiddleware(webhooks))
server.listen(0, '127.0.0.1', () => say({ port: server.address().port }))
