// Steps 1 and 2: the headers that are looked at, and exactly one signature among them.

import { accepted, refused } from '../case.mjs'
import { drone, header, plus, replace, sign, USER_CREATED, without } from '../sign.mjs'
import { lines, text } from '../text.mjs'

const LIMIT = 16384
const signedToo = (...names) => ['date', 'digest', ...names]
const inAuthorization = (value) => ['Authorization', typeof value === 'string' ? `Signature ${value}` : { concat: ['Signature ', value] }]
const fields = (n) => ({ repeat: ['X-Field', 'v'], times: n })

/** Name and value bytes of the needed headers. */
const needed = (request, names) =>
  lines(request.headers)
    .filter(([name]) => ['signature', ...names].includes(name.toLowerCase()))
    .reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text(value)), 0)

/** An unknown parameter makes the needed headers that long. */
const padTo = (total) => (request) => {
  const times = total - needed(request, ['date', 'digest']) - ',pad=""'.length
  return replace('Signature', (value) => ({ concat: [value, ',pad="', { repeat: 'a', times }, '"'] }))(request)
}

// The count of all headers.
accepted('256 headers are accepted', { onTheWay: plus(fields(252)) })
refused('headers_too_large', '257 headers are refused', { onTheWay: plus(fields(253)) })
refused('headers_too_large', '10,000 headers are refused although none of them is needed', { onTheWay: plus(fields(10000)) })
refused('headers_too_large', '257 headers without a signature among them are too many before the signature is missing', {
  onTheWay: [without('Signature'), plus(fields(254))],
})
accepted('as many headers as maxHeaders says are accepted', { config: { maxHeaders: 4 } })
refused('headers_too_large', 'one header more than maxHeaders says is refused', { config: { maxHeaders: 3 } })

// The bytes of the needed ones.
accepted('needed headers of exactly 16,384 bytes are accepted', { onTheWay: padTo(LIMIT) })
refused('headers_too_large', 'needed headers of 16,385 bytes are refused', { onTheWay: padTo(LIMIT + 1) })
accepted('needed headers of exactly maxHeaderBytes are accepted', { config: { maxHeaderBytes: 300 }, onTheWay: padTo(300) })
refused('headers_too_large', 'needed headers of one byte more than maxHeaderBytes are refused', {
  config: { maxHeaderBytes: 300 },
  onTheWay: padTo(301),
})
refused('headers_too_large', 'a digest of 20 KB is refused, signed or not', { digest: () => ({ repeat: 'x', times: 20480 }) })
refused('headers_too_large', 'an Authorization of 17 KB with the scheme Signature is refused', {
  carrier: inAuthorization,
  format: (p) => ({ concat: [drone(p), ',pad="', { repeat: 'a', times: 17408 }, '"'] }),
})
refused('headers_too_large', 'every line of a needed header counts', {
  onTheWay: plus({ repeat: ['Date', { repeat: 'x', times: 100 }], times: 200 }),
})
refused('headers_too_large', 'a required header of 20 KB is refused before it is found to be unsigned', {
  config: { requiredHeaders: ['date', 'digest', 'x-note'] },
  headers: [['X-Note', { repeat: 'x', times: 20480 }]],
})
const big = (total) => ({
  list: signedToo('x-note'),
  headers: [['X-Note', { repeat: 'n', times: total - needed(unpadded, signedToo('x-note')) }]],
})
const unpadded = sign({ list: signedToo('x-note'), headers: [['X-Note', '']] })
accepted('a header that only the signature names counts, and 16,384 bytes with it are accepted', big(LIMIT))
refused('headers_too_large', 'a header that only the signature names counts, and 16,385 bytes with it are refused', big(LIMIT + 1))
refused('headers_too_large', 'a header that only the signature names is found too large before the MAC is found wrong', {
  ...big(LIMIT + 1),
  secret: 'wrong',
})
refused('headers_too_large', 'an Authorization of another scheme counts where it is signed', {
  list: signedToo('authorization'),
  headers: [['Authorization', { concat: ['Basic ', { repeat: 'a', times: 17000 }] }]],
})
accepted('an Authorization of another scheme may be signed', {
  list: signedToo('authorization'),
  headers: [['Authorization', 'Basic dXNlcjpwYXNzd29yZA==']],
})
accepted('blanks around a needed header do not count', {
  onTheWay: replace('Date', (value) => ({ concat: [value, { repeat: ' \t', times: 20000 }] })),
})

// What a needed header may hold.
refused('header_malformed', 'a Date with a letter that is not ASCII is refused', {
  onTheWay: replace('Date', 'Sun, 22 N\u00f6v 2026 06:11:53 GMT'),
})
refused('header_malformed', 'a Date after a no-break space is refused, not trimmed', {
  onTheWay: replace('Date', (value) => `\u00a0${value}`),
})
refused('header_malformed', 'a Date with a CR at its end is refused, not trimmed', { onTheWay: replace('Date', (value) => `${value}\r`) })
refused('header_malformed', 'a Date with an LF in it is refused', { onTheWay: replace('Date', (value) => value.replace(', ', ',\n ')) })
refused('header_malformed', 'a Date that forges a further line is refused', {
  onTheWay: replace('Date', (value) => `${value}\ndigest: SHA-256=`),
})
refused('header_malformed', 'a Digest with a NUL in it is refused', { onTheWay: replace('Digest', (value) => `${value}\0`) })
refused('header_malformed', 'a Signature with typographic quotes is refused', {
  onTheWay: replace('Signature', (value) => value.replace(/"([^"]*)"/g, '\u201c$1\u201d')),
})
refused('header_malformed', 'a Signature folded over two lines is refused', {
  onTheWay: replace('Signature', (value) => value.replace(',headers', ',\r\n headers')),
})
refused('header_malformed', 'an Authorization with the scheme Signature that is not ASCII is refused', {
  carrier: inAuthorization,
  keyId: 'cl\u00e9',
})
refused('header_malformed', 'a second Date line that is not ASCII is refused', { onTheWay: plus(['Date', '\u00e9']) })
refused('header_malformed', 'a required header that is not ASCII is refused before it is found to be unsigned', {
  config: { requiredHeaders: ['date', 'digest', 'x-note'] },
  headers: [['X-Note', 'caf\u00e9']],
})
refused('header_malformed', 'a malformed Date is refused before the signature is missing', {
  onTheWay: [without('Signature'), replace('Date', 'd\u00e9cembre')],
})
refused('header_malformed', 'a header that only the signature names is refused when it is not ASCII', {
  list: signedToo('x-note'),
  headers: [['X-Note', 'caf\u00e9']],
})
refused('header_malformed', 'a header that only the signature names is refused when it has an LF in it', {
  list: signedToo('x-note'),
  headers: [['X-Note', 'a\nb']],
})
refused('header_malformed', 'a header that only the signature names is found malformed before the MAC is found wrong', {
  list: signedToo('x-note'),
  headers: [['X-Note', 'caf\u00e9']],
  secret: 'wrong',
})

// What the others may hold, and how headers are found.
accepted('a request with every header that Drone sends is accepted', {
  headers: [
    ['Host', 'hooks.example.com'],
    ['User-Agent', 'Go-http-client/1.1'],
    ['Content-Length', String(USER_CREATED.length)],
    ['Content-Type', 'application/json'],
  ],
  onTheWay: plus(['Accept-Encoding', 'gzip']),
})
accepted('a request with nothing but the needed headers is accepted', { event: null })
accepted('headers are found in lower case', { onTheWay: named((name) => name.toLowerCase()) })
accepted('headers are found in upper case', { onTheWay: named((name) => name.toUpperCase()) })
accepted('headers are found in mixed case', { onTheWay: named((name) => name.toLowerCase().replace(/.$/, (last) => last.toUpperCase())) })
accepted('headers are found in any order', { onTheWay: (request) => ({ ...request, headers: [...request.headers].reverse() }) })
accepted('spaces and tabs around values are not part of them', {
  onTheWay: [
    replace('Date', (value) => `  \t${value}\t `),
    replace('Digest', (value) => `\t${value}`),
    replace('Signature', (value) => ` ${value} \t`),
  ],
})
accepted('a header that is not needed may be 20 KB', { headers: [['Cookie', { repeat: 'x', times: 20480 }]] })
accepted('a header that is not needed may hold what is not ASCII', { headers: [['X-Author', 'J\u00f6rg \u2014 \u5927']] })
accepted('a header that is not needed may hold CR, LF and NUL', { headers: [['X-Note', 'a\r\nSignature: b\0']] })
accepted('headers that are not needed may come many times', { headers: [{ repeat: ['Cookie', 'a=b'], times: 50 }] })
accepted('headers whose names resemble the needed ones are not looked at', {
  headers: [
    ['X-Signature', 'caf\u00e9'],
    ['Signatures', 'a'],
    ['Digests', 'b'],
    ['Dat', 'c'],
    ['Signature-Input', 'd'],
  ],
})
accepted('a signed header may hold a tab and other controls of ASCII', {
  list: signedToo('x-note'),
  headers: [['X-Note', 'a\tb\u0001c\u007f']],
})

// Exactly one signature.
accepted('a signature in Authorization is accepted', { carrier: inAuthorization })
accepted('Authorization: Basic beside Signature is accepted', { headers: [['Authorization', 'Basic dXNlcjpwYXNzd29yZA==']] })
accepted('Authorization: Bearer of 20 KB beside Signature is accepted', {
  headers: [['Authorization', { concat: ['Bearer ', { repeat: 't', times: 20480 }] }]],
})
accepted('Authorization: Basic that is not ASCII beside Signature is accepted', { headers: [['Authorization', 'Basic \u00e9\u00e8']] })

refused('signature_missing', 'a request without Signature is refused', { onTheWay: without('Signature') })
refused('signature_missing', 'a request without any header is refused', { onTheWay: (request) => ({ ...request, headers: [] }) })
refused('signature_missing', 'Authorization: Basic is no signature', { onTheWay: replaced('Authorization', 'Basic dXNlcjpwYXNzd29yZA==') })
refused('signature_missing', 'Authorization: Bearer is no signature', { onTheWay: replaced('Authorization', 'Bearer keyId="hmac-key"') })
refused('signature_missing', 'an Authorization scheme that only begins like Signature is no signature', {
  carrier: (value) => ['Authorization', `Signatures ${value}`],
})
refused('signature_missing', 'X-Hub-Signature-256 of another sender is no signature', {
  onTheWay: replaced('X-Hub-Signature-256', `sha256=${'ab'.repeat(32)}`),
})
refused('signature_missing', 'a Signature under another name is no signature', { carrier: (value) => ['X-Signature', value] })
refused('signature_missing', 'a request that is unsigned and old is refused for the signature', {
  onTheWay: without('Signature'),
  now: 1900000000,
})

refused('signature_duplicated', 'two Signature lines are refused', { onTheWay: plus(['Signature', 'keyId="other"']) })
refused('signature_duplicated', 'the same Signature line twice is refused', { onTheWay: again('Signature') })
refused('signature_duplicated', 'Signature lines in different case are refused', {
  onTheWay: (request) => plus(['signature', header(request.headers, 'signature')])(request),
})
refused('signature_duplicated', 'Signature and Authorization: Signature together are refused', {
  onTheWay: (request) => plus(inAuthorization(header(request.headers, 'signature')))(request),
})
refused('signature_duplicated', 'Authorization: Signature twice is refused', { carrier: inAuthorization, onTheWay: again('Authorization') })
refused('signature_duplicated', 'two signatures are refused before one is found malformed', { onTheWay: plus(['Signature', '!!!']) })

function named(change) {
  return (request) => ({ ...request, headers: request.headers.map(([name, value]) => [change(name), value]) })
}

function replaced(name, value) {
  return [without('Signature'), plus([name, value])]
}

function again(name) {
  return (request) => plus(request.headers.find((line) => line[0] === name))(request)
}
