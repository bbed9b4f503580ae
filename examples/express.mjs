// A receiver in express 5, beside the routes of an app.
//
//   npm install drone-webhooks express
//   DRONE_WEBHOOK_SECRET=… node express.mjs    listens on http://localhost:3000/hook

import { createNodeMiddleware, Webhooks } from 'drone-webhooks'
import express from 'express'

const webhooks = new Webhooks({ secret: process.env.DRONE_WEBHOOK_SECRET })

// Drone waits for the answer inside the build, so it is answered first; handlers may take their time.
webhooks.on('build.completed', async ({ id, payload }) => {
  console.log(id, payload.repo?.slug, payload.build?.status)
})

webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

const app = express()

// Before the parsers: the signature is over the bytes that Drone sent, and a forgery is refused before they are read.
app.use(createNodeMiddleware(webhooks, { path: '/hook' }))

app.use(express.json())

app.post('/greet', (request, response) => {
  response.json({ hello: request.body.name })
})

app.listen(process.env.PORT ?? 3000)
