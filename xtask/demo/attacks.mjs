// What an attacker, a proxy or a mistake does to a request. Each starts from a genuine one, signed this moment, which is
// sent unchanged afterwards: the receiver must still take that.

import { randomBytes } from 'node:crypto'
import { sign } from '../../pkg/dist/index.js'
import { requestBytes } from '../../tests/js/support/sockets.mjs'

const MINUTE = 60_000

let number = 0

/** A build that has succeeded, as Drone would tell of it. */
export function genuine(secret, now = Date.now()) {
  number += 1
  const body = `{"event":"build","action":"updated","repo":{"slug":"octocat/hello-world"},"build":{"number":${number},"status":"success"}}`
  return { secret, now, body, headers: headersFor(body, { secret, now }) }
}

function headersFor(body, options) {
  const { date, digest, signature } = sign({ body }, options)
  return [
    ['Content-Type', 'application/json'],
    ['Date', date],
    ['Digest', digest],
    ['Signature', signature],
    ['X-Drone-Event', 'build'],
  ]
}

export const set = (request, name, value) => ({
  ...request,
  headers: request.headers.map(([each, old]) => [each, each === name ? (typeof value === 'function' ? value(old) : value) : old]),
})
const drop = (request, name) => ({ ...request, headers: request.headers.filter(([each]) => each !== name) })
const add = (request, name, value) => ({ ...request, headers: [...request.headers, [name, value]] })
const get = (request, name) => request.headers.find(([each]) => each === name)[1]

const forgery = (request) =>
  set(request, 'Signature', (value) => value.replace(/signature="[^"]*"/, `signature="${randomBytes(32).toString('base64')}"`))

/** Each: what is sent in place of the genuine request, and what must come of it. `later` moves the receiver's clock. */
export const attacks = [
  {
    name: 'forgery with a body that never ends',
    status: 401,
    code: 'signature_mismatch',
    send: (request, client) => endless(forgery(request), client),
  },
  { name: 'no signature', status: 401, code: 'signature_missing', change: (request) => drop(request, 'Signature') },
  {
    name: 'signed with another secret',
    status: 401,
    code: 'signature_mismatch',
    change: (request) => ({ ...request, headers: headersFor(request.body, { secret: randomBytes(16).toString('hex') }) }),
  },
  {
    name: 'body changed',
    status: 401,
    code: 'digest_mismatch',
    change: (request) => ({ ...request, body: request.body.replace('success', 'failure') }),
  },
  { name: 'body and digest changed', status: 401, code: 'signature_mismatch', change: changedWithDigest },
  {
    name: 'digest changed',
    status: 401,
    code: 'signature_mismatch',
    change: (request) => set(request, 'Digest', `SHA-256=${randomBytes(32).toString('base64')}`),
  },
  {
    name: 'date moved on, to look fresh',
    status: 401,
    code: 'signature_mismatch',
    change: (request) => set(request, 'Date', new Date(request.now + MINUTE).toUTCString()),
  },
  {
    name: 'digest dropped from the signed list',
    status: 401,
    code: 'header_not_signed',
    change: (request) => set(request, 'Signature', (value) => value.replace('date digest', 'date')),
  },
  {
    name: 'date dropped from the signed list',
    status: 401,
    code: 'header_not_signed',
    change: (request) => set(request, 'Signature', (value) => value.replace('date digest', 'digest')),
  },
  {
    name: 'signed list left out',
    status: 401,
    code: 'header_not_signed',
    change: (request) => set(request, 'Signature', (value) => value.replace(',headers="date digest"', '')),
  },
  { name: 'a signed header taken away', status: 401, code: 'header_missing', change: (request) => drop(request, 'Digest') },
  {
    name: 'wrong algorithm: rsa-sha256',
    status: 401,
    code: 'algorithm_unsupported',
    change: (request) => set(request, 'Signature', (value) => value.replace('hmac-sha256', 'rsa-sha256')),
  },
  {
    name: 'wrong algorithm: none',
    status: 401,
    code: 'algorithm_unsupported',
    change: (request) => set(request, 'Signature', (value) => value.replace('hmac-sha256', 'none')),
  },
  {
    name: 'two signatures',
    status: 401,
    code: 'signature_duplicated',
    change: (request) => add(request, 'Signature', get(request, 'Signature')),
  },
  {
    name: 'a forged signature before the good one',
    status: 401,
    code: 'signature_duplicated',
    change: (request) => add(forgery(request), 'Signature', get(request, 'Signature')),
  },
  { name: 'replay after the window', status: 401, code: 'date_too_old', later: 5 * MINUTE + 1000, change: (request) => request },
  { name: 'a request from the future', status: 401, code: 'date_in_future', later: -5 * MINUTE - 1000, change: (request) => request },
  { name: 'replay within the window', status: 200, later: 4 * MINUTE, controlFirst: true, change: (request) => request },
  {
    name: 'X-Drone-Event changed (it is not signed)',
    status: 422,
    code: 'event_mismatch',
    change: (request) => set(request, 'X-Drone-Event', 'user'),
  },
  { name: 'a redirect’s GET without a body', status: 405, send: (request, client) => client.send({ ...request, method: 'GET', body: '' }) },
  { name: 'empty POST with the old digest', status: 401, code: 'digest_mismatch', change: (request) => ({ ...request, body: '' }) },
  {
    name: 'a body of 5 MiB, announced',
    status: 413,
    code: 'body_too_large',
    send: (request, client) => client.send(requestBytes(add({ ...request, body: '' }, 'Content-Length', 5 * 1024 * 1024))),
  },
  {
    name: 'a body without end, authentic headers',
    status: 413,
    code: 'body_too_large',
    send: endless,
  },
  {
    name: 'garbage: random bytes as signature',
    status: 401,
    code: 'header_malformed',
    change: (request) => set(request, 'Signature', noise(100)),
  },
  {
    name: 'garbage: random text as signature',
    status: 401,
    code: 'signature_malformed',
    change: (request) => set(request, 'Signature', randomBytes(60).toString('base64')),
  },
  {
    name: 'garbage: a signature of 20 KiB',
    status: 431,
    code: 'headers_too_large',
    change: (request) => set(request, 'Signature', (value) => `${value},x="${'x'.repeat(20 * 1024)}"`),
  },
  {
    name: 'garbage: 300 headers',
    status: 431,
    code: 'headers_too_large',
    change: (request) =>
      Array.from({ length: 300 }, (_, at) => [`X-${at}`, 'x']).reduce((more, [name, value]) => add(more, name, value), request),
  },
  {
    name: 'garbage: not HTTP at all',
    status: 400,
    send: (_, client) => client.send(Buffer.concat([randomBytes(64), Buffer.from('\r\n\r\n')])),
  },
]

/** Writes a body until the receiver hangs up. */
async function endless(request, client) {
  client.write(requestBytes(add({ ...request, body: '' }, 'Transfer-Encoding', 'chunked')))
  const answer = client.answer()
  await client.flood(Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`))
  await client.ended
  return { ...(await answer), cutOff: true }
}

function changedWithDigest(request) {
  const body = request.body.replace('success', 'failure')
  return set({ ...request, body }, 'Digest', sign({ body }, { secret: 'anything' }).digest)
}

/** Bytes that HTTP lets through in a header and that no signature can hold. */
const noise = (length) => Array.from(randomBytes(length), (byte) => String.fromCharCode(0x80 | byte)).join('')
