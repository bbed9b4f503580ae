/**
 * `drone-webhooks/explain`: for people who debug their own code. It has a WebAssembly module of its own, which nobody loads who does not import it.
 */
import { WebhookVerificationError } from './errors.js'
import { explainer } from './explain-core.js'
import { collectAll, type RequestHead } from './headers.js'

/** The parameters of a signature. Nothing in them is authentic by itself. */
export interface SignatureParameters {
  readonly keyId: string
  readonly algorithm?: string
  /** In seconds since 1970. */
  readonly created?: number
  /** In seconds since 1970. */
  readonly expires?: number
  /** What was signed, in lower case and in its order; `(created)` where the list is absent. */
  readonly headers: readonly string[]
  /** Canonical base64. */
  readonly signature: string
}

/** The values of the pseudo-headers `(created)` and `(expires)`, in seconds since 1970. */
export interface SigningTimes {
  readonly created?: number | undefined
  readonly expires?: number | undefined
}

/**
 * The parameters in the value of a `Signature` header (draft-cavage-http-signatures-12, section 2.1).
 *
 * Throws `signature_malformed`, `signature_duplicated`.
 *
 * @example
 * ```ts
 * import { parseSignature } from 'drone-webhooks/explain'
 *
 * const { keyId, headers } = parseSignature('keyId="hmac-key",algorithm="hmac-sha256",signature="AAAA",headers="date digest"')
 * console.log(keyId, headers) // hmac-key [ 'date', 'digest' ]
 * ```
 */
export function parseSignature(value: string): SignatureParameters {
  return attempt(() => explainer().parseSignature(value) as SignatureParameters)
}

/**
 * What a sender signs: the lines `name: value` of these names, joined by LF (draft-cavage-http-signatures-12, section 2.3).
 *
 * Throws `header_missing`, `header_malformed`, `headers_too_large`.
 *
 * @example
 * ```ts
 * import { signingString } from 'drone-webhooks/explain'
 *
 * const headers = { date: 'Sun, 22 Nov 2026 06:11:53 GMT', digest: 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }
 * console.log(JSON.stringify(signingString({ headers }, ['date', 'digest'])))
 * ```
 */
export function signingString(request: RequestHead, names: readonly string[], { created, expires }: SigningTimes = {}): string {
  const list = names.join(' ').toLowerCase()
  const { text, lines } = collectAll(request, list, list)
  return attempt(() => explainer().signingString(text, lines, list, created, expires))
}

/** Runs it, and makes an error of what the module throws. */
function attempt<T>(run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    throw isRefusal(thrown) ? new WebhookVerificationError(thrown.code, thrown.status, thrown.message) : thrown
  }
}

function isRefusal(thrown: unknown): thrown is WebhookVerificationError {
  return typeof thrown === 'object' && thrown !== null && !(thrown instanceof Error) && 'code' in thrown
}
