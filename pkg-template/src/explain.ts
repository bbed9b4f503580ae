/**
 * `drone-webhooks/explain`: for people who debug. It has a WebAssembly module of its own, which nobody loads who does not import it.
 */
import { WebhookVerificationError } from './errors.js'
import { explainer } from './explain-core.js'
import { type Marshalled, marshal } from './explain-request.js'
import { type ExplainOptions, type ExplainRequest, type Explanation, STEP_NAMES, type Step, type StepName } from './explain-types.js'
import { collectAll, type RequestHead } from './headers.js'
import { checkOptions, milliseconds } from './options.js'

export { compareSigningStrings, type Difference, visible } from './explain-compare.js'
export {
  type ParsedRequest,
  type ParseOptions,
  parseRequest,
  type RequestKind,
  type UnparsedRequest,
} from './explain-parse.js'
export type { Cause, CauseCode, ExplainOptions, ExplainRequest, Explanation, Sender, Step, StepName } from './explain-types.js'
export { CAUSE_CODES, STEP_NAMES } from './explain-types.js'

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
 * Every step of the verification told, and the causes of a refusal: what was tried on the bytes and found to be so, and what to do about it.
 *
 * For people who hold the secret: send nothing of it to the network. It takes some milliseconds, and a quarter of a second for a body of 5 MB.
 *
 * Throws `config_invalid` for a mistake in the options, as `verify` does, and nothing for whatever the request is.
 *
 * @example
 * ```ts
 * import { sign } from 'drone-webhooks'
 * import { explain } from 'drone-webhooks/explain'
 *
 * const secret = 'd8fa5c314f7b1f5cac27d34e157e3459'
 * const body = '{"event":"user","action":"created","user":{"login":"hubot"}}'
 * const headers = sign({ body }, { secret })
 *
 * const { ok, code, causes } = explain({ headers, body: `${body}\n` }, { secret })
 * console.log(ok, code) // false digest_mismatch
 * for (const { code, evidence, fix } of causes) console.log(code, evidence, fix) // body_newline_added …
 * ```
 */
export function explain(request: ExplainRequest, options: ExplainOptions): Explanation {
  const { secrets, clock, ...settings } = checkOptions(options)
  const nowMs = options.now === undefined ? clock() : milliseconds(options.now, 'now')
  const marshalled = marshal(request)
  const { received, body } = marshalled
  const told = attempt(() => {
    const wasm = explainer()
    const known = new wasm.Secrets()
    for (const [keyId, secret] of secrets) known.add(secret, keyId)
    // `explain` takes the secrets over, and wipes them.
    const enough = body?.subarray(0, Math.max(LARGEST_BODY, settings.maxBodyBytes) + 1)
    return wasm.explain({ ...settings, nowMs, reveal: options.reveal === true }, known, received, enough) as Explanation
  })
  return withMistakes(marshalled.cut ? withCut(told) : told, marshalled, settings.required)
}

// Of what is over its bound in any case no more is looked at.
const LARGEST_BODY = 64 * 1024 * 1024
const REQUEST_TARGET = '(request-target)'

/** What `verify` throws for a request that is none, before any step: `config_invalid`, told as the step that comes upon it. */
function withMistakes(told: Explanation, { mistake, lineMistake }: Marshalled, required: readonly string[]): Explanation {
  const requiresLine = required.some((name) => name.toLowerCase() === REQUEST_TARGET)
  const message = mistake ?? (requiresLine ? lineMistake : undefined)
  if (message !== undefined)
    return { ok: false, code: 'config_invalid', steps: STEP_NAMES.map((step) => stopped(step, message)), causes: [] }
  if (lineMistake === undefined || told.code !== 'header_missing' || !signsLine(told)) return told
  const steps = told.steps.map((step) =>
    step.step === 'signing_string' ? { ...step, code: 'config_invalid' as const, message: lineMistake } : step,
  )
  return { ...told, code: 'config_invalid', steps }
}

/** Said where the body is judged: with the line end it would be another. */
function withCut(told: Explanation): Explanation {
  const say = 'the line end behind it was left out, since Content-Length does not count it'
  return { ...told, steps: told.steps.map((step) => (step.step === 'body' ? { ...step, message: `${step.message}; ${say}` } : step)) }
}

function stopped(step: StepName, message: string): Step {
  if (step === 'bounds') return { step, status: 'failed', code: 'config_invalid', message }
  return { step, status: 'skipped', message: 'not run: there are no headers' }
}

function signsLine({ steps }: Explanation): boolean {
  const list = steps.find(({ step }) => step === 'signing_string')?.received ?? ''
  return list.split(' ').includes(REQUEST_TARGET)
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
