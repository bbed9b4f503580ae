/** A delivery, whose facts and payload are read only when they are asked for. Knows no verifier: it outlives the one that made it. */
import { checkPayload, details, type Lines } from './core.js'
import type { Delivery, DeliveryJson } from './events.js'
import { hashOnHost } from './hash.js'
import { type Collected, withEvent } from './headers.js'
import { FINAL_STATUSES, type Payload } from './payload.js'

interface Facts {
  readonly id: string
  readonly signedAtMs: number
  readonly signedHeaders: readonly string[]
  readonly keyId: string
}

interface Content {
  readonly event: string | undefined
  readonly action: string | undefined
  readonly payload: Payload
}

// What the core says of a payload: whether it has an event, or what its shape tells.
const NO_WEBHOOK = 0
const OWN_EVENT = 1
const EVENT_BY_SHAPE: readonly (string | undefined)[] = [undefined, undefined, 'user', 'repo', 'build', undefined]

// A byte order mark is no part of JSON, so it must not be swallowed.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @internal Makes a delivery from lines that are authentic and a body whose digest was right. */
export function newDelivery(signed: Collected, body: Uint8Array): Delivery {
  // The class cannot know which member of the union it is before the body has been read; the getters make it true.
  return new SignedDelivery(signed, body) as unknown as Delivery
}

class SignedDelivery {
  readonly body: Uint8Array
  // The lines that were signed, from which everything can be told again.
  readonly #signed: Collected
  #facts: Facts | undefined
  #content: Content | undefined

  constructor(signed: Collected, body: Uint8Array) {
    this.body = body
    this.#signed = signed
  }

  get id(): string {
    return this.#readFacts().id
  }

  get signedAt(): Date {
    return new Date(this.#readFacts().signedAtMs)
  }

  get keyId(): string {
    return this.#readFacts().keyId
  }

  get signedHeaders(): readonly string[] {
    return this.#readFacts().signedHeaders
  }

  get event(): string | undefined {
    return this.#readContent().event
  }

  get action(): string | undefined {
    return this.#readContent().action
  }

  get payload(): Payload {
    return this.#readContent().payload
  }

  toJSON(): DeliveryJson {
    const { id, event, action, signedAt, keyId, payload } = this
    return { id, event, action, signedAt: signedAt.toISOString(), keyId, payload }
  }

  #readFacts(): Facts {
    this.#facts ??= parseFacts(details(this.#signed))
    return this.#facts
  }

  #readContent(): Content {
    this.#content ??= readContent(withEvent(this.#signed), this.body)
    return this.#content
  }
}

function parseFacts(text: string): Facts {
  const [id = '', signedAt = '', names = '', keyId = ''] = text.split('\n')
  return { id, signedAtMs: Date.parse(signedAt), signedHeaders: Object.freeze(names.split(' ')), keyId }
}

function readContent(lines: Lines, body: Uint8Array): Content {
  // The core hashes the body once more, or is told its hash, and judges the text; then the runtime's own parser reads it.
  const shape = checkPayload(lines, body, hashOnHost(body))
  const payload = JSON.parse(decoder.decode(body)) as Payload
  if (shape === NO_WEBHOOK) return { event: undefined, action: undefined, payload }
  return { event: shape === OWN_EVENT ? payload.event : EVENT_BY_SHAPE[shape], action: payload.action, payload }
}

/**
 * Whether a build is at its end: its status is success, failure, error, killed, skipped or declined. Drone sends no event for that;
 * it can come more than once for a build.
 *
 * @example
 * ```ts
 * import { isCompleted } from 'drone-webhooks'
 *
 * console.log(isCompleted({ build: { status: 'killed' } })) // true
 * console.log(isCompleted({ build: { status: 'running' } })) // false
 * ```
 */
export function isCompleted(payload: Pick<Payload, 'build'>): boolean {
  const status: unknown = payload.build?.status
  return typeof status === 'string' && FINAL_STATUSES.includes(status)
}
