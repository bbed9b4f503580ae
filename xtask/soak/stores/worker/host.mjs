// Runs the Worker in miniflare: the process that the soak kills, workerd with it. What the Durable Object has stored is on the disk, and
// the Queues are in the parent. Its argument is { modules, root, options, settings, notes, persist }.

import { openSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runtimes } from '../../../../tests/js/examples/support/runtimes.mjs'
import { SWITCH, Switch } from '../../../../tests/js/worker/support/switch.mjs'

const { Miniflare, Response } = createRequire(runtimes)('miniflare')
const { modules, root, options, settings, notes, persist } = JSON.parse(process.argv[2])
const file = openSync(notes, 'a')

/** Asks the parent to put a message on the queue. */
const pending = new Map()
let asked = 0
const send = (message) =>
  new Promise((resolve) => {
    asked += 1
    pending.set(asked, resolve)
    process.send({ send: asked, message })
  })

const miniflare = new Miniflare({
  host: '127.0.0.1',
  port: 0,
  cf: false,
  durableObjectsPersist: persist,
  handleRuntimeStdio: () => {},
  workers: [
    {
      ...options,
      modules,
      modulesRoot: root,
      queueProducers: {},
      queueConsumers: {},
      bindings: { SETTINGS: settings },
      serviceBindings: {
        DELIVERIES: { name: SWITCH, entrypoint: 'Switch' },
        NOTES: async (request) => {
          // In the kernel's hands when it returns, and so not lost with the process.
          writeSync(file, await request.text())
          return new Response()
        },
      },
    },
    Switch(undefined, options.compatibilityDate, send),
  ],
})
const worker = miniflare.ready.then(() => miniflare.getWorker(options.name))

process.on('message', async ({ sent, batch, queue, messages }) => {
  if (sent !== undefined) {
    pending.get(sent)()
    pending.delete(sent)
    return
  }
  const given = messages.map((message) => ({ ...message, timestamp: new Date(message.timestamp) }))
  const result = await (await worker).queue(queue, given).catch((error) => ({ outcome: 'exception', error: error.message }))
  process.send({ batch, result })
})
process.send({ url: `${await miniflare.ready}` })
