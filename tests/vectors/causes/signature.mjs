// Other forms of the MAC and of the signing string, as people's own senders make them.

import { header, mac, named, recorded, signed, withMac } from './case.mjs'

const code = 'signature_mismatch'
const bytes = (start) => Buffer.from(mac(recorded(start)), 'base64')
const replaced = (start, text) => [['Signature', withMac(recorded(start), text)]]

for (const start of ['A-000', 'A-012', 'X-extensions-001', 'v1.0.1-00']) {
  named('signature_hex', start, 'small digits', { code, set: replaced(start, bytes(start).toString('hex')) })
}
named('signature_hex', 'A-057', 'capital digits', { code, set: replaced('A-057', bytes('A-057').toString('hex').toUpperCase()) })
named('signature_hex', 'A-065', 'base64 of digits', {
  code,
  set: replaced('A-065', Buffer.from(bytes('A-065').toString('hex')).toString('base64')),
})
named('signature_hex', 'A-108', 'small digits in Authorization', {
  code,
  set: [
    ['Signature', null],
    ['Authorization', `Signature ${withMac(recorded('A-108'), bytes('A-108').toString('hex'))}`],
  ],
})

const urlForm = (text) => text.replaceAll('+', '-').replaceAll('/', '_')
for (const start of ['A-000', 'A-003', 'D-redirect-301-000', 'X-extensions-005', 'Y-client-library-000']) {
  named('signature_base64url', start, 'without padding', {
    code: 'signature_malformed',
    set: replaced(start, mac(recorded(start)).replace(/=+$/, '')),
  })
}
for (const start of ['D-redirect-301-000', 'X-extensions-001', 'D-redirect-307-000']) {
  const text = urlForm(mac(recorded(start)))
  if (text === mac(recorded(start))) throw new Error(`${start} has neither + nor /`)
  named('signature_base64url', start, 'the alphabet of URLs', { code: 'signature_malformed', set: replaced(start, text) })
  named('signature_base64url', start, 'the alphabet of URLs without padding', {
    code: 'signature_malformed',
    set: replaced(start, text.replace(/=+$/, '')),
  })
}

const REQUESTS = ['A-000', 'A-010', 'X-extensions-005', 'F3-tls', 'v1.2.1-03']
const variants = (cause, how, string, starts = REQUESTS) => {
  for (const start of starts) named(cause, start, how, { code, set: signed(recorded(start), { string }) })
}

variants('signing_string_comma', 'a comma and a space', (lines) => lines.join(', '))
variants('signing_string_comma', 'a comma', (lines) => lines.join(','), ['A-001', 'Y-client-library-001'])
variants('signing_string_crlf', 'between', (lines) => lines.join('\r\n'))
variants('signing_string_crlf', 'behind each', (lines) => lines.map((line) => `${line}\r\n`).join(''), ['A-001', 'Y-client-library-001'])
variants('signing_string_trailing_newline', 'echo in place of printf', (lines) => `${lines.join('\n')}\n`)

const upper = (name) => name.toUpperCase()
const capital = (name) => name.replace(/(^|-)[a-z]/g, upper)
const renamed = (rename) => (_, list, value) => list.map((name) => `${rename(name)}: ${value(name)}`).join('\n')
variants('signing_string_name_case', 'as in the request', renamed(capital))
variants('signing_string_name_case', 'all capitals', renamed(upper), ['A-006', 'X-extensions-006'])
named('signing_string_name_case', 'A-008', 'as in a request of another spelling', {
  code,
  set: [
    ['Digest', null],
    ['dIGEST', header(recorded('A-008'), 'digest')],
    ...signed(recorded('A-008'), { string: renamed((name) => (name === 'digest' ? 'dIGEST' : capital(name))) }),
  ],
})

variants('signing_string_order', 'backwards', (lines) => lines.toReversed().join('\n'))
variants(
  'signing_string_order',
  'the date first',
  (lines) => lines.toSorted((one, other) => other.startsWith('date') - one.startsWith('date')).join('\n'),
  ['X-extensions-001', 'X-extensions-006', 'Y-client-library-002'],
)
