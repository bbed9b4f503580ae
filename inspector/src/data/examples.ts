// A request that is authentic, and what goes wrong most often. Each is signed when it is asked for, and then really broken.

import type { Settings } from '../report/check.ts'
import type { Request } from '../request/request.ts'
import { sampleBody } from './samples.ts'
import { signedRequest } from './signed.ts'

export interface Example {
  readonly id: string
  readonly label: string
  /** The request, and the receiver that looks at it. */
  readonly make: () => { readonly request: Request; readonly settings: Partial<Settings> }
}

// Made up; it protects nothing.
const SECRET = 'd8fa5c314f7b1f5cac27d34e157e3459'
const HOUR = 3_600_000

const good = (signedAt = Date.now(), secret: string | Uint8Array = SECRET) =>
  signedRequest(sampleBody('build updated success', signedAt), { secret, now: signedAt })

const receiver = (more: Partial<Settings> = {}) =>
  ({ secret: SECRET, clock: 'now', tolerance: 300, extension: false, reveal: false, ...more }) as const

function example(id: string, label: string, request: () => Request, settings: Partial<Settings> = {}): Example {
  return { id, label, make: () => ({ request: request(), settings: receiver(settings) }) }
}

const body = (request: Request) => String(request.body)
const without = (request: Request, ...names: string[]): Request => ({
  ...request,
  headers: request.headers.filter(([name]) => !names.includes(name.toLowerCase())),
})

export const EXAMPLES: readonly Example[] = [
  example('good', 'An authentic one', () => good()),
  example('body_reserialized', 'Body parsed and printed again', () => reprinted(good())),
  example('secret_wrong', 'Another secret', () => good(), { secret: '00112233445566778899aabbccddeeff' }),
  example('secret_whitespace', 'A line end in the secret', () => good(Date.now(), `${SECRET}\n`)),
  example('secret_hex_decoded', 'Secret decoded from hex', () => good(Date.now(), bytesOfHex(SECRET))),
  example('body_newline_added', 'A line end behind the body', () => longer(good(), '\n')),
  example('body_missing', 'Body read before', () => ({ ...good(), body: '' })),
  example('redirected', 'Redirected', () => ({ ...without(good(), 'content-length', 'content-type'), method: 'GET', body: '' })),
  example('header_stripped', 'A proxy removed a header', () => without(good(), 'digest')),
  example('replayed', 'Sent again a day later', () => good(Date.now() - 26.5 * HOUR)),
  example('other_sender', 'From GitHub', fromGitHub),
]

function reprinted(request: Request): Request {
  const again = JSON.stringify(JSON.parse(body(request)))
  return longer({ ...request, body: again }, '')
}

/** With a Content-Length that is right, as a server would have it. */
function longer(request: Request, more: string): Request {
  const text = body(request) + more
  const length = String(new TextEncoder().encode(text).length)
  return { ...request, body: text, headers: request.headers.map(([name, value]) => [name, name === 'Content-Length' ? length : value]) }
}

function fromGitHub(): Request {
  const text = '{"ref":"refs/heads/main","repository":{"full_name":"octocat/hello-world"},"pusher":{"name":"octocat"}}'
  const mac = Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const headers = [
    ['Host', 'ci.example.com'],
    ['User-Agent', 'GitHub-Hookshot/0a1b2c3'],
    ['Content-Length', String(text.length)],
    ['Content-Type', 'application/json'],
    ['X-GitHub-Event', 'push'],
    ['X-Hub-Signature-256', `sha256=${mac}`],
  ] as const
  return { method: 'POST', url: '/hook', headers, body: text }
}

const bytesOfHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
