/** An inbox in a SQLite file: durable, for one machine, with what the runtime brings along. */
import { configInvalid, kindOf } from '../errors.js'
import type { Delivery } from '../events.js'
import { tell } from '../hooks.js'
import { checkClock, checkCount, checkSeconds, type Time } from '../options.js'
import { type AttemptOptions, Attempts, reasonOf } from './attempts.js'
import { type Acceptance, type DeadLetter, type Inbox, InboxError } from './inbox.js'
import { type DeliveryRecord, fromRecord, toRecord } from './record.js'
import { rememberSecondsOf } from './remember.js'
import { type Database, isBusy } from './sqlite-database.js'
import { openFile, type Statements } from './sqlite-file.js'
import type { State } from './state.js'

/** How a SQLite inbox is set up. */
export interface SqliteInboxOptions extends AttemptOptions {
  /** The file. Several processes of one machine may use it at once; a network file system will not do. */
  readonly path: string
  /** Whose deliveries these are, where several endpoints share a file: the same delivery is new to each. Default `default`. */
  readonly name?: string | undefined
  /** How many deliveries are handled at the same time. Default 1. */
  readonly concurrency?: number | undefined
  /**
   * For how many seconds a delivery in hand is this process's own; it is renewed while the handlers run. After a crash, or where a handler
   * lets nothing else run for so long, others take it up when that time is over. Default 60.
   */
  readonly lease?: number | undefined
  /** For how many seconds handled deliveries are remembered to know duplicates; never less than a replay could be accepted. Default one day. */
  readonly remember?: number | undefined
  /** The tolerance of the verifier before it, in seconds. Default 300. */
  readonly tolerance?: number | undefined
  /** The time. Default `Date.now`. */
  readonly clock?: (() => Time) | undefined
  /** Told of a delivery that is given up after its last attempt. */
  readonly onDead?: ((delivery: Delivery, error: unknown) => void) | undefined
  /** Told when the file cannot be read or written while deliveries are handled; it is tried again. Default `console.error`. */
  readonly onStoreError?: ((error: unknown) => void) | undefined
}

const DEFAULT_LEASE_SECONDS = 60
// A shorter one would be over before it is renewed.
const SHORTEST_LEASE_MS = 100
// What a timer can wait for.
const LONGEST_TIMER_MS = 0x7fff_ffff
// Deliveries that another process has accepted are found so late at most; and so long is waited when the file is out of order.
const POLL_MS = 1000
const FORGET_EVERY_MS = 60_000
// How long it is tried while another process has the file locked, and with which pauses.
const PATIENCE_MS = 5000
const BUSY_PAUSE_MS = 10

interface Claimed {
  readonly sequence: number
  readonly record: string
  /** This one included. */
  readonly attempts: number
  /** Why the attempt before failed. */
  readonly reason: string | null
  readonly lease: string
}

/**
 * An inbox in a SQLite file. What it has accepted is on the disk before the sender is answered, and survives the process. It is handled at
 * least once: after a crash again, so make handlers idempotent by `delivery.id`. Dead letters stay until they are delivered again.
 *
 * Needs `node:sqlite` (Node.js 22.13, Deno 2.2, Bun) or `bun:sqlite`; elsewhere, and for mistakes in the options, it throws
 * `config_invalid`. What SQLite throws on opening is thrown as it is.
 *
 * @example
 * ```ts
 * import { Webhooks } from 'drone-webhooks'
 * import { sqliteInbox } from 'drone-webhooks/sqlite'
 *
 * const inbox = sqliteInbox({ path: 'deliveries.sqlite' })
 * const webhooks = new Webhooks({ secret: 'the secret', inbox })
 * for (const { delivery, reason } of await inbox.deadLetters()) {
 *   console.log(delivery.id, reason)
 *   await inbox.redeliver(delivery.id)
 * }
 * ```
 */
export function sqliteInbox(options: SqliteInboxOptions): SqliteInbox {
  return new SqliteInbox(options)
}

/** What `sqliteInbox` makes. */
export class SqliteInbox implements Inbox {
  readonly state: State
  readonly #database: Database
  readonly #statements: Statements
  readonly #name: string
  readonly #attempts: Attempts
  readonly #concurrency: number
  readonly #leaseMs: number
  readonly #rememberMs: number
  readonly #clock: () => number
  readonly #onDead: ((delivery: Delivery, error: unknown) => void) | undefined
  readonly #onStoreError: (error: unknown) => void
  // What is in hand, by its sequence.
  readonly #running = new Map<number, Promise<void>>()
  #handle: ((delivery: Delivery) => Promise<void>) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #forgotten = 0
  #stopped: Promise<void> | undefined
  #closed = false
  // What is to be read or written before the next one has its turn.
  #before: Promise<unknown> = Promise.resolve()

  /** @internal */
  constructor(options: SqliteInboxOptions) {
    if (typeof options?.path !== 'string' || options.path === '')
      throw configInvalid(`path must be the name of a file, not ${kindOf(options?.path)}`)
    const { name = 'default' } = options
    if (typeof name !== 'string') throw configInvalid(`name must be a string, not ${kindOf(name)}`)
    this.#name = name
    this.#attempts = new Attempts(options)
    this.#concurrency = Math.max(1, checkCount(options.concurrency, 'concurrency', 1))
    this.#leaseMs = Math.max(SHORTEST_LEASE_MS, 1000 * checkSeconds(options.lease, 'lease', DEFAULT_LEASE_SECONDS))
    this.#rememberMs = 1000 * rememberSecondsOf(options)
    this.#clock = checkClock(options.clock)
    this.#onDead = options.onDead
    this.#onStoreError = options.onStoreError ?? ((error) => console.error('drone-webhooks: the SQLite inbox:', error))
    const { database, statements } = openFile(options.path)
    this.#database = database
    this.#statements = statements
    this.state = this.#stateIn()
  }

  async accept(delivery: Delivery): Promise<Acceptance> {
    const record = JSON.stringify(toRecord(delivery))
    const { changes } = await this.#patiently(() => this.#statements.accept.run(this.#name, delivery.id, record))
    if (Number(changes) === 0) return 'duplicate'
    this.#wake(0)
    return 'accepted'
  }

  consume(handle: (delivery: Delivery) => Promise<void>): () => Promise<void> {
    if (this.#handle !== undefined) throw new InboxError('the inbox is in use: every Webhooks needs its own')
    this.#handle = handle
    this.#wake(0)
    return () => this.close()
  }

  async deadLetters(limit?: number): Promise<DeadLetter[]> {
    const most = checkCount(limit, 'limit', 100)
    const rows = (await this.#patiently(() => this.#statements.deadLetters.all(this.#name, most))) as {
      record: string
      reason: string
      attempts: number
      ended: number
    }[]
    return rows.flatMap(({ record, reason, attempts, ended }) => {
      try {
        return [{ delivery: restored(record), reason, attempts, diedAt: new Date(ended) }]
      } catch (error) {
        // Somebody has changed the file: the others are to be seen all the same.
        this.#storeFailed(error)
        return []
      }
    })
  }

  async redeliver(id: string): Promise<boolean> {
    const { changes } = await this.#patiently(() => this.#statements.redeliver.run(this.#name, id))
    this.#wake(0)
    return Number(changes) > 0
  }

  /** Stops handling, once the deliveries in hand are done, and closes the file. For those that only look at dead letters; else `Webhooks` does it. */
  close(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  #now(): number {
    return Math.floor(this.#clock())
  }

  /** Looks for work after so many milliseconds, or earlier if that was planned. A turn later at the earliest: the answer goes first. */
  #wake(ms: number): void {
    if (this.#handle === undefined || this.#stopped !== undefined) return
    if (ms > 0 && this.#timer !== undefined) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#look()
    }, ms)
  }

  /** Takes up what is due, as much as there are hands for. */
  #look(): void {
    try {
      this.#forget()
      while (this.#running.size < this.#concurrency) {
        const claimed = this.#claim()
        if (claimed === undefined) {
          this.#wake(this.#untilNext())
          return
        }
        this.#take(claimed)
      }
      // Another hand is free when one of these is done.
    } catch (error) {
      if (!isBusy(error)) this.#storeFailed(error)
      this.#wake(isBusy(error) ? BUSY_PAUSE_MS : POLL_MS)
    }
  }

  /** What is in hand here stays here, although its lease may be over: the process may have stood still. */
  #inHand(): string {
    return JSON.stringify([...this.#running.keys()])
  }

  #claim(): Claimed | undefined {
    for (;;) {
      const now = this.#now()
      const next = this.#statements.next.get(this.#name, this.#inHand(), now) as { sequence: number } | null | undefined
      if (next === undefined || next === null) return undefined
      const lease = crypto.randomUUID()
      // `all` and not `get`: that stops at the first row, and with it before it is known whether the change could be written.
      const [claimed] = this.#statements.claim.all(lease, now + this.#leaseMs, next.sequence, now) as Omit<Claimed, 'lease'>[]
      if (claimed !== undefined) return { ...claimed, lease }
      // Another process was faster.
    }
  }

  #untilNext(): number {
    const { due } = this.#statements.nextDue.get(this.#name, this.#inHand()) as { due: number | null }
    return due === null ? POLL_MS : Math.min(Math.max(due - this.#now(), 1), POLL_MS)
  }

  #take(claimed: Claimed): void {
    const renewing = setInterval(() => this.#renew(claimed), Math.min(this.#leaseMs / 3, LONGEST_TIMER_MS))
    const run = this.#process(claimed)
      .catch((error) => this.#storeFailed(error))
      .then(() => {
        clearInterval(renewing)
        this.#running.delete(claimed.sequence)
        this.#wake(0)
      })
    this.#running.set(claimed.sequence, run)
  }

  async #process(claimed: Claimed): Promise<void> {
    const { sequence, attempts, lease } = claimed
    let delivery: Delivery
    try {
      delivery = restored(claimed.record)
    } catch (error) {
      this.#storeFailed(error)
      return this.#giveUp(claimed, error)
    }
    // It was in hand so often, and the last time nobody could say how it ended: it may be what ends the process.
    if (attempts > this.#attempts.most) return this.#giveUp({ ...claimed, attempts: attempts - 1 }, endedBefore(claimed), delivery)
    try {
      await this.#attempts.run(async (delivery) => this.#handle?.(delivery), delivery)
    } catch (error) {
      if (attempts >= this.#attempts.most) return this.#giveUp(claimed, error, delivery)
      const due = Math.floor(this.#now() + this.#attempts.pauseMs(attempts))
      await this.#record(() => this.#statements.repeat.run(due, reasonOf(error), sequence, lease))
      return
    }
    await this.#record(() => this.#statements.done.run(this.#now(), sequence, lease))
  }

  async #giveUp({ sequence, attempts, lease }: Claimed, error: unknown, delivery?: Delivery): Promise<void> {
    const given = await this.#record(() => this.#statements.giveUp.run(attempts, reasonOf(error), this.#now(), sequence, lease))
    if (!given || delivery === undefined) return
    tell(() => this.#onDead?.(delivery, error))
  }

  #renew({ sequence, lease }: Claimed): void {
    try {
      this.#statements.renew.run(this.#now() + this.#leaseMs, sequence, lease)
    } catch (error) {
      if (!isBusy(error)) this.#storeFailed(error)
    }
  }

  /** Writes how it went, as soon as that is possible; false where another process has taken it over, or this one is stopped before. */
  async #record(write: () => { changes: number | bigint }): Promise<boolean> {
    for (;;) {
      try {
        const { changes } = await this.#patiently(write)
        return Number(changes) > 0
      } catch (error) {
        this.#storeFailed(error)
        if (this.#stopped !== undefined) return false
      }
      await pause(POLL_MS)
    }
  }

  /**
   * Does it when all before it is done; again and again for a while where another process has the file locked. Whatever else there is to do
   * goes on meanwhile, and of all that wait only the first one tries.
   */
  #patiently<T>(run: () => T): Promise<T> {
    const end = performance.now() + PATIENCE_MS
    const done = this.#before.then(() => this.#untilFree(run, end))
    this.#before = done.catch(() => {})
    return done
  }

  async #untilFree<T>(run: () => T, end: number): Promise<T> {
    for (;;) {
      if (this.#closed) throw new InboxError('the inbox was closed')
      try {
        return run()
      } catch (error) {
        if (!isBusy(error) || performance.now() > end) throw error
      }
      await pause(BUSY_PAUSE_MS)
    }
  }

  #storeFailed(error: unknown): void {
    tell(() => this.#onStoreError(error))
  }

  #forget(): void {
    const now = this.#now()
    if (now - this.#forgotten < FORGET_EVERY_MS && now >= this.#forgotten) return
    this.#statements.forget.run(this.#name, now - this.#rememberMs)
    this.#statements.forgetState.run(this.#name, now)
    this.#forgotten = now
  }

  #stateIn(): State {
    const statements = this.#statements
    return {
      get: async (key) => {
        const found = await this.#patiently(() => statements.get.get(this.#name, key, this.#now()))
        return (found as { value: string } | null | undefined)?.value
      },
      compareAndSet: async (key, expected, value, { ttl } = {}) => {
        const { changes } = await this.#patiently(() => {
          const now = this.#now()
          const expires = ttl === undefined ? null : now + Math.ceil(1000 * ttl)
          return expected === undefined
            ? statements.insert.run(this.#name, key, value, expires, now)
            : statements.update.run(value, expires, this.#name, key, expected, now)
        })
        return Number(changes) > 0
      },
    }
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer)
    await Promise.all(this.#running.values())
    this.#closed = true
    this.#database.close()
  }
}

function restored(record: string): Delivery {
  return fromRecord(JSON.parse(record) as DeliveryRecord)
}

function endedBefore({ reason }: Claimed): Error {
  const before = reason === null ? '' : ` (an attempt before it: ${reason})`
  return new Error(`the process ended, or stood still, while it was handled for the last time${before}`)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
