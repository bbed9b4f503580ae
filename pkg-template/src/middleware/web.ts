/** Receiving where a server is a function from `Request` to `Response`: Deno, Bun, Workers, Hono, Next.js. */
import { cancel, checkRequest, readBody } from '../fetch.js'
import { type Answer, checkWebhooks, type Incoming, type MiddlewareOptions, pathIn, pathOf, receive } from '../receive.js'
import type { Webhooks } from '../webhooks.js'

/**
 * A function from `Request` to `Response` that receives webhooks. It answers as `createNodeMiddleware` does; of a refused request the
 * body is not read.
 *
 * Throws `config_invalid` for what are no Webhooks, and for a path that is none. What it returns never rejects.
 *
 * @example
 * ```ts
 * import { createWebMiddleware, sign, Webhooks } from 'drone-webhooks'
 *
 * const webhooks = new Webhooks({ secret: 'the secret' })
 * const receive = createWebMiddleware(webhooks, { path: '/hook' }) // export default { fetch: receive }
 *
 * const body = '{"event":"user","action":"created"}'
 * const headers = sign({ body }, { secret: 'the secret' })
 * const response = await receive(new Request('https://example.com/hook', { method: 'POST', headers, body }))
 * console.log(response.status) // 202
 * ```
 */
export function createWebMiddleware(webhooks: Webhooks, options: MiddlewareOptions = {}): (request: Request) => Promise<Response> {
  checkWebhooks(webhooks)
  const path = pathOf(options)
  return async (request) => {
    const answer = await receive(webhooks, path, () => incomingOf(request))
    if (answer?.read !== true) cancel(request)
    return responseOf(answer)
  }
}

function incomingOf(request: Request): Incoming {
  checkRequest(request)
  return {
    method: request.method,
    url: request.url,
    paths: [pathIn(request.url)],
    headers: request.headers,
    contentLength: request.headers.get('content-length'),
    read: (limit) => readBody(request, limit),
  }
}

function responseOf(answer: Answer | undefined): Response {
  // Nobody is there to be answered, and something must be.
  return answer === undefined ? new Response(null, { status: 400 }) : new Response(answer.text, answer)
}
