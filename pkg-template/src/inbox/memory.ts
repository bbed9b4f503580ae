/** An inbox in memory: bounded, with repeats, and gone with the process. */
import type { Delivery } from '../events.js'
import { tell } from '../hooks.js'
import { checkClock, checkCount, type Time } from '../options.js'
import { type AttemptOptions, Attempts, reasonOf } from './attempts.js'
import { type Acceptance, type DeadLetter, type Inbox, InboxError, InboxFullError } from './inbox.js'
import { rememberSeconds } from './remember.js'
import { memoryState, type State } from './state.js'

/** How a memory inbox is set up. */
export interface MemoryInboxOptions extends AttemptOptions {
  /** The most deliveries that wait to be handled, those that failed and wait for another attempt included. Default 1000. */
  readonly capacity?: number | undefined
  /** The most ids that are remembered to know duplicates. Default 100000, about 20 MB. */
  readonly remembered?: number | undefined
  /** The tolerance of the verifier before it, in seconds: ids are remembered for as long as a replay could be accepted. Default 300. */
  readonly tolerance?: number | undefined
  /** The time, by which ids are forgotten. Default `Date.now`. */
  readonly clock?: (() => Time) | undefined
  /** Told of a delivery that is given up after its last attempt. */
  readonly onDead?: ((delivery: Delivery, error: unknown) => void) | undefined
  /** Whether to leave out the warnings that what waits in memory is lost with the process: once at the start, and when it is stopped. Default false. */
  readonly quiet?: boolean | undefined
}

interface Waiting {
  readonly delivery: Delivery
  readonly attempt: number
}

const DEFAULT_CAPACITY = 1000
const DEFAULT_REMEMBERED = 100_000
// Beyond it the oldest are forgotten, which is told.
const MOST_DEAD_LETTERS = 1000

let warned = false

/**
 * An inbox in memory, for trying out and for what may be lost. **It is not durable**: what waits is lost when the process ends, and
 * Drone does not send it again. Nor is it for platforms that stop a program once it has answered (Workers, Lambda).
 *
 * Deliveries are handled one at a time, after the sender has been answered. When it is full it refuses with `InboxFullError` (answered
 * 503); it never drops silently. Of dead letters the last 1000 are kept. Throws `config_invalid` for a mistake in the options.
 *
 * @example
 * ```ts
 * import { memoryInbox, Webhooks } from 'drone-webhooks'
 *
 * const inbox = memoryInbox({ attempts: 3, onDead: (delivery, error) => console.error('given up', delivery.id, error) })
 * const webhooks = new Webhooks({ secret: 'the secret', inbox })
 * ```
 */
export function memoryInbox(options: MemoryInboxOptions = {}): Inbox {
  return new MemoryInbox(options)
}

class MemoryInbox implements Inbox {
  readonly #capacity: number
  readonly #remembered: number
  readonly #attempts: Attempts
  readonly #memoryMs: number
  readonly #clock: () => number
  readonly #onDead: ((delivery: Delivery, error: unknown) => void) | undefined
  readonly #quiet: boolean
  readonly state: State

  // Until when an id is remembered. In the order of acceptance, and so of expiry.
  readonly #expiries = new Map<string, number>()
  readonly #queue: Waiting[] = []
  readonly #pauses = new Set<ReturnType<typeof setTimeout>>()
  readonly #dead = new Map<string, DeadLetter>()
  // How many are in the queue, in a pause, or in hand.
  #waiting = 0
  #handle: ((delivery: Delivery) => Promise<void>) | undefined
  #running: Promise<void> | undefined
  #stopped = false

  constructor(options: MemoryInboxOptions) {
    this.#capacity = checkCount(options.capacity, 'capacity', DEFAULT_CAPACITY)
    this.#remembered = checkCount(options.remembered, 'remembered', DEFAULT_REMEMBERED)
    this.#attempts = new Attempts(options)
    this.#memoryMs = 1000 * rememberSeconds(options.tolerance)
    this.#clock = checkClock(options.clock)
    this.#onDead = options.onDead
    this.#quiet = options.quiet ?? false
    this.state = memoryState(this.#clock)
  }

  // Without a pause between the look-up and the entry, so that it is atomic.
  async accept(delivery: Delivery): Promise<Acceptance> {
    const now = this.#clock()
    this.#forget(now)
    if (this.#expiries.has(delivery.id)) return 'duplicate'
    if (this.#stopped) throw new InboxError('the inbox was stopped')
    if (this.#waiting >= this.#capacity)
      throw new InboxFullError(`${this.#waiting} deliveries wait to be handled, and there is no room for more`)
    if (this.#expiries.size >= this.#remembered)
      throw new InboxFullError(`${this.#expiries.size} ids are remembered, and there is no room for more`)
    this.#expiries.set(delivery.id, now + this.#memoryMs)
    this.#waiting += 1
    this.#enqueue({ delivery, attempt: 1 })
    return 'accepted'
  }

  consume(handle: (delivery: Delivery) => Promise<void>): () => Promise<void> {
    if (this.#handle !== undefined) throw new InboxError('the inbox is in use: every Webhooks needs its own')
    this.#handle = handle
    this.#warn()
    this.#wake()
    return () => this.#stop()
  }

  async deadLetters(limit?: number): Promise<DeadLetter[]> {
    return [...this.#dead.values()].reverse().slice(0, checkCount(limit, 'limit', 100))
  }

  async redeliver(id: string): Promise<boolean> {
    const letter = this.#dead.get(id)
    if (letter === undefined || this.#stopped) return false
    this.#dead.delete(id)
    this.#waiting += 1
    this.#enqueue({ delivery: letter.delivery, attempt: 1 })
    return true
  }

  #warn(): void {
    if (this.#quiet || warned) return
    warned = true
    console.warn('drone-webhooks: deliveries wait in memory and are lost with the process; memoryInbox({ quiet: true }) if that is meant')
  }

  #forget(now: number): void {
    for (const [id, expiry] of this.#expiries) {
      if (expiry >= now) return
      this.#expiries.delete(id)
    }
  }

  #enqueue(waiting: Waiting): void {
    this.#queue.push(waiting)
    this.#wake()
  }

  /** Starts handling, unless that is going on; not before the answer is on its way. */
  #wake(): void {
    if (this.#handle === undefined || this.#running !== undefined || this.#stopped) return
    this.#running = new Promise((resolve) => setTimeout(resolve, 0)).then(() => this.#run())
  }

  async #run(): Promise<void> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) await this.#attempt(next)
    this.#running = undefined
  }

  #next(): Waiting | undefined {
    return this.#stopped ? undefined : this.#queue.shift()
  }

  async #attempt(waiting: Waiting): Promise<void> {
    try {
      await this.#attempts.run(async (delivery) => this.#handle?.(delivery), waiting.delivery)
      this.#waiting -= 1
    } catch (error) {
      if (waiting.attempt < this.#attempts.most) this.#repeat(waiting)
      else this.#giveUp(waiting, error)
    }
  }

  #repeat({ delivery, attempt }: Waiting): void {
    const pause = setTimeout(() => {
      this.#pauses.delete(pause)
      this.#enqueue({ delivery, attempt: attempt + 1 })
    }, this.#attempts.pauseMs(attempt))
    this.#pauses.add(pause)
  }

  #giveUp({ delivery, attempt }: Waiting, error: unknown): void {
    this.#waiting -= 1
    this.#dead.set(delivery.id, { delivery, reason: reasonOf(error), attempts: attempt, diedAt: new Date(this.#clock()) })
    for (const [oldest, { reason }] of this.#dead) {
      if (this.#dead.size <= MOST_DEAD_LETTERS) break
      this.#dead.delete(oldest)
      console.error(`drone-webhooks: a dead letter is forgotten, since there are too many: ${oldest}, given up because of ${reason}`)
    }
    tell(() => this.#onDead?.(delivery, error))
  }

  async #stop(): Promise<void> {
    this.#stopped = true
    for (const pause of this.#pauses) clearTimeout(pause)
    await this.#running
    if (this.#waiting > 0 && !this.#quiet)
      console.warn(`drone-webhooks: ${this.#waiting} deliveries were not handled, and are lost with the process`)
  }
}
