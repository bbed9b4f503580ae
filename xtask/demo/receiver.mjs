// A receiver as anyone would write it, on a loopback port, but for two things: the player sets its clock, and sees
// what it made of the last request.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { createNodeMiddleware, memoryInbox, Webhooks } from '../../pkg/dist/index.js'

export async function startReceiver(secret) {
  let now
  let last = {}
  let toHandle = 0
  const clock = () => now ?? Date.now()

  const memory = memoryInbox({ capacity: 1000, clock })
  const inbox = {
    async accept(delivery) {
      last.subject = [delivery.event, delivery.action, delivery.payload.build?.status].filter(Boolean).join(' ')
      const acceptance = await memory.accept(delivery)
      if (acceptance === 'accepted') toHandle += 1
      return acceptance
    },
    consume: (handle) => memory.consume(handle),
  }
  const webhooks = new Webhooks({ secret, clock, inbox })
  webhooks.onAny(() => {
    toHandle -= 1
  })
  webhooks.onRefused((error) => {
    last.code = error.code
  })
  // Node's own bound on headers would hide the verifier's.
  const server = createServer({ maxHeaderSize: 64 * 1024 }, createNodeMiddleware(webhooks))
  let socket
  server.on('connection', (each) => {
    socket = each
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: server.address().port,
    webhooks,
    /** The time it believes it is, in milliseconds; undefined for the real one. */
    setClock(ms) {
      now = ms
    },
    /** What it made of the request since the last time it was asked: `subject`, if it was authentic, and `code`, if refused. */
    takeLast() {
      const taken = last
      last = {}
      return taken
    },
    /** How many bytes it has read of the latest connection. */
    bytesRead: () => socket.bytesRead,
    /** Waits until everything it has accepted is handled. */
    async idle() {
      while (toHandle > 0) await new Promise(setImmediate)
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
