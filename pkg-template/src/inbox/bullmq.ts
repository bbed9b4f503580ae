/** An inbox in Redis through BullMQ: durable as far as Redis is, for several machines. */
import { configInvalid, kindOf } from '../errors.js'
import type { Delivery } from '../events.js'
import { tell } from '../hooks.js'
import { checkCount, checkSeconds } from '../options.js'
import { type AttemptOptions, Attempts, reasonOf } from './attempts.js'
import { type BullmqClient, type BullmqJob, type BullmqQueue, type BullmqWorker, clientOf, isConnected, run } from './bullmq-redis.js'
import { type Acceptance, type DeadLetter, type Inbox, InboxError } from './inbox.js'
import { type DeliveryRecord, fromRecord, toRecord } from './record.js'
import { rememberSecondsOf } from './remember.js'
import type { State } from './state.js'

export type { BullmqJob, BullmqJobOptions, BullmqQueue, BullmqWorker } from './bullmq-redis.js'

/** What is asked of BullMQ's `Queue`. */
export interface BullmqQueueOptions<Connection> {
  connection: Connection
  prefix: string
}

/** What is asked of BullMQ's `Worker`. */
export interface BullmqWorkerOptions<Connection> extends BullmqQueueOptions<Connection> {
  autorun: boolean
  concurrency: number
  lockDuration: number
  lockRenewTime: number
  stalledInterval: number
  maxStalledCount: number
  settings: { backoffStrategy: (attemptsMade: number) => number }
}

/** How an inbox in Redis is set up. */
export interface BullmqInboxOptions<Connection extends object> extends AttemptOptions {
  /** BullMQ's class. Given by the caller, so that it is the program's own version of BullMQ, and nobody else has to install one. */
  readonly Queue: new (
    name: string,
    options: BullmqQueueOptions<Connection>,
  ) => BullmqQueue
  /** BullMQ's class. */
  readonly Worker: new (
    name: string,
    processor: (job: BullmqJob, token?: string) => Promise<void>,
    options: BullmqWorkerOptions<Connection>,
  ) => BullmqWorker
  /**
   * Where Redis is, as BullMQ takes it: options such as `{ host, port, password }`, or a client. A client of ioredis needs
   * `maxRetriesPerRequest: null`.
   */
  readonly connection: Connection
  /** The queue's name. Every endpoint needs its own: the same delivery is new to each. Default `drone-webhooks`. */
  readonly queue?: string | undefined
  /** What all keys in Redis start with; in a cluster it needs braces, `{bull}`. Default `bull`, as in BullMQ. */
  readonly prefix?: string | undefined
  /** How many deliveries this process handles at the same time. Default 1. */
  readonly concurrency?: number | undefined
  /**
   * For how many seconds a delivery in hand is this process's own; it is renewed while the handlers run. After a crash others take it up
   * within twice that time. Default 60.
   */
  readonly lease?: number | undefined
  /** For how many seconds handled deliveries are remembered to know duplicates; never less than a replay could be accepted. Default one day. */
  readonly remember?: number | undefined
  /** The tolerance of the verifier before it, in seconds. Default 300. */
  readonly tolerance?: number | undefined
  /** Told of a delivery that is given up after its last attempt. */
  readonly onDead?: ((delivery: Delivery, error: unknown) => void) | undefined
  /** Told when Redis cannot be reached, and of what else goes wrong besides the handlers; it is tried again. Default `console.error`. */
  readonly onStoreError?: ((error: unknown) => void) | undefined
}

/** What a job holds. */
interface JobData {
  /** Made for each call of `accept`: whose is in the job has put it there. The first entry, where a script looks for it. */
  readonly token: string
  /** Undefined once it was handled: the job stays to know duplicates, and bodies would fill the memory. */
  readonly record?: DeliveryRecord
  readonly done?: true
}

const DEFAULT_QUEUE = 'drone-webhooks'
const DEFAULT_PREFIX = 'bull'
const DEFAULT_LEASE_SECONDS = 60
// Drone waits inside the build.
const ANSWER_MS = 5000
// BullMQ waits up to 20 seconds, in which deliveries are refused that Redis could take.
const LONGEST_RECONNECT_MS = 1000
// The client keeps what Redis has not answered; a Redis that hangs must not fill the memory.
const MOST_UNANSWERED = 100

/**
 * An inbox in Redis, through [BullMQ](https://bullmq.io): one job per delivery, whose `jobId` is the delivery's id. Any number of processes
 * may accept and handle. It is handled at least once: after a crash again, so make handlers idempotent by `delivery.id`.
 *
 * **It is as durable as Redis is set up to be**: without `appendonly yes` Redis forgets on a crash what it has accepted, with
 * `appendfsync everysec`, its default, the last second of it, and with another `maxmemory-policy` than `noeviction` at any time.
 *
 * When Redis does not answer within 5 seconds, `accept` rejects. What was on its way to it when it went down may have been stored all the
 * same, and is handled then. Throws `config_invalid` for a mistake in the options.
 *
 * @example
 * ```ts
 * import { Queue, Worker } from 'bullmq'
 * import { Webhooks } from 'drone-webhooks'
 * import { bullmqInbox } from 'drone-webhooks/bullmq'
 *
 * const inbox = bullmqInbox({ Queue, Worker, connection: { host: '127.0.0.1', port: 6379 } })
 * const webhooks = new Webhooks({ secret: 'the secret', inbox })
 * for (const { delivery, reason } of await inbox.deadLetters()) {
 *   console.log(delivery.id, reason)
 *   await inbox.redeliver(delivery.id)
 * }
 * await webhooks.close()
 * ```
 */
export function bullmqInbox<Connection extends object>(options: BullmqInboxOptions<Connection>): BullmqInbox {
  return new BullmqInbox(options as unknown as BullmqInboxOptions<object>)
}

/** What `bullmqInbox` makes. */
export class BullmqInbox implements Inbox {
  readonly state: State
  readonly #attempts: Attempts
  readonly #rememberSeconds: number
  readonly #onDead: ((delivery: Delivery, error: unknown) => void) | undefined
  readonly #onStoreError: (error: unknown) => void
  readonly #queue: BullmqQueue
  readonly #newWorker: (process: (job: BullmqJob, token?: string) => Promise<void>) => BullmqWorker
  readonly #inHand = new Set<Promise<void>>()
  #worker: BullmqWorker | undefined
  #connection: Promise<void> | undefined
  // How many questions Redis has not answered in time, nor since.
  #unanswered = 0
  #closing: Promise<void> | undefined

  /** @internal */
  constructor(options: BullmqInboxOptions<object>) {
    const { Queue, Worker, connection } = checkClasses(options)
    const name = checkName(options.queue, 'queue', DEFAULT_QUEUE)
    const prefix = checkName(options.prefix, 'prefix', DEFAULT_PREFIX)
    this.#attempts = new Attempts(options)
    const concurrency = Math.max(1, checkCount(options.concurrency, 'concurrency', 1))
    const leaseMs = Math.ceil(Math.max(1, 1000 * checkSeconds(options.lease, 'lease', DEFAULT_LEASE_SECONDS)))
    this.#rememberSeconds = Math.ceil(rememberSecondsOf(options))
    this.#onDead = options.onDead
    this.#onStoreError = options.onStoreError ?? ((error) => console.error('drone-webhooks: the BullMQ inbox:', error))
    // The worker has commands that wait for as long as there is nothing to do, so the bound is for the queue only.
    this.#queue = new Queue(name, { connection: withDefaults(connection, { socketTimeout: ANSWER_MS }), prefix })
    this.#queue.on('error', (error) => this.#storeFailed(error))
    this.#newWorker = (process) =>
      new Worker(name, process, {
        connection: withDefaults(connection),
        prefix,
        autorun: false,
        concurrency,
        lockDuration: leaseMs,
        lockRenewTime: leaseMs / 3,
        stalledInterval: Math.ceil(leaseMs / 2),
        // BullMQ would fail it with its own words, and count crashes apart from failures.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
        settings: { backoffStrategy: (attemptsMade) => Math.ceil(this.#attempts.pauseMs(attemptsMade)) },
      })
    this.state = this.#stateIn()
  }

  async accept(delivery: Delivery): Promise<Acceptance> {
    if (this.#closing !== undefined) throw new InboxError('the inbox was stopped')
    const data: JobData = { token: crypto.randomUUID(), record: toRecord(delivery) }
    return this.#ask(async (client) => {
      await this.#queue.add('delivery', data, {
        jobId: delivery.id,
        attempts: this.#attempts.most,
        backoff: { type: 'custom' },
        removeOnComplete: { age: this.#rememberSeconds },
        removeOnFail: false,
      })
      // BullMQ does not say whether there was one already.
      const mine = await run(client, 'holdsToken', [this.#queue.toKey(delivery.id)], data.token)
      return mine === 1 ? 'accepted' : 'duplicate'
    })
  }

  consume(handle: (delivery: Delivery) => Promise<void>): () => Promise<void> {
    if (this.#worker !== undefined) throw new InboxError('the inbox is in use: every Webhooks needs its own')
    const worker = this.#newWorker((job, lock) => this.#process(job, lock, handle))
    this.#worker = worker
    worker.on('error', (error) => this.#storeFailed(error))
    worker.on('failed', (job, error) => this.#failed(job, error))
    letCorruptJobsPass(worker)
    worker.run().catch((error) => this.#storeFailed(error))
    return () => this.close()
  }

  async deadLetters(limit = 100): Promise<DeadLetter[]> {
    if (limit < 1) return []
    return this.#ask(async () => {
      const ids = await this.#queue.getRanges(['failed'], 0, limit - 1)
      const letters = await Promise.all(ids.map((id) => this.#deadLetter(id)))
      return letters.filter((letter) => letter !== undefined)
    })
  }

  async redeliver(id: string): Promise<boolean> {
    return this.#ask(async () => {
      const job = await this.#queue.getJob(id)
      if (job === undefined || !(await job.isFailed())) return false
      try {
        await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
        return true
      } catch (error) {
        // Somebody else was faster.
        if (!(await job.isFailed())) return false
        throw error
      }
    })
  }

  /** Stops handling, once the deliveries in hand are done, and ends the connections; what `close` of `Webhooks` does. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const closed = (async () => {
      await this.#worker?.close()
      await this.#queue.close()
    })()
    closed.catch(() => {})
    await Promise.allSettled(this.#inHand)
    try {
      await within(ANSWER_MS, closed)
    } catch {
      // Redis is down. Nobody waits for the ends of these: with no connection there may be none.
      this.#worker?.disconnect().catch(() => {})
      this.#queue.disconnect().catch(() => {})
    }
  }

  /** Keeps those in hand, which are waited for at the end. */
  #inHandWhile(handled: Promise<void>): Promise<void> {
    this.#inHand.add(handled)
    return handled.finally(() => this.#inHand.delete(handled))
  }

  async #process(job: BullmqJob, lock: string | undefined, handle: (delivery: Delivery) => Promise<void>): Promise<void> {
    const data = dataOf(job)
    // It was handled, and the process ended before that was recorded as the job's end.
    if (data.done) return
    let delivery: Delivery | undefined
    try {
      delivery = restored(data)
      // It was in hand so often and nobody could say how it ended: it may be what ends the process.
      if (job.attemptsStarted > this.#attempts.most) throw new Error('the process ended each time while it was handled')
      await this.#inHandWhile(this.#attempts.run(handle, delivery))
    } catch (error) {
      throw new HandlingFailed(error, delivery === undefined || job.attemptsStarted >= this.#attempts.most)
    }
    await this.#setDone(delivery.id, data, lock)
  }

  /** Takes the body out of the job, unless it is another worker's by now: then it counts what becomes of it there. */
  async #setDone(id: string, { token }: JobData, lock = ''): Promise<void> {
    const done: JobData = { token, done: true }
    try {
      const key = this.#queue.toKey(id)
      await this.#ask((client) => run(client, 'setDone', [key, `${key}:lock`], lock, JSON.stringify(done)))
    } catch (error) {
      // The body stays, but it was handled all the same.
      this.#storeFailed(error)
    }
  }

  /** After each failed attempt. */
  #failed(job: BullmqJob | undefined, error: Error): void {
    if (job?.finishedOn === undefined) return
    // There may be no delivery in it.
    tell(() => this.#onDead?.(restored(dataOf(job)), error instanceof HandlingFailed ? error.cause : error))
  }

  async #deadLetter(id: string): Promise<DeadLetter | undefined> {
    try {
      const job = await this.#queue.getJob(id)
      // Somebody has put it back meanwhile.
      if (job?.finishedOn === undefined) return undefined
      const { failedReason: reason = '', finishedOn } = job
      // Of one that ended the process each time, the last start was only to say so.
      const attempts = Math.min(job.attemptsStarted, job.opts.attempts ?? 1)
      return { delivery: restored(dataOf(job)), reason, attempts, diedAt: new Date(finishedOn) }
    } catch (error) {
      // Somebody has changed the job: the others are to be seen all the same.
      this.#storeFailed(error)
      return undefined
    }
  }

  /** Asks Redis something. Rejects with an `InboxError`, soon, where it does not answer. */
  async #ask<Answer>(question: (client: BullmqClient) => Promise<Answer>): Promise<Answer> {
    if (this.#unanswered >= MOST_UNANSWERED) throw new InboxError('Redis does not answer')
    let asked: Promise<Answer> | undefined
    let late = false
    const answer = this.#connected().then((client) => {
      // Nothing is stored that was refused already.
      if (late) throw new InboxError('there was no connection to Redis')
      asked = question(client)
      return asked
    })
    try {
      return await within(ANSWER_MS, answer)
    } catch (cause) {
      late = true
      if (asked !== undefined) this.#countUntilSettled(asked)
      throw cause instanceof InboxError ? cause : new InboxError(`Redis refused: ${reasonOf(cause)}`, { cause: withoutCommand(cause) })
    }
  }

  /** The client once it is connected, since it would keep commands until it is. A short interruption is waited for. */
  async #connected(): Promise<BullmqClient> {
    const client = await clientOf(this.#queue)
    if (!isConnected(client)) {
      this.#connection ??= new Promise((resolve) => client.once('ready', () => resolve()))
      await this.#connection
      this.#connection = undefined
    }
    return client
  }

  #countUntilSettled(asked: Promise<unknown>): void {
    this.#unanswered += 1
    const settled = () => {
      this.#unanswered -= 1
    }
    asked.then(settled, settled)
  }

  #storeFailed(error: unknown): void {
    tell(() => this.#onStoreError(withoutCommand(error)))
  }

  #stateIn(): State {
    const keyOf = (key: string) => this.#queue.toKey(`state:${key}`)
    return {
      get: (key) => this.#ask(async (client) => (await client.get(keyOf(key))) ?? undefined),
      compareAndSet: (key, expected, value, { ttl } = {}) =>
        this.#ask(async (client) => {
          const expiry = ttl === undefined ? '' : String(Math.max(1, Math.ceil(1000 * ttl)))
          const given = expected === undefined ? ['absent', ''] : ['present', expected]
          return (await run(client, 'compareAndSet', [keyOf(key)], ...given, value, expiry)) === 1
        }),
    }
  }
}

/** Tells BullMQ of a failure in a way that it cannot misunderstand: some errors have a meaning for it, whoever has thrown them. */
class HandlingFailed extends Error {
  constructor(cause: unknown, last: boolean) {
    super(reasonOf(cause), { cause })
    // By this name BullMQ knows that there is to be no other attempt.
    if (last) this.name = 'UnrecoverableError'
  }
}

function checkClasses(options: BullmqInboxOptions<object>): BullmqInboxOptions<object> {
  for (const name of ['Queue', 'Worker'] as const) {
    if (typeof options?.[name] !== 'function')
      throw configInvalid(`${name} must be the class of the package bullmq, not ${kindOf(options?.[name])}`)
  }
  const { connection } = options
  // BullMQ would take the Redis of this machine.
  if (typeof connection !== 'object' || connection === null)
    throw configInvalid(`connection must say where Redis is: { host, port }, or a client, not ${kindOf(connection)}`)
  return options
}

function checkName(value: unknown, option: string, fallback: string): string {
  if (value === undefined) return fallback
  if (typeof value === 'string' && value !== '' && !value.includes(':')) return value
  throw configInvalid(`${option} must be a name without a colon, not ${typeof value === 'string' ? 'such text' : kindOf(value)}`)
}

/** The connection, with what suits a receiver where it is given as options and says nothing else. A client is as its owner wants it. */
function withDefaults(connection: object, more: object = {}): object {
  if ('duplicate' in connection) return connection
  const retryStrategy = (times: number) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_RECONNECT_MS)
  return { retryStrategy, ...more, ...connection }
}

function dataOf(job: BullmqJob): JobData {
  return (job.data ?? {}) as JobData
}

function restored({ record }: JobData): Delivery {
  return fromRecord(record as DeliveryRecord)
}

/** BullMQ takes up a job whose data is no JSON again and again, and never gives it to anybody: it is to come without data, and fails. */
function letCorruptJobsPass(worker: BullmqWorker): void {
  const maker = worker as unknown as { createJob?: (json: { data?: string }, id: string) => unknown }
  const createJob = maker.createJob?.bind(worker)
  if (createJob === undefined) return
  maker.createJob = (json, id) => {
    try {
      return createJob(json, id)
    } catch {
      return createJob({ ...json, data: '{}' }, id)
    }
  }
}

/** ioredis hangs the command on its errors, with the arguments: of AUTH and HELLO they are the password. */
function withoutCommand(error: unknown): unknown {
  if (error instanceof Error && 'command' in error) delete error.command
  return error
}

/** What is promised, unless it takes too long. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new InboxError(`Redis has not answered within ${ms / 1000} seconds`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
