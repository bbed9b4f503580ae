/** The Durable Object that knows which deliveries came before. It sends new ones to the queue itself, and so is sure of what it remembers. */
import { reasonOf } from './attempts.js'
import type { Buried, Call, KeptRecord, ObjectState, ObjectStorage, QueueBinding, Taken } from './cloudflare-bindings.js'
import { type Acceptance, InboxError } from './inbox.js'
import type { DeliveryRecord } from './record.js'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS deliveries (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'waiting', -- or done, dead
    attempts INTEGER NOT NULL DEFAULT 0, -- the last one that was begun
    broken INTEGER NOT NULL DEFAULT 0, -- how many in a row have begun and not said how they ended
    reason TEXT,
    died INTEGER,
    expires INTEGER -- dead letters are kept until somebody looks
  ) STRICT;
  CREATE INDEX IF NOT EXISTS deliveries_expires ON deliveries (expires);
  CREATE INDEX IF NOT EXISTS deliveries_died ON deliveries (died);
  CREATE TABLE IF NOT EXISTS records (
    id TEXT NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    expires INTEGER,
    PRIMARY KEY (id, part)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS records_expires ON records (expires);
  CREATE TABLE IF NOT EXISTS state (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    expires INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS state_expires ON state (expires);
`
const SQL = {
  known: 'SELECT status, broken FROM deliveries WHERE id = ? AND (expires IS NULL OR expires >= ?)',
  // A consumer may have been faster.
  accept: `INSERT INTO deliveries (id, expires) VALUES (?1, ?2)
    ON CONFLICT (id) DO UPDATE SET status = 'waiting', attempts = 0, broken = 0, reason = NULL, expires = ?2 WHERE expires < ?3`,
  begin: `INSERT INTO deliveries (id, attempts, broken, expires) VALUES (?1, ?2, 1, ?3)
    ON CONFLICT (id) DO UPDATE SET attempts = ?2, broken = broken + 1, expires = max(expires, ?3) WHERE status = 'waiting'`,
  complete: `INSERT INTO deliveries (id, status, expires) VALUES (?1, 'done', ?2)
    ON CONFLICT (id) DO UPDATE SET status = 'done', broken = 0, reason = NULL, died = NULL, expires = ?2`,
  fail: `INSERT INTO deliveries (id, reason, attempts, expires) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE SET reason = ?2, attempts = ?3, broken = 0, expires = max(expires, ?4) WHERE status = 'waiting'`,
  bury: `INSERT INTO deliveries (id, status, reason, died) VALUES (?1, 'dead', ?2, ?4)
    ON CONFLICT (id) DO UPDATE SET status = 'dead', died = ?4, expires = NULL,
      reason = CASE WHEN broken > 0 THEN ?3 || coalesce(' (an attempt before it: ' || reason || ')', '') ELSE coalesce(reason, ?2) END
    WHERE status = 'waiting' RETURNING id, reason, attempts, died`,
  list: "SELECT id, reason, attempts, died FROM deliveries WHERE status = 'dead' ORDER BY died DESC LIMIT ?",
  redeliver:
    "UPDATE deliveries SET status = 'waiting', attempts = 0, broken = 0, reason = NULL, died = NULL, expires = ? WHERE id = ? AND status = 'dead'",
  keep: 'INSERT OR REPLACE INTO records (id, part, bytes, expires) VALUES (?, ?, ?, ?)',
  keepUntil: 'UPDATE records SET expires = ? WHERE id = ?',
  parts: 'SELECT bytes FROM records WHERE id = ? ORDER BY part',
  discard: 'DELETE FROM records WHERE id = ?',
  get: 'SELECT value FROM state WHERE key = ? AND (expires IS NULL OR expires >= ?)',
  // One that has expired counts as none.
  insert: `INSERT INTO state (key, value, expires) VALUES (?1, ?2, ?3)
    ON CONFLICT (key) DO UPDATE SET value = ?2, expires = ?3 WHERE expires < ?4 RETURNING key`,
  update: 'UPDATE state SET value = ?, expires = ? WHERE key = ? AND value = ? AND (expires IS NULL OR expires >= ?) RETURNING key',
  nextExpiry: `SELECT min(expires) AS next FROM
    (SELECT min(expires) AS expires FROM deliveries UNION ALL SELECT min(expires) FROM records UNION ALL SELECT min(expires) FROM state)`,
} as const

// A message is 128,000 bytes at most, of which the platform needs some for itself.
const LARGEST_MESSAGE_BYTES = 120_000
// A row is 2 MB at most.
const PART_BYTES = 1_000_000
// A message is lost to us after 14 days on the queue and 14 more among the dead letters, whatever was configured.
const KEEP_RECORD_MS = 30 * 24 * 60 * 60 * 1000
// What is over is forgotten in heaps, for every alarm is paid for.
const FORGET_EVERY_MS = 60_000
// An object has 128 MB of memory, and a text takes two bytes a character.
const LARGEST_LIST_BYTES = 16_000_000

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * The Durable Object behind `cloudflareInbox`: export it from the Worker, and name it in the configuration, as a binding and under
 * `new_sqlite_classes` of the migrations. It is told of deliveries by the inbox only and has nothing for others to call.
 *
 * @example
 * ```ts
 * export { DeliveryInbox } from 'drone-webhooks/cloudflare'
 * ```
 */
export class DeliveryInbox {
  /** Not there: by it Cloudflare's types know the class of a Durable Object. */
  declare readonly __DURABLE_OBJECT_BRAND: never

  readonly #storage: ObjectStorage
  readonly #env: Readonly<Record<string, unknown>>
  // While the queue is being waited for, other requests come in.
  readonly #sending = new Map<string, Promise<void>>()

  constructor(state: ObjectState, env: object) {
    this.#storage = state.storage
    this.#env = env as Record<string, unknown>
    this.#storage.sql.exec(SCHEMA)
  }

  /** Answers the inbox. */
  async fetch(request: Request): Promise<Response> {
    try {
      return Response.json((await this.#answer((await request.json()) as Call)) ?? null)
    } catch (error) {
      return new Response(reasonOf(error), { status: 503 })
    }
  }

  /** Forgets what is over. */
  async alarm(): Promise<void> {
    const now = Date.now()
    for (const table of ['deliveries', 'records', 'state']) this.#run(`DELETE FROM ${table} WHERE expires < ?`, now)
    const next = this.#run(SQL.nextExpiry)[0]?.next
    if (typeof next === 'number') await this.#storage.setAlarm(Math.max(next + 1, now + FORGET_EVERY_MS))
  }

  #answer(call: Call): unknown {
    switch (call.do) {
      case 'accept':
        return this.#accept(call.record, call.queue, 1000 * call.remember)
      case 'take':
        return this.#take(call)
      case 'complete':
        return this.#complete(call.id, 1000 * call.remember)
      case 'fail':
        return this.#fail(call)
      case 'bury':
        return this.#bury(call.id, call.body)
      case 'list':
        return this.#list(call.limit)
      case 'redeliver':
        return this.#redeliver(call.id, call.queue)
      case 'get':
        return this.#run(SQL.get, call.key, Date.now())[0]?.value
      case 'set':
        return this.#set(call)
    }
  }

  async #accept(record: DeliveryRecord, queue: string, rememberMs: number): Promise<Acceptance> {
    const { id } = record
    const earlier = this.#sending.get(id)
    if (earlier !== undefined) {
      await earlier
      return 'duplicate'
    }
    const now = Date.now()
    if (this.#run(SQL.known, id, now).length > 0) return 'duplicate'
    // In this order: what ends in between leaves an id that is new, and at most one more message.
    const sending = this.#send(record, queue).then(() => void this.#run(SQL.accept, id, now + rememberMs, now))
    this.#sending.set(id, sending)
    try {
      await sending
    } finally {
      this.#sending.delete(id)
    }
    await this.#wakeAt(now + rememberMs)
    return 'accepted'
  }

  /** Puts it on the queue: all of it, or, where it is too large, a message that says that it is here. */
  async #send(record: DeliveryRecord, queue: string): Promise<void> {
    const binding = this.#env[queue] as QueueBinding | undefined
    if (binding === undefined) throw new InboxError(`the Worker has no binding ${queue}: queues.producers of its configuration`)
    const bytes = encoder.encode(JSON.stringify(record))
    if (bytes.length <= LARGEST_MESSAGE_BYTES) {
      await binding.send(record, { contentType: 'json' })
      return
    }
    // It stays also where sending fails: an answer that was lost does not mean that the message was.
    this.#keep(record.id, bytes, Date.now() + KEEP_RECORD_MS)
    const message: KeptRecord = { version: 1, id: record.id, kept: true }
    await binding.send(message, { contentType: 'json' })
  }

  async #take({ id, kept, attempts, alone, remember }: Call & { do: 'take' }): Promise<Taken> {
    const now = Date.now()
    const [row] = this.#run(SQL.known, id, now)
    if (row?.status === 'done') return { is: 'handled' }
    if (row?.status === 'waiting' && Number(row.broken) > 0 && !alone) return { is: 'suspect', broken: Number(row.broken) }
    const record = kept ? this.#kept(id) : null
    if (record === undefined) throw new InboxError(`the record of delivery ${id} is not kept any more`)
    const expires = now + 1000 * remember
    this.#run(SQL.begin, id, attempts, expires)
    await this.#wakeAt(expires)
    return { is: 'new', record }
  }

  async #complete(id: string, rememberMs: number): Promise<void> {
    const expires = Date.now() + rememberMs
    this.#storage.transactionSync(() => {
      this.#run(SQL.complete, id, expires)
      this.#run(SQL.discard, id)
    })
    await this.#wakeAt(expires)
  }

  async #fail({ id, reason, attempts, remember }: Call & { do: 'fail' }): Promise<void> {
    const expires = Date.now() + 1000 * remember
    this.#run(SQL.fail, id, reason, attempts, expires)
    await this.#wakeAt(expires)
  }

  /** Keeps a dead letter until it is redelivered; undefined for what was handled, or buried, before. */
  #bury(id: string, body: unknown): Buried | undefined {
    const unknown = 'no attempt to handle it could be noted'
    const broken = 'the process ended, or stood still, while it was handled for the last time'
    return this.#storage.transactionSync(() => {
      const [row] = this.#run(SQL.bury, id, unknown, broken, Date.now())
      if (row === undefined) return undefined
      if ((body as KeptRecord | null)?.kept !== true) this.#keep(id, encoder.encode(JSON.stringify(body)), null)
      else this.#run(SQL.keepUntil, null, id)
      return { ...row, record: this.#kept(id) ?? '' } as Buried
    })
  }

  #list(limit: number): Buried[] {
    const letters: Buried[] = []
    let bytes = 0
    for (const row of this.#run(SQL.list, limit)) {
      const record = this.#kept(String(row.id)) ?? ''
      bytes += record.length
      if (letters.length > 0 && bytes > LARGEST_LIST_BYTES) break
      letters.push({ ...row, record } as Buried)
    }
    return letters
  }

  async #redeliver(id: string, queue: string): Promise<boolean> {
    if (this.#run(SQL.known, id, Date.now())[0]?.status !== 'dead') return false
    const record = this.#kept(id)
    if (record === undefined) throw new InboxError(`the record of delivery ${id} is missing`)
    await this.#send(JSON.parse(record) as DeliveryRecord, queue)
    const expires = Date.now() + KEEP_RECORD_MS
    this.#storage.transactionSync(() => {
      this.#run(SQL.redeliver, expires, id)
      this.#run(SQL.keepUntil, expires, id)
    })
    await this.#wakeAt(expires)
    return true
  }

  async #set({ key, expected, value, ttl }: Call & { do: 'set' }): Promise<boolean> {
    const now = Date.now()
    const expires = ttl === null ? null : now + Math.ceil(1000 * ttl)
    const changed =
      expected === null ? this.#run(SQL.insert, key, value, expires, now) : this.#run(SQL.update, value, expires, key, expected, now)
    if (changed.length > 0 && expires !== null) await this.#wakeAt(expires)
    return changed.length > 0
  }

  #keep(id: string, bytes: Uint8Array, expires: number | null): void {
    for (let part = 0; part * PART_BYTES < bytes.length; part++) {
      // A copy: of a view the storage would be given the whole buffer.
      const { buffer } = bytes.slice(part * PART_BYTES, (part + 1) * PART_BYTES)
      this.#run(SQL.keep, id, part, buffer as ArrayBuffer, expires)
    }
  }

  #kept(id: string): string | undefined {
    const parts = this.#run(SQL.parts, id)
    if (parts.length === 0) return undefined
    return parts.map(({ bytes }) => decoder.decode(bytes as ArrayBuffer, { stream: true })).join('') + decoder.decode()
  }

  #run(query: string, ...values: (string | number | ArrayBuffer | null)[]): Record<string, unknown>[] {
    return this.#storage.sql.exec(query, ...values).toArray()
  }

  async #wakeAt(time: number): Promise<void> {
    const planned = await this.#storage.getAlarm()
    if (planned === null || planned > time + FORGET_EVERY_MS) await this.#storage.setAlarm(time + 1)
  }
}
