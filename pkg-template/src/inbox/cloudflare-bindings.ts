/** Cloudflare's bindings, as far as they are used: its own types fit, and need not be installed. And what goes through them. */
import { InboxError } from './inbox.js'
import type { DeliveryRecord } from './record.js'

/** The binding of a Durable Object's class: `DurableObjectNamespace`. */
export interface ObjectBinding {
  getByName(name: string): {
    fetch(url: string, init: { method: string; body: string }): Promise<ObjectResponse>
  }
}

/** Of a `Response` what is used here. */
export interface ObjectResponse {
  readonly ok: boolean
  json(): Promise<unknown>
  text(): Promise<string>
}

/** The binding of a queue's producer: `Queue`. */
export interface QueueBinding {
  send(message: unknown, options?: { contentType?: 'json' }): Promise<unknown>
}

/** A delivery on the queue, as its consumer gets it: `Message`. */
export interface QueueMessage {
  readonly id: string
  readonly body: unknown
  /** How often it was handed out, this time included. */
  readonly attempts: number
  ack(): void
  retry(options?: { delaySeconds?: number }): void
}

/** What a queue's consumer is called with: `MessageBatch`. */
export interface QueueBatch {
  /** The queue's name. */
  readonly queue: string
  readonly messages: readonly QueueMessage[]
}

/** What a Durable Object is made with: `DurableObjectState`. */
export interface ObjectState {
  readonly storage: ObjectStorage
}

/** The storage of a Durable Object of a class that was made with `new_sqlite_classes`: `DurableObjectStorage`. */
export interface ObjectStorage {
  readonly sql: {
    // Of its values only these are used; Cloudflare's type has its own name for them.
    exec(query: string, ...values: (string | number | ArrayBuffer | null)[]): { toArray(): Record<string, unknown>[] }
  }
  transactionSync<T>(run: () => T): T
  getAlarm(): Promise<number | null>
  setAlarm(time: number): Promise<void>
}

/** @internal What a message holds: the whole record, or, where a message is too small for it, whose record the Durable Object keeps. */
export type MessageContent = DeliveryRecord | KeptRecord

/** @internal */
export interface KeptRecord {
  readonly version: 1
  readonly id: string
  readonly kept: true
}

/** @internal What a message holds. Throws an `InboxError` for one that does not come from here. */
export function contentOf(body: unknown): MessageContent {
  const { version, id } = (body ?? {}) as Partial<MessageContent>
  if (version === 1 && typeof id === 'string') return body as MessageContent
  throw new InboxError('the message is no delivery, or of another version of drone-webhooks')
}

/** @internal */
export function isKept(content: MessageContent): content is KeptRecord {
  return (content as KeptRecord).kept === true
}

/** @internal What is asked of the Durable Object. */
export type Call =
  | { readonly do: 'accept'; readonly record: DeliveryRecord; readonly queue: string; readonly remember: number }
  | {
      readonly do: 'take'
      readonly id: string
      readonly kept: boolean
      readonly attempts: number
      readonly alone: boolean
      readonly remember: number
    }
  | { readonly do: 'complete'; readonly id: string; readonly remember: number }
  | { readonly do: 'fail'; readonly id: string; readonly reason: string; readonly attempts: number; readonly remember: number }
  | { readonly do: 'bury'; readonly id: string; readonly body: unknown }
  | { readonly do: 'list'; readonly limit: number }
  | { readonly do: 'redeliver'; readonly id: string; readonly queue: string }
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'set'; readonly key: string; readonly expected: string | null; readonly value: string; readonly ttl: number | null }

/**
 * @internal What it answers to `take`: the record where the message has none; that it was handled to its end before; or that as many
 * attempts as are `broken` did not say how they ended, so that it is handed out only to who handles nothing else meanwhile.
 */
export type Taken =
  | { readonly is: 'new'; readonly record: string | null }
  | { readonly is: 'handled' }
  | { readonly is: 'suspect'; readonly broken: number }

/** @internal What it answers to `list`, and, for one, to `bury`. */
export interface Buried {
  readonly id: string
  readonly record: string
  readonly reason: string
  readonly attempts: number
  readonly died: number
}
