// A request as a link. What is behind # goes to no server; and still the secret is never in it, nor, unless somebody wants it, the signature and e-mail addresses.

import type { Cause, Step } from 'drone-webhooks/explain'
import type { Subject } from '../app.tsx'
import { type Headers, type Request, textOf } from '../request/request.ts'
import { sourceOf } from '../request/source.ts'
import { isAddress, withoutValues } from './address.ts'
import type { Report } from './check.ts'

export interface Keep {
  readonly signature: boolean
  readonly emails: boolean
}

interface Shared {
  readonly v: 1
  readonly request: {
    readonly method?: string | undefined
    readonly url?: string | undefined
    readonly headers: Headers
    readonly body: string
  }
  readonly left: readonly string[]
  readonly report: Omit<Report, 'by' | 'nowCode'>
}

const START = '#request='
const LEFT_OUT = '[left out]'
// A link of more is cut off by some of what it is sent through.
export const MAX_LINK = 64_000
// A link is a stranger's: it may be small and become large.
const MAX_SHARED = 4_000_000

/** The link's part behind the page's address. `left`: what is not in it, in words. `kept`: what is, and others may not be meant to see. */
export async function makeLink(
  request: Request,
  report: Report,
  secret: string,
  keep: Keep,
): Promise<{ fragment: string; left: readonly string[]; kept: readonly string[] }> {
  const cleaner = new Cleaner(request, secret, keep)
  const text = textOf(request.body)
  if (text === undefined) cleaner.left.add('the body, which is no text')
  const { method, url } = request
  const { verdict, code, steps, signingString, causes, now } = report
  const shared = cleaner.all({
    v: 1,
    request: {
      method,
      url: url === undefined ? undefined : cleaner.address('(request-target)', url),
      headers: request.headers.map(([name, value]) => [name, cleaner.header(name, value)] as const),
      body: text ?? '',
    },
    report: { verdict, code, steps: steps.map((step) => cleaner.step(step)), signingString, causes, now },
  })
  const left = [...cleaner.left]
  return { fragment: START + (await packed(JSON.stringify({ ...shared, left }))), left, kept: [...cleaner.kept] }
}

/** Takes out what is not to be shared, and notes what it took. */
class Cleaner {
  readonly left = new Set<string>()
  readonly kept = new Set<string>()
  readonly #signed: ReadonlySet<string>
  readonly #hidden: string[] = []

  constructor(
    request: Request,
    readonly secret: string,
    readonly keep: Keep,
  ) {
    this.#signed = signedNames(request)
    if (keep.signature) return
    for (const [name, value] of request.headers) {
      if (isSignature(name, value)) this.#hidden.push(...signaturesIn(value))
    }
  }

  header(name: string, value: string): string {
    if (isSignature(name, value)) {
      if (this.keep.signature) return value
      this.left.add('the signature')
      const without = value.replace(SIGNATURE, (_, before: string) => before + LEFT_OUT)
      // What still looks like one is one: rather too little is shown.
      return (without === value && value !== '') || without.search(ENCODED) !== -1 ? LEFT_OUT : without
    }
    // Of other schemes and other senders: passwords, tokens, signatures by secrets that are nobody's business here.
    if (!/authorization|cookie|token|secret|password|api-?key|signature/i.test(name))
      return isAddress(value) ? this.address(name, value) : value
    this.left.add(`the header ${name}`)
    return LEFT_OUT
  }

  /** What is signed stays as it is, since it would not be what was signed. */
  address(name: string, value: string): string {
    const without = withoutValues(value)
    if (without === value) return value
    const signed = this.#signed.has(name.toLowerCase())
    if (signed) this.kept.add(name === '(request-target)' ? 'the whole URL' : `the whole header ${name}`)
    else this.left.add('user info and query values of URLs')
    return signed ? value : without
  }

  /** The right signature, where it was asked for, is as good as the secret for this request. */
  step(step: Step): Step {
    if (step.step !== 'mac' || this.keep.signature) return { ...step, ...(step.step === 'mac' && { computed: undefined }) }
    return { ...step, received: step.received && LEFT_OUT, computed: undefined }
  }

  /** Every text in it. */
  all<T>(value: T): T {
    if (typeof value === 'string') return this.#text(value) as T
    if (Array.isArray(value)) return value.map((each) => this.all(each)) as T
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.all(each)])) as T
  }

  #text(text: string): string {
    let clean = text
    for (const hidden of this.#hidden) clean = clean.replaceAll(hidden, LEFT_OUT)
    // Someone may have pasted it into the request.
    if (this.secret.length >= 4 && clean.includes(this.secret)) {
      clean = clean.replaceAll(this.secret, LEFT_OUT)
      this.left.add('the secret, which was in the request')
    }
    return this.keep.emails ? clean : clean.replace(EMAIL, (found) => this.#email(found))
  }

  #email(found: string): string {
    if (found.startsWith('\\') || found.startsWith('git@')) return found
    this.left.add('e-mail addresses')
    return LEFT_OUT
  }
}

/** The list of what is signed, however it was copied. */
function signedNames({ headers }: Request): ReadonlySet<string> {
  const lists = headers
    .filter(([name, value]) => isSignature(name, value))
    .map(([, value]) => /\bheaders["\\]*\s*=([^=,]*)/i.exec(value)?.[1])
  return new Set(lists.flatMap((list) => (list ?? '').toLowerCase().match(/[a-z0-9()-]+/g) ?? []))
}

const isSignature = (name: string, value: string) =>
  name.toLowerCase() === 'signature' || (name.toLowerCase() === 'authorization' && /^\s*signature\b/i.test(value))
// However it was copied: with the escapes of JSON, the doubled quotes of CSV, typographic ones, or broken into lines.
const SIGNATURE = /(\bsignature["\\]*\s*=\s*[\\"“”„‟″«»＂'‘’`\s]*)([^\\"“”„‟″«»＂'‘’`,]+)/gi
const ENCODED = /[A-Za-z0-9+/_-]{20,}={0,2}/g

/** What is a signature in its header, or looks like one. */
function signaturesIn(value: string): string[] {
  const found = [...value.matchAll(SIGNATURE)].flatMap(([, , mac = '']) => [mac, ...mac.split(/\s+/)])
  return [...found, ...(value.match(ENCODED) ?? [])].filter((mac) => mac.length > 8)
}

// Escapes of JSON first, so that the letters of one are not taken for the beginning of an address.
const EMAIL = /\\u[0-9a-f]{4}|\\.|[\p{L}\p{N}.!#$&'*+/=?^_`{|}~-]+(?:@|%40)[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?/giu

/** Whether a text is such a link, or its part behind the address. */
export const isLink = (text: string): boolean => text.includes(START) && text.length < 2 * MAX_LINK && !/\s/.test(text)

/** What a link, or the part of it behind #, holds. */
export async function readLink(text: string): Promise<Subject> {
  try {
    const shared = checked(JSON.parse(await unpacked(text.slice(text.indexOf(START) + START.length))))
    const { request, left, report } = shared
    const without = left.length === 0 ? '' : ` Left out: ${left.join(', ')}.`
    return {
      source: sourceOf(request, 'a link'),
      told: { ...report, by: `By the one who made this link, and not checked here.${without}` },
      incomplete: left.length > 0,
    }
  } catch {
    return { source: { text: 'This link is damaged.' } }
  }
}

/** A link may hold anything: this takes only what the views can show. */
function checked(value: unknown): Shared {
  const { request, left, report } = objectOf(value)
  const { method, url, headers, body } = objectOf(request)
  const { verdict, code, steps, signingString, causes, now } = objectOf(report)
  return {
    v: 1,
    request: {
      method: optional(method),
      url: optional(url),
      headers: listOf(headers).map((pair) => [textIn(listOf(pair)[0]), textIn(listOf(pair)[1])]),
      body: textIn(body),
    },
    left: listOf(left).map(textIn),
    report: {
      verdict: verdict === 'authentic' || verdict === 'refused' ? verdict : 'open',
      code: optional(code),
      steps: listOf(steps).map(stepOf),
      signingString: optional(signingString),
      causes: listOf(causes).map(causeOf),
      now: typeof now === 'number' ? now : Number.NaN,
    },
  }
}

function stepOf(value: unknown): Step {
  const { step, status, code, received, computed, message } = objectOf(value)
  if (status !== 'passed' && status !== 'failed' && status !== 'skipped') throw new TypeError('no status of a step')
  return {
    step: textIn(step) as Step['step'],
    status,
    code: optional(code) as Step['code'],
    received: optional(received),
    computed: optional(computed),
    message: textIn(message),
  }
}

function causeOf(value: unknown): Cause {
  const { code, message, evidence, fix, sender } = objectOf(value)
  return {
    code: textIn(code) as Cause['code'],
    message: textIn(message),
    evidence: textIn(evidence),
    fix: textIn(fix),
    sender: optional(sender) as Cause['sender'],
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('no object')
  return value as Record<string, unknown>
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length > 20_000) throw new TypeError('no list')
  return value
}

function textIn(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('no text')
  return value
}

const optional = (value: unknown) => (value === undefined || value === null ? undefined : textIn(value))

async function packed(text: string): Promise<string> {
  const bytes = await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer()
  return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

async function unpacked(text: string): Promise<string> {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  const decoder = new TextDecoder()
  let whole = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return whole + decoder.decode()
    whole += decoder.decode(value, { stream: true })
    if (whole.length > MAX_SHARED) throw new RangeError('the link holds too much')
  }
}
