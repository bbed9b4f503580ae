// What editors, parsers and proxies make of a body.

import { header, named, recorded, signed } from './case.mjs'

const code = 'digest_mismatch'
const arrived = (cause, start, how, change, more = {}) => named(cause, start, how, { code, body: change(recorded(start).body), ...more })
// Signed over something else than Drone sends, so that it can be lost.
const signedOver = (cause, start, how, sent, body, causes = [cause]) => {
  const signature = signed(recorded(start), { body: sent(recorded(start).body) })
  named(cause, start, how, { code, set: [...signature, ['Content-Length', null]], body: body(recorded(start).body), causes })
}

const stringify = (body) => JSON.stringify(JSON.parse(body))
const pretty = (space) => (body) => JSON.stringify(JSON.parse(body), null, space)
const ascii = (text) => text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
// As json.dumps of Python writes it.
const python = (body) =>
  ascii(
    pretty(1)(body)
      .replace(/\n */g, ' ')
      .replace(/([[{]) /g, '$1')
      .replace(/ ([\]}])/g, '$1'),
  )

for (const start of ['A-021', 'A-032', 'A-033', 'A-035', 'A-045', 'X-extensions-005', 'v1.2.1-06']) {
  arrived('body_reserialized', start, 'JSON.stringify(JSON.parse(body))', stringify)
}
for (const start of ['A-000', 'v1.0.1-02']) {
  arrived('body_reserialized', start, 'printed for people', pretty(2))
  arrived('body_reserialized', start, 'as Python does', python)
}
arrived('body_reserialized', 'A-034', 'as Python does', python)
arrived('body_reserialized', 'A-059', 'tabs, CR LF and a line feed behind it', (body) => `${pretty('\t')(body).replaceAll('\n', '\r\n')}\n`)
arrived('body_reserialized', 'v2.0.6-12', 'slashes escaped', (body) => stringify(body).replaceAll('/', '\\/'))
signedOver(
  'body_reserialized',
  'A-021',
  'controls as Go wrote them before 1.22',
  (body) => body.replaceAll('\\b', '\\u0008').replaceAll('\\f', '\\u000c'),
  stringify,
)
signedOver(
  'body_reserialized',
  'A-008',
  'the replacement character itself',
  (body) => body.replace('"login":"', '"login":"\ufffd'),
  (body) => pretty(1)(body.replace('"login":"', '"login":"\ufffd')),
)
signedOver('body_reserialized', 'A-057', 'a sender in JavaScript', stringify, pretty(4))

for (const start of ['A-000', 'A-027', 'X-extensions-001', 'v1.0.1-11'])
  arrived('body_newline_added', start, 'a line feed', (body) => `${body}\n`)
arrived('body_newline_added', 'A-010', 'CR LF', (body) => `${body}\r\n`)
arrived('body_newline_added', 'A-012', 'two line feeds', (body) => `${body}\n\n`)
arrived('body_newline_added', 'A-015', 'a space and a line feed', (body) => `${body} \n`)

for (const start of ['A-000', 'A-034', 'X-extensions-001', 'v1.0.1-11']) {
  signedOver(
    'body_newline_removed',
    start,
    'a line feed',
    (body) => `${body}\n`,
    (body) => body,
  )
}
signedOver(
  'body_newline_removed',
  'A-010',
  'CR LF',
  (body) => `${body}\r\n`,
  (body) => body,
)

const dos = (body) => pretty(2)(body).replaceAll('\n', '\r\n')
for (const start of ['A-000', 'A-003', 'v1.0.1-00']) signedOver('body_crlf', start, 'LF became CR LF', pretty(2), dos)
for (const start of ['A-001', 'X-extensions-001']) signedOver('body_crlf', start, 'CR LF became LF', dos, pretty(2))
signedOver('body_crlf', 'A-006', 'LF became CR LF, and one more at the end', pretty(2), (body) => `${dos(body)}\r\n`, [
  'body_crlf',
  'body_newline_added',
])

for (const start of ['A-000', 'A-034', 'X-extensions-001', 'v1.2.1-01'])
  arrived('body_bom', start, 'of an editor', (body) => `\ufeff${body}`)
arrived('body_bom', 'A-116', 'of an editor that ends files with a line feed', (body) => `\ufeff${body}\r\n`, {
  causes: ['body_bom', 'body_newline_added'],
})

arrived('body_crlf', 'X-extensions-007', 'in its strings', (body) => body.replaceAll('\\n', '\\r\\n'))
arrived('body_crlf', 'A-059', 'in its strings, to LF', (body) => body.replaceAll('\\r\\n', '\\n'))

const misread = (body) => Buffer.from(body).toString('latin1')
for (const start of ['A-003', 'A-034', 'X-extensions-007', 'v1.10.1-07']) arrived('body_charset', start, 'UTF-8 read as Latin-1', misread)
arrived('body_charset', 'A-008', 'UTF-8 read as Latin-1, twice', (body) => misread(misread(body)))
arrived('body_charset', 'v1.2.1-06', 'UTF-8 read as Windows-1252', (body) => new TextDecoder('windows-1252').decode(Buffer.from(body)))
arrived('body_charset', 'A-003', 'UTF-16', (body) => Buffer.from(`\ufeff${body}`, 'utf16le'))
arrived('body_charset', 'A-000', 'UTF-16 without its mark', (body) => Buffer.from(body, 'utf16le'))
signedOver(
  'body_charset',
  'A-001',
  'written as Latin-1',
  (body) => body.replace('"email":"', '"email":"café@'),
  (body) => Buffer.from(body.replace('"email":"', '"email":"café@'), 'latin1'),
)

for (const [start, length] of [
  ['A-000', 100],
  ['A-034', 1024],
  ['X-extensions-005', 1],
  ['v1.0.1-05', 1460],
]) {
  arrived('body_truncated', start, `after ${length} characters`, (body) => body.slice(0, length))
}
arrived('body_truncated', 'A-120', 'one character is missing', (body) => body.slice(0, -1))

for (const start of ['A-000', 'A-045', 'X-extensions-001', 'v1.0.1-02']) arrived('body_missing', start, 'read before', () => '')
arrived('body_missing', 'A-010', 'dropped on the way', () => '', { set: [['Content-Length', '0']] })

const length = (body) => ({ set: [['Content-Length', String(Buffer.byteLength(body))]] })
const tampered = (start, how, from, to) => {
  const body = recorded(start).body.replace(from, to)
  if (body === recorded(start).body) throw new Error(`${start} is as it was`)
  arrived('body_changed', start, how, () => body, length(body))
}
tampered('A-020', 'another status', '"status":"success"', '"status":"failure"')
tampered('A-000', 'an administrator', '"admin":false', '"admin":true')
tampered('A-034', 'a letter', /[a-z]"/, 'x"')
tampered('X-extensions-001', 'a field more', '{', '{"a":1,')
tampered('v1.0.1-03', 'a number', /"number":\d+/, '"number":9007199254740993')
tampered('A-003', 'what is no UTF-8 is replaced', /[^\0-\x7f]/u, '?')
arrived('body_changed', 'A-006', 'nothing but zeros', (body) => Buffer.alloc(Buffer.byteLength(body)))
arrived('body_changed', 'A-008', 'another text', () => 'hello', { set: [['Content-Length', '5']] })
if (header(recorded('A-000'), 'content-length') === undefined) throw new Error('recorded without Content-Length')
