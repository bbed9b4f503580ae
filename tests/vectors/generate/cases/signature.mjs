// Step 3: the parameters of the signature.

import { accepted, refused } from '../case.mjs'
import { drone, NOW, replace } from '../sign.mjs'

const CREATED = { algorithm: 'hs2019', list: ['(created)', 'digest'], date: null, config: { requiredHeaders: ['(created)', 'digest'] } }
const EXPIRES = { ...CREATED, created: NOW, list: ['(created)', '(expires)', 'digest'] }
const names = (n) => Array.from({ length: n }, (_, i) => `x-${i + 1}`)
const signed = (change) => ({ onTheWay: replace('Signature', change) })
const many = (n) => ({ headers: names(n).map((name) => [name, 'v']), list: ['date', 'digest', ...names(n)] })

// Forms of the list that are accepted.
accepted('the parameters may come in another order', {
  format: (p) => `headers="date digest",signature="${p.signature}",algorithm="${p.algorithm}",keyId="${p.keyId}"`,
})
accepted('unknown parameters are ignored', { format: (p) => `${drone(p)},nonce="abc",ver=2,x="a,b=\\"c\\""` })
accepted('an unknown parameter may come first', { format: (p) => `x="",${drone(p)}` })
accepted('an unknown parameter may come twice', { format: (p) => `x="1",${drone(p)},x="2",X=3` })
accepted('spaces and tabs around the commas are accepted', { format: (p) => drone(p).replaceAll('",', '" ,\t ') })
accepted('spaces and tabs around the equals signs are accepted', {
  format: (p) => drone(p).replace(/\b(keyId|algorithm|signature|headers)="/g, '$1 =\t"'),
})
accepted('values may be tokens where they are tokens', {
  format: (p) => `keyId=${p.keyId},algorithm=${p.algorithm},signature="${p.signature}",headers="date digest"`,
})
accepted('a quoted-pair stands for its second character', {
  format: (p) => `keyId="hmac\\-key",algorithm="hmac-\\s\\h\\a256",signature="\\${p.signature}",headers="date\\ digest"`,
})
accepted('a quoted value may hold quotes and backslashes, escaped', {
  keyId: 'say "hi" \\o/',
  format: (p) => drone({ ...p, keyId: 'say \\"hi\\" \\\\o/' }),
})
accepted('a quoted value may hold commas, equals signs and semicolons', { keyId: 'a,b=c;headers=d, e' })
accepted('the names of parameters are taken in upper case', {
  format: (p) => drone(p).replace(/\b(keyId|algorithm|signature|headers)=/g, (name) => name.toUpperCase()),
})
accepted('the names of parameters are taken in lower case', { format: (p) => drone(p).replace('keyId', 'keyid') })

// The list of headers.
accepted('more signed headers than required are accepted', {
  list: ['host', 'date', 'digest', 'content-type'],
  headers: [
    ['Host', 'hooks.example.com'],
    ['Content-Type', 'application/json'],
  ],
})
accepted('signed headers may come in another order', { list: ['digest', 'date'] })
accepted('16 signed names are accepted', many(14))
refused('signature_malformed', '17 signed names are refused', many(15))
refused('signature_malformed', 'an empty list of headers is refused', { list: [] })
refused('signature_malformed', 'a list of headers that is one space is refused', { format: (p) => drone({ ...p, list: [' '] }) })
refused('signature_malformed', 'a name twice in the list of headers is refused', { list: ['date', 'digest', 'date'] })
refused('signature_malformed', 'a name twice in the list is refused although the header came twice', {
  headers: [
    ['X-Tag', 'a'],
    ['X-Tag', 'b'],
  ],
  list: ['date', 'digest', 'x-tag', 'x-tag'],
})

// What is missing.
refused('signature_malformed', 'a signature without keyId is refused', { format: (p) => drone(p).replace('keyId="hmac-key",', '') })
refused('signature_malformed', 'a signature without the parameter signature is refused', {
  format: (p) => drone(p).replace(/signature="[^"]*",/, ''),
})
refused('signature_malformed', 'a signature of another kind, t= and v1=, is refused', signed(`t=${NOW},v1=${'ab'.repeat(32)}`))
refused('signature_malformed', 'a signature of another kind, sha256=, is refused', signed(`sha256=${'ab'.repeat(32)}`))
refused(
  'signature_malformed',
  'a signature that is bare base64 is refused',
  signed((value) => /signature="([^"]*)"/.exec(value)[1]),
)

// What is not a list of parameters.
refused(
  'signature_malformed',
  'a comma at the beginning is refused',
  signed((value) => `,${value}`),
)
refused(
  'signature_malformed',
  'a comma at the end is refused',
  signed((value) => `${value},`),
)
refused(
  'signature_malformed',
  'two commas in a row are refused',
  signed((value) => value.replace('",', '",,')),
)
refused(
  'signature_malformed',
  'two commas with a space between are refused',
  signed((value) => value.replace('",', '", ,')),
)
refused(
  'signature_malformed',
  'spaces in place of commas are refused',
  signed((value) => value.replaceAll('",', '" ')),
)
refused(
  'signature_malformed',
  'semicolons in place of commas are refused',
  signed((value) => value.replaceAll('",', '";')),
)
refused(
  'signature_malformed',
  'colons in place of equals signs are refused',
  signed((value) => value.replace(/\b(keyId|algorithm|signature|headers)="/g, '$1:"')),
)
refused(
  'signature_malformed',
  'a parameter without a value is refused',
  signed((value) => `${value},x=`),
)
refused(
  'signature_malformed',
  'a parameter without an equals sign is refused',
  signed((value) => `${value},x`),
)
refused(
  'signature_malformed',
  'a parameter without a name is refused',
  signed((value) => `${value},="x"`),
)
refused(
  'signature_malformed',
  'a parameter with a quoted name is refused',
  signed((value) => value.replace('keyId', '"keyId"')),
)
refused(
  'signature_malformed',
  'a parameter with a space in its name is refused',
  signed((value) => value.replace('keyId', 'key Id')),
)
refused(
  'signature_malformed',
  'single quotes are refused',
  signed((value) => value.replaceAll('"', "'")),
)
refused(
  'signature_malformed',
  'a quote that is not closed is refused',
  signed((value) => value.replace(/"$/, '')),
)
refused(
  'signature_malformed',
  'a quote closed by an escaped one only is refused',
  signed((value) => value.replace(/"$/, '\\"')),
)
refused(
  'signature_malformed',
  'text after a closing quote is refused',
  signed((value) => value.replace('hmac-key"', 'hmac-key"x')),
)
refused(
  'signature_malformed',
  'text after the last parameter is refused',
  signed((value) => `${value} x`),
)
refused(
  'signature_malformed',
  'a list of headers without quotes is refused',
  signed((value) => value.replace('"date digest"', 'date digest')),
)
refused(
  'signature_malformed',
  'base64 without quotes is refused',
  signed((value) => value.replace(/signature="([^"]*)"/, 'signature=$1')),
)
refused(
  'signature_malformed',
  'the scheme in the header Signature is refused',
  signed((value) => `Signature ${value}`),
)
refused('signature_malformed', 'two Authorization signatures joined into one line are refused', {
  carrier: (value) => ['Authorization', `Signature ${value}, Signature ${value}`],
})

// Base64: exactly one text stands for the bytes.
const base64 = (change) => ({ signature: (mac) => change(mac.toString('base64')) })
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
refused(
  'signature_malformed',
  'base64 with bits set after the last byte is refused',
  base64((text) => text.replace(/.=$/, (end) => `${ALPHABET[ALPHABET.indexOf(end[0]) + 1]}=`)),
)
refused(
  'signature_malformed',
  'base64 without its padding is refused',
  base64((text) => text.replace('=', '')),
)
refused(
  'signature_malformed',
  'base64 with a padding too many is refused',
  base64((text) => `${text}=`),
)
refused(
  'signature_malformed',
  'base64 with padding in the middle is refused',
  base64((text) => text.replace(/^..../, 'AA==')),
)
refused(
  'signature_malformed',
  'base64 with a space in it is refused',
  base64((text) => text.replace(/^..../, '$& ')),
)
refused(
  'signature_malformed',
  'base64 with a space after it is refused',
  base64((text) => `${text} `),
)
refused(
  'signature_malformed',
  'base64 with a tab before it is refused',
  base64((text) => `\t${text}`),
)
refused('signature_malformed', 'base64 in the alphabet for URLs is refused', {
  // The first two letters make sure of both that differ, whatever the MAC is.
  ...base64((text) => `-_${text.replaceAll('+', '-').replaceAll('/', '_').slice(2)}`),
})
refused(
  'signature_malformed',
  'base64 of a length that no bytes have is refused',
  base64((text) => text.slice(0, 41)),
)
refused(
  'signature_malformed',
  'a signature that is no base64 is refused',
  base64(() => '(secret)'),
)

// Times.
refused('signature_malformed', 'a created that is no number is refused', { ...CREATED, created: 'now' })
refused('signature_malformed', 'an empty created is refused', { ...CREATED, created: '""' })
refused('signature_malformed', 'a created with a fraction is refused', { ...CREATED, created: `${NOW}.5` })
refused('signature_malformed', 'a created with a zero before it is refused', { ...CREATED, created: `0${NOW}` })
refused('signature_malformed', 'a created with a plus before it is refused', { ...CREATED, created: `+${NOW}` })
refused('signature_malformed', 'a created with an exponent is refused', { ...CREATED, created: '1e9' })
refused('signature_malformed', 'a created in hexadecimal is refused', { ...CREATED, created: `0x${NOW.toString(16)}` })
refused('signature_malformed', 'a created with a space in it is refused', { ...CREATED, created: `"${NOW} "` })
refused('signature_malformed', 'a signed expires with a fraction is refused', { ...EXPIRES, expires: `${NOW + 60}.5` })
refused('signature_malformed', 'a signed expires that is no number is refused', { ...EXPIRES, expires: 'never' })
refused('signature_malformed', '(created) signed with hmac-sha256 is refused', { ...CREATED, algorithm: 'hmac-sha256', created: NOW })
refused('signature_malformed', '(created) signed with hmac-sha256 beside date is refused', {
  created: NOW,
  list: ['(created)', 'date', 'digest'],
})
refused('signature_malformed', '(expires) signed with hmac-sha256 beside date is refused', {
  expires: NOW + 60,
  list: ['(expires)', 'date', 'digest'],
})

// A known parameter twice.
refused(
  'signature_duplicated',
  'two Signature lines joined into one are refused',
  signed((value) => `${value}, ${value}`),
)
refused(
  'signature_duplicated',
  'keyId twice is refused',
  signed((value) => `${value},keyId="hmac-key"`),
)
refused(
  'signature_duplicated',
  'keyId and keyid are one parameter, twice',
  signed((value) => `${value},keyid="hmac-key"`),
)
refused(
  'signature_duplicated',
  'algorithm twice is refused',
  signed((value) => `${value},algorithm="hmac-sha256"`),
)
refused(
  'signature_duplicated',
  'signature twice is refused',
  signed((value) => `${value},signature="AAAA"`),
)
refused(
  'signature_duplicated',
  'headers twice is refused',
  signed((value) => `${value},headers="date"`),
)
refused(
  'signature_duplicated',
  'headers and Headers are one parameter, twice',
  signed((value) => `${value},Headers="date digest"`),
)
refused(
  'signature_duplicated',
  'created twice is refused, signed or not',
  signed((value) => `${value},created=1,created=1`),
)
refused(
  'signature_duplicated',
  'expires twice is refused, signed or not',
  signed((value) => `${value},expires=9999999999,expires=9999999999`),
)
refused('signature_duplicated', 'a parameter twice in Authorization is refused', {
  carrier: (value) => ['Authorization', `Signature ${value},keyId="hmac-key"`],
})
