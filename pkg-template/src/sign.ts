/** The sender's side: what Drone writes for a body. For tests, tools and gateways that sign anew. */
import { type Body, bytesOf, checkBody } from './body.js'
import * as core from './core.js'
import { configInvalid, kindOf } from './errors.js'
import { collectAll, type HeadersInput } from './headers.js'
import { checkSeconds, milliseconds, type Secret, secretOf, type Time } from './options.js'

/** What is to be signed. */
export interface SignableRequest {
  /** The body, as it will be sent. */
  readonly body: Body
  /** Where the other headers to sign are found; its `Date` and `Digest` do not count. */
  readonly headers?: HeadersInput | undefined
  /** Only to sign `(request-target)`. */
  readonly method?: string | undefined
  /** The path with its query, or the whole URL; only to sign `(request-target)`. */
  readonly url?: string | undefined
}

/** How it is signed. Only the secret is required; the defaults are what Drone does. */
export interface SignOptions {
  /** The value of `DRONE_WEBHOOK_SECRET` as it stands. */
  readonly secret: Secret
  /** The time for `Date`. Default: now. */
  readonly now?: Time | undefined
  /** Default `hmac-key`. */
  readonly keyId?: string | undefined
  /** What the signature says of its algorithm, which is always HMAC-SHA256. Default `hmac-sha256`; null leaves it out. `(created)` and `(expires)` want `hs2019`. */
  readonly algorithm?: 'hmac-sha256' | 'hs2019' | null | undefined
  /** What is signed, in this order. Default `['date', 'digest']`; `EXTENSION_HEADERS` for Drone's extension calls. */
  readonly signedHeaders?: readonly string[] | undefined
  /** The parameter `created`: a `Date`, or seconds since 1970, as it is written. */
  readonly created?: Date | number | undefined
  /** The parameter `expires`: a `Date`, or seconds since 1970, as it is written. */
  readonly expires?: Date | number | undefined
}

/** The three headers that make a request a signed one. */
// Not an interface: that could not be given to what takes any names, such as fetch's headers.
export type SignedHeaders = {
  date: string
  digest: string
  signature: string
}

/**
 * Signs a body as a Drone server does.
 *
 * Throws a `WebhookVerificationError`: `config_invalid` for a mistake in the options or a header that is to be signed and not there,
 * `body_not_bytes`.
 *
 * @example
 * ```ts
 * import { sign } from 'drone-webhooks'
 *
 * const body = '{"event":"build","action":"created","build":{"number":1}}'
 * const headers = { 'content-type': 'application/json', 'x-drone-event': 'build', ...sign({ body }, { secret: 'the secret' }) }
 * const request = new Request('http://127.0.0.1:3000/hook', { method: 'POST', headers, body })
 * ```
 */
export function sign(request: SignableRequest, options: SignOptions): SignedHeaders {
  if (typeof options !== 'object' || options === null)
    throw configInvalid(`options must be an object with a secret, not ${kindOf(options)}`)
  const {
    secret,
    now = Date.now(),
    keyId = 'hmac-key',
    algorithm = 'hmac-sha256',
    signedHeaders = ['date', 'digest'],
    created,
    expires,
  } = options
  const names = namesOf(signedHeaders)
  const settings = {
    secret: secretOf(secret),
    keyId: textOf(keyId, 'keyId'),
    algorithm: algorithm === null ? undefined : textOf(algorithm, 'algorithm'),
    names,
    nowMs: milliseconds(now, 'now'),
    created: secondsOf(created, 'created'),
    expires: secondsOf(expires, 'expires'),
  }
  if (typeof request !== 'object' || request === null)
    throw configInvalid(`the request must be an object with a body, not ${kindOf(request)}`)
  const { text, lines } = collectAll({ ...request, headers: request.headers ?? [] }, '', names.toLowerCase())
  checkBody(request.body)
  const [date = '', digest = '', signature = ''] = core.sign({ ...settings, text, lines, body: bytesOf(request.body) })
  return { date, digest, signature }
}

function namesOf(names: unknown): string {
  const bad = (name: unknown) => typeof name !== 'string' || name === '' || name.includes(' ')
  if (!Array.isArray(names) || names.length === 0 || names.some(bad)) throw configInvalid('signedHeaders must be a list of header names')
  return names.join(' ')
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw configInvalid(`${name} must be a string, not ${kindOf(value)}`)
  return value
}

function secondsOf(value: Date | number | undefined, name: string): number | undefined {
  if (value === undefined) return undefined
  return typeof value === 'number' ? Math.floor(checkSeconds(value, name, 0)) : Math.floor(milliseconds(value, name) / 1000)
}
