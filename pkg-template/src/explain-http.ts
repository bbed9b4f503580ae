/** Raw HTTP/1.1 and lists of headers, as people paste them: LF for CR LF, the marks of `curl -v`, names and values on lines of their own. */
import { joined } from './body.js'

const LF = 10
const CR = 13

interface RequestLine {
  readonly method: string
  readonly url: string
}

const REQUEST_LINE = /^([A-Z]{3,16}) (\S+)(?: HTTP\/[0-9.]+)?$/
// Names are tokens (RFC 7230, section 3.2.6), or begin with a colon in HTTP/2.
const HEADER = /^(:?[!#$%&'*+.^_`|~0-9A-Za-z-]+):(?!\/\/)(.*)$/s

/** A body, and the line end behind it that is not counted. */
interface Bodied {
  readonly body: Uint8Array
  readonly lineEnd?: string
}

/** The text before the first empty line, and the bytes behind it; no body where there is no such line. */
export function splitHead(bytes: Uint8Array): { readonly head: string } & Partial<Bodied> {
  let start = 0
  while (bytes[start] === LF || bytes[start] === CR) start += 1
  const end = endOfHead(bytes, start)
  const head = decodeHead(bytes.subarray(start, end?.at ?? bytes.length))
  return { head, ...(end && bodyOf(head, bytes.subarray(end.next))) }
}

function endOfHead(bytes: Uint8Array, start: number): { at: number; next: number } | undefined {
  for (let at = bytes.indexOf(LF, start); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return { at, next: at + 2 }
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return { at, next: at + 3 }
    // Copied without the empty line. No header begins with a brace.
    if (bytes[at + 1] === 0x7b) return { at, next: at + 1 }
    // `curl -v` marks the empty line too.
    if (bytes[at + 1] === 0x3e && markedEmpty(bytes, at + 2) !== undefined) return { at, next: markedEmpty(bytes, at + 2) ?? at }
  }
  return undefined
}

function markedEmpty(bytes: Uint8Array, from: number): number | undefined {
  let at = from
  while (bytes[at] === 0x20 || bytes[at] === CR) at += 1
  return bytes[at] === LF ? at + 1 : undefined
}

/** As UTF-8, which copied text is; else byte by byte, as Node reads headers. */
function decodeHead(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return latin1(bytes)
  }
}

/** In pieces, since a call takes only so many arguments. Not `TextDecoder('latin1')`, which is Windows-1252. */
function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

/**
 * Without the chunks it was sent in, and without one line end more than Content-Length counts: that is an editor's, since no server would have read it.
 * What a proxy added is counted.
 */
function bodyOf(head: string, bytes: Uint8Array): Bodied {
  if (/^transfer-encoding:[ \t]*chunked[ \t]*\r?$/im.test(head)) return { body: unchunked(bytes) ?? bytes }
  const length = /^content-length:[ \t]*([0-9]{1,9})[ \t]*\r?$/im.exec(head)?.[1]
  if (length === undefined) return { body: bytes }
  const surplus = latin1(bytes.subarray(Number(length), Number(length) + 3))
  return /^\r?\n$/.test(surplus) ? { body: bytes.subarray(0, Number(length)), lineEnd: surplus } : { body: bytes }
}

/** `chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF` (RFC 7230, section 4.1); undefined where it is not that. */
function unchunked(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = []
  for (let at = 0; ; ) {
    const end = bytes.indexOf(LF, at)
    const length = end === -1 ? undefined : chunkSize(bytes.subarray(at, end))
    if (length === undefined) return undefined
    if (length === 0) break
    parts.push(bytes.subarray(end + 1, end + 1 + length))
    at = end + 1 + length
    if (bytes[at] === CR) at += 1
    if (bytes[at] !== LF) return undefined
    at += 1
  }
  return joined(parts)
}

/** By hand: a body in chunks of one byte has a million of them. What follows the digits is nobody's business here. */
function chunkSize(line: Uint8Array): number | undefined {
  let at = 0
  let size = 0
  for (; at < line.length && at < 8; at += 1) {
    const digit = Number.parseInt(String.fromCharCode(line[at] ?? 0), 16)
    if (Number.isNaN(digit)) break
    size = size * 16 + digit
  }
  const next = line[at]
  const ends = next === undefined || next === CR || next === 0x3b || next === 0x20 || next === 0x09
  return at > 0 && at < 8 && ends ? size : undefined
}

/** The request line, if the first line is one, and the headers. Lines that are neither are left out. */
export function parseHeaderLines(head: string): { line: RequestLine | undefined; headers: [string, string][] } {
  const lines = head.split('\n').map((line) => line.replace(/\r$/, '').replace(/^> ?/, ''))
  const first = REQUEST_LINE.exec(lines[0]?.trim() ?? '')
  const line = first === null ? undefined : { method: first[1] ?? '', url: first[2] ?? '' }
  const rest = line === undefined ? lines : lines.slice(1)
  return { line, headers: inTurns(rest) ?? eachInALine(rest) }
}

const NAME_ALONE = /^:?[!#$%&'*+.^_`|~0-9A-Za-z-]+:$/

/** Developer tools copy names and values as lines of their own, in turn. */
function inTurns(lines: readonly string[]): [string, string][] | undefined {
  const texts = lines.map((line) => line.trim()).filter((line) => line !== '')
  if (texts.length < 2 || !texts.every((text, at) => at % 2 === 1 || NAME_ALONE.test(text))) return undefined
  return Array.from({ length: Math.ceil(texts.length / 2) }, (_, at) => [texts[2 * at]?.slice(0, -1) ?? '', texts[2 * at + 1] ?? ''])
}

function eachInALine(lines: readonly string[]): [string, string][] {
  const headers: [string, string][] = []
  for (const text of lines) {
    const header = HEADER.exec(text.trimStart())
    const last = headers.at(-1)
    // Folded, as RFC 7230, section 3.2.4, has it; else it is a header that somebody has indented.
    if (header !== null) headers.push([header[1] ?? '', trimmed(header[2] ?? '')])
    else if (last !== undefined && /^[ \t]+\S/.test(text)) last[1] += ` ${text.trim()}`
  }
  return headers
}

/** SP and HTAB. Not by a pattern, whose time would grow with the square of the blanks. */
function trimmed(value: string): string {
  let start = 0
  let end = value.length
  while (value[start] === ' ' || value[start] === '\t') start += 1
  while (end > start && (value[end - 1] === ' ' || value[end - 1] === '\t')) end -= 1
  return value.slice(start, end)
}
