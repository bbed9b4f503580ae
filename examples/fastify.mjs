// A receiver in fastify 5, beside the routes of an app.
//
//   npm install drone-webhooks fastify
//   DRONE_WEBHOOK_SECRET=… node fastify.mjs    listens on http://localhost:3000/hook

import { createNodeMiddleware, Webhooks } from 'drone-webhooks'
import Fastify from 'fastify'

const webhooks = new Webhooks({ secret: process.env.DRONE_WEBHOOK_SECRET })

// Drone waits for the answer inside the build, so it is answered first; handlers may take their time.
webhooks.on('build.completed', async ({ id, payload }) => {
  console.log(id, payload.repo?.slug, payload.build?.status)
})

webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

const receive = createNodeMiddleware(webhooks)

/** A plugin has parsers of its own: in this one nothing reads the body, so a forgery is refused before anybody does. */
async function drone(scope) {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _body, done) => done(null))

  scope.post('/hook', (request, reply) => {
    reply.hijack() // the middleware answers
    return receive(request.raw, reply.raw)
  })
}

const app = Fastify()

app.register(drone)

app.post('/greet', async (request) => ({ hello: request.body.name }))

await app.listen({ host: '0.0.0.0', port: Number(process.env.PORT ?? 3000) })
