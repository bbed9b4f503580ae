// A receiver in Deno.
//
//   deno add npm:drone-webhooks
//   DRONE_WEBHOOK_SECRET=… deno run --allow-net --allow-env deno.ts    listens on http://localhost:3000/hook

import { createWebMiddleware, Webhooks } from 'drone-webhooks'

const webhooks = new Webhooks({ secret: Deno.env.get('DRONE_WEBHOOK_SECRET') ?? '' })

// Drone waits for the answer inside the build, so it is answered first; handlers may take their time.
webhooks.on('build.completed', async ({ id, payload }) => {
  console.log(id, payload.repo?.slug, payload.build?.status)
})

webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

const port = Number(Deno.env.get('PORT') ?? 3000)

Deno.serve({ port }, createWebMiddleware(webhooks, { path: '/hook' }))
