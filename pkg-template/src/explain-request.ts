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
}

// As in headers.ts: a value that is no string must be refused, not skipped.
const MALFORMED = '\n'

/** @internal Marshals a request. */
export function marshal(request: ExplainRequest): Marshalled {
  const given = typeof request === 'object' && request !== null ? request : ({} as Partial<ExplainRequest>)
  const mistake = attempt(() => linesOf(request))
  const headers = mistake.value ?? []
  const { method, url } = given
  const line = [badText(method, 'method'), badText(url, 'url')].find((message) => message !== undefined)
  const body = attempt(() => bytesOfBody(given.body))
  return {
    received: {
      headers,
      method: typeof method === 'string' ? method : undefined,
      url: typeof url === 'string' ? url : undefined,
      notBytes: body.error,
      plainQuotes: namesOf(given.typographicQuotes),
    },
    body: body.error === undefined ? body.value : printed(given.body),
    mistake: mistake.error,
    lineMistake: line,
  }
}

function bytesOfBody(body: unknown): Uint8Array {
  checkBody(body)
  return bytesOf(body)
}

/** The text of what JSON.parse may have made. */
function printed(body: unknown): Uint8Array | undefined {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) return undefined
  const prototype: unknown = Object.getPrototypeOf(body)
  if (!Array.isArray(body) && prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined
  try {
    return new TextEncoder().encode(JSON.stringify(body))
  } catch {
    return undefined
  }
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

function badText(value: unknown, name: string): string | undefined {
  return value === undefined || typeof value === 'string' ? undefined : `${name} must be a string, not ${kindOf(value)}`
}

function namesOf(names: unknown): string[] {
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
}

/** What it gives, or the message of what it throws: getters of a hostile object may throw anything. */
function attempt<T>(run: () => T): { value?: T; error?: string } {
  try {
    return { value: run() }
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : 'it cannot be read' }
  }
}
