// The receiver: an HTTP server with an inbox behind it.

import { createServer } from 'node:http'
import { createNodeMiddleware, Webhooks } from 'drone-webhooks'
import { sqliteInbox } from 'drone-webhooks/sqlite'

/** Takes `register(webhooks)`, which registers handlers. The server does not listen yet. */
export function createReceiver({ secret, database, register }) {
  const inbox = sqliteInbox({
    path: database,
    lease: 10, // so many seconds after a crash, what was in hand is taken up again
    onDead: ({ id }) => console.error('given up:', id, '(see npm run dead-letters)'),
  })
  const webhooks = new Webhooks({ secret, inbox })
  register(webhooks)
  webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

  const receive = createNodeMiddleware(webhooks, { path: '/hook' })
  const server = createServer((request, response) => receive(request, response, () => answerOthers(inbox, request, response)))
  return { server, inbox, stop: () => stop(server, webhooks) }
}

/** `/healthz`: whether the database can be read, without which nothing can be accepted. */
async function answerOthers(inbox, request, response) {
  if (request.url !== '/healthz') return response.writeHead(404).end('Not Found\n')
  try {
    await inbox.deadLetters(1)
    response.end('OK\n')
  } catch (error) {
    console.error('unhealthy:', error.message)
    response.writeHead(503).end('Service Unavailable\n')
  }
}

/** Requests that have begun are answered and the delivery in hand is handled; the others wait in the database for the next start. */
async function stop(server, webhooks) {
  await new Promise((resolve) => server.close(resolve))
  await webhooks.close()
}
