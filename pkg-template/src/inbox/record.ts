/** A delivery as plain data, for inboxes that keep it outside of the process. */
import type { Delivery, DeliveryJson } from '../events.js'
import type { Payload } from '../payload.js'
import { InboxError } from './inbox.js'

/**
 * A delivery as plain data: `JSON.stringify` takes it and `fromRecord` makes the delivery again, with every byte of its body.
 * Times are ISO 8601.
 */
export interface DeliveryRecord {
  /** Of this form. */
  readonly version: 1
  readonly id: string
  readonly event?: string
  readonly action?: string
  readonly signedAt: string
  readonly keyId: string
  readonly signedHeaders: readonly string[]
  /** The body's text. It is UTF-8 without a byte order mark, or the delivery would have been refused, so this is the same bytes. */
  readonly body: string
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/**
 * What an inbox stores of a delivery. Throws what reading the delivery throws.
 *
 * @example
 * ```ts
 * import { fromRecord, sign, toRecord, verify } from 'drone-webhooks'
 *
 * const body = '{"event":"user","action":"created"}'
 * const delivery = verify({ headers: sign({ body }, { secret: 'the secret' }), body }, { secret: 'the secret' })
 * const stored = JSON.stringify(toRecord(delivery))
 * console.log(fromRecord(JSON.parse(stored)).id === delivery.id) // true
 * ```
 */
export function toRecord(delivery: Delivery): DeliveryRecord {
  const { id, signedAt, keyId, signedHeaders } = delivery
  const { event, action }: { event: string | undefined; action: string | undefined } = delivery
  return {
    version: 1,
    id,
    ...(event !== undefined && { event }),
    ...(action !== undefined && { action }),
    signedAt: signedAt.toISOString(),
    keyId,
    signedHeaders: [...signedHeaders],
    body: decoder.decode(delivery.body),
  }
}

/**
 * The delivery that was stored. **Nothing is verified again**: the store is trusted, so give it nothing else. Throws an `InboxError`
 * for what is no record.
 *
 * @example
 * ```ts
 * import { fromRecord } from 'drone-webhooks'
 *
 * const delivery = fromRecord({
 *   version: 1,
 *   id: 'f'.repeat(64),
 *   event: 'repo',
 *   action: 'enabled',
 *   signedAt: '2026-11-22T06:11:54.000Z',
 *   keyId: 'hmac-key',
 *   signedHeaders: ['date', 'digest'],
 *   body: '{"event":"repo","action":"enabled","repo":{"slug":"octocat/hello-world"}}',
 * })
 * console.log(delivery.payload.repo?.slug) // octocat/hello-world
 * ```
 */
export function fromRecord(record: DeliveryRecord): Delivery {
  if (!isRecord(record)) throw new InboxError('what was stored is no record of a delivery, or of another version of this package')
  // As in newDelivery: the getters make it true.
  return new StoredDelivery(record) as unknown as Delivery
}

function isRecord(value: unknown): value is DeliveryRecord {
  const { version, id, signedAt, body } = (value ?? {}) as Partial<DeliveryRecord>
  return version === 1 && typeof id === 'string' && typeof signedAt === 'string' && typeof body === 'string'
}

class StoredDelivery {
  readonly id: string
  readonly event: string | undefined
  readonly action: string | undefined
  readonly keyId: string
  readonly signedHeaders: readonly string[]
  readonly #record: DeliveryRecord
  #payload: Payload | undefined

  constructor(record: DeliveryRecord) {
    this.id = record.id
    this.event = record.event
    this.action = record.action
    this.keyId = record.keyId
    this.signedHeaders = Object.freeze([...record.signedHeaders])
    this.#record = record
  }

  get signedAt(): Date {
    return new Date(this.#record.signedAt)
  }

  get body(): Uint8Array {
    return encoder.encode(this.#record.body)
  }

  get payload(): Payload {
    this.#payload ??= JSON.parse(this.#record.body) as Payload
    return this.#payload
  }

  toJSON(): DeliveryJson {
    const { id, event, action, keyId, payload } = this
    return { id, event, action, signedAt: this.#record.signedAt, keyId, payload }
  }
}
