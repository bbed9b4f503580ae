/** Where accepted deliveries wait to be handled. */
import type { Delivery } from '../events.js'
import type { State } from './state.js'

/** `duplicate`: it was accepted before, and is not going to be handled again. */
export type Acceptance = 'accepted' | 'duplicate'

/**
 * Where accepted deliveries wait to be handled. Drone ignores the answer, never retries, and waits for it inside the build: so a
 * receiver stores a delivery, answers, and handles it afterwards.
 *
 * @example
 * ```ts
 * import { type Inbox, Webhooks } from 'drone-webhooks'
 *
 * // Handles at once and forgets: for tests.
 * function directInbox(): Inbox {
 *   let handle: ((delivery: Parameters<Inbox['accept']>[0]) => Promise<void>) | undefined
 *   return {
 *     async accept(delivery) {
 *       await handle?.(delivery)
 *       return 'accepted'
 *     },
 *     consume(given) {
 *       handle = given
 *     },
 *   }
 * }
 *
 * const webhooks = new Webhooks({ secret: 'the secret', inbox: directInbox() })
 * ```
 */
export interface Inbox {
  /**
   * Stores a delivery; atomic on `delivery.id`, so that of two equal ones at the same time one is the duplicate.
   * Rejects when it cannot: the sender is then answered 503.
   */
  accept(delivery: Delivery): Promise<Acceptance>

  /**
   * Starts handling: `handle` is called for every stored delivery, at least once, and again later where it rejects.
   * Called once, before the first `accept`. May give a function that stops it, once the delivery in hand is done.
   */
  consume(handle: (delivery: Delivery) => Promise<void>): (() => Promise<void>) | void

  /** What must happen once per build is decided here; without it in memory, and so once per process. */
  readonly state?: State | undefined

  /** What was given up, the latest first; at most `limit` of them, 100 by default. */
  deadLetters?(limit?: number): Promise<DeadLetter[]>

  /** Puts a dead letter back, to be tried as often as a new delivery; false where there is none of this id. */
  redeliver?(id: string): Promise<boolean>
}

/** A delivery that was given up. */
export interface DeadLetter {
  readonly delivery: Delivery
  /** Why, from the last attempt. */
  readonly reason: string
  /** How often it was tried. */
  readonly attempts: number
  /** When it was given up. */
  readonly diedAt: Date
}

/**
 * The inbox could not take an authentic delivery: full, down, or stopped. Whatever an inbox throws is wrapped in one of these, as its `cause`.
 *
 * @example
 * ```ts
 * import { InboxError } from 'drone-webhooks'
 *
 * const error = new InboxError('the database is down')
 * console.log(error.status) // 503
 * ```
 */
export class InboxError extends Error {
  /** The HTTP status to answer with. */
  readonly status = 503
  /** The delivery that could not be taken; Drone does not send it again. */
  delivery?: Delivery

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'InboxError'
  }
}

/**
 * The inbox has no room: handling is too slow or stands still. Nothing that was accepted is given up for it.
 *
 * @example
 * ```ts
 * import { InboxFullError, memoryInbox, Webhooks } from 'drone-webhooks'
 *
 * const webhooks = new Webhooks({ secret: 'the secret', inbox: memoryInbox({ capacity: 10 }) })
 * webhooks.onError(error => {
 *   if (error instanceof InboxFullError) console.error('deliveries are being lost')
 * })
 * ```
 */
export class InboxFullError extends InboxError {
  constructor(message: string) {
    super(message)
    this.name = 'InboxFullError'
  }
}
