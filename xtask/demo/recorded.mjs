// What real servers sent: as it was, and signed anew.

import { readFileSync } from 'node:fs'
import { sign } from '../../pkg/dist/index.js'
import { requestBytes } from '../../tests/js/support/sockets.mjs'

const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/vectors/recorded/${name}`, import.meta.url), 'utf8'))

export const recorded = [...read('drone-older.json'), ...read('drone-2.25.0.json')]

/** The secrets of all those servers; the one that had none is the receiver's to refuse. */
export const secrets = [...new Set(recorded.map(({ secret }) => secret))].filter((secret) => secret !== '')

const header = (request, name) => request.headers.find(([each]) => each.toLowerCase() === name)?.[1]

/** As recorded, with the clock of its day. */
export function asRecorded() {
  const first = firsts()
  return recorded.map((request) => ({
    name: shorten(request),
    now: Date.parse(header(request, 'date')),
    bytes: requestBytes({ ...request, path: request.target }),
    ...expectedOf(request, first(`${header(request, 'date')} ${header(request, 'digest')}`)),
  }))
}

/** Signed at this moment with the receiver's own secret, and sent to the real clock. */
export function signedAnew(secret) {
  const now = Date.now()
  const first = firsts()
  return recorded
    .filter(({ method }) => method === 'POST')
    .map((request) => {
      const others = request.headers.filter(([name]) => !/^(date|digest|signature)$/i.test(name))
      const signedHeaders = /headers="([^"]*)"/.exec(header(request, 'signature'))[1].split(' ')
      const signed = sign({ body: request.body, headers: others }, { secret, now, signedHeaders })
      const headers = [...others, ['Date', signed.date], ['Digest', signed.digest], ['Signature', signed.signature]]
      return {
        name: shorten(request),
        bytes: requestBytes({ ...request, path: request.target, headers }),
        ...expectedOf({ ...request, secret }, first(signed.digest)),
      }
    })
}

function expectedOf({ secret, method, kind }, isFirst) {
  if (method !== 'POST') return { status: 405 }
  if (secret === '') return { status: 401, code: 'signature_mismatch' }
  // Authentic, but no webhook.
  if (kind === 'extension') return { status: 422, code: 'payload_malformed' }
  return isFirst ? { status: 202 } : { status: 200, note: 'the same delivery at a second address' }
}

/** Whether a key comes for the first time. */
function firsts() {
  const seen = new Set()
  return (key) => !seen.has(key) && Boolean(seen.add(key))
}

/** The name without what the other columns say: `B-two-endpoints-000-user-deleted-user-deleted-9301` is `two-endpoints user-deleted`. */
function shorten({ name, kind, target, server = '2.25.0' }) {
  return `${server.padEnd(6)}  ${kind === 'extension' ? `extension call ${target.slice(1)}` : words(name)}`
}

function words(name) {
  const redirect = /redirect-(\d+)-(\d+)/.exec(name)
  if (redirect) return `redirect ${redirect[1]}, ${redirect[2] === '000' ? 'the first address' : 'followed'}`
  const [, place, group, what] =
    /^(?:A|v[\d.]+|([A-Z]\d?)-([a-z0-9-]+?))-\d+-[a-z]+-[a-z]+-(?:(?:pending|running|success|failure|error|killed|skipped|declined)-)?(.*?)(?:-\d{4})?$/.exec(
      name,
    ) ?? []
  return place === undefined ? (what ?? name) : `${group} ${what}`
}
