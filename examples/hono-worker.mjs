// A receiver in Hono on Cloudflare Workers.
//
//   npm install drone-webhooks hono
//   npx wrangler deploy hono-worker.mjs --name drone-hook --compatibility-date 2026-07-01
//   npx wrangler secret put DRONE_WEBHOOK_SECRET --name drone-hook

import { waitUntil } from 'cloudflare:workers'
import { createWebMiddleware, Webhooks } from 'drone-webhooks'
import { Hono } from 'hono'

function createReceiver(secret) {
  const webhooks = new Webhooks({ secret, inbox: afterTheAnswer() })

  webhooks.on('build.completed', async ({ id, payload }) => {
    console.log(id, payload.repo?.slug, payload.build?.status)
  })

  webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

  return createWebMiddleware(webhooks)
}

/**
 * An inbox for Workers, where nothing stays in memory: handlers start at once, and the answer does not wait for them. To handle each
 * delivery once, and again if that fails, let `accept` send it to a Queue under its id.
 */
function afterTheAnswer() {
  let handle
  return {
    consume(handler) {
      handle = handler
    },
    async accept(delivery) {
      waitUntil(handle(delivery))
      return 'accepted'
    },
  }
}

const app = new Hono()

let receive // made by the first request of an isolate, for all of its requests

app.post('/hook', (c) => {
  receive ??= createReceiver(c.env.DRONE_WEBHOOK_SECRET)
  return receive(c.req.raw)
})

app.post('/greet', async (c) => c.json({ hello: (await c.req.json()).name }))

export default app
