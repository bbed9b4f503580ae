/** Deliveries to handlers: verified, accepted into an inbox, and handed out by name. Knows no server. */
import type { Body } from './body.js'
import { codes } from './codes.js'
import { WebhookVerificationError } from './errors.js'
import type { Delivery, DeliveryByName } from './events.js'
import type { RequestHead } from './headers.js'
import { tell } from './hooks.js'
import { type Acceptance, type Inbox, InboxError } from './inbox/inbox.js'
import { memoryInbox } from './inbox/memory.js'
import { toRecord } from './inbox/record.js'
import { memoryState, type State } from './inbox/state.js'
import { LIFECYCLE, lifecycleOf } from './lifecycle.js'
import type { VerifierOptions } from './options.js'
import { type Authentication, CoreVerifier, type WebhookRequest } from './verifier.js'

/** How {@link Webhooks} are set up: a verifier's options, and where deliveries wait. */
export interface WebhooksOptions extends VerifierOptions {
  /** Default: `memoryInbox()` with the same tolerance, which is not durable. */
  readonly inbox?: Inbox | undefined
}

/** Handles a delivery. Where it throws or rejects, the inbox calls all handlers of the delivery again later. */
export type Handler<D = Delivery> = (delivery: D) => unknown

/** Told of what went wrong with a delivery: a failed handler, or an inbox that could not take it (`InboxError`). */
export type ErrorHook = (error: unknown, delivery: Delivery) => unknown

/**
 * Told of an authentic delivery that the inbox could not take. May look after it in another way, and say so by giving `accepted`, or a promise
 * of it; otherwise the sender is answered 503, which Drone ignores: the delivery is lost.
 */
export type InboxErrorHook = (error: InboxError, delivery: Delivery) => unknown

/** Told of a refused request. Its headers are as they came, and nothing in them is to be believed. */
export type RefusalHook = (error: WebhookVerificationError, request: RequestHead) => unknown

/** A request whose headers are authentic; its body is still to come. */
export interface Reception {
  /**
   * Verifies the body and puts the delivery into the inbox. Rejects with a `WebhookVerificationError` for a refusal, a body that is
   * no webhook included, and with an `InboxError` where the inbox cannot take it.
   */
  finish(body: Body): Promise<Acceptance>
}

interface Registration {
  /** Undefined: for every delivery. */
  readonly name: string | undefined
  readonly handler: Handler
}

/**
 * Receives webhooks: verifies them, puts them into an inbox, and hands them to handlers once the sender has been answered.
 *
 * Handling is at least once: use `delivery.id` to make it idempotent. Handlers of one delivery run one after the other, in the order they
 * were registered; register them in the same turn in which this is made, before the inbox starts.
 *
 * Where no hook is registered, failed handlers, an inbox that is down and mistakes in the set-up are written to `console.error`.
 *
 * Throws `config_invalid` for a mistake in the options.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { createNodeMiddleware, Webhooks } from 'drone-webhooks'
 *
 * const webhooks = new Webhooks({ secret: 'd8fa5c314f7b1f5cac27d34e157e3459' }) // DRONE_WEBHOOK_SECRET
 * webhooks.on('build.completed', ({ id, payload }) => console.log(id, payload.repo?.slug, payload.build?.status))
 * webhooks.onError((error, delivery) => console.error(delivery.id, error))
 * webhooks.onRefused(error => console.warn(error.code, error.message))
 *
 * const server = createServer(createNodeMiddleware(webhooks, { path: '/hook' }))
 * ```
 */
export class Webhooks {
  /** The largest body, in bytes: stop reading there. */
  readonly maxBodyBytes: number

  readonly #verifier: CoreVerifier
  readonly #inbox: Inbox
  readonly #stop: (() => Promise<void>) | undefined
  readonly #errorHooks: ErrorHook[] = []
  readonly #refusalHooks: RefusalHook[] = []
  readonly #state: State
  #inboxErrorHook: InboxErrorHook | undefined
  #registrations: readonly Registration[] = []

  constructor(options: WebhooksOptions) {
    this.#verifier = new CoreVerifier(options)
    this.maxBodyBytes = this.#verifier.maxBodyBytes
    this.#inbox = options.inbox ?? memoryInbox({ tolerance: options.tolerance, clock: options.clock })
    this.#state = this.#inbox.state ?? memoryState()
    this.#stop = this.#inbox.consume((delivery) => this.#handle(delivery)) ?? undefined
  }

  /**
   * Registers a handler for an event (`build`), an event and action (`build.created`), or what becomes of a build, once per build although
   * Drone repeats itself: `build.completed` (its status is final), `build.failed` (failure or error), `build.fixed` (success, and the last
   * build of the same repository and branch that succeeded or failed had failed). Names that are not known here are taken as they are.
   *
   * @example
   * ```ts
   * import { Webhooks } from 'drone-webhooks'
   *
   * const webhooks = new Webhooks({ secret: 'the secret' })
   * webhooks.on('repo.enabled', ({ payload }) => console.log(payload.repo?.slug))
   * ```
   */
  on<Name extends keyof DeliveryByName>(name: Name, handler: Handler<DeliveryByName[Name]>): this
  on(name: string, handler: Handler): this
  on<D extends Delivery>(name: string, handler: Handler<D>): this {
    // The name decides which deliveries it is called with, and those are of its type.
    return this.#register({ name, handler: handler as Handler })
  }

  /**
   * Registers a handler for every delivery, also those of events and actions that are not known here.
   *
   * @example
   * ```ts
   * import { Webhooks } from 'drone-webhooks'
   *
   * const webhooks = new Webhooks({ secret: 'the secret' })
   * webhooks.onAny(delivery => console.log(delivery.event, delivery.action))
   * ```
   */
  onAny(handler: Handler): this {
    return this.#register({ name: undefined, handler })
  }

  /**
   * Registers a hook for failed handlers, each time they fail, and for an inbox that cannot take a delivery. What it throws is dropped.
   *
   * @example
   * ```ts
   * import { Webhooks } from 'drone-webhooks'
   *
   * const webhooks = new Webhooks({ secret: 'the secret' })
   * webhooks.onError((error, delivery) => console.error(delivery.id, error))
   * ```
   */
  onError(hook: ErrorHook): this {
    this.#errorHooks.push(hook)
    return this
  }

  /**
   * Sets the hook for deliveries that the inbox cannot take, in place of `onError` for these. The last one counts.
   *
   * @example
   * ```ts
   * import { appendFile } from 'node:fs/promises'
   * import { toRecord, Webhooks } from 'drone-webhooks'
   *
   * const webhooks = new Webhooks({ secret: 'the secret' })
   * webhooks.onInboxError(async (_error, delivery) => {
   *   await appendFile('spilled.jsonl', `${JSON.stringify(toRecord(delivery))}\n`)
   *   return 'accepted'
   * })
   * ```
   */
  onInboxError(hook: InboxErrorHook): this {
    this.#inboxErrorHook = hook
    return this
  }

  /**
   * Registers a hook for refused requests, for logs and metrics. What it throws is dropped.
   *
   * @example
   * ```ts
   * import { Webhooks } from 'drone-webhooks'
   *
   * const webhooks = new Webhooks({ secret: 'the secret' })
   * webhooks.onRefused(error => console.warn(error.code, error.message))
   * ```
   */
  onRefused(hook: RefusalHook): this {
    this.#refusalHooks.push(hook)
    return this
  }

  /**
   * Takes a handler off that was registered under this name.
   *
   * @example
   * ```ts
   * import { Webhooks } from 'drone-webhooks'
   *
   * const webhooks = new Webhooks({ secret: 'the secret' })
   * const handler = () => console.log('a build')
   * webhooks.on('build', handler).off('build', handler)
   * ```
   */
  off<Name extends keyof DeliveryByName>(name: Name, handler: Handler<DeliveryByName[Name]>): this
  off(name: string, handler: Handler): this
  off<D extends Delivery>(name: string, handler: Handler<D>): this {
    this.#registrations = this.#registrations.filter((each) => each.name !== name || each.handler !== handler)
    return this
  }

  /**
   * Verifies a request whose body is in memory and puts it into the inbox. A body that is no webhook, though authentic (Drone's extension
   * calls), is `payload_malformed`. Rejects with a `WebhookVerificationError` or an `InboxError`; both have a `status` to answer with.
   *
   * @example
   * ```ts
   * import { sign, Webhooks } from 'drone-webhooks'
   *
   * const webhooks = new Webhooks({ secret: 'the secret' })
   * webhooks.on('user.created', ({ payload }) => console.log(payload.user?.login)) // hubot
   *
   * const body = '{"event":"user","action":"created","user":{"login":"hubot"}}'
   * console.log(await webhooks.receive({ headers: sign({ body }, { secret: 'the secret' }), body })) // accepted
   * ```
   */
  async receive(request: WebhookRequest): Promise<Acceptance> {
    return this.authenticate(request).finish(request.body)
  }

  /**
   * The first phase, for adapters to other servers: refuses a forgery from its headers, before its body is read. Throws a
   * `WebhookVerificationError`.
   *
   * @example
   * ```ts
   * import { sign, Webhooks } from 'drone-webhooks'
   *
   * const webhooks = new Webhooks({ secret: 'the secret' })
   * const body = '{"event":"user","action":"created"}'
   * const reception = webhooks.authenticate({ headers: sign({ body }, { secret: 'the secret' }) })
   * console.log(await reception.finish(body)) // accepted
   * ```
   */
  authenticate(request: RequestHead): Reception {
    return this.receptionOf(request)
  }

  /** Stops handling, once the delivery in hand is done. What is received from then on is refused by the memory inbox. */
  async close(): Promise<void> {
    await this.#stop?.()
  }

  /** @internal */
  receptionOf(request: RequestHead): PendingReception {
    const refuse = (error: WebhookVerificationError) => this.#refused(error, request)
    const authentication = attempt(() => this.#verifier.authenticate(request), refuse)
    return new PendingReception(authentication, refuse, (delivery) => this.#accept(delivery))
  }

  #register(registration: Registration): this {
    // A new list, so that one that is being gone through stays as it is.
    this.#registrations = [...this.#registrations, registration]
    return this
  }

  async #accept(delivery: Delivery): Promise<Acceptance> {
    try {
      return await this.#inbox.accept(delivery)
    } catch (cause) {
      const error = cause instanceof InboxError ? cause : new InboxError('the inbox could not take a delivery', { cause })
      error.delivery = delivery
      if (await this.#rescued(error, delivery)) return 'accepted'
      throw error
    }
  }

  /** Whether somebody else has taken the delivery. What the hook throws is dropped, the delivery with it. */
  async #rescued(error: InboxError, delivery: Delivery): Promise<boolean> {
    if (this.#inboxErrorHook === undefined) {
      if (this.#errorHooks.length > 0) this.#failed(error, delivery)
      // All of it: this is the only place where it still is.
      else console.error('drone-webhooks: a delivery is lost:', error, JSON.stringify(toRecord(delivery)))
      return false
    }
    try {
      return (await this.#inboxErrorHook(error, delivery)) === 'accepted'
    } catch {
      return false
    }
  }

  async #handle(delivery: Delivery): Promise<void> {
    // An inbox with a backlog may start from within the constructor, before there is a handler.
    await undefined
    const names = await this.#namesOf(delivery)
    const errors: unknown[] = []
    for (const { name, handler } of this.#registrations) {
      if (name !== undefined && !names.has(name)) continue
      try {
        await handler(delivery)
      } catch (error) {
        errors.push(error)
        this.#failed(error, delivery)
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of the handlers of delivery ${delivery.id} failed`)
  }

  async #namesOf(delivery: Delivery): Promise<Set<string>> {
    const { event, action }: { event: string | undefined; action: string | undefined } = delivery
    const names = new Set(event === undefined ? [] : [event, `${event}.${action}`])
    // What nobody asks for needs no state.
    if (!this.#registrations.some(({ name }) => name !== undefined && LIFECYCLE.has(name))) return names
    try {
      for (const name of await lifecycleOf(delivery, this.#state)) names.add(name)
    } catch (error) {
      this.#failed(error, delivery)
      throw error
    }
    return names
  }

  #failed(error: unknown, delivery: Delivery): void {
    if (this.#errorHooks.length === 0) console.error('drone-webhooks:', error)
    for (const hook of this.#errorHooks) tell(() => hook(error, delivery))
  }

  #refused(error: WebhookVerificationError, request: RequestHead): void {
    // Mistakes of the receiver's own must not pass unnoticed; forgeries may, or anybody could fill the log.
    if (this.#refusalHooks.length === 0 && error.status >= 500) console.error('drone-webhooks:', error)
    for (const hook of this.#refusalHooks) tell(() => hook(error, request))
  }
}

/** @internal */
export class PendingReception implements Reception {
  readonly #authentication: Authentication
  readonly #refuse: (error: WebhookVerificationError) => void
  readonly #accept: (delivery: Delivery) => Promise<Acceptance>

  constructor(
    authentication: Authentication,
    refuse: (error: WebhookVerificationError) => void,
    accept: (delivery: Delivery) => Promise<Acceptance>,
  ) {
    this.#authentication = authentication
    this.#refuse = refuse
    this.#accept = accept
  }

  async finish(body: Body): Promise<Acceptance> {
    const delivery = attempt(() => webhookOf(this.#authentication.finish(body)), this.#refuse)
    return this.#accept(delivery)
  }

  /** The refusal of a body of which so many bytes, more than the bound, are known. */
  refuseLength(length: number): WebhookVerificationError {
    return this.refuse(this.#authentication.tooLarge(length))
  }

  /** Tells of a refusal that was made elsewhere, and gives it back. */
  refuse(error: WebhookVerificationError): WebhookVerificationError {
    this.#refuse(error)
    return error
  }
}

/** The delivery if it is a webhook. Its payload is read here, so that nothing waits in an inbox that cannot be read. */
function webhookOf(delivery: Delivery): Delivery {
  if (delivery.action !== undefined) return delivery
  const message = 'the request is authentic, but not a webhook: its body has no action, as in the calls of Drone’s extensions'
  throw new WebhookVerificationError('payload_malformed', codes.payload_malformed, message)
}

/** Runs it, and tells of a refusal before it is thrown on. */
function attempt<T>(run: () => T, refuse: (error: WebhookVerificationError) => void): T {
  try {
    return run()
  } catch (error) {
    if (WebhookVerificationError.is(error)) refuse(error)
    throw error
  }
}
