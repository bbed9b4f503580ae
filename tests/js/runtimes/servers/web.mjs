// The receiver where a server is a function from Request to Response: createWebMiddleware at /hook, verifyRequest at /verify.

import { createWebMiddleware, verifyRequest, WebhookVerificationError } from 'drone-webhooks'
import { accept, entryOf, logOf, MAX_BODY_BYTES, SECRET, watch } from './log.mjs'
import { webhooks } from './receiver.mjs'
import { spoil } from './spoil.mjs'

watch()

const middleware = createWebMiddleware(webhooks, { path: '/hook' })

export async function receive(request) {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname === '/log') return new Response(logOf(request.url))
  entryOf(request.url).begun = true
  const given = (await spoil[searchParams.get('spoil')]?.(request)) ?? request
  return pathname === '/verify' ? verified(given) : middleware(given)
}

async function verified(request) {
  try {
    const { id, event } = await verifyRequest(request, { secret: SECRET, maxBodyBytes: MAX_BODY_BYTES })
    if (event === undefined) throw new TypeError('it has no event')
    return new Response(null, { status: accept(id) ? 202 : 200 })
  } catch (error) {
    if (!WebhookVerificationError.is(error)) throw error
    entryOf(request.url).refused.push(error.code)
    return new Response(null, { status: error.status })
  }
}
