// Generated from src/error.rs by `cargo xtask generate`. Do not edit.

/** Every code, in the order of verification, with the HTTP status that a receiver answers. */
export const codes = {
  headers_too_large: 431,
  header_malformed: 401,
  signature_missing: 401,
  signature_duplicated: 401,
  signature_malformed: 401,
  algorithm_unsupported: 401,
  key_unknown: 401,
  header_not_signed: 401,
  header_missing: 401,
  signature_mismatch: 401,
  date_malformed: 401,
  date_too_old: 401,
  date_in_future: 401,
  created_in_future: 401,
  signature_expired: 401,
  body_too_large: 413,
  digest_malformed: 401,
  digest_unsupported: 401,
  digest_mismatch: 401,
  payload_malformed: 422,
  event_mismatch: 422,
  config_invalid: 500,
  body_not_bytes: 500,
} as const

/** Why a request was refused. */
export type Code = keyof typeof codes
