// npm http-signature as its README shows it, with `verifyHMAC` for a shared secret. It knows nothing of bodies.

import httpSignature from 'http-signature'
import { bodyOf, handle, secret, serve } from './serve.mjs'

serve(async (request, response) => {
  try {
    const parsed = httpSignature.parseRequest(request)
    if (!httpSignature.verifyHMAC(parsed, secret)) return response.writeHead(401).end()
    handle(await bodyOf(request))
    response.writeHead(204).end()
  } catch {
    response.writeHead(401).end()
  }
})
