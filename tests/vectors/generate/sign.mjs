// A request as Drone signs it, by hand from node:crypto. Knows nothing of the verifier.

import { createHash, createHmac } from 'node:crypto'
import { bytes, key, lines, text } from './text.mjs'

export const SECRET = '3b1f0e7c9a5d48e2b6c40d1f7a92e853'
export const OTHER_SECRET = 'c07a5be21d9f4638a1e6d4f20b8c7395'

/** Sun, 22 Nov 2026 06:11:53 GMT. */
export const NOW = 1795327913

// Short, so that the table stays small; the recorded requests have whole ones.

export const USER_CREATED = '{"event":"user","action":"created","user":{"id":7,"login":"mona"}}'

export const BUILD_UPDATED =
  '{"event":"build","action":"updated","repo":{"id":3,"slug":"mona/spoon","active":true},' +
  '"build":{"id":41,"number":12,"status":"success","event":"push","message":"Déjà vu \\u003c3 \\u0026 more\\n","finished":1795327912,' +
  '"stages":[{"id":51,"status":"success","steps":[{"id":61,"exit_code":0}]}]},"system":{"version":"2.25.0"}}'

/** IMF-fixdate of seconds since 1970. */
export const httpDate = (seconds) => new Date(seconds * 1000).toUTCString()

export const sha256 = (data) => createHash('sha256').update(data).digest('base64')
export const hmac = (secret, data) => createHmac('sha256', key(secret)).update(data).digest()

/** The value of `Signature`, in Drone's order and without spaces. */
export function drone({ keyId, algorithm, created, expires, signature, list }) {
  const parameters = [`keyId="${keyId}"`]
  if (algorithm !== null) parameters.push(`algorithm="${algorithm}"`)
  if (created !== undefined) parameters.push(`created=${created}`)
  if (expires !== undefined) parameters.push(`expires=${expires}`)
  parameters.push(`signature="${signature}"`)
  if (list !== null) parameters.push(`headers="${list.join(' ')}"`)
  return parameters.join(',')
}

/** What `sign` takes, with what Drone does. */
const DRONE = {
  secret: SECRET,
  keyId: 'hmac-key',
  algorithm: 'hmac-sha256', // null: the parameter is left out
  created: undefined,
  expires: undefined,
  list: ['date', 'digest'], // null: the parameter is left out
  method: undefined,
  url: undefined,
  headers: [],
  date: httpDate(NOW), // null: no Date
  digest: (base64) => `SHA-256=${base64}`,
  body: USER_CREATED,
  event: 'user', // null: no X-Drone-Event
  signingString: (string) => string,
  mac: hmac,
  signature: (mac) => mac.toString('base64'),
  format: drone,
  carrier: (value) => ['Signature', value],
}

/** A signed request; `change` says what differs from Drone's. */
export function sign(change = {}) {
  const options = { ...DRONE, ...change }
  const { method, url, body } = options
  const headers = [...options.headers]
  if (options.date !== null) headers.push(['Date', options.date])
  headers.push(['Digest', options.digest(sha256(bytes(body)))])
  const string = options.signingString(signingString(options.list ?? ['(created)'], { method, url, headers }, options))
  const signature = options.signature(options.mac(options.secret, string))
  headers.push(options.carrier(options.format({ ...options, signature })))
  if (options.event !== null) headers.push(['X-Drone-Event', options.event])
  return { ...(method && { method }), ...(url && { url }), headers, body }
}

/** What is signed: one line a name, LF between them. A header that is not there signs as an empty one. */
export function signingString(names, request, { created, expires }) {
  const special = {
    '(request-target)': () => `${request.method.toLowerCase()} ${target(text(request.url))}`,
    '(created)': () => String(created ?? ''),
    '(expires)': () => String(expires ?? ''),
  }
  return names.map((name) => `${name}: ${special[name] ? special[name]() : header(request.headers, name)}`).join('\n')
}

/** The value of a header: its lines without SP and HTAB around them, joined. */
export function header(headers, name) {
  return lines(headers)
    .filter(([other]) => other.toLowerCase() === name)
    .map(([, value]) => trim(text(value)))
    .join(', ')
}

export const trim = (value) => value.replace(/^[ \t]+|[ \t]+$/g, '')

const target = (url) => url.replace(/^https?:\/\/[^/]*/, '').replace(/#.*$/, '')

// Changes after signing, for `onTheWay`.

/** Every line of that name gets another value. */
export const replace = (name, value) => (request) => ({
  ...request,
  headers: request.headers.map((line) => (line[0] === name ? [name, typeof value === 'function' ? value(line[1]) : value] : line)),
})

export const without = (name) => (request) => ({ ...request, headers: request.headers.filter(([other]) => other !== name) })

/** More lines at the end. */
export const plus =
  (...more) =>
  (request) => ({ ...request, headers: [...request.headers, ...more] })

export const body = (value) => (request) => ({ ...request, body: value })
