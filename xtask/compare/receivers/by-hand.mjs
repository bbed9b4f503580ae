// Twenty lines of node:crypto: what Drone signs, built from the headers and compared, and the body's digest.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { bodyOf, handle, secret, serve } from './serve.mjs'

function equal(a, b) {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

serve(async (request, response) => {
  try {
    const body = await bodyOf(request)
    const { date, digest, signature } = request.headers
    const received = /signature="([^"]+)"/.exec(signature)[1]
    const expected = createHmac('sha256', secret).update(`date: ${date}\ndigest: ${digest}`).digest('base64')
    const computed = `SHA-256=${createHash('sha256').update(body).digest('base64')}`
    if (!equal(received, expected) || !equal(digest, computed)) return response.writeHead(401).end()
    handle(body)
    response.writeHead(204).end()
  } catch {
    response.writeHead(400).end()
  }
})
