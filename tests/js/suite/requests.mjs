// The recorded requests as the tests want them, and ways to change one.

import { utf8 } from './bytes.mjs'

export const header = (request, name) => request.headers.find(([each]) => each.toLowerCase() === name)?.[1]

/** When the server sent it, by its own clock. */
export const sentAt = (request) => new Date(header(request, 'date'))

export const bodyOf = (request) => utf8(request.body)

/** What `verify` takes, from a recorded request. */
export const toVerify = (request) => ({
  method: request.method,
  url: request.target,
  headers: request.headers,
  body: bodyOf(request),
})

/** Its secret, and the clock of its day. */
export const options = (request) => ({ secret: request.secret, now: sentAt(request) })

/** The same request with a header replaced, dropped (undefined) or added at the end. */
export function withHeader(request, name, value) {
  const is = ([each]) => each.toLowerCase() === name.toLowerCase()
  const headers = request.headers.some(is)
    ? request.headers.flatMap((pair) => (is(pair) ? (value === undefined ? [] : [[pair[0], value]]) : [pair]))
    : [...request.headers, [name, value]]
  return { ...request, headers }
}

export const withBody = (request, body) => ({ ...request, body })

/** A signature that parses and is not the right one. */
export const forged = (request) =>
  withHeader(request, 'Signature', header(request, 'signature').replace(/signature="[^"]*"/, `signature="${'A'.repeat(43)}="`))

export const named = (vectors, part) => {
  const found = vectors.recorded.find(({ name }) => name.includes(part))
  if (!found) throw new Error(`no recorded request is named like ${part}`)
  return found
}

/** The one that most tests start from: a build that succeeded, 3.5 KB, non-ASCII text in it. */
export const sample = (vectors) => named(vectors, 'A-020-')

/** Signed as the server signs, for a body of the test's own. The extra headers are signed only if listed. */
export function signed(lib, body, { secret = 'a secret of the tests', now = new Date(0), headers = [], ...more } = {}) {
  const { date, digest, signature } = lib.sign({ body, headers }, { secret, now, ...more })
  return {
    request: {
      method: 'POST',
      url: '/hook',
      headers: [...headers, ['Date', date], ['Digest', digest], ['Signature', signature]],
      body,
    },
    options: { secret, now },
  }
}

/** So large a body that from then on the host's hash is used, where there is one. */
export function verifyLarge(lib) {
  const { request, options } = signed(lib, 'x'.repeat(1_048_576))
  lib.verify(toVerify(request), options)
}
