// What must hold of the table itself, from each finished case and not from how it was made.

import { header, hmac, sha256, signingString, trim } from './sign.mjs'
import { bytes } from './text.mjs'

/** The codes in the order of the table; null, accepted, comes last. */
export const CODES = [
  'headers_too_large',
  'header_malformed',
  'signature_missing',
  'signature_duplicated',
  'signature_malformed',
  'algorithm_unsupported',
  'key_unknown',
  'header_not_signed',
  'header_missing',
  'signature_mismatch',
  'date_malformed',
  'date_too_old',
  'date_in_future',
  'created_in_future',
  'signature_expired',
  'body_too_large',
  'digest_malformed',
  'digest_unsupported',
  'digest_mismatch',
  'payload_malformed',
  'event_mismatch',
  'config_invalid',
  'body_not_bytes',
  null,
]
const after = (code) => CODES.slice(CODES.indexOf(code) + 1).filter((later) => !['config_invalid', 'body_not_bytes'].includes(later))
const AUTHENTIC = after('signature_mismatch')
const INTACT = after('digest_mismatch')

/** Throws at the first thing that does not hold. */
export function check(cases, json) {
  const names = new Set()
  for (const one of cases) {
    must(!names.has(one.name), one, 'has the name of another case')
    must(CODES.includes(one.code), one, 'has an unknown code')
    names.add(one.name)
    checkCase(one)
  }
  for (const code of CODES) {
    const count = cases.filter((one) => one.code === code).length
    if (count < (code === null ? 45 : 4)) throw new Error(`only ${count} cases for ${code}`)
  }
  // Beyond this nobody reads it; long values have `repeat`.
  if (Buffer.byteLength(json) > 450_000) throw new Error(`the table has ${Buffer.byteLength(json)} bytes`)
  if (JSON.stringify(JSON.parse(json)) !== JSON.stringify(cases.map(inPrintedOrder)))
    throw new Error('the table does not read back as it was written')
}

function checkCase(one) {
  if (AUTHENTIC.includes(one.code)) must(isAuthentic(one), one, 'has no MAC that holds')
  if (one.code === 'signature_mismatch') must(!isAuthentic(one), one, 'has a MAC that holds')
  if (INTACT.includes(one.code)) must(isIntact(one), one, 'has no digest that holds')
  if (one.code === 'digest_mismatch') must(!isIntact(one), one, 'has a digest that holds')
  if (one.code === null || one.code === 'event_mismatch') must(isObject(one.request.body), one, 'has no JSON object')
}

/** Whether the MAC holds under one of the secrets for its keyId. */
function isAuthentic({ config, request }) {
  const parameters = parse(header(request.headers, 'signature') || header(request.headers, 'authorization').slice('Signature '.length))
  const string = signingString(parameters.headers.split(' '), request, parameters)
  const secrets = Object.hasOwn(config.secret, 'keys') ? config.secret.keys[parameters.keyid] : config.secret
  return [secrets].flat().some((secret) => hmac(secret, string).toString('base64') === parameters.signature)
}

/** Whether the one SHA-256 entry is that of the body. */
function isIntact({ request }) {
  const entries = header(request.headers, 'digest').split(',').map(trim)
  const ours = entries.filter((entry) => /^sha-256=/i.test(entry))
  return ours.length === 1 && ours[0].slice('sha-256='.length) === sha256(bytes(request.body))
}

function isObject(body) {
  const value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes(body)))
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** Parameters by lower-case name; enough for well-formed ones. */
function parse(value) {
  const pairs = value.matchAll(/([!#-'*+.^-z|~0-9A-Z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^ \t,"]+))/g)
  return Object.fromEntries(
    Array.from(pairs, ([, name, quoted, token]) => [name.toLowerCase(), quoted === undefined ? token : quoted.replace(/\\(.)/g, '$1')]),
  )
}

function inPrintedOrder({ name, code, hosts, config, now, request, expect }) {
  const { method, url, headers, body } = request
  return { name, code, hosts, config, now, request: { method, url, headers, body }, expect }
}

function must(holds, one, what) {
  if (!holds) throw new Error(`"${one.name}" (${one.code}) ${what}`)
}
