/** Makes the errors that are the receiver's own mistakes. Knows no request. */
import { WebhookVerificationError } from './error.js'

export { WebhookVerificationError }

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
