// The receiver in Node: createNodeMiddleware in a server of node:http, or of node:http2 without TLS where the argument is h2c.

import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createNodeMiddleware } from 'drone-webhooks'
import { entryOf, logOf, watch } from './log.mjs'
import { webhooks } from './receiver.mjs'

watch()

const middleware = createNodeMiddleware(webhooks, { path: '/hook' })

const spoil = {
  async consumed(request) {
    for await (const _ of request);
  },
  broken(request) {
    request.once('data', () => request.destroy(new Error('the line went dead')))
  },
}

async function receive(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://receiver.test')
  if (pathname === '/log') return response.end(logOf(request.url))
  entryOf(request.url).begun = true
  await spoil[searchParams.get('spoil')]?.(request)
  await middleware(request, response)
}

const server = (process.argv[2] === 'h2c' ? createHttp2Server : createServer)(receive)
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.resume().once('end', () => process.exit())
