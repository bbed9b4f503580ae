// A whole request, as Drone would send it.

import { type SignOptions, sign } from 'drone-webhooks'
import type { Headers, Request } from '../request/request.ts'

export function signedRequest(body: string, options: SignOptions, { url = '/hook', host = 'ci.example.com' } = {}): Request {
  const { date, digest, signature } = sign({ body }, options)
  const event = eventOf(body)
  const headers: Headers = [
    ['Host', host],
    ['User-Agent', 'Go-http-client/1.1'],
    ['Content-Length', String(new TextEncoder().encode(body).length)],
    ['Content-Type', 'application/json'],
    ['Date', date],
    ['Digest', digest],
    ['Signature', signature],
    ...(event === undefined ? [] : [['X-Drone-Event', event] as const]),
    ['Accept-Encoding', 'gzip'],
  ]
  return { method: 'POST', url, headers, body }
}

function eventOf(body: string): string | undefined {
  try {
    const { event } = JSON.parse(body)
    return typeof event === 'string' && /^[\x20-\x7e]+$/.test(event) ? event : undefined
  } catch {
    return undefined
  }
}

/** As the documentation has it: 32 hexadecimal digits. */
export function newSecret(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
