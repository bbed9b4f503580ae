/** A request that came, with its verdict and why, as plain data. */
import type { IncomingMessage } from 'node:http'
import { joined } from '../../body.js'
import { codes } from '../../codes.js'
import { WebhookVerificationError } from '../../errors.js'
import type { Explanation } from '../../explain-types.js'
import type { VerifierOptions } from '../../options.js'
import type { Verifier } from '../../verifier.js'
import { utf8 } from '../input.js'
import { subject } from '../subject.js'

/** What is printed with --json, and what the live tab gets. */
export interface Examined {
  /** From 1 up. */
  readonly number: number
  readonly receivedAt: string
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: readonly (readonly [string, string])[]
    /** The body's text, or its bytes where it is no UTF-8. */
    readonly body?: string
    readonly bodyBase64?: string
  }
  readonly ok: boolean
  /** Null of an authentic one. */
  readonly code: string | null
  readonly message?: string
  /** What was answered. */
  readonly status: number
  readonly id?: string
  readonly event?: string | undefined
  readonly action?: string | undefined
  readonly subject?: string
  /** Of all but one that was too large to be read; no MAC that was computed with the secret is in it. */
  readonly explanation?: Explanation
}

type Verdict = Omit<Examined, 'number' | 'receivedAt' | 'request' | 'explanation'>

/** Examines one request after the other. */
export class Examiner {
  #number = 0

  constructor(
    readonly verifier: Verifier,
    readonly options: VerifierOptions,
  ) {}

  /** Reads the body of a forgery too: it is here to be looked at. Rejects where it breaks off. */
  async examine(incoming: IncomingMessage): Promise<Examined> {
    const now = Date.now()
    const { method = '', url = '', rawHeaders } = incoming
    const body = await readBody(incoming, this.verifier.maxBodyBytes)
    const request = { method, url, headers: pairs(rawHeaders), body: body ?? new Uint8Array() }
    const verdict = body === undefined ? TOO_LARGE : this.#verdict(request, now)
    const { explain } = await import('../../explain.js')
    this.#number += 1
    return {
      number: this.#number,
      receivedAt: new Date(now).toISOString(),
      request: { method, url, headers: request.headers, ...shownBody(request.body) },
      ...verdict,
      ...(body !== undefined && { explanation: explain(request, { ...this.options, now }) }),
    }
  }

  #verdict(request: Parameters<Verifier['verify']>[0], now: number): Verdict {
    try {
      const delivery = this.verifier.verify(request, { now })
      const { id, event, action } = delivery as { id: string; event: string | undefined; action: string | undefined }
      return { ok: true, code: null, status: 202, id, event, action, subject: subject(delivery) }
    } catch (error) {
      if (!WebhookVerificationError.is(error)) throw error
      return { ok: false, code: error.code, message: error.message, status: error.status }
    }
  }
}

const TOO_LARGE: Verdict = {
  ok: false,
  code: 'body_too_large',
  message: 'the body is larger than 4 MiB; it was not read',
  status: codes.body_too_large,
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at] ?? '', raw[2 * at + 1] ?? ''])
}

function shownBody(bytes: Uint8Array): { body: string } | { bodyBase64: string } {
  const text = utf8(bytes)
  return text === undefined ? { bodyBase64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) } : { body: text }
}

/** The body, or undefined beyond the limit, where nothing more is read. */
function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  // Not `for await`: leaving it early destroys the socket, and the answer with it.
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let length = 0
    request.on('data', (data) => {
      const chunk = data as Uint8Array
      length += chunk.length
      if (length <= limit) chunks.push(chunk)
      else {
        request.pause()
        resolve(undefined)
      }
    })
    request.on('end', () => resolve(joined(chunks)))
    for (const event of ['error', 'close']) request.on(event, () => reject(new Error('the sender has closed the connection')))
  })
}
