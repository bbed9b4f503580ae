/** The raw body: what counts as bytes, and the advice for those who have something else. Knows no signature. */
import { bodyNotBytes, kindOf } from './errors.js'

/** A raw body: its bytes, or text that stands for its UTF-8. */
export type Body = Uint8Array | ArrayBuffer | string

const encoder = new TextEncoder()

// Getters that look at what an object really is, so that bytes of another realm (an iframe, a vm context) count and impostors do not.
const nameOfView = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get
const lengthOfBuffer = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get

const LONE_SURROGATE = /\p{Surrogate}/u

/** Whether text has a UTF-8 form at all. */
export function isWellFormed(text: string): boolean {
  // Of 2023; to compile the pattern costs more than all else of a small verdict.
  const { isWellFormed } = text as { isWellFormed?(): boolean }
  return isWellFormed === undefined ? !LONE_SURROGATE.test(text) : isWellFormed.call(text)
}

/** Whether it is a Uint8Array whose memory nobody else can change while it is being read. */
export function isBytes(value: unknown): value is Uint8Array {
  return nameOfView?.call(value) === 'Uint8Array' && isArrayBuffer((value as Uint8Array).buffer)
}

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    return lengthOfBuffer?.call(value) !== undefined
  } catch {
    return false
  }
}

/** Whether it is a raw body. Encodes and copies nothing: the body of a forgery is not worth it. */
export function isBody(value: unknown): value is Body {
  return typeof value === 'string' ? isWellFormed(value) : isBytes(value) || isArrayBuffer(value)
}

/** Throws `body_not_bytes` for anything else. */
export function checkBody(value: unknown): asserts value is Body {
  if (!isBody(value)) throw bodyNotBytes(`the body is ${describe(value)}, not the raw bytes that were signed: ${advice(value)}`)
}

/** The bytes of what {@link checkBody} has passed, without a copy where it has bytes. */
export function bytesOf(body: Body): Uint8Array {
  if (typeof body === 'string') return encoder.encode(body)
  if (ArrayBuffer.isView(body)) return body
  try {
    return new Uint8Array(body)
  } catch (cause) {
    throw bodyNotBytes('the body is an ArrayBuffer that was given away (transferred): pass the raw bytes before they are', { cause })
  }
}

function describe(value: unknown): string {
  return typeof value === 'string' ? 'text with a lone surrogate' : kindOf(value)
}

const EXPRESS =
  'express: mount the middleware before express.json(), or give the route express.raw({ type: "*/*" }), whose req.body holds the raw bytes'
const NEXT = 'Next.js: await request.arrayBuffer() in a route handler, or bodyParser: false in an API route'
const LAMBDA = 'Lambda: event.body, and Buffer.from(event.body, "base64") where event.isBase64Encoded'
const WORKERS = 'Workers, Deno, Bun: await request.arrayBuffer()'
const GENERAL = `pass the raw body before anything has parsed it. ${EXPRESS}. ${NEXT}. ${LAMBDA}. ${WORKERS}`

/** How to get at the raw body, as far as the value tells where it comes from. */
function advice(value: unknown): string {
  if (typeof value === 'string') return 'it was decoded from bytes on the way; pass the raw bytes'
  if (typeof value !== 'object' || value === null) return GENERAL
  const has = (name: string) => typeof (value as Record<string, unknown>)[name] === 'function'
  if (ArrayBuffer.isView(value)) {
    return isArrayBuffer(value.buffer)
      ? 'pass the raw bytes as a Uint8Array over the same buffer'
      : 'shared memory can change at any time; pass a copy'
  }
  if (has('arrayBuffer')) return 'pass the raw bytes, await body.arrayBuffer()'
  if (has('getReader')) return `a stream has to be read first. ${WORKERS}`
  if (has('pipe')) return `a stream has to be read first: collect its chunks into one raw Buffer, or use createNodeMiddleware. ${EXPRESS}`
  if (has('then')) return 'await it, and pass the raw bytes'
  if (Object.prototype.toString.call(value) === '[object SharedArrayBuffer]') return 'shared memory can change at any time; pass a copy'
  return `a body parser ran before, and what it made cannot be turned back into the raw body. ${EXPRESS}. ${NEXT}`
}

/** Pieces in one, copied even if it is one: a small piece may be part of a large buffer that it would keep in memory. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
