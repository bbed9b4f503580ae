// How each cause is mended, as code: for receivers, and for those who sign by hand.

import type { CauseCode } from 'drone-webhooks/explain'
import { SNIPPETS } from './snippets.ts'

export type Language = 'node' | 'python' | 'go' | 'java'
export const LANGUAGES = [
  ['node', 'Node'],
  ['python', 'Python'],
  ['go', 'Go'],
  ['java', 'Java'],
] as const satisfies readonly (readonly [Language, string])[]

export interface Snippet {
  readonly about: string
  readonly text: string
  /** It is no program: the same for every language. */
  readonly general: boolean
}

type Topic = keyof typeof SNIPPETS

const TOPICS: Readonly<Partial<Record<CauseCode, Topic>>> = {
  secret_whitespace: 'secret',
  secret_quoted: 'secret',
  secret_hex_decoded: 'secret',
  secret_base64_decoded: 'secret',
  secret_wrong: 'server',
  secret_empty_at_sender: 'server',
  signature_hex: 'signing',
  signature_base64url: 'signing',
  signing_string_comma: 'signing',
  signing_string_crlf: 'signing',
  signing_string_trailing_newline: 'signing',
  signing_string_name_case: 'signing',
  signing_string_order: 'signing',
  body_reserialized: 'body',
  body_newline_added: 'body',
  body_newline_removed: 'body',
  body_crlf: 'body',
  body_bom: 'body',
  body_charset: 'body',
  body_truncated: 'body',
  body_missing: 'body',
  body_changed: 'body',
  redirected: 'endpoint',
  date_rewritten: 'proxy',
  accept_encoding_rewritten: 'proxy',
  header_stripped: 'proxy',
  time_zone: 'clock',
  clock_skew: 'clock',
}

/** The snippet for a cause. Undefined where code would not help. */
export function snippetFor(cause: string, language: Language): Snippet | undefined {
  // A shared link may name anything.
  const topic = Object.hasOwn(TOPICS, cause) ? TOPICS[cause as CauseCode] : undefined
  if (topic === undefined) return undefined
  const { about, ...texts } = SNIPPETS[topic]
  return 'general' in texts ? { about, text: texts.general, general: true } : { about, text: texts[language], general: false }
}
