// Receivers to play against: ours, and some that are wrong in the usual ways.

import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { createNodeMiddleware, Webhooks } from 'drone-webhooks'
import { SECRET } from './program.mjs'

/** Listens on a loopback port while `use(url)` runs. */
export async function receiving(handler, use) {
  const server = createServer(handler)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${server.address().port}/hook`, server)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Ours; `seen` gets every delivery. */
export function ours(seen = () => {}) {
  const webhooks = new Webhooks({ secret: SECRET })
  webhooks.onAny((delivery) => seen(delivery))
  return createNodeMiddleware(webhooks, { path: '/hook' })
}

/** A receiver from a function that judges a request with its whole body. */
export function judging(judge) {
  return async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    response.statusCode = judge({ request, headers: request.headers, body: Buffer.concat(chunks) }) ? 202 : 401
    response.end()
  }
}

/** The parts of a careful check, each of which a receiver can leave out. */
export const parts = {
  parameters: ({ headers }) =>
    Object.fromEntries([...(headers.signature ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  /** All lines of a header. */
  lines: ({ request }, name) => request.headersDistinct[name] ?? [],
  post: ({ request }) => request.method === 'POST',
  algorithm: (given) => parts.parameters(given).algorithm === 'hmac-sha256',
  list: (given) => parts.parameters(given).headers === 'date digest',
  once: ({ request }) => ['signature', 'date', 'digest'].every((name) => request.headersDistinct[name]?.length === 1),
  parametersOnce: ({ headers }) => headers.signature?.match(/signature=/g)?.length === 1,
  mac: (given, secret = SECRET, { encoding = 'base64', hash = 'sha256' } = {}) =>
    parts.macOf(given, secret, encoding, hash) === parts.parameters(given).signature,
  macOf(given, secret = SECRET, encoding = 'base64', hash = 'sha256') {
    const names = (parts.parameters(given).headers ?? 'date').split(' ').filter(Boolean)
    return createHmac(hash, secret)
      .update(names.map((name) => `${name}: ${given.headers[name]}`).join('\n'))
      .digest(encoding)
  },
  fresh: ({ headers }) => Math.abs(Date.now() - Date.parse(headers.date)) <= 300_000,
  digest: ({ headers, body }) => headers.digest === `SHA-256=${createHash('sha256').update(body).digest('base64')}`,
  event: ({ headers, body }) => JSON.parse(body).event === headers['x-drone-event'],
  small: ({ body }) => body.length < 1024 * 1024,
}

/** All of them; `but` replaces some. */
export function careful(but = {}) {
  const { post, algorithm, list, once, parametersOnce, mac, fresh, digest, event, small } = { ...parts, ...but }
  return (given) => [post, once, parametersOnce, algorithm, list, mac, fresh, digest, event, small].every((part) => part(given))
}
