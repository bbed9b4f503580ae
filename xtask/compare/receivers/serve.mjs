// Starts a receiver on a loopback port and says which, for the comparison to find it.

import { createServer } from 'node:http'

export const secret = process.env.DRONE_WEBHOOK_SECRET

export function serve(listener) {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))
}

/** The bytes of a request's body. */
export async function bodyOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What a receiver does with a delivery that it takes: here, no more than to read it. */
export function handle(body) {
  return JSON.parse(body)
}
