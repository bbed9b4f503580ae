/** Verifying one request, without a verifier to keep. */
import type { Delivery } from './events.js'
import type { VerifierOptions } from './options.js'
import { CoreVerifier, type Verifier, type VerifyOptions, type WebhookRequest } from './verifier.js'

/**
 * Verifies one request whose body is in memory. Synchronous; nothing has to be initialised.
 *
 * For many requests `createVerifier` prepares the keys once.
 *
 * Throws a `WebhookVerificationError`: `config_invalid` before the request is looked at, `body_not_bytes` for something in place of the
 * raw body, or the refusal. `payload_malformed` and `event_mismatch` come when `event`, `action` or `payload` are read.
 *
 * @example
 * ```ts
 * import { sign, verify } from 'drone-webhooks'
 *
 * const secret = 'd8fa5c314f7b1f5cac27d34e157e3459' // DRONE_WEBHOOK_SECRET
 * const body = '{"event":"build","action":"updated","build":{"number":7,"status":"success"}}'
 * const headers = sign({ body }, { secret }) // what Drone would send
 *
 * const delivery = verify({ headers, body }, { secret })
 * if (delivery.event === 'build') console.log(delivery.payload.build?.status) // success
 * ```
 */
export function verify(request: WebhookRequest, options: VerifierOptions & VerifyOptions): Delivery {
  const verifier = new CoreVerifier(options)
  try {
    return verifier.verify(request, options)
  } finally {
    verifier.free()
  }
}

/**
 * Verifies a fetch `Request`. Its body is read once, only if the headers are authentic, and only up to its bound.
 *
 * Rejects with a `WebhookVerificationError` as {@link verify} throws; a body that was read before, or breaks off, is `body_not_bytes`.
 *
 * @example
 * ```ts
 * import { sign, verifyRequest } from 'drone-webhooks'
 *
 * const secret = 'd8fa5c314f7b1f5cac27d34e157e3459'
 * const body = '{"event":"user","action":"created","user":{"login":"hubot"}}'
 * const request = new Request('https://example.com/hook', { method: 'POST', headers: sign({ body }, { secret }), body })
 *
 * const delivery = await verifyRequest(request, { secret })
 * console.log(delivery.id)
 * ```
 */
export async function verifyRequest(request: Request, options: (VerifierOptions & VerifyOptions) | Verifier): Promise<Delivery> {
  if (isVerifier(options)) return options.verifyRequest(request)
  const verifier = new CoreVerifier(options)
  try {
    return await verifier.verifyRequest(request, options)
  } finally {
    verifier.free()
  }
}

function isVerifier(options: VerifierOptions | Verifier): options is Verifier {
  return typeof (options as Partial<Verifier> | null | undefined)?.verifyRequest === 'function'
}
