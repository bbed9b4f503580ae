// A receiver in Node.js, without a framework.
//
//   npm install drone-webhooks
//   DRONE_WEBHOOK_SECRET=… node node-http.mjs    listens on http://localhost:3000/hook

import { createServer } from 'node:http'
import { createNodeMiddleware, Webhooks } from 'drone-webhooks'

const webhooks = new Webhooks({ secret: process.env.DRONE_WEBHOOK_SECRET })

// Drone waits for the answer inside the build, so it is answered first; handlers may take their time.
webhooks.on('build.completed', async ({ id, payload }) => {
  console.log(id, payload.repo?.slug, payload.build?.status)
})

webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

const server = createServer(createNodeMiddleware(webhooks, { path: '/hook' }))
server.listen(process.env.PORT ?? 3000)

// Requests that have begun are answered and the handler that runs may finish. What still waits in memory is lost.
process.once('SIGTERM', () => server.close(() => webhooks.close()))
