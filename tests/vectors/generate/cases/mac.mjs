// Steps 7 and 8: the signing string and the MAC over it.

import { createHmac } from 'node:crypto'
import { accepted, refused } from '../case.mjs'
import { httpDate, NOW, OTHER_SECRET, plus, replace, SECRET, sha256 } from '../sign.mjs'

const withTarget = { list: ['(request-target)', 'date', 'digest'], method: 'POST' }
const tagged = (...values) => ({ list: ['date', 'digest', 'x-tag'], headers: values.map((value) => ['X-Tag', value]) })
const another = (algorithm, encoding = 'base64') => ({
  mac: (secret, string) => createHmac(algorithm, secret).update(string).digest(),
  signature: (mac) => mac.toString(encoding),
})

// The signing string.
accepted('(request-target) is the method in lower case and the path', { ...withTarget, url: '/hook' })
accepted('(request-target) keeps the query', { ...withTarget, url: '/hook?a=1&b=%2F' })
accepted('(request-target) of an absolute url is its path and query', { ...withTarget, url: 'https://hooks.example.com:8443/a/b?c=d' })
accepted('(request-target) of an absolute url leaves out the fragment', { ...withTarget, url: 'http://hooks.example.com/hook?a=1#part' })
accepted('(request-target) leaves escapes as they stand', { ...withTarget, url: '/a%2Fb/%7e%E2%82%AC' })
accepted('(request-target) of another method is accepted', { ...withTarget, method: 'PUT', url: '/hook' })
accepted('(request-target) may be signed last', { ...withTarget, list: ['date', 'digest', '(request-target)'], url: '/hook' })
accepted('two lines of a signed header are joined by a comma and a space', tagged('a', 'b'))
accepted('the lines of a signed header are trimmed before they are joined', tagged(' a\t', '\tb '))
accepted('the lines of a signed header are joined from wherever they stand', {
  list: ['date', 'digest', 'x-tag'],
  headers: [
    ['X-Tag', 'one'],
    ['Content-Type', 'application/json'],
    ['x-tag', 'two, three'],
    ['X-TAG', 'four'],
  ],
})
accepted('a signed header without a value signs as its name, a colon and a space', {
  list: ['date', 'x-empty', 'digest'],
  headers: [['X-Empty', '']],
})
accepted('a signed header that is only spaces signs as an empty one', {
  list: ['x-empty', 'date', 'digest'],
  headers: [['X-Empty', ' \t ']],
})
accepted('spaces inside a signed header are part of it', { list: ['date', 'digest', 'x-tag'], headers: [['X-Tag', 'a  b\t c']] })

// Who signed.
refused('signature_mismatch', 'a signature by another secret is refused', { secret: OTHER_SECRET })
refused('signature_mismatch', 'a signature by none of three secrets is refused', {
  config: { secret: [OTHER_SECRET, 'another', 'a third'] },
})
refused('signature_mismatch', 'a signature by the secret of another keyId is refused', {
  config: { secret: { keys: { 'hmac-key': OTHER_SECRET, deploy: SECRET } } },
})
refused('signature_mismatch', 'a signature by an empty secret is refused', { secret: '' })
refused('signature_mismatch', 'a secret decoded from hex by the receiver is refused', { config: { secret: { hex: SECRET } } })
refused('signature_mismatch', 'a secret decoded from hex by the sender is refused', { secret: { hex: SECRET } })
refused('signature_mismatch', 'a secret trimmed by the receiver is refused', { secret: ' secret ', config: { secret: 'secret' } })
refused('signature_mismatch', 'a secret with a newline at the receiver is refused', { config: { secret: `${SECRET}\n` } })

// What was signed.
refused('signature_mismatch', 'a Date changed by a second is refused', { onTheWay: replace('Date', httpDate(NOW + 1)) })
refused('signature_mismatch', 'a Digest changed to that of another body is refused', {
  onTheWay: replace('Digest', `SHA-256=${sha256('{}')}`),
})
refused('signature_mismatch', 'a Digest whose algorithm was put in lower case is refused', {
  onTheWay: replace('Digest', (value) => value.replace('SHA', 'sha')),
})
refused('signature_mismatch', 'a second Date line is refused', { onTheWay: plus(['Date', httpDate(NOW)]) })
refused('signature_mismatch', 'a second Digest line is refused', { onTheWay: plus(['Digest', `SHA-256=${sha256('{}')}`]) })
refused('signature_mismatch', 'spaces taken out of the middle of a signed header are refused', {
  list: ['date', 'digest', 'x-tag'],
  headers: [['X-Tag', 'a  b']],
  onTheWay: replace('X-Tag', 'a b'),
})
refused('signature_mismatch', 'lines of a signed header in another order are refused', {
  ...tagged('a', 'b'),
  onTheWay: (request) => ({ ...request, headers: [...request.headers].reverse() }),
})
refused('signature_mismatch', 'signed names changed in their order are refused', {
  onTheWay: replace('Signature', (value) => value.replace('date digest', 'digest date')),
})
refused('signature_mismatch', 'a name added to the signed ones is refused', {
  headers: [['Content-Type', 'application/json']],
  onTheWay: replace('Signature', (value) => value.replace('date digest', 'date digest content-type')),
})
refused('signature_mismatch', 'another path is refused when (request-target) is signed', {
  ...withTarget,
  url: '/hook',
  onTheWay: (request) => ({ ...request, url: '/other' }),
})
refused('signature_mismatch', 'a query cut off is refused when (request-target) is signed', {
  ...withTarget,
  url: '/hook?a=1',
  onTheWay: (request) => ({ ...request, url: '/hook' }),
})
refused('signature_mismatch', 'another method is refused when (request-target) is signed', {
  ...withTarget,
  url: '/hook',
  onTheWay: (request) => ({ ...request, method: 'PUT' }),
})
refused('signature_mismatch', 'a created changed after signing is refused', {
  algorithm: 'hs2019',
  created: NOW - 200,
  list: ['(created)', 'digest'],
  config: { requiredHeaders: ['(created)', 'digest'] },
  onTheWay: replace('Signature', (value) => value.replace(`=${NOW - 200}`, `=${NOW}`)),
})

// Signing strings made another way.
refused('signature_mismatch', 'a signing string with CRLF is refused', { signingString: (string) => string.replaceAll('\n', '\r\n') })
refused('signature_mismatch', 'a signing string with a newline at its end is refused', { signingString: (string) => `${string}\n` })
refused('signature_mismatch', 'a signing string joined by commas is refused', { signingString: (string) => string.replaceAll('\n', ', ') })
refused('signature_mismatch', 'a signing string with the names as they were sent is refused', {
  signingString: (string) => string.replace('date', 'Date').replace('digest', 'Digest'),
})
refused('signature_mismatch', 'a signing string without the spaces after the colons is refused', {
  signingString: (string) => string.replaceAll(/^(\w+): /gm, '$1:'),
})

// Signatures that are something else.
refused('signature_mismatch', 'a signature with one bit changed is refused', {
  signature: (mac) => mac.map((byte, i) => (i === 0 ? byte ^ 0x01 : byte)).toString('base64'),
})
refused('signature_mismatch', 'a signature with its last byte changed is refused', {
  signature: (mac) => mac.map((byte, i) => (i === 31 ? byte ^ 0x80 : byte)).toString('base64'),
})
refused('signature_mismatch', 'a signature of 32 zeros is refused', { signature: () => Buffer.alloc(32).toString('base64') })
refused('signature_mismatch', 'a signature cut to its first 31 bytes is refused', {
  signature: (mac) => mac.subarray(0, 31).toString('base64'),
})
refused('signature_mismatch', 'a signature with a byte more is refused', {
  signature: (mac) => Buffer.concat([mac, Buffer.from([0])]).toString('base64'),
})
refused('signature_mismatch', 'an empty signature is refused', { signature: () => '' })
refused('signature_mismatch', 'a signature in hex is base64 of another length', { signature: (mac) => mac.toString('hex') })
refused('signature_mismatch', 'HMAC-SHA1 under the name hmac-sha256 is refused', another('sha1'))
refused('signature_mismatch', 'HMAC-SHA512 under the name hmac-sha256 is refused', another('sha512'))
refused('signature_mismatch', 'HMAC-SHA512 under the name hs2019 is refused', { ...another('sha512'), algorithm: 'hs2019' })
refused('signature_mismatch', 'SHA-256 of the secret and the string is refused', {
  mac: (secret, string) => Buffer.from(sha256(secret + string), 'base64'),
})
