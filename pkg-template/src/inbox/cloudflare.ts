/** An inbox on Cloudflare: a Durable Object drops duplicates, a Queue carries the deliveries to a consumer. */
import { configInvalid, kindOf } from '../errors.js'
import type { Delivery } from '../events.js'
import { type AttemptOptions, Attempts, reasonOf } from './attempts.js'
import {
  type Buried,
  type Call,
  contentOf,
  isKept,
  type MessageContent,
  type ObjectBinding,
  type ObjectResponse,
  type QueueBatch,
  type QueueMessage,
  type Taken,
} from './cloudflare-bindings.js'
import { type Acceptance, type DeadLetter, type Inbox, InboxError } from './inbox.js'
import { type DeliveryRecord, fromRecord, toRecord } from './record.js'
import { rememberSecondsOf } from './remember.js'
import type { State } from './state.js'

export type {
  ObjectBinding,
  ObjectResponse,
  ObjectState,
  ObjectStorage,
  QueueBatch,
  QueueBinding,
  QueueMessage,
} from './cloudflare-bindings.js'
export { DeliveryInbox } from './cloudflare-object.js'

/** How an inbox on Cloudflare is set up. How often a delivery is tried is the consumer's `max_retries` in the configuration. */
export interface CloudflareInboxOptions extends Pick<AttemptOptions, 'backoff' | 'timeout'> {
  /** The binding of `DeliveryInbox`. */
  readonly object: ObjectBinding
  /** The name of the queue's binding. The Durable Object sends to it, and so looks for it in the Worker's bindings. Default `DELIVERIES`. */
  readonly queue?: string | undefined
  /**
   * The name of the dead-letter queue, where the Worker is its consumer too: what was given up is then kept in the Durable Object, with
   * the reason, until it is redelivered. Without it, it stays on that queue for as long as the queue keeps it.
   */
  readonly deadLetterQueue?: string | undefined
  /** Whose deliveries these are: each name has a Durable Object of its own, and the same delivery is new to each. Default `default`. */
  readonly name?: string | undefined
  /** For how many seconds deliveries are remembered to know duplicates; never less than a replay could be accepted. Default one day. */
  readonly remember?: number | undefined
  /** The tolerance of the verifier before it, in seconds. Default 300. */
  readonly tolerance?: number | undefined
  /** Told of a delivery that was given up; needs `deadLetterQueue`. What it throws is dropped. */
  readonly onDead?: ((delivery: Delivery, error: unknown) => unknown) | undefined
}

interface Suspect {
  readonly message: QueueMessage
  readonly broken: number
}

// What a message can be put back for.
const LONGEST_PAUSE_SECONDS = 24 * 60 * 60
// A hundred retries, the most there can be, then take the four days that a queue keeps messages for by default.
const FIRST_BURY_PAUSE_SECONDS = 60
const LONGEST_BURY_PAUSE_SECONDS = 3600
// A Durable Object that is moved or updated breaks off what it has in hand, and says that it can be asked again.
const CALLS = 4
const FIRST_PAUSE_MS = 50

/**
 * An inbox for Cloudflare Workers. A delivery is on the queue before the sender is answered; `queue` hands it to the handlers, at least
 * once: make them idempotent by `delivery.id`. One that fails goes back on the queue, after a pause that grows, and in the end to the
 * dead-letter queue. Deliveries that are too large for a message, 120 KB, are kept by the Durable Object until they are handled.
 *
 * There is one Durable Object for each `name`, so that it decides alone what is new; it takes some hundred deliveries a second. Export
 * `DeliveryInbox` from the Worker. Throws `config_invalid` for a mistake in the options.
 *
 * @example
 * ```ts
 * import { createWebMiddleware, Webhooks } from 'drone-webhooks'
 * import { cloudflareInbox, type ObjectBinding, type QueueBatch } from 'drone-webhooks/cloudflare'
 *
 * export { DeliveryInbox } from 'drone-webhooks/cloudflare'
 *
 * interface Env {
 *   DRONE_WEBHOOK_SECRET: string
 *   DELIVERY_INBOX: ObjectBinding // DurableObjectNamespace<DeliveryInbox>
 * }
 *
 * function receiver(env: Env) {
 *   const inbox = cloudflareInbox({ object: env.DELIVERY_INBOX })
 *   const webhooks = new Webhooks({ secret: env.DRONE_WEBHOOK_SECRET, inbox })
 *   webhooks.on('build.completed', ({ id, payload }) => console.log(id, payload.repo?.slug, payload.build?.status))
 *   return { inbox, receive: createWebMiddleware(webhooks, { path: '/hook' }) }
 * }
 *
 * export default {
 *   fetch: (request: Request, env: Env) => receiver(env).receive(request),
 *   queue: (batch: QueueBatch, env: Env) => receiver(env).inbox.queue(batch),
 * }
 * ```
 */
export function cloudflareInbox(options: CloudflareInboxOptions): CloudflareInbox {
  return new CloudflareInbox(options)
}

/** What `cloudflareInbox` makes. */
export class CloudflareInbox implements Inbox {
  readonly state: State
  readonly #object: ObjectBinding
  readonly #queue: string
  readonly #deadLetterQueue: string | undefined
  readonly #name: string
  readonly #remember: number
  readonly #attempts: Attempts
  readonly #onDead: ((delivery: Delivery, error: unknown) => unknown) | undefined
  #handle: ((delivery: Delivery) => Promise<void>) | undefined

  /** @internal */
  constructor(options: CloudflareInboxOptions) {
    if (typeof options?.object?.getByName !== 'function')
      throw configInvalid(`object must be the binding of a Durable Object, env.DELIVERY_INBOX, not ${kindOf(options?.object)}`)
    const { queue = 'DELIVERIES', deadLetterQueue, name = 'default' } = options
    for (const [option, value] of Object.entries({ queue, deadLetterQueue: deadLetterQueue ?? '', name })) {
      if (typeof value !== 'string') throw configInvalid(`${option} must be a name, not ${kindOf(value)}`)
    }
    this.#object = options.object
    this.#queue = queue
    this.#deadLetterQueue = deadLetterQueue
    this.#name = name
    this.#attempts = new Attempts(options)
    this.#remember = rememberSecondsOf(options)
    this.#onDead = options.onDead
    this.state = this.#stateIn()
  }

  async accept(delivery: Delivery): Promise<Acceptance> {
    const call = { do: 'accept', record: toRecord(delivery), queue: this.#queue, remember: this.#remember } as const
    return (await this.#ask(call)) as Acceptance
  }

  consume(handle: (delivery: Delivery) => Promise<void>): void {
    if (this.#handle !== undefined) throw new InboxError('the inbox is in use: every Webhooks needs its own')
    this.#handle = handle
  }

  /**
   * Handles what the queue hands out, all of a batch at the same time; those of the dead-letter queue it buries. For the Worker's `queue`.
   * Every message is acknowledged or put back by itself, and it does not reject for any of them. Where the Worker ended in the middle of
   * a batch, nobody knows which delivery did it: those are then handled one at a time, so that it takes no others with it again.
   */
  async queue(batch: QueueBatch): Promise<void> {
    const handle = this.#handle
    // The platform puts all of them back.
    if (handle === undefined) throw new InboxError('no Webhooks has been made with this inbox, so nobody handles its deliveries')
    const dead = batch.queue === this.#deadLetterQueue
    if (dead) {
      await Promise.all(batch.messages.map((message) => this.#bury(message)))
      return
    }
    const suspects: Suspect[] = []
    const suspect = (message: QueueMessage, broken: number) => suspects.push({ message, broken })
    await Promise.all(batch.messages.map((message) => this.#process(message, handle, suspect)))
    // Last those that were in hand the most often when everything ended.
    suspects.sort((a, b) => a.broken - b.broken)
    for (const { message } of suspects) await this.#process(message, handle)
  }

  /** What was given up, the latest first; fewer than `limit` where they are large, 16 MB together. Needs `deadLetterQueue`. */
  async deadLetters(limit = 100): Promise<DeadLetter[]> {
    const letters = (await this.#ask({ do: 'list', limit })) as Buried[]
    return letters.flatMap((letter) => {
      try {
        return [deadLetterOf(letter)]
      } catch (error) {
        // The others are to be seen all the same.
        report(`dead letter ${letter.id} cannot be read`, error)
        return []
      }
    })
  }

  /** Puts a dead letter back on the queue. */
  async redeliver(id: string): Promise<boolean> {
    return (await this.#ask({ do: 'redeliver', id, queue: this.#queue })) as boolean
  }

  /** Without `suspect` whatever it is, for nothing else is in hand. */
  async #process(
    message: QueueMessage,
    handle: (delivery: Delivery) => Promise<void>,
    suspect?: (message: QueueMessage, broken: number) => void,
  ): Promise<void> {
    try {
      const content = contentOf(message.body)
      const taken = await this.#take(content, message.attempts, suspect === undefined)
      if (taken.is === 'suspect') {
        suspect?.(message, taken.broken)
        return
      }
      // Queues hand out a message more than once.
      if (taken.is === 'new') {
        const delivery = fromRecord(isKept(content) ? (JSON.parse(taken.record ?? 'null') as DeliveryRecord) : content)
        await this.#attempts.run(handle, delivery)
        await this.#complete(delivery.id)
      }
      message.ack()
    } catch (error) {
      report(`delivery ${idOf(message)}, attempt ${message.attempts}`, error)
      await this.#fail(message, error)
      const seconds = Math.ceil(this.#attempts.pauseMs(message.attempts) / 1000)
      message.retry({ delaySeconds: Math.min(seconds, LONGEST_PAUSE_SECONDS) })
    }
  }

  async #take(content: MessageContent, attempts: number, alone: boolean): Promise<Taken> {
    const { id } = content
    return (await this.#ask({ do: 'take', id, kept: isKept(content), attempts, alone, remember: this.#remember })) as Taken
  }

  /** It has been handled, whether or not that can be noted: at worst it is handled once more. */
  async #complete(id: string): Promise<void> {
    try {
      await this.#ask({ do: 'complete', id, remember: this.#remember })
    } catch (error) {
      report(`delivery ${id} is handled, but that could not be noted`, error)
    }
  }

  /** Notes why, since the dead-letter queue does not say. */
  async #fail(message: QueueMessage, cause: unknown): Promise<void> {
    const call = { do: 'fail', id: idOf(message), reason: reasonOf(cause), attempts: message.attempts, remember: this.#remember } as const
    try {
      await this.#ask(call)
    } catch (error) {
      report(`why delivery ${call.id} failed could not be noted`, error)
    }
  }

  async #bury(message: QueueMessage): Promise<void> {
    const id = idOf(message)
    let buried: Buried | null
    try {
      buried = (await this.#ask({ do: 'bury', id, body: plain(message.body) })) as Buried | null
    } catch (error) {
      report(`dead letter ${id} could not be kept`, error)
      const seconds = FIRST_BURY_PAUSE_SECONDS * 2 ** (message.attempts - 1)
      message.retry({ delaySeconds: Math.min(seconds, LONGEST_BURY_PAUSE_SECONDS) })
      return
    }
    message.ack()
    if (buried === null) return
    report(`delivery ${id} is given up after ${buried.attempts} attempts`, buried.reason)
    try {
      const { delivery, reason } = deadLetterOf(buried)
      await this.#onDead?.(delivery, new Error(reason))
    } catch (error) {
      report(`dead letter ${id}`, error)
    }
  }

  async #ask(call: Call): Promise<unknown> {
    const response = await this.#fetch(JSON.stringify(call))
    if (!response.ok) throw new InboxError(`the Durable Object: ${await response.text()}`)
    return response.json()
  }

  async #fetch(body: string): Promise<ObjectResponse> {
    for (let call = 1; ; call++) {
      try {
        // A new stub each time: one that has failed once fails again.
        return await this.#object.getByName(this.#name).fetch('https://inbox/', { method: 'POST', body })
      } catch (error) {
        const { retryable, overloaded } = (error ?? {}) as { retryable?: boolean; overloaded?: boolean }
        if (call === CALLS || retryable !== true || overloaded === true) throw error
        await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (call - 1)))
      }
    }
  }

  #stateIn(): State {
    return {
      get: async (key) => ((await this.#ask({ do: 'get', key })) as string | null) ?? undefined,
      compareAndSet: async (key, expected, value, { ttl } = {}) =>
        (await this.#ask({ do: 'set', key, expected: expected ?? null, value, ttl: ttl ?? null })) as boolean,
    }
  }
}

/** Under which a message is known: the delivery's, or, where it holds none, its own. */
function idOf({ id, body }: QueueMessage): string {
  try {
    return contentOf(body).id
  } catch {
    return `message ${id}`
  }
}

/** What JSON can hold of it. */
function plain(body: unknown): unknown {
  try {
    JSON.stringify(body)
    return body
  } catch {
    return String(body)
  }
}

/** Throws for one that cannot be read, which does not come from here. */
function deadLetterOf({ record, reason, attempts, died }: Buried): DeadLetter {
  const delivery = fromRecord(JSON.parse(record) as DeliveryRecord)
  // Read now, or it would spoil the list for whoever goes through it.
  void delivery.payload
  return { delivery, reason, attempts, diedAt: new Date(died) }
}

// The Worker's log is where its people look.
function report(about: string, error: unknown): void {
  console.error(`drone-webhooks: ${about}: ${reasonOf(error)}`)
}
