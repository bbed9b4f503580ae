/** Both phases of verification, in the order of the contract. Decides nothing: the core does. */
import { type Body, bytesOf, checkBody } from './body.js'
import { type Core, MORE, OTHER_LINES, refusal } from './core.js'
import { newDelivery } from './delivery.js'
import { configInvalid, kindOf, type WebhookVerificationError } from './errors.js'
import type { Delivery } from './events.js'
import { checkRequest, readBody } from './fetch.js'
import { hashOnHost } from './hash.js'
import { type Collected, collect, collectAll, collectWithoutLineFeeds, HeaderNames, type RequestHead, rereadable } from './headers.js'
import { milliseconds, type Time, type VerifierOptions } from './options.js'
import { prepare } from './prepare.js'

/** A whole request. */
export interface WebhookRequest extends RequestHead {
  /** The raw body: nothing may have decoded, parsed or trimmed it. A string stands for its UTF-8. */
  readonly body: Body
}

/** What can differ from request to request. */
export interface VerifyOptions {
  /** The time, in place of the clock's. */
  readonly now?: Time | undefined
}

/** Headers that are authentic and fresh; the body is still to come. */
export interface Authenticated {
  /**
   * Step 10: whether this is the body that was signed. May be called again after a refusal.
   *
   * Throws `body_not_bytes`, `body_too_large`, `digest_malformed`, `digest_unsupported`, `digest_mismatch`.
   */
  finish(body: Body): Delivery
}

/** Verifies requests with the same secrets and options. Made by {@link createVerifier}. */
export interface Verifier {
  /** The largest body, in bytes: stop reading there. */
  readonly maxBodyBytes: number

  /** A request whose body is in memory. Throws a `WebhookVerificationError` for every refusal of steps 1 to 10. */
  verify(request: WebhookRequest, options?: VerifyOptions): Delivery

  /**
   * Steps 1 to 9, from the headers alone: a forgery is refused before its body is read. The time counts when the headers come,
   * however long the body takes. Throws a `WebhookVerificationError` for every refusal of those steps.
   */
  authenticate(request: RequestHead, options?: VerifyOptions): Authenticated

  /** A fetch `Request`, whose body is read only if its headers are authentic, and only up to its bound. Rejects as `verify` throws. */
  verifyRequest(request: Request, options?: VerifyOptions): Promise<Delivery>
}

/**
 * Prepares secrets and options once, for many requests.
 *
 * Throws `config_invalid` for a mistake in the options.
 *
 * @example
 * ```ts
 * import { createVerifier, sign } from 'drone-webhooks'
 *
 * const verifier = createVerifier({ secret: ['the secret of today', 'the secret of yesterday'], tolerance: 60, maxBodyBytes: 65_536 })
 *
 * const body = '{"event":"user","action":"created","user":{"login":"hubot"}}'
 * const headers = sign({ body }, { secret: 'the secret of yesterday' })
 *
 * const authenticated = verifier.authenticate({ headers }) // refuses a forgery before its body is read
 * const delivery = authenticated.finish(body)
 * console.log(delivery.event, delivery.action) // user created
 * ```
 */
export function createVerifier(options: VerifierOptions): Verifier {
  return new CoreVerifier(options)
}

/** @internal The one implementation; it can be freed. */
export class CoreVerifier implements Verifier {
  readonly maxBodyBytes: number
  readonly #core: Core
  readonly #clock: () => number
  readonly #needed: string
  readonly #names: HeaderNames
  readonly #room: number

  constructor(options: VerifierOptions) {
    const { core, maxBodyBytes, headerRoom, clock } = prepare(options)
    this.maxBodyBytes = maxBodyBytes
    this.#core = core
    this.#clock = clock
    this.#room = headerRoom
    this.#needed = core.needed
    this.#names = new HeaderNames(this.#needed)
  }

  verify(request: WebhookRequest, options?: VerifyOptions): Delivery {
    const now = this.#now(options)
    const head = rereadable(request)
    const collected = collect(head, this.#names)
    const { body } = request
    checkBody(body)
    const sent = this.#authenticate(head, collected, now)
    return checked(this.#core, sent, bytesOf(body), this.maxBodyBytes)
  }

  authenticate(request: RequestHead, options?: VerifyOptions): Authentication {
    const now = this.#now(options)
    const head = rereadable(request)
    const sent = this.#authenticate(head, collect(head, this.#names), now)
    return new Authentication(this.#core, sent, now, this.#room, this.maxBodyBytes)
  }

  async verifyRequest(request: Request, options?: VerifyOptions): Promise<Delivery> {
    checkRequest(request)
    const authentication = this.authenticate(request, options)
    const body = await readBody(request, this.maxBodyBytes)
    if (typeof body === 'number') throw authentication.tooLarge(body)
    return authentication.finishChecked(body)
  }

  /** Gives its memory in the module back. Deliveries live on. */
  free(): void {
    this.#core.free()
  }

  #now(options: VerifyOptions | undefined): number {
    if (options === undefined) return this.#clock()
    if (typeof options !== 'object' || options === null)
      throw configInvalid(`options must be an object such as { now }, not ${kindOf(options)}`)
    return options.now === undefined ? this.#clock() : milliseconds(options.now, 'now')
  }

  /** Steps 1 to 9. Gives the lines that are authentic. */
  #authenticate(head: RequestHead, first: Collected, now: number): Collected {
    let sent = first
    let code = this.#core.authenticate(sent, now, this.#room)
    if (code === OTHER_LINES) {
      sent = collectWithoutLineFeeds(head, this.#names)
      code = this.#core.authenticate(sent, now, this.#room)
    }
    if (code === MORE) {
      sent = collectAll(head, this.#needed, this.#core.text())
      code = this.#core.authenticate(sent, now, this.#room)
    }
    if (code !== 0) throw refusal(code, this.#core.text())
    return sent
  }
}

/** Step 10, for the headers that the core has just authenticated. */
function checked(core: Core, sent: Collected, body: Uint8Array, maxBodyBytes: number): Delivery {
  // Too large: the core says so before it looks at any hash.
  const hashed = body.length > maxBodyBytes || hashOnHost(body)
  const code = hashed ? core.finishHashed(body.length) : core.finish(body)
  if (code !== 0) throw refusal(code, core.text())
  return newDelivery(sent, body)
}

/** @internal Between the phases. What the core holds for it is replaced by the next request; then the headers, kept here, are sent again. */
export class Authentication implements Authenticated {
  readonly #core: Core
  readonly #sent: Collected
  readonly #now: number
  readonly #room: number
  readonly #maxBodyBytes: number
  #ticket: number | undefined

  constructor(core: Core, sent: Collected, now: number, room: number, maxBodyBytes: number) {
    this.#core = core
    this.#sent = sent
    this.#now = now
    this.#room = room
    this.#maxBodyBytes = maxBodyBytes
    this.#ticket = core.ticket()
  }

  finish(body: Body): Delivery {
    checkBody(body)
    return this.finishChecked(body)
  }

  /** The same for what is known to be a body. */
  finishChecked(body: Body): Delivery {
    const bytes = bytesOf(body)
    this.#resume()
    return checked(this.#core, this.#sent, bytes, this.#maxBodyBytes)
  }

  /** The refusal of a body that has at least so many bytes, more than the bound. */
  tooLarge(length: number): WebhookVerificationError {
    this.#resume()
    return refusal(this.#core.finishHashed(length), this.#core.text())
  }

  /** Makes the core's state this request's; the core gives it up with every use. */
  #resume(): void {
    if (this.#ticket !== this.#core.ticket()) {
      const code = this.#core.authenticate(this.#sent, this.#now, this.#room)
      if (code !== 0) throw refusal(code, this.#core.text())
    }
    this.#ticket = undefined
  }
}
