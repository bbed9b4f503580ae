/** A request in any of its forms, for `explain`: every header, and what there is of a body. Mistakes are kept, not thrown. */
import { bytesOf, checkBody } from './body.js'
import { configInvalid, kindOf } from './errors.js'
import type { ExplainRequest } from './explain-types.js'

/** What the module takes; in the names of src/bindings/explain.rs. */
export interface Received {
  readonly headers: readonly (readonly [string, string])[]
  readonly method: string | undefined
  readonly url: string | undefined
  readonly notBytes: string | undefined
  readonly plainQuotes: readonly string[]
}

/** What is handed over, and what `verify` would have thrown before looking at it. */
export interface Marshalled {
  readonly received: Received
  /** The body's bytes, or the text of what a parser made. */
  readonly body: Uint8Array | undefined
  /** No headers at all. */
  readonly mistake: string | undefined
  /** A method or url that is no text: a mistake only where the request line is signed. */
  readonly lineMistake: string | undefined
  /** Whether a line end behind the body was left out. */
  readonly cut: boolean
}

// As in headers.ts: a value that is no string must be refused, not skipped.
const MALFORMED = '\n'

/** @internal Marshals a request. Everything is read once, and whatever reading it throws is kept. */
export function marshal(request: ExplainRequest): Marshalled {
  const given: Partial<ExplainRequest> = typeof request === 'object' && request !== null ? request : {}
  const lines = attempt(() => linesOf(request))
  const method = attempt(() => textOf(given.method, 'method'))
  const url = attempt(() => textOf(given.url, 'url'))
  const body = attempt(() => given.body)
  const bytes = body.error === undefined ? attempt(() => bytesOfBody(body.value)) : body
  return {
    received: {
      headers: lines.value ?? [],
      method: method.value,
      url: url.value,
      notBytes: bytes.error,
      plainQuotes: attempt(() => namesOf(given.typographicQuotes)).value ?? [],
    },
    body: bytes.error === undefined ? (bytes.value as Uint8Array) : attempt(() => printed(body.value)).value,
    mistake: lines.error,
    lineMistake: method.error ?? url.error,
    cut: attempt(() => given.lineEnd).value !== undefined,
  }
}

function bytesOfBody(body: unknown): Uint8Array {
  checkBody(body)
  const bytes = bytesOf(body)
  // Of a buffer that was given away nothing is left, which `verify` takes for an empty body too; a part of it cannot even be asked for.
  return bytes.length === 0 ? new Uint8Array() : bytes
}

/** The text of what JSON.parse may have made. */
function printed(body: unknown): Uint8Array | undefined {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) return undefined
  const prototype: unknown = Object.getPrototypeOf(body)
  if (!Array.isArray(body) && prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined
  return new TextEncoder().encode(JSON.stringify(body))
}

function linesOf(request: unknown): [string, string][] {
  if (typeof request !== 'object' || request === null)
    throw configInvalid(`the request must be an object with headers, not ${kindOf(request)}`)
  const { headers } = request as { headers?: unknown }
  if (typeof headers !== 'object' || headers === null) {
    throw configInvalid(`headers must be a Headers, an object, a Map, pairs or rawHeaders, not ${kindOf(headers)}`)
  }
  const lines: [string, string][] = []
  for (const [name, value] of pairsOf(headers)) {
    if (value === undefined || value === null) continue
    for (const each of Array.isArray(value) ? value : [value]) {
      // Both are looked at below only as what they are: a name that is no text is no name.
      lines.push([typeof name === 'string' ? name : '', typeof each === 'string' ? each : MALFORMED])
    }
  }
  return lines
}

/** The forms that headers.ts takes, in its order. */
function pairsOf(headers: object): [unknown, unknown][] {
  if (Array.isArray(headers) && !Array.isArray(headers[0])) {
    return Array.from({ length: Math.ceil(headers.length / 2) }, (_, at) => [headers[2 * at], headers[2 * at + 1]])
  }
  if (!(Symbol.iterator in headers)) return Object.entries(headers)
  return Array.from(headers as Iterable<unknown>, (pair) => {
    if (!Array.isArray(pair)) throw configInvalid(`headers must hold pairs of name and value, not ${kindOf(pair)}`)
    return [pair[0], pair[1]]
  })
}

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw configInvalid(`${name} must be a string, not ${kindOf(value)}`)
}

function namesOf(names: unknown): string[] {
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
}

/** What it gives, or the message of what it throws: getters and proxies of a hostile object may throw anything, and that may throw when it is looked at. */
function attempt<T>(run: () => T): { value?: T; error?: string } {
  try {
    return { value: run() }
  } catch (thrown) {
    return { error: messageOf(thrown) }
  }
}

function messageOf(thrown: unknown): string {
  const unknown = 'the request cannot be read'
  try {
    const message: unknown = thrown instanceof Error ? thrown.message : undefined
    return typeof message === 'string' && message !== '' ? message : unknown
  } catch {
    return unknown
  }
}
