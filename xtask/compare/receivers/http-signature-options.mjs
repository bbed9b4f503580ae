// npm http-signature with the options that its source documents, and the body compared with Digest by hand: all that it can do for a delivery.

import { createHash } from 'node:crypto'
import httpSignature from 'http-signature'
import { bodyOf, handle, secret, serve } from './serve.mjs'

serve(async (request, response) => {
  try {
    const parsed = httpSignature.parseRequest(request, { algorithms: ['hmac-sha256'], headers: ['date', 'digest'], strict: true })
    if (!httpSignature.verifyHMAC(parsed, secret)) return response.writeHead(401).end()
    const body = await bodyOf(request)
    const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`
    if (request.headers.digest !== digest) return response.writeHead(401).end()
    handle(body)
    response.writeHead(204).end()
  } catch {
    response.writeHead(401).end()
  }
})
