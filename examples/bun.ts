// A receiver in Bun, beside the routes of an app.
//
//   bun add drone-webhooks
//   DRONE_WEBHOOK_SECRET=… bun bun.ts    listens on http://localhost:3000/hook

import { createWebMiddleware, Webhooks } from 'drone-webhooks'

const webhooks = new Webhooks({ secret: process.env.DRONE_WEBHOOK_SECRET ?? '' })

// Drone waits for the answer inside the build, so it is answered first; handlers may take their time.
webhooks.on('build.completed', async ({ id, payload }) => {
  console.log(id, payload.repo?.slug, payload.build?.status)
})

webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

const server = Bun.serve({
  port: process.env.PORT ?? 3000,
  routes: {
    '/hook': createWebMiddleware(webhooks),
    '/greet': { POST: async (request) => Response.json({ hello: (await request.json()).name }) },
  },
})

console.log(`listening on ${server.url}hook`)
