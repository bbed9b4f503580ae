/** A pasted or saved request, whatever it was copied from, as one that `explain` takes. Tells the forms apart, and says what is missing. */
import { isBytes } from './body.js'
import { parseCurl } from './explain-curl.js'
import { parseHeaderLines, splitHead } from './explain-http.js'
import { parseJson } from './explain-json.js'

/** What a request was read from. */
export type RequestKind = 'http' | 'curl' | 'har' | 'headers' | 'json'

/** Which request of a HAR file. */
export interface ParseOptions {
  /** Its place among the entries, from 0. Default: the first that has a signature, else the first. */
  readonly index?: number | undefined
}

/** A request that was read. `explain` takes it as it is. */
export interface ParsedRequest {
  readonly ok: true
  readonly kind: RequestKind
  readonly method?: string | undefined
  /** The target, or the whole URL. */
  readonly url?: string | undefined
  /** In the order found, names in their case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The raw body; undefined where what was given has no place for one, or keeps it elsewhere. */
  readonly body: Uint8Array | undefined
  /** The line end behind the body that Content-Length does not count: an editor's, and not in `body`. */
  readonly lineEnd?: string | undefined
  /** The headers, in lower case, whose typographic quotation marks were made plain; `command` for those of a curl command itself. */
  readonly typographicQuotes: readonly string[]
  /** What was understood, for people; may change. */
  readonly recognised: readonly string[]
  /** What Drone's requests have and this has not, for people: headers, or `the body`. */
  readonly missing: readonly string[]
}

/** What is not a request. */
export interface UnparsedRequest {
  readonly ok: false
  /** What is wrong with it, in a sentence; may change. */
  readonly message: string
  readonly recognised: readonly string[]
  readonly missing: readonly string[]
}

/** @internal What the parser of one form gives. */
export interface Found {
  readonly kind: RequestKind
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: [name: string, value: string][]
  readonly body: Uint8Array | undefined
  readonly recognised: string[]
  readonly typographicQuotes?: string[]
  readonly lineEnd?: string | undefined
}

// A HAR file of an afternoon has 5 MB; parsing takes a tenth of a second for each 10.
const MAX_BYTES = 32 * 1024 * 1024
// Of a list in turns each header has two.
const MAX_LINES = 50_000
const EXPECTED = ['Date', 'Digest', 'Signature']

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads a request from text or bytes: raw HTTP/1.1 (also as `curl -v` shows it), a `curl` command line, a HAR file or one entry of it, JSON with `headers`
 * (an event of AWS Lambda, Node's `req.headers`), or a list of headers as developer tools copy it.
 *
 * Throws nothing: what is no request comes back with `ok: false`, and says what was recognised and what is missing. At most 32 MiB are looked at.
 *
 * @example
 * ```ts
 * import { explain, parseRequest } from 'drone-webhooks/explain'
 *
 * const parsed = parseRequest('POST /hook HTTP/1.1\r\nX-Drone-Event: user\r\n\r\n{"event":"user"}')
 * if (!parsed.ok) throw new Error(parsed.message)
 * console.log(parsed.kind, parsed.missing) // http [ 'Date', 'Digest', 'Signature' ]
 * console.log(explain(parsed, { secret: 'the secret' }).causes[0]?.code) // header_stripped
 * ```
 */
export function parseRequest(input: string | Uint8Array | ArrayBuffer, options: ParseOptions = {}): ParsedRequest | UnparsedRequest {
  if (!(typeof input === 'string' || isBytes(input) || input instanceof ArrayBuffer)) return nothing('it is neither text nor bytes')
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : new Uint8Array(input)
  if (bytes.length > MAX_BYTES) return nothing(`it has ${bytes.length} bytes, and at most ${MAX_BYTES} are read`)
  const found = find(withoutMark(bytes), options)
  if (!('kind' in found)) return { ok: false, ...found }
  // Raw ones are bounded before, by their lines.
  if (found.headers.length > MAX_LINES) return nothing(`it has ${found.headers.length} headers, and at most ${MAX_LINES} are read`)
  return complete(found)
}

function find(bytes: Uint8Array, options: ParseOptions): Found | Omit<UnparsedRequest, 'ok'> {
  const start = decoder.decode(bytes.subarray(0, 4096)).trimStart()
  if (start === '') return nothing('it is empty')
  if (/^[{[]/.test(start)) return parseJson(decoder.decode(bytes), options.index)
  if (/^(?:[$>%#] *)?curl(?:\.exe)?(?:\s|$)/.test(start)) return parseCurl(decoder.decode(bytes))
  return parseText(bytes)
}

/** Raw HTTP, or a list of headers with or without what surrounds it. */
function parseText(bytes: Uint8Array): Found | Omit<UnparsedRequest, 'ok'> {
  const { head, body, lineEnd } = splitHead(bytes)
  if (head.split('\n', MAX_LINES + 1).length > MAX_LINES)
    return nothing(`it has no empty line among its first ${MAX_LINES} lines, so it is no request`)
  const { line, headers } = parseHeaderLines(head)
  const pseudo = new Map(headers.filter(([name]) => name.startsWith(':')))
  const real = headers.filter(([name]) => !name.startsWith(':'))
  if (real.length === 0) {
    const recognised = line === undefined ? [] : [`the request line ${line.method} ${line.url}`]
    const message =
      line === undefined ? 'no header was found: lines are to be "Name: value"' : 'there are no headers below the request line'
    return { message, recognised, missing: ['headers'] }
  }
  const recognised = [`${real.length} headers`]
  if (line !== undefined) recognised.unshift(`the request line ${line.method} ${line.url}`)
  if (body !== undefined) recognised.push(`a body of ${body.length} bytes`)
  if (lineEnd !== undefined) recognised.push('a line end behind the body, left out: Content-Length does not count it')
  return {
    kind: line === undefined ? 'headers' : 'http',
    method: line?.method ?? pseudo.get(':method'),
    url: line?.url ?? pseudo.get(':path'),
    headers: real,
    body,
    lineEnd,
    recognised,
  }
}

function complete(found: Found): ParsedRequest {
  const typographicQuotes = [...(found.typographicQuotes ?? [])]
  const headers = found.headers.map(([name, value]): [string, string] => {
    const plain = withPlainQuotes(value)
    if (plain !== value) typographicQuotes.push(name.toLowerCase())
    return [name, plain]
  })
  const has = (name: string) => headers.some(([other]) => other.toLowerCase() === name.toLowerCase())
  const missing = EXPECTED.filter((name) => !has(name))
  if (found.body === undefined) missing.push('the body')
  const { kind, method, url, body, lineEnd, recognised } = found
  return { ok: true, kind, method, url, headers, body, lineEnd, typographicQuotes, recognised, missing }
}

/** What word processors make of quotation marks; where there are some, their hyphens and spaces too. */
export function withPlainQuotes(text: string): string {
  if (!/[“”„‟″«»＂‘’‚‛′]/.test(text)) return text
  return text
    .replace(/[“”„‟″«»＂]/g, '"')
    .replace(/[‘’‚‛′]/g, "'")
    .replace(/[‐‑–—]/g, '-')
    .replace(/[\u00a0\u2009\u202f]/g, ' ')
}

function nothing(message: string): UnparsedRequest {
  return { ok: false, message, recognised: [], missing: ['headers'] }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
