/** An inbox in a SQLite file: durable, for one machine, with what the runtime brings along. */
import { configInvalid, kindOf } from '../errors.js'
import type { Delivery } from '../events.js'
import { checkClock, checkCount, checkSeconds, DEFAULT_TOLERANCE_SECONDS, type Time } from '../options.js'
import { type AttemptOptions, Attempts, reasonOf } from './attempts.js'
import { type Acceptance, type DeadLetter, type Inbox, InboxError } from './inbox.js'
import { type DeliveryRecord, fromRecord, toRecord } from './record.js'
import { type Database, openDatabase, type Statement } from './sqlite-database.js'
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
   * For how many seconds a delivery in hand is this process's own; it is renewed while the handlers run. After a crash others take it up
   * when that time is over. Default 60.
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

const SCHEMA_VERSION = 1
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS deliveries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    inbox TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'waiting', -- or done, dead
    record TEXT, -- until it is done
    attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL, -- when to try next; for one in hand, when its lease is over
    lease TEXT, -- of the one that has it in hand
    reason TEXT,
    ended INTEGER,
    UNIQUE (inbox, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (inbox, status, due);
  CREATE TABLE IF NOT EXISTS state (
    inbox TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    expires INTEGER,
    PRIMARY KEY (inbox, key)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`
const SQL = {
  accept: 'INSERT INTO deliveries (inbox, id, record, due) VALUES (?, ?, ?, ?) ON CONFLICT (inbox, id) DO NOTHING',
  claim: `UPDATE deliveries SET lease = ?, due = ?, attempts = attempts + 1 WHERE sequence =
    (SELECT sequence FROM deliveries WHERE inbox = ? AND status = 'waiting' AND due <= ? ORDER BY due, sequence LIMIT 1)
    RETURNING sequence, id, record, attempts`,
  nextDue: "SELECT min(due) AS due FROM deliveries WHERE inbox = ? AND status = 'waiting'",
  renew: 'UPDATE deliveries SET due = ? WHERE sequence = ? AND lease = ?',
  done: "UPDATE deliveries SET status = 'done', record = NULL, lease = NULL, ended = ? WHERE sequence = ? AND lease = ?",
  repeat: 'UPDATE deliveries SET lease = NULL, due = ?, reason = ? WHERE sequence = ? AND lease = ?',
  giveUp: "UPDATE deliveries SET status = 'dead', lease = NULL, reason = ?, ended = ? WHERE sequence = ? AND lease = ?",
  forget: "DELETE FROM deliveries WHERE inbox = ? AND status = 'done' AND ended < ?",
  deadLetters:
    "SELECT record, reason, attempts, ended FROM deliveries WHERE inbox = ? AND status = 'dead' ORDER BY ended DESC, sequence DESC LIMIT ?",
  redeliver: "UPDATE deliveries SET status = 'waiting', attempts = 0, due = ?, ended = NULL WHERE inbox = ? AND id = ? AND status = 'dead'",
  get: 'SELECT value FROM state WHERE inbox = ? AND key = ? AND (expires IS NULL OR expires >= ?)',
  // One that has expired counts as none.
  insert: `INSERT INTO state (inbox, key, value, expires) VALUES (?, ?, ?, ?)
    ON CONFLICT (inbox, key) DO UPDATE SET value = excluded.value, expires = excluded.expires WHERE state.expires < ?`,
  update: 'UPDATE state SET value = ?, expires = ? WHERE inbox = ? AND key = ? AND value = ? AND (expires IS NULL OR expires >= ?)',
  forgetState: 'DELETE FROM state WHERE inbox = ? AND expires < ?',
} as const

const DEFAULT_LEASE_SECONDS = 60
const DEFAULT_REMEMBER_SECONDS = 24 * 60 * 60
// Deliveries that another process has accepted are found so late at most; and so long is waited when the file is out of order.
const POLL_MS = 1000
const FORGET_EVERY_MS = 60_000

interface Claimed {
  readonly sequence: number
  readonly id: string
  readonly record: string
  readonly attempts: number
  readonly lease: string
}

/**
 * An inbox in a SQLite file. What it has accepted is on the disk before the sender is answered, and survives the process. It is handled at
 * least once: after a crash again, so make handlers idempotent by `delivery.id`.
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
  readonly #statements: { readonly [Name in keyof typeof SQL]: Statement }
  readonly #name: string
  readonly #attempts: Attempts
  readonly #concurrency: number
  readonly #leaseMs: number
  readonly #rememberMs: number
  readonly #clock: () => number
  readonly #onDead: ((delivery: Delivery, error: unknown) => void) | undefined
  readonly #onStoreError: (error: unknown) => void
  readonly #running = new Set<Promise<void>>()
  #handle: ((delivery: Delivery) => Promise<void>) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #forgotten = 0
  #stopped = false

  /** @internal */
  constructor(options: SqliteInboxOptions) {
    if (typeof options?.path !== 'string' || options.path === '')
      throw configInvalid(`path must be the name of a file, not ${kindOf(options?.path)}`)
    const { name = 'default' } = options
    if (typeof name !== 'string') throw configInvalid(`name must be a string, not ${kindOf(name)}`)
    this.#name = name
    this.#attempts = new Attempts(options)
    this.#concurrency = Math.max(1, checkCount(options.concurrency, 'concurrency', 1))
    this.#leaseMs = Math.max(1, 1000 * checkSeconds(options.lease, 'lease', DEFAULT_LEASE_SECONDS))
    const replayable = 2 * checkSeconds(options.tolerance, 'tolerance', DEFAULT_TOLERANCE_SECONDS) + 1
    this.#rememberMs = 1000 * Math.max(replayable, checkSeconds(options.remember, 'remember', DEFAULT_REMEMBER_SECONDS))
    this.#clock = checkClock(options.clock)
    this.#onDead = options.onDead
    this.#onStoreError = options.onStoreError ?? ((error) => console.error('drone-webhooks: the SQLite inbox:', error))
    this.#database = openDatabase(options.path)
    this.#prepareFile(options.path)
    const entries = Object.entries(SQL).map(([name, sql]) => [name, this.#database.prepare(sql)])
    this.#statements = Object.fromEntries(entries)
    this.state = this.#stateIn()
  }

  #prepareFile(path: string): void {
    // A writer waits for another one, which needs a moment only. FULL: an answer is given when the disk has it.
    this.#database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    const { user_version: version } = this.#database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version > SCHEMA_VERSION) throw configInvalid(`${path} was written by a later version of drone-webhooks`)
    if (version < SCHEMA_VERSION) this.#database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`)
  }

  async accept(delivery: Delivery): Promise<Acceptance> {
    if (this.#stopped) throw new InboxError('the inbox was stopped')
    const { changes } = this.#statements.accept.run(this.#name, delivery.id, JSON.stringify(toRecord(delivery)), this.#now())
    if (Number(changes) === 0) return 'duplicate'
    this.#wake(0)
    return 'accepted'
  }

  consume(handle: (delivery: Delivery) => Promise<void>): () => Promise<void> {
    if (this.#handle !== undefined) throw new InboxError('the inbox is in use: every Webhooks needs its own')
    this.#handle = handle
    this.#wake(0)
    return () => this.#stop()
  }

  async deadLetters(limit = 100): Promise<DeadLetter[]> {
    const rows = this.#statements.deadLetters.all(this.#name, limit) as {
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
    const { changes } = this.#statements.redeliver.run(this.#now(), this.#name, id)
    this.#wake(0)
    return Number(changes) > 0
  }

  #now(): number {
    return Math.floor(this.#clock())
  }

  /** Looks for work after so many milliseconds, or earlier if that was planned. A turn later at the earliest: the answer goes first. */
  #wake(ms: number): void {
    if (this.#handle === undefined || this.#stopped) return
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
      while (this.#running.size < this.#concurrency && !this.#stopped) {
        const claimed = this.#claim()
        if (claimed === undefined) {
          this.#wake(this.#untilNext())
          return
        }
        const run = this.#process(claimed).finally(() => {
          this.#running.delete(run)
          this.#wake(0)
        })
        this.#running.add(run)
      }
      // Another hand is free when one of these is done.
    } catch (error) {
      this.#storeFailed(error)
      this.#wake(POLL_MS)
    }
  }

  #claim(): Claimed | undefined {
    const now = this.#now()
    const lease = crypto.randomUUID()
    const row = this.#statements.claim.get(lease, now + this.#leaseMs, this.#name, now) as Omit<Claimed, 'lease'> | null | undefined
    return row === undefined || row === null ? undefined : { ...row, lease }
  }

  #untilNext(): number {
    const { due } = this.#statements.nextDue.get(this.#name) as { due: number | null }
    return due === null ? POLL_MS : Math.min(Math.max(due - this.#now(), 1), POLL_MS)
  }

  async #process(claimed: Claimed): Promise<void> {
    const renewing = setInterval(
      () => this.#write('renew', this.#now() + this.#leaseMs, claimed.sequence, claimed.lease),
      this.#leaseMs / 3,
    )
    let delivery: Delivery | undefined
    try {
      delivery = restored(claimed.record)
      // It was in hand so often and nobody could say how it ended: it may be what ends the process.
      if (claimed.attempts > this.#attempts.most) throw new Error('the process ended each time while it was handled')
      await this.#attempts.run(async (delivery) => this.#handle?.(delivery), delivery)
      this.#write('done', this.#now(), claimed.sequence, claimed.lease)
    } catch (error) {
      this.#failed(claimed, delivery, error)
    } finally {
      clearInterval(renewing)
    }
  }

  #failed({ sequence, attempts, lease }: Claimed, delivery: Delivery | undefined, error: unknown): void {
    const reason = reasonOf(error)
    if (delivery !== undefined && attempts < this.#attempts.most) {
      this.#write('repeat', this.#now() + this.#attempts.pauseMs(attempts), reason, sequence, lease)
      return
    }
    this.#write('giveUp', reason, this.#now(), sequence, lease)
    if (delivery === undefined) return
    try {
      this.#onDead?.(delivery, error)
    } catch {
      // What it does with the news must not keep the next delivery from being handled.
    }
  }

  /** Writes how it went. Where that fails, the lease ends and it is handled again. */
  #write(statement: 'renew' | 'done' | 'repeat' | 'giveUp', ...values: (string | number)[]): void {
    try {
      this.#statements[statement].run(...values)
    } catch (error) {
      this.#storeFailed(error)
    }
  }

  #storeFailed(error: unknown): void {
    try {
      this.#onStoreError(error)
    } catch {
      // It is tried again all the same.
    }
  }

  #forget(): void {
    const now = this.#now()
    if (now - this.#forgotten < FORGET_EVERY_MS && now >= this.#forgotten) return
    this.#forgotten = now
    this.#statements.forget.run(this.#name, now - this.#rememberMs)
    this.#statements.forgetState.run(this.#name, now)
  }

  #stateIn(): State {
    return {
      get: async (key) => (this.#statements.get.get(this.#name, key, this.#now()) as { value: string } | null | undefined)?.value,
      compareAndSet: async (key, expected, value, { ttl } = {}) => {
        const now = this.#now()
        const expires = ttl === undefined ? null : now + Math.ceil(1000 * ttl)
        const { changes } =
          expected === undefined
            ? this.#statements.insert.run(this.#name, key, value, expires, now)
            : this.#statements.update.run(value, expires, this.#name, key, expected, now)
        return Number(changes) > 0
      },
    }
  }

  async #stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    clearTimeout(this.#timer)
    await Promise.all(this.#running)
    this.#database.close()
  }
}

function restored(record: string): Delivery {
  return fromRecord(JSON.parse(record) as DeliveryRecord)
}
