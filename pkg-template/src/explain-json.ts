/** Requests in JSON: a HAR file or an entry of it, an event of AWS Lambda, an object with headers, headers alone. */
import type { Found, UnparsedRequest } from './explain-parse.js'

type Result = Found | Omit<UnparsedRequest, 'ok'>
type Json = Record<string, unknown>

const encoder = new TextEncoder()

/** Reads the text. */
export function parseJson(text: string, index: number | undefined): Result {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { message: `it looks like JSON and is none: ${(error as Error).message}`, recognised: [], missing: ['headers'] }
  }
  if (Array.isArray(value)) return isPairs(value) ? fromHeaders(value) : unknownJson('a list in JSON')
  if (!isObject(value)) return unknownJson('a value in JSON')
  if (isObject(value.log) && Array.isArray(value.log.entries)) return fromEntries(value.log.entries, index)
  if (isObject(value.request) && value.request.headers !== undefined) return fromHarRequest(value.request, 'an entry of a HAR file')
  if (isHarHeaders(value.headers)) return fromHarRequest(value, 'the request of an entry of a HAR file')
  if (isObject(value.headers) || isPairs(value.headers)) return fromEvent(value)
  if (typeof value.event === 'string' || typeof value.action === 'string') return unknownJson('the body of a webhook')
  return Object.values(value).every(isText) && Object.keys(value).length > 0 ? fromHeaders(value) : unknownJson('an object in JSON')
}

function unknownJson(what: string): Result {
  return { message: `it is ${what}, without headers`, recognised: [what], missing: ['headers'] }
}

function fromEntries(entries: unknown[], index: number | undefined): Result {
  const isSigned = (entry: unknown) =>
    isObject(entry) && isObject(entry.request) && headersOf(entry.request.headers).some(([name]) => name.toLowerCase() === 'signature')
  const at = index ?? Math.max(0, entries.findIndex(isSigned))
  const entry = entries[at]
  const recognised = `a HAR file of ${entries.length} entries`
  if (!isObject(entry) || !isObject(entry.request)) {
    return { message: `the HAR file has ${entries.length} entries, and none at ${at}`, recognised: [recognised], missing: [`entry ${at}`] }
  }
  const found = fromHarRequest(entry.request, recognised)
  return 'kind' in found ? { ...found, recognised: [recognised, `entry ${at}`, ...found.recognised.slice(1)] } : found
}

function fromHarRequest(request: Json, what: string): Result {
  const headers = headersOf(request.headers).filter(([name]) => !name.startsWith(':'))
  if (headers.length === 0) return { message: `${what} has no headers`, recognised: [what], missing: ['headers'] }
  const { postData } = request
  const body =
    postData === undefined || postData === null
      ? new Uint8Array()
      : isObject(postData)
        ? bodyOf(postData.text, postData.encoding === 'base64')
        : undefined
  return found('har', request, headers, body, what)
}

/** Whatever names a framework has for them. */
function fromEvent(event: Json): Result {
  const headers = headersOf(event.headers)
  if (headers.length === 0) return { message: 'its headers are empty', recognised: ['an object with headers'], missing: ['headers'] }
  return found('json', event, headers, bodyOf(event.body, event.isBase64Encoded === true), 'an object with headers')
}

function fromHeaders(headers: unknown): Result {
  return found('json', {}, headersOf(headers), undefined, 'headers in JSON')
}

function found(kind: 'har' | 'json', request: Json, headers: [string, string][], body: Uint8Array | undefined, what: string): Found {
  const text = (...names: string[]) => names.map((name) => request[name]).find((value) => typeof value === 'string') as string | undefined
  const recognised = [what, `${headers.length} headers`]
  if (body !== undefined) recognised.push(`a body of ${body.length} bytes`)
  return { kind, method: text('method', 'httpMethod'), url: text('url', 'rawPath', 'path', 'target'), headers, body, recognised }
}

function bodyOf(body: unknown, isBase64: boolean): Uint8Array | undefined {
  if (typeof body !== 'string') return undefined
  if (!isBase64) return encoder.encode(body)
  try {
    const text = atob(body)
    const bytes = new Uint8Array(text.length)
    // Not Uint8Array.from: its callback makes it half a second for 5 MB.
    for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
    return bytes
  } catch {
    return undefined
  }
}

/** `{ name, value }` of HAR, pairs, or an object. */
function headersOf(headers: unknown): [string, string][] {
  if (isHarHeaders(headers))
    return headers.flatMap((line) => (isText(line.value) ? [[String(line.name), String(line.value)] as [string, string]] : []))
  if (isPairs(headers)) return headers.map(([name, value]) => [name, value])
  if (!isObject(headers)) return []
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isText).map((each): [string, string] => [name, String(each)]),
  )
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function isPairs(value: unknown): value is [string, string][] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((pair) => Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string')
  )
}

function isHarHeaders(value: unknown): value is Json[] {
  return Array.isArray(value) && value.length > 0 && value.every((line) => isObject(line) && typeof line.name === 'string')
}
