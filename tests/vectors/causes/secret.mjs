// The secret, as one side has it and the other has not.

import { digest, header, httpDate, named, recorded, signed, signedAt } from './case.mjs'

const code = 'signature_mismatch'
const OTHER = 'c07a5be21d9f4638a1e6d4f20b8c7395'
const secretOf = (start) => recorded(start).secret
const hex = (text) => Buffer.from(text, 'hex')
const base64 = (text) => Buffer.from(text, 'base64')

// What the receiver made of it.
const receiver = (cause, start, how, change) => named(cause, start, how, { code, secret: change(secretOf(start)) })
// What the sender made of it.
const sender = (cause, start, how, change) =>
  named(cause, start, how, { code, set: signed(recorded(start), { secret: change(secretOf(start)) }) })

receiver('secret_whitespace', 'A-000', 'a line feed of a file', (secret) => `${secret}\n`)
receiver('secret_whitespace', 'A-010', 'CR LF of a file', (secret) => `${secret}\r\n`)
receiver('secret_whitespace', 'X-extensions-001', 'a space before it', (secret) => ` ${secret}`)
receiver('secret_whitespace', 'v1.0.1-00', 'spaces around it', (secret) => `  ${secret} \n`)
receiver('secret_whitespace', 'A-003', 'a byte order mark of a file', (secret) => `\ufeff${secret}`)
receiver('secret_whitespace', 'A-006', 'a space of no width', (secret) => `${secret}\u200b`)
receiver('secret_whitespace', 'C2-spaces', 'a receiver that trims', (secret) => secret.trim())
receiver('secret_whitespace', 'B-two-endpoints-000', 'a tab behind one with other letters', (secret) => `${secret}\t`)
sender('secret_whitespace', 'A-116', 'a line feed at the sender', (secret) => `${secret}\n`)
sender('secret_whitespace', 'v2.0.6-02', 'a space at the sender', (secret) => `${secret} `)
sender('secret_whitespace', 'C2-spaces', 'a line feed behind one with spaces', (secret) => `${secret}\n`)
sender('secret_whitespace', 'A-120', 'CR LF at the sender', (secret) => `${secret}\r\n`)

receiver('secret_quoted', 'A-000', 'double ones of an env file', (secret) => `"${secret}"`)
receiver('secret_quoted', 'A-028', 'single ones of an env file', (secret) => `'${secret}'`)
receiver('secret_quoted', 'E-reaper', 'double ones and a line feed', (secret) => `"${secret}"\n`)
receiver('secret_quoted', 'B-two-endpoints-001', 'around one that holds some', (secret) => `"${secret}"`)
receiver('secret_quoted', 'Y-client-library-002', 'typographic ones', (secret) => `“${secret}”`)
sender('secret_quoted', 'A-008', 'double ones at the sender', (secret) => `"${secret}"`)
sender('secret_quoted', 'v1.2.1-01', 'single ones at the sender', (secret) => `'${secret}'`)

for (const start of ['A-000', 'E-reaper', 'X-extensions-005', 'v1.0.1-02', 'v2.12.1-13']) {
  receiver('secret_hex_decoded', start, 'at the receiver', hex)
}
receiver('secret_hex_decoded', 'A-098', 'at the receiver, as text of Latin-1', (secret) => hex(secret).toString('latin1'))
sender('secret_hex_decoded', 'A-015', 'at the sender', hex)
sender('secret_hex_decoded', 'v1.10.1-00', 'at the sender', hex)

for (const start of ['A-001', 'F2-tls', 'Y-client-library-001', 'v1.2.1-12', 'v2.0.6-12']) {
  receiver('secret_base64_decoded', start, 'at the receiver', base64)
}
sender('secret_base64_decoded', 'A-077', 'at the sender', base64)
named('secret_base64_decoded', 'A-078', 'one that is not of hexadecimal digits', {
  code,
  secret: Buffer.from('3q2+7/rO', 'base64'),
  set: signed(recorded('A-078'), { secret: '3q2+7/rO' }),
})

named('secret_empty_at_sender', 'C-empty', 'recorded', { code, secret: OTHER })
for (const start of ['A-000', 'A-016', 'X-extensions-006', 'v1.0.1-11', 'v1.10.1-14'])
  sender('secret_empty_at_sender', start, 'signed anew', () => '')

for (const start of ['A-000', 'A-034', 'X-extensions-007', 'v1.0.1-03', 'C2-spaces'])
  receiver('secret_wrong', start, 'another secret', () => OTHER)
receiver('secret_wrong', 'A-020', 'two other secrets', (secret) => [OTHER, `x${secret}`])
receiver('secret_wrong', 'F3-tls', 'one digit is another', (secret) => `${secret.slice(0, -1)}x`)
{
  const request = recorded('A-059')
  const body = request.body.replace('"number":', '"number":1')
  named('secret_wrong', 'A-059', 'the digest was made anew for another body', { code, body, set: [['Digest', digest(body)]] })
  named('secret_wrong', 'A-063', 'another day in the date', {
    code,
    set: [['Date', httpDate(signedAt(recorded('A-063')) - 86_400)]],
    now: 86_400,
  })
  const type = header(recorded('X-extensions-001'), 'content-type')
  named('secret_wrong', 'X-extensions-001', 'another secret and another content type', {
    code,
    secret: 'another',
    set: [['Content-Type', `${type}; charset=utf-8`]],
  })
}
