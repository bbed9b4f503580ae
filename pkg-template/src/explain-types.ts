/** What `explain` takes and gives. Knows no module. */
import type { Code } from './codes.js'
import type { RequestHead } from './headers.js'
import type { VerifierOptions } from './options.js'
import type { VerifyOptions } from './verifier.js'

/** The names of the steps, in the order of verification. */
export const STEP_NAMES = [
  'bounds',
  'signature',
  'parameters',
  'algorithm',
  'key',
  'policy',
  'signing_string',
  'mac',
  'freshness',
  'body',
  'payload',
] as const

/** One step of the verification. */
export type StepName = (typeof STEP_NAMES)[number]

/** Every cause, in the order of the contract. */
export const CAUSE_CODES = [
  'secret_whitespace',
  'secret_quoted',
  'secret_hex_decoded',
  'secret_base64_decoded',
  'secret_empty_at_sender',
  'secret_wrong',
  'signature_hex',
  'signature_base64url',
  'signing_string_comma',
  'signing_string_crlf',
  'signing_string_trailing_newline',
  'signing_string_name_case',
  'signing_string_order',
  'body_reserialized',
  'body_newline_added',
  'body_newline_removed',
  'body_crlf',
  'body_bom',
  'body_charset',
  'body_truncated',
  'body_missing',
  'body_changed',
  'redirected',
  'date_rewritten',
  'accept_encoding_rewritten',
  'header_stripped',
  'typographic_quotes',
  'time_zone',
  'clock_skew',
  'replayed',
  'other_sender',
] as const

/** Why a request was refused, finer than the code of the refusal. Stable. */
export type CauseCode = (typeof CAUSE_CODES)[number]

/** Systems that are known to send webhooks which are not Drone's. */
export type Sender = 'GitHub' | 'Gitea' | 'GitLab' | 'Bitbucket' | 'Harness'

/** One step, told. Nothing in it is secret, unless `reveal` asks for the MAC. */
export interface Step {
  readonly step: StepName
  /** `skipped`: steps before it gave nothing to work on. */
  readonly status: 'passed' | 'failed' | 'skipped'
  /** Of a failed step: why it refuses the request. */
  readonly code?: Code | undefined
  /** What the request has for it, at most 2 KiB. */
  readonly received?: string | undefined
  /** What was made of it, or is asked of it: for `signing_string` the string, for `body` the digest, for `mac` nothing without `reveal`. */
  readonly computed?: string | undefined
  /** What that means, in a sentence; may change. */
  readonly message: string
}

/** Something that went wrong, and is known to have. It holds no secret. */
export interface Cause {
  readonly code: CauseCode
  /** What it is, in a sentence; may change. */
  readonly message: string
  /** What of this request shows it; may change. */
  readonly evidence: string
  /** What to do about it; may change. */
  readonly fix: string
  /** For `other_sender`. */
  readonly sender?: Sender | undefined
}

/** A request, explained. */
export interface Explanation {
  /** Whether `verify` and reading `payload` would not throw. */
  readonly ok: boolean
  /** The code that they would throw. */
  readonly code?: Code | undefined
  /** All eleven, in the order of {@link STEP_NAMES}. */
  readonly steps: readonly Step[]
  /** What the signature must be over, where it can be told. */
  readonly signingString?: string | undefined
  /** The best first: confirmed ones, then what is left. None for a request that is accepted as it was received, nor for a refusal that no cause explains. */
  readonly causes: readonly Cause[]
}

/** A request, as it was received. */
export interface ExplainRequest extends RequestHead {
  /** The raw body. Anything but bytes and text is `body_not_bytes`; of what a parser made, it is tried whether it stands for the body that was signed. */
  readonly body?: unknown
  /** The names of headers whose quotation marks `parseRequest` made plain. */
  readonly typographicQuotes?: readonly string[] | undefined
  /** The line end behind the body that `parseRequest` left out; it is told. */
  readonly lineEnd?: string | undefined
}

/** The options of `verify`, and one more. */
export interface ExplainOptions extends VerifierOptions, VerifyOptions {
  /**
   * Whether the step `mac` shows the right MAC. Default false: whoever reads it can send this request, whoever made it.
   */
  readonly reveal?: boolean | undefined
}
