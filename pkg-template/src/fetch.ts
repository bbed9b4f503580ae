/** Reads the body of a fetch `Request`, within a bound. */
import { isBytes, joined } from './body.js'
import { bodyNotBytes, configInvalid, kindOf, WebhookVerificationError } from './errors.js'

/** Throws `config_invalid` for what is no fetch `Request`, such as the request of node:http. */
export function checkRequest(request: Request): void {
  const { headers, body, arrayBuffer } = (request ?? {}) as Partial<Request>
  const readable = body === undefined || body === null || typeof body.getReader === 'function'
  if (typeof headers?.get === 'function' && readable && typeof arrayBuffer === 'function') return
  throw configInvalid(
    `a fetch Request is wanted, not ${kindOf(request)}: in node:http and express use createNodeMiddleware, or verify with the raw bytes`,
  )
}

/**
 * The whole body; or, where that has more than `limit` bytes, how many it has at least. Then nothing more is read.
 * Throws `body_not_bytes` where the body was read before, or breaks off.
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array | number> {
  if (request.bodyUsed || request.body?.locked) {
    throw bodyNotBytes(
      'the body of this Request was read before, and can be read once only: verify a request.clone(), or use verify with the raw bytes',
    )
  }
  const declared = declaredLength(request.headers.get('content-length'))
  if (declared > limit) {
    cancel(request)
    return declared
  }
  try {
    return await readStream(request, limit)
  } catch (cause) {
    if (WebhookVerificationError.is(cause)) throw cause
    throw brokenOff(cause)
  }
}

/** The refusal of a body that broke off on its way: what has come is not what was sent, and nobody is there to be answered. */
export function brokenOff(cause: unknown): WebhookVerificationError {
  return bodyNotBytes('the body broke off before its end: the delivery is lost, since Drone does not send it again', { cause })
}

/** Whether it is one. */
export function isBrokenOff(error: unknown): error is WebhookVerificationError {
  return WebhookVerificationError.is(error) && error.code === 'body_not_bytes' && error.cause !== undefined
}

/** What Content-Length says; 0 where it says nothing. */
export function declaredLength(value: string | null | undefined): number {
  return value !== null && value !== undefined && /^[0-9]+$/.test(value) ? Number(value) : 0
}

/** Gives up a body that nobody is going to read. */
export function cancel(request: Request): void {
  // A body that is already being read by somebody else is theirs to give up.
  const { body } = (request ?? {}) as Partial<Request>
  if (typeof body?.cancel === 'function') body.cancel().catch(() => {})
}

async function readStream(request: Request, limit: number): Promise<Uint8Array | number> {
  const chunks = new Chunks(limit)
  if (request.body === null) return chunks.joined()
  // Firefox has no Request.body.
  if (request.body === undefined) return chunks.add(new Uint8Array(await request.arrayBuffer())) ? chunks.joined() : chunks.length
  const reader = request.body.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (chunks.add(next.value)) continue
    reader.cancel().catch(() => {})
    return chunks.length
  }
  return chunks.joined()
}

/** Pieces of a body, up to a bound. */
export class Chunks {
  length = 0
  readonly #limit: number
  readonly #chunks: Uint8Array[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** False for the piece that goes beyond the bound. */
  add(chunk: unknown): boolean {
    if (!isBytes(chunk)) {
      throw bodyNotBytes(
        `the body comes in pieces that are ${kindOf(chunk)}, not the raw bytes: take the decoder off the stream (setEncoding, TextDecoderStream)`,
      )
    }
    this.length += chunk.length
    if (this.length > this.#limit) return false
    this.#chunks.push(chunk)
    return true
  }

  /** All of them in one. */
  joined(): Uint8Array {
    return joined(this.#chunks)
  }
}
