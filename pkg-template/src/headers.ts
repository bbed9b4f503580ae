/** The headers a host has, in any form, as lines for the core. Knows their names and their order, and judges nothing. */
import type { Lines, Sent } from './core.js'
import { configInvalid, kindOf } from './errors.js'

/** The value of a header; a list stands for several lines of it, undefined for none. */
export type HeaderValue = string | readonly string[] | undefined

/**
 * Headers in any of their forms: a `Headers`, a plain object (Node's `req.headers`), a `Map`, pairs, or Node's `rawHeaders`.
 * Names may be in any case.
 */
export type HeadersInput =
  | Iterable<readonly [string, HeaderValue]>
  // A `Headers`, for compilers whose library does not say that it is iterable.
  | { forEach(callback: (value: string, name: string) => void): void }
  | readonly string[]
  | { readonly [name: string]: HeaderValue }

/** What is known of a request before its body. */
export interface RequestHead {
  readonly headers: HeadersInput
  /** Only for signatures over `(request-target)`. */
  readonly method?: string | undefined
  /** The path with its query, or the whole URL; only for signatures over `(request-target)`. */
  readonly url?: string | undefined
}

/** @internal What was taken from a request: lines, and the value or values of X-Drone-Event, which is not signed and only compared in the end. */
export interface Collected extends Sent {
  readonly event: string | readonly string[] | undefined
}

const EVENT = 'x-drone-event'
const REQUEST_TARGET = '(request-target)'

// In a scheme's place: other schemes may hold anything, and are not looked at.
const SIGNATURE_SCHEME = /^[ \t]*signature(?:[ \t]|$)/i
const ASCII = /^[\0-\x7f]*$/

// A value that is no string must be refused, not skipped: this one is malformed for the core.
const MALFORMED = '\r'

/** A header that is sent: its name in lower case, and what stands before its value on the first line and on any other. */
interface Sought {
  readonly name: string
  readonly onFirstLine: string
  readonly onOtherLine: string
  /** Another one, whose name is as long. */
  readonly other: Sought | undefined
}

function toSeek(name: string, other?: Sought): Sought {
  return { name, onFirstLine: `${name}: `, onOtherLine: `\n${name}: `, other }
}

const METHOD = toSeek('(method)')
const TARGET = toSeek('(target)')

/** @internal The names of the headers that are sent. */
export class HeaderNames {
  /** Whether the request line is sent as well. */
  readonly requestLine: boolean
  /** Whether X-Drone-Event is signed, so that it belongs to what the core looks at. */
  readonly eventIsNeeded: boolean
  // By length, which rules most headers out before anything is compared.
  readonly #byLength: (Sought | undefined)[] = []

  /** From lower-case names, joined by spaces. */
  constructor(names: string) {
    const asked = names.split(' ')
    this.requestLine = asked.includes(REQUEST_TARGET)
    this.eventIsNeeded = asked.includes(EVENT)
    // Keys, because engines have each key once, and see that two are the same without comparing them.
    const all = Object.keys(Object.fromEntries([...asked, EVENT].map((name) => [name, true])))
    for (const name of all) this.#byLength[name.length] = toSeek(name, this.#byLength[name.length])
  }

  /** The header with this name, if it is one of these. */
  find(name: string): Sought | undefined {
    const asLong = this.#byLength[name.length]
    if (asLong === undefined) return undefined
    return among(asLong, name) ?? (isPlain(name) ? undefined : findInAnyCase(asLong, name))
  }
}

/** The one with this name among those that are as long. */
function among(asLong: Sought, name: string): Sought | undefined {
  for (let sought: Sought | undefined = asLong; sought !== undefined; sought = sought.other) if (sought.name === name) return sought
  return undefined
}

function findInAnyCase(asLong: Sought, name: string): Sought | undefined {
  // The Kelvin sign is a k in lower case, and no k in a header's name.
  return ASCII.test(name) ? among(asLong, name.toLowerCase()) : undefined
}

/** Whether it is all of small letters and hyphens, as hosts have names: the same in lower case. */
function isPlain(name: string): boolean {
  for (let at = 0; at < name.length; at += 1) {
    const unit = name.charCodeAt(at)
    if ((unit < 0x61 || unit > 0x7a) && unit !== 0x2d) return false
  }
  return true
}

/** @internal The same request, with headers that can be read twice: an iterator, such as `map.entries()`, is used up by the first time. */
export function rereadable(head: RequestHead): RequestHead {
  const headers = (head as Partial<RequestHead> | undefined)?.headers as Partial<Iterator<unknown>> | undefined
  if (typeof headers?.next !== 'function' || !(Symbol.iterator in headers)) return head
  return { headers: [...(headers as Iterable<readonly [string, HeaderValue]>)], method: head.method, url: head.url }
}

/** How lines are collected. */
interface How {
  readonly complete: boolean
  /** Authorization of whatever scheme, because it is signed. */
  readonly anyAuthorization: boolean
  /** A CR stands for each line feed in a value: there are some, since the core has found other lines than were written. */
  readonly withoutLineFeeds: boolean
}

const USUALLY: How = { complete: false, anyAuthorization: false, withoutLineFeeds: false }
const WITHOUT_LINE_FEEDS: How = { ...USUALLY, withoutLineFeeds: true }

/** @internal The lines of the request's headers that have these names; throws `config_invalid` for what is no headers at all. */
export function collect(head: RequestHead, names: HeaderNames): Collected {
  return collectLines(head, names, USUALLY)
}

/** @internal The same lines, where a value holds a line feed. */
export function collectWithoutLineFeeds(head: RequestHead, names: HeaderNames): Collected {
  return collectLines(head, names, WITHOUT_LINE_FEEDS)
}

/** @internal The same lines, and all that the signature names besides. */
export function collectAll(head: RequestHead, needed: string, wanted: string): Collected {
  const names = new HeaderNames(`${needed} ${wanted}`)
  const anyAuthorization = wanted.split(' ').includes('authorization')
  const { text, lines, count, complete, event } = collectLines(head, names, {
    complete: true,
    anyAuthorization,
    withoutLineFeeds: true,
  })
  // Without these names: a delivery keeps it.
  return { text, lines, count, complete, event }
}

function collectLines(head: RequestHead, names: HeaderNames, how: How): Collected {
  if (typeof head !== 'object' || head === null) throw configInvalid(`the request must be an object with headers, not ${kindOf(head)}`)
  const collector = new Collector(names, how)
  if (names.requestLine) collector.addRequestLine(head)
  collector.addHeaders(head.headers)
  return collector
}

const { hasOwnProperty: isOwn } = Object.prototype

/** What it has collected is its own fields. */
class Collector implements Collected {
  readonly #names: HeaderNames
  readonly #how: How
  text = ''
  lines = 0
  count = 0
  event: string | string[] | undefined
  readonly complete: boolean

  constructor(names: HeaderNames, how: How) {
    this.#names = names
    this.#how = how
    this.complete = how.complete
  }

  addRequestLine({ method, url }: RequestHead): void {
    if (method !== undefined) this.#line(METHOD, checkText(method, 'method'))
    if (url !== undefined) this.#line(TARGET, checkText(url, 'url'))
  }

  addHeaders(headers: unknown): void {
    if (typeof headers !== 'object' || headers === null) {
      throw configInvalid(`headers must be a Headers, an object, a Map, pairs or rawHeaders, not ${kindOf(headers)}`)
    }
    if (Array.isArray(headers) && !Array.isArray(headers[0])) this.#addRaw(headers)
    // Not `in`: engines are quicker to read what is not there.
    else if ((headers as Partial<Iterable<unknown>>)[Symbol.iterator] === undefined) this.#addObject(headers as Record<string, unknown>)
    else if (isHeaders(headers)) headers.forEach((value, name) => void this.#add(name, value))
    else this.#addPairs(headers as Iterable<unknown>)
  }

  /** Node's req.headers, and the like: the common case. Not Object.keys: engines read a loop's own keys without looking each up. */
  #addObject(headers: Record<string, unknown>): void {
    for (const name in headers) if (isOwn.call(headers, name)) this.#add(name, headers[name])
  }

  #addPairs(headers: Iterable<unknown>): void {
    for (const pair of headers) {
      if (!Array.isArray(pair)) throw configInvalid(`headers must hold pairs of name and value, not ${kindOf(pair)}`)
      this.#add(pair[0], pair[1])
    }
  }

  /** Node's rawHeaders: names and values in turn. */
  #addRaw(headers: readonly unknown[]): void {
    for (let at = 0; at < headers.length; at += 2) this.#add(headers[at], headers[at + 1])
  }

  #add(name: unknown, value: unknown): void {
    if (value === undefined || value === null) return
    const found = typeof name === 'string' ? this.#names.find(name) : undefined
    if (typeof value === 'string' || !Array.isArray(value)) this.#addLine(found, value)
    else for (const each of value) this.#addLine(found, each)
  }

  #addLine(sought: Sought | undefined, value: unknown): void {
    this.count += 1
    if (sought === undefined) return
    if (typeof value !== 'string') this.#line(sought, MALFORMED)
    else if (sought.name !== 'authorization' || this.#how.anyAuthorization || SIGNATURE_SCHEME.test(value)) this.#line(sought, value)
  }

  #line(sought: Sought, given: string): void {
    const value = trimmed(given)
    if (sought.name === EVENT && !this.#names.eventIsNeeded) this.#eventValue(value)
    else this.#coreLine(sought, this.#how.withoutLineFeeds ? onOneLine(value) : value)
  }

  #coreLine({ onFirstLine, onOtherLine }: Sought, value: string): void {
    this.text = this.lines === 0 ? onFirstLine + value : this.text + onOtherLine + value
    this.lines += 1
  }

  #eventValue(value: string): void {
    if (this.event === undefined) this.event = value
    else if (typeof this.event === 'string') this.event = [this.event, value]
    else this.event.push(value)
  }
}

/** Whether it is the host's own `Headers`, and no class made of it. By the iterator they take ten times as long in Deno, and no less anywhere. */
function isHeaders(headers: object): headers is Headers {
  // What it calls itself first: Node.js has to load its Headers to be asked for them.
  const { [Symbol.toStringTag]: tag } = headers as { [Symbol.toStringTag]?: unknown }
  return tag === 'Headers' && Object.getPrototypeOf(headers) === globalThis.Headers?.prototype
}

/** As the core trims: SP and HTAB. Here already, so that they take no room. Not by a pattern, whose time would grow with the square of the blanks. */
function trimmed(value: string): string {
  let start = 0
  let end = value.length
  // As nearly always.
  if (value.charCodeAt(0) > 0x20 && value.charCodeAt(end - 1) > 0x20) return value
  while (start < end && isBlank(value.charCodeAt(start))) start += 1
  while (end > start && isBlank(value.charCodeAt(end - 1))) end -= 1
  return value.slice(start, end)
}

/** A line feed would end the line, and what follows would be another header. The core refuses a CR as it refuses an LF. */
function onOneLine(value: string): string {
  return value.includes('\n') ? value.replaceAll('\n', '\r') : value
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09
}

function checkText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw configInvalid(`${name} must be a string, not ${kindOf(value)}`)
  return value
}

/** @internal With those of X-Drone-Event, at the end. */
export function withEvent({ text, lines, event }: Collected): Lines {
  const values = event === undefined ? [] : [event].flat()
  const all = [text, ...values.map((value) => `${EVENT}: ${onOneLine(value)}`)]
  return { text: all.join('\n'), lines: lines + values.length }
}
