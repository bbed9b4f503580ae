// More than one thing went wrong: each is named, in the order in which it is best mended.

import { header, named, recorded, signed, withMac } from './case.mjs'

const body = (start) => recorded(start).body

named('body_newline_added', 'A-016', 'and looked at a day later', {
  code: 'date_too_old',
  body: `${body('A-016')}\n`,
  now: 86_400,
  causes: ['body_newline_added', 'replayed'],
})
named('secret_whitespace', 'A-016', 'and a byte order mark', {
  code: 'signature_mismatch',
  secret: `${recorded('A-016').secret}\n`,
  body: `\ufeff${body('A-016')}`,
  causes: ['secret_whitespace', 'body_bom'],
})
named('secret_quoted', 'A-033', 'printed again, and looked at an hour later', {
  code: 'signature_mismatch',
  secret: `"${recorded('A-033').secret}"`,
  body: JSON.stringify(JSON.parse(body('A-033'))),
  now: 3600,
  causes: ['secret_quoted', 'body_reserialized', 'time_zone'],
})
named('signing_string_comma', 'A-003', 'and another body', {
  code: 'signature_mismatch',
  set: [...signed(recorded('A-003'), { string: (lines) => lines.join(', ') }), ['Content-Length', '2']],
  body: '{}',
  causes: ['signing_string_comma', 'body_changed'],
})
named('body_newline_added', 'A-028', 'and another secret', {
  code: 'signature_mismatch',
  secret: 'another',
  body: `${body('A-028')}\n`,
  causes: ['body_newline_added', 'secret_wrong'],
})
named('secret_wrong', 'A-028', 'and another body', { code: 'signature_mismatch', secret: 'another', body: '{}' })
named('typographic_quotes', 'A-028', 'and a line feed', {
  code: 'header_malformed',
  set: [['Signature', signed(recorded('A-028'))[0][1].replace(/"([^"]*)"/g, '“$1”')]],
  body: `${body('A-028')}\n`,
  causes: ['typographic_quotes', 'body_newline_added'],
})
named('replayed', 'A-028', 'and another body', {
  code: 'date_too_old',
  body: body('A-028').replace('pending', 'success'),
  now: 86_400,
  causes: ['replayed', 'body_changed'],
})

// Two faults of the MAC: each text of the signature with each form of the signing string and of the secret.
const mismatch = 'signature_mismatch'
const again = (value, to) => Buffer.from(value, 'base64').toString(to)
const inText = (start, text, change) => {
  const [[, value]] = signed(recorded(start), change)
  return [['Signature', value.replace(/signature="([^"]*)"/, (_, mac) => `signature="${text(mac)}"`)]]
}
const hex = (mac) => again(mac, 'hex')
const base64url = (mac) => again(mac, 'base64url')
const comma = (lines) => lines.join(', ')
for (const start of ['A-000', 'X-extensions-005']) {
  const both = (cause, how, set, more) => named(cause, start, how, { code: mismatch, set, ...more })
  both('signature_hex', 'and joined by commas', inText(start, hex, { string: comma }), {
    causes: ['signature_hex', 'signing_string_comma'],
  })
  both(
    'secret_whitespace',
    'and joined by commas',
    inText(start, (mac) => mac, { string: comma }),
    {
      secret: `${recorded(start).secret}\n`,
      causes: ['secret_whitespace', 'signing_string_comma'],
    },
  )
  both('secret_hex_decoded', 'in hex over CR LF', inText(start, hex, { string: (lines) => lines.join('\r\n') }), {
    secret: Buffer.from(recorded(start).secret, 'hex'),
    causes: ['secret_hex_decoded', 'signature_hex', 'signing_string_crlf'],
  })
  both('signature_base64url', 'and one more line feed', inText(start, base64url, { string: (lines) => `${lines.join('\n')}\n` }), {
    code: 'signature_malformed',
    causes: ['signature_base64url', 'signing_string_trailing_newline'],
  })
}
named('secret_empty_at_sender', 'A-012', 'and hex', {
  code: mismatch,
  set: inText('A-012', hex, { secret: '' }),
  causes: ['secret_empty_at_sender', 'signature_hex'],
})
named('typographic_quotes', 'A-012', 'and a line feed behind the secret', {
  code: 'header_malformed',
  secret: `${recorded('A-012').secret}\n`,
  set: [['Signature', header(recorded('A-012'), 'signature').replace(/"([^"]*)"/g, '“$1”')]],
  causes: ['typographic_quotes', 'secret_whitespace'],
})
named('signature_hex', 'A-010', 'and another date', {
  code: mismatch,
  set: [
    ['Signature', withMac(recorded('A-010'), hex(/signature="([^"]*)"/.exec(header(recorded('A-010'), 'signature'))[1]))],
    ['Date', 'Sun, 22 Nov 2026 06:11:55 GMT'],
  ],
  causes: ['signature_hex', 'date_rewritten'],
})

// Two faults of the body.
const misread = (text) => Buffer.from(text).toString('latin1')
const dos = (text) => JSON.stringify(JSON.parse(text), null, 2).replaceAll('\n', '\r\n')
const arrived = (start, how, change, causes) => named(causes[0], start, how, { code: 'digest_mismatch', body: change(body(start)), causes })
arrived('A-003', 'and read as Latin-1', (text) => `\ufeff${misread(text)}`, ['body_bom', 'body_charset'])
arrived('A-034', 'and then read as Latin-1', (text) => misread(`\ufeff${text}`), ['body_charset', 'body_bom'])
arrived('A-003', 'and a line feed', (text) => `${misread(text)}\n`, ['body_charset', 'body_newline_added'])
arrived('X-extensions-007', 'and CR LF in its strings', (text) => misread(text.replaceAll('\\n', '\\r\\n')), ['body_charset', 'body_crlf'])
arrived('A-000', 'and printed for people', (text) => `\ufeff${dos(text)}`, ['body_bom', 'body_reserialized'])
arrived('A-034', 'and printed for people', (text) => misread(dos(text)), ['body_charset', 'body_reserialized'])
named('body_bom', 'A-001', 'and CR LF', {
  code: 'digest_mismatch',
  set: [...signed(recorded('A-001'), { body: dos(body('A-001')).replaceAll('\r', '') }), ['Content-Length', null]],
  body: `\ufeff${dos(body('A-001'))}\r\n`,
  causes: ['body_bom', 'body_crlf', 'body_newline_added'],
})
