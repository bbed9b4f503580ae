/** What a receiver is set up with: checked whole before any request is looked at. Every mistake is `config_invalid`. */
import { isBytes, isWellFormed } from './body.js'
import type { CoreOptions } from './core.js'
import { configInvalid, kindOf } from './errors.js'

/** One secret: the value of `DRONE_WEBHOOK_SECRET` as it stands. A string stands for its UTF-8; nothing is trimmed or decoded. */
export type Secret = string | Uint8Array

/** One secret, several while they are rotated, or, for several senders, those of each keyId. */
export type Secrets =
  | Secret
  | readonly Secret[]
  | ReadonlyMap<string, Secret | readonly Secret[]>
  | { readonly [keyId: string]: Secret | readonly Secret[] }

/** A point in time: a `Date`, or milliseconds since 1970 as `Date.now()` gives them. */
export type Time = Date | number

/** How a verifier is set up. Only the secret is required. */
export interface VerifierOptions {
  /** The value of `DRONE_WEBHOOK_SECRET`; a list while it is rotated; an object or a `Map` from keyId where there are several. */
  readonly secret: Secrets
  /** How far the signed time and the clock may be apart, in seconds, either way. Default 300. */
  readonly tolerance?: number | undefined
  /** What must be signed. Default `['date', 'digest']`; `digest` and one of `date` and `(created)` must be among them. */
  readonly requiredHeaders?: readonly string[] | undefined
  /** The largest body, in bytes. Default 4 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** The most bytes, names and values together, of the headers that are looked at. Default 16 KiB. */
  readonly maxHeaderBytes?: number | undefined
  /** The most header lines of a request. Default 256. */
  readonly maxHeaders?: number | undefined
  /** The time, asked for once a request. Default `Date.now`. */
  readonly clock?: (() => Time) | undefined
}

/**
 * What Drone signs on its extension calls (config, convert, validate, admission, secret, registry, environ), in its order:
 * a profile for `requiredHeaders`, and for `signedHeaders` of `sign`.
 *
 * @example
 * ```ts
 * import { createVerifier, EXTENSION_HEADERS } from 'drone-webhooks'
 *
 * const verifier = createVerifier({ secret: 'the secret of the extension', requiredHeaders: EXTENSION_HEADERS })
 * ```
 */
export const EXTENSION_HEADERS: readonly ['accept', 'accept-encoding', 'content-type', 'date', 'digest'] = Object.freeze([
  'accept',
  'accept-encoding',
  'content-type',
  'date',
  'digest',
] as const)

/** How far the signed time and the clock may be apart. */
export const DEFAULT_TOLERANCE_SECONDS = 300
const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024
const DEFAULT_MAX_HEADER_BYTES = 16 * 1024
const DEFAULT_MAX_HEADERS = 256

// No more than a 32-bit memory could hold; beyond it a number would wrap on its way into the module.
const LARGEST_BOUND = 0x7fff_ffff
const END_OF_YEAR_9999 = 253_402_300_799_999

/** @internal Options, checked. */
export interface CheckedOptions extends CoreOptions {
  readonly clock: () => number
}

/** @internal Checks the options. Knows no module, so that the second one does without the first. */
export function checkOptions(options: VerifierOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null)
    throw configInvalid(`options must be an object with a secret, not ${kindOf(options)}`)
  return {
    secrets: secretsOf(options.secret),
    required: requiredOf(options.requiredHeaders),
    toleranceSeconds: checkSeconds(options.tolerance, 'tolerance', DEFAULT_TOLERANCE_SECONDS),
    maxBodyBytes: checkCount(options.maxBodyBytes, 'maxBodyBytes', DEFAULT_MAX_BODY_BYTES),
    maxHeaderBytes: checkCount(options.maxHeaderBytes, 'maxHeaderBytes', DEFAULT_MAX_HEADER_BYTES),
    maxHeaders: checkCount(options.maxHeaders, 'maxHeaders', DEFAULT_MAX_HEADERS),
    clock: checkClock(options.clock),
  }
}

/** Milliseconds since 1970, checked; `name` is for the message. */
export function milliseconds(time: unknown, name: string): number {
  const ms = typeof time === 'number' ? time : isDate(time) ? time.getTime() : Number.NaN
  if (ms >= 0 && ms <= END_OF_YEAR_9999) return ms
  throw configInvalid(`${name} must be a Date or milliseconds since 1970, up to the year 9999, not ${told(time)}`)
}

/** Seconds, checked; fractions are allowed. */
export function checkSeconds(value: unknown, name: string, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value
  throw configInvalid(`${name} must be a number of seconds from 0 up, not ${told(value)}`)
}

/** A whole number, checked. */
export function checkCount(value: unknown, name: string, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_BOUND) return value
  throw configInvalid(`${name} must be a whole number from 0 to ${LARGEST_BOUND}, not ${told(value)}`)
}

/** The clock, as milliseconds. */
export function checkClock(clock: unknown): () => number {
  if (clock === undefined) return () => Date.now()
  if (typeof clock !== 'function') throw configInvalid(`clock must be a function that gives a Date or milliseconds, not ${kindOf(clock)}`)
  return () => milliseconds(clock(), 'what clock gives')
}

/** The bytes of one secret, checked; `where` is for the message. */
export function secretOf(secret: unknown, where = 'secret'): Uint8Array {
  if (secret === undefined || secret === null) {
    throw configInvalid(`${where} is missing: give the value of DRONE_WEBHOOK_SECRET, the same as at the server`)
  }
  const bytes = typeof secret === 'string' && isWellFormed(secret) ? new TextEncoder().encode(secret) : secret
  if (!isBytes(bytes)) {
    const what = typeof secret === 'string' ? 'text with a lone surrogate' : kindOf(secret)
    throw configInvalid(`${where} must be a string or a Uint8Array, not ${what}`)
  }
  if (bytes.length === 0) {
    throw configInvalid(
      `${where} is empty, and with an empty secret anybody can sign: is DRONE_WEBHOOK_SECRET set, here and at the server?`,
    )
  }
  return bytes
}

function secretsOf(secret: unknown): [keyId: string | undefined, secret: Uint8Array][] {
  if (typeof secret !== 'object' || secret === null || Array.isArray(secret) || ArrayBuffer.isView(secret)) {
    return listOf(secret, 'secret').map((each) => [undefined, each])
  }
  const entries: [unknown, unknown][] = isMap(secret) ? [...secret] : Object.entries(secret)
  if (entries.length === 0) throw configInvalid('secret is an object without any keyId: give { [keyId]: secret }, or the secret itself')
  return entries.flatMap(([keyId, value]) => {
    if (typeof keyId !== 'string') throw configInvalid(`a keyId in secret must be a string, not ${kindOf(keyId)}`)
    return listOf(value, `the secret of keyId ${JSON.stringify(keyId)}`).map((each): [string, Uint8Array] => [keyId, each])
  })
}

function listOf(secrets: unknown, where: string): Uint8Array[] {
  if (!Array.isArray(secrets)) return [secretOf(secrets, where)]
  if (secrets.length === 0) throw configInvalid(`${where} is an empty list: give the value of DRONE_WEBHOOK_SECRET`)
  return Array.from(secrets, (each, at) => secretOf(each, `${where}[${at}]`))
}

function requiredOf(names: unknown): readonly string[] {
  if (names === undefined) return []
  if (!Array.isArray(names)) throw configInvalid(`requiredHeaders must be a list of names, not ${kindOf(names)}`)
  // The core keeps its default when it is told no name at all.
  if (names.length === 0) throw configInvalid('requiredHeaders is empty: digest, and date or (created), must be among them')
  return Array.from(names, (name: unknown) => {
    if (typeof name !== 'string') throw configInvalid(`requiredHeaders must hold strings, not ${kindOf(name)}`)
    // One with a space would be two for the core.
    if (name === '' || name.includes(' ')) throw configInvalid('requiredHeaders holds something that is no header name')
    return name
  })
}

function isMap(value: object): value is Map<unknown, unknown> {
  return Object.prototype.toString.call(value) === '[object Map]'
}

function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}

/** A value that is no secret, for a message. */
function told(value: unknown): string {
  return typeof value === 'number' ? String(value) : isDate(value) ? 'an invalid Date' : kindOf(value)
}
