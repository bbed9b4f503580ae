// The middleware in node:http and express, with their own types.

import { createServer } from 'node:http'
import { createNodeMiddleware, Webhooks } from 'drone-webhooks'
import express from 'express'

const middleware = createNodeMiddleware(new Webhooks({ secret: Buffer.from('secret') }), { path: '/hook' })

createServer(middleware)
createServer({ maxHeaderSize: 1024 }, (request, response) => void middleware(request, response))

const app = express()
app.use(middleware)
app.use('/hook', middleware)
app.post('/hook', middleware)
// @ts-expect-error a path is text
createNodeMiddleware(new Webhooks({ secret: 'secret' }), { path: /hook/ })
