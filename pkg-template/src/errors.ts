/** What is thrown when a request is refused, or the receiver is set up wrongly. Knows no request. */
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

/** @internal The receiver's own mistake: an option, or a call. */
export function configInvalid(message: string): WebhookVerificationError {
  return new WebhookVerificationError('config_invalid', 500, message)
}

/** @internal Something in place of the raw body. */
export function bodyNotBytes(message: string, options?: { cause: unknown }): WebhookVerificationError {
  return new WebhookVerificationError('body_not_bytes', 500, message, options)
}

/** @internal What a value is, for a message that must not show the value itself. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && name !== '' ? `an object (${name})` : 'an object'
}
