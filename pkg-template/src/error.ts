/** What is thrown when a request is refused, or the receiver is set up wrongly. A file of its own: there must be one class for all entry points. */
import type { Code } from './codes.js'

// In the registry of symbols, so that two copies of the package in one program know each other's errors.
const BRAND = Symbol.for('drone-webhooks.WebhookVerificationError')

/**
 * A request was refused, or the receiver is set up wrongly (`config_invalid`, `body_not_bytes`).
 *
 * `code` is stable and says why; `message` is for logs and may change. Neither holds a secret. Answer the network with
 * `status` and its own text only: what the code says would help a forger.
 *
 * @example
 * ```ts
 * import { verify, WebhookVerificationError } from 'drone-webhooks'
 *
 * try {
 *   verify({ headers: {}, body: '' }, { secret: 'the secret' })
 * } catch (error) {
 *   if (!(error instanceof WebhookVerificationError)) throw error
 *   console.log(error.code, error.status) // signature_missing 401
 * }
 * ```
 */
export class WebhookVerificationError extends Error {
  /** Why, as in the table of codes. */
  readonly code: Code
  /** The HTTP status to answer with. */
  readonly status: number

  constructor(code: Code, status: number, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'WebhookVerificationError'
    this.code = code
    this.status = status
  }

  // Of the prototype, since forgeries are refused by the thousand.
  get [BRAND](): true {
    return true
  }

  /**
   * Whether something caught is one of these. Unlike `instanceof` it also knows those of another copy of the package.
   *
   * @example
   * ```ts
   * import { verify, WebhookVerificationError } from 'drone-webhooks'
   *
   * try {
   *   verify({ headers: {}, body: '' }, { secret: 'the secret' })
   * } catch (error) {
   *   console.log(WebhookVerificationError.is(error)) // true
   * }
   * ```
   */
  static is(error: unknown): error is WebhookVerificationError {
    return typeof error === 'object' && error !== null && BRAND in error
  }
}
