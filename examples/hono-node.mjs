// A receiver in Hono on Node.js, beside the routes of an app.
//
//   npm install drone-webhooks hono @hono/node-server
//   DRONE_WEBHOOK_SECRET=… node hono-node.mjs    listens on http://localhost:3000/hook

import { serve } from '@hono/node-server'
import { createWebMiddleware, Webhooks } from 'drone-webhooks'
import { Hono } from 'hono'

const webhooks = new Webhooks({ secret: process.env.DRONE_WEBHOOK_SECRET })

// Drone waits for the answer inside the build, so it is answered first; handlers may take their time.
webhooks.on('build.completed', async ({ id, payload }) => {
  console.log(id, payload.repo?.slug, payload.build?.status)
})

webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

const receive = createWebMiddleware(webhooks)

const app = new Hono()

// The raw request: its body has not been read, and of a forgery it never is.
app.post('/hook', (c) => receive(c.req.raw))

app.post('/greet', async (c) => c.json({ hello: (await c.req.json()).name }))

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) })
