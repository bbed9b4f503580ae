// Step 10: the body's length, and its digest.

import { createHash } from 'node:crypto'
import { accepted, refused } from '../case.mjs'
import { BUILD_UPDATED, body, sha256, USER_CREATED } from '../sign.mjs'

const MIB4 = 4194304
const BUILD = { body: BUILD_UPDATED, event: 'build' }
const build = { ...BUILD, expect: { event: 'build', action: 'updated' } }
const bytes = Buffer.byteLength(BUILD_UPDATED)
const spaced = (total) => ({ concat: [USER_CREATED, { repeat: ' ', times: total - USER_CREATED.length }] })
const other = (algorithm, encoding = 'base64') => createHash(algorithm).update(USER_CREATED).digest(encoding)

// The bound.
accepted('a body of exactly 4 MiB is accepted', { body: spaced(MIB4) })
refused('body_too_large', 'a body of 4 MiB and a byte is refused', { body: spaced(MIB4 + 1) })
accepted('a body of exactly maxBodyBytes is accepted', { ...build, config: { maxBodyBytes: bytes } })
refused('body_too_large', 'a body of one byte more than maxBodyBytes is refused', { ...BUILD, config: { maxBodyBytes: bytes - 1 } })
refused('body_too_large', 'maxBodyBytes counts bytes, not characters', { ...BUILD, config: { maxBodyBytes: BUILD_UPDATED.length } })
accepted('a maxBodyBytes above the default is accepted', { config: { maxBodyBytes: MIB4 + 1 }, body: spaced(MIB4 + 1) })
refused('body_too_large', 'a body that grew on the way is too large before its digest is found wrong', {
  config: { maxBodyBytes: USER_CREATED.length },
  onTheWay: body(`${USER_CREATED}\n`),
})
refused('body_too_large', 'a body is too large before its digest is found malformed', {
  config: { maxBodyBytes: 60 },
  digest: () => 'SHA-256',
})
refused('body_too_large', 'a body is too large before its digest is found unsupported', {
  config: { maxBodyBytes: 60 },
  digest: () => `MD5=${other('md5')}`,
})
refused('body_too_large', 'a body is too large before its payload is found malformed', {
  config: { maxBodyBytes: 60 },
  body: { repeat: '[', times: 61 },
})

// The header.
accepted('a digest with its algorithm in lower case is accepted', { digest: (base64) => `sha-256=${base64}` })
accepted('a digest with its algorithm in mixed case is accepted', { digest: (base64) => `Sha-256=${base64}` })
accepted('a digest before one of another algorithm is accepted', { digest: (base64) => `SHA-256=${base64},MD5=${other('md5')}` })
accepted('a digest after others is accepted', {
  digest: (base64) => `MD5=${other('md5')}, SHA-512=${other('sha512')} ,\tSHA-256=${base64}`,
})
accepted('digests of other algorithms are not compared', {
  digest: (base64) => `SHA-512=${createHash('sha512').digest('base64')},SHA-256=${base64}`,
})
accepted('digests of other algorithms need not be base64', { digest: (base64) => `unixsum=30637,SHA-256=${base64}` })
accepted('another algorithm may come twice', { digest: (base64) => `MD5=${other('md5')},SHA-256=${base64},MD5=${other('md5')}` })
accepted('a digest over two lines is one list', { headers: [['Digest', `SHA-512=${other('sha512')}`]] })

const malformed = (name, digest, more) => refused('digest_malformed', name, { digest, ...more })
malformed('an algorithm without a digest is refused', () => 'SHA-256')
malformed('an empty digest is refused', () => 'SHA-256=')
malformed('base64 without an algorithm is refused', (base64) => base64.replace('=', ''))
malformed('two SHA-256 digests are refused', (base64) => `SHA-256=${base64},SHA-256=${sha256('')}`)
malformed('the same SHA-256 digest twice is refused', (base64) => `SHA-256=${base64}, SHA-256=${base64}`)
malformed('two SHA-256 digests in different case are refused', (base64) => `SHA-256=${base64},sha-256=${base64}`)
malformed('two SHA-256 digests on two lines are refused', (base64) => `SHA-256=${base64}`, {
  headers: [['Digest', `SHA-256=${sha256('')}`]],
})
malformed('a digest of 31 bytes is refused', (base64) => `SHA-256=${Buffer.from(base64, 'base64').subarray(1).toString('base64')}`)
malformed('a digest of 64 bytes is refused', () => `SHA-256=${other('sha512')}`)
malformed('a digest in hex is refused', () => `SHA-256=${other('sha256', 'hex')}`)
malformed('a digest without its padding is refused', (base64) => `SHA-256=${base64.replace('=', '')}`)
malformed('a digest with a padding too many is refused', (base64) => `SHA-256=${base64}=`)
malformed(
  'a digest with bits set after its last byte is refused',
  (base64) => `SHA-256=${base64.replace(/.=$/, (end) => `${nextLetter(end[0])}=`)}`,
)
malformed('a digest in the alphabet for URLs is refused', () => `SHA-256=${'-_'.repeat(21)}8=`)
malformed('a digest with a space in it is refused', (base64) => `SHA-256=${base64.replace(/^..../, '$& ')}`)
malformed('a digest in quotes is refused', (base64) => `SHA-256="${base64}"`)
malformed('a digest between colons is refused, as RFC 9530 writes it', (base64) => `sha-256=:${base64}:`)
malformed('text after a digest is refused', (base64) => `SHA-256=${base64} x`)
malformed('a list element that is no digest is refused', (base64) => `MD5,SHA-256=${base64}`)
malformed('a malformed digest is refused before the body is found changed', () => 'SHA-256=abc', { onTheWay: body('{}') })

const unsupported = (name, digest, more) => refused('digest_unsupported', name, { digest, ...more })
unsupported('SHA-512 alone is refused', () => `SHA-512=${other('sha512')}`)
unsupported('MD5 alone is refused', () => `MD5=${other('md5')}`)
unsupported('SHA alone is refused', () => `SHA=${other('sha1')}`)
unsupported('several digests without SHA-256 are refused', () => `MD5=${other('md5')},SHA-512=${other('sha512')}`)
unsupported('id-sha-256 is another algorithm', (base64) => `id-sha-256=${base64}`)
unsupported('sha256 is another algorithm', (base64) => `sha256=${base64}`)
unsupported('SHA-512/256 is another algorithm', (base64) => `SHA-512-256=${base64}`)
unsupported('an unsupported digest is refused before the body is found changed', () => `MD5=${other('md5')}`, { onTheWay: body('{}') })

// The body.
const changed = (name, change, more) =>
  refused('digest_mismatch', name, { ...BUILD, onTheWay: (request) => ({ ...request, body: change(BUILD_UPDATED) }), ...more })
changed('a body with one letter changed is refused', (text) => text.replace('success', 'succesS'))
changed('a body with a newline added is refused', (text) => `${text}\n`)
changed('a body with a BOM added is refused', (text) => `\ufeff${text}`)
changed('a body with its last byte cut off is refused', (text) => text.slice(0, -1))
changed('a body that was parsed and printed again is refused', (text) => JSON.stringify(JSON.parse(text)))
changed('a body that was decoded as Latin-1 is refused', (text) => Buffer.from(text).toString('latin1'))
changed('a body that was encoded as Latin-1 is refused', (text) => ({ base64: Buffer.from(text, 'latin1').toString('base64') }))
changed('an empty body is refused when another was signed', () => '')
changed('a body that is not JSON is refused for its digest first', () => 'not json')
refused('digest_mismatch', 'a newline taken from the end of a body is refused', { body: `${USER_CREATED}\n`, onTheWay: body(USER_CREATED) })
refused('digest_mismatch', 'a body in place of an empty one is refused', { body: '', onTheWay: body(USER_CREATED) })
refused('digest_mismatch', 'a body with CRLF in place of LF is refused', {
  body: `${USER_CREATED}\n`,
  onTheWay: body(`${USER_CREATED}\r\n`),
})
refused('digest_mismatch', 'a digest that the sender made of something else is refused', { digest: () => `SHA-256=${sha256('')}` })
refused('digest_mismatch', 'a digest is compared although another algorithm fits', {
  digest: () => `SHA-512=${other('sha512')},SHA-256=${sha256('')}`,
})
refused('digest_mismatch', 'the GET after a redirect has the old digest and no body', {
  method: 'POST',
  url: '/start',
  headers: [['Referer', 'https://hooks.example.com/start']],
  onTheWay: (request) => ({ ...request, method: 'GET', url: '/moved?to=here', body: '' }),
})
refused('digest_mismatch', 'a redirected webhook for a build has the old digest and no body', {
  ...BUILD,
  onTheWay: (request) => ({ ...request, method: 'GET', body: '' }),
})
refused('digest_mismatch', 'a redirected extension call has the old digest and no body', {
  config: { requiredHeaders: ['accept', 'accept-encoding', 'content-type', 'date', 'digest'] },
  list: ['accept', 'accept-encoding', 'content-type', 'date', 'digest'],
  headers: [
    ['Accept', 'application/vnd.drone.config.v1+json'],
    ['Accept-Encoding', 'identity'],
    ['Content-Type', 'application/json'],
  ],
  event: null,
  onTheWay: (request) => ({ ...request, method: 'GET', body: '' }),
})
accepted('a redirected request that kept its method and body is accepted', {
  method: 'POST',
  url: '/start',
  onTheWay: (request) => ({ ...request, url: '/moved?to=here' }),
})

function nextLetter(letter) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return alphabet[alphabet.indexOf(letter) + 1]
}
