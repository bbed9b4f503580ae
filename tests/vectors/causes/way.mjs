// What proxies, redirects and copying do to headers, and requests of others.

import { header, httpDate, named, recorded, signedAt } from './case.mjs'

const at = (start) => signedAt(recorded(start))
const value = (start, name) => header(recorded(start), name)

named('redirected', 'D-redirect-301-001', 'recorded', { code: 'digest_mismatch' })
for (const start of ['A-000', 'A-033', 'X-extensions-001', 'v1.0.1-05']) {
  named('redirected', start, 'made a GET', {
    code: 'digest_mismatch',
    method: 'GET',
    body: '',
    set: [
      ['Content-Length', null],
      ['Content-Type', value(start, 'content-type')],
    ],
  })
}

for (const [start, seconds] of [
  ['A-000', 1],
  ['A-010', -2],
  ['X-extensions-005', 3],
  ['v1.0.1-00', 299],
  ['A-120', -899],
  ['v2.0.6-02', 900],
]) {
  named('date_rewritten', start, `${seconds} s`, { code: 'signature_mismatch', set: [['Date', httpDate(at(start) + seconds)]] })
}
named('date_rewritten', 'A-063', 'another day', { code: 'signature_mismatch', set: [['Date', httpDate(at('A-063') - 86_400)]] })
named('date_rewritten', 'A-116', 'in another form than a date has', {
  code: 'signature_mismatch',
  set: [['Date', new Date(at('A-116') * 1000).toISOString()]],
})
named('date_rewritten', 'A-012', 'two in one', {
  code: 'signature_mismatch',
  set: [['Date', `${httpDate(at('A-012') + 1)}, ${value('A-012', 'date')}`]],
})

for (const [start, encoding] of [
  ['X-extensions-001', 'gzip'],
  ['X-extensions-005', 'gzip, deflate, br'],
  ['X-extensions-006', 'br;q=1.0, *;q=0.1'],
  ['X-extensions-007', ''],
  ['Y-client-library-000', 'gzip,deflate'],
  ['Y-client-library-001', 'x-own'],
]) {
  named('accept_encoding_rewritten', start, `"${encoding}"`, { code: 'signature_mismatch', set: [['Accept-Encoding', encoding]] })
}

const stripped = (start, name, code = 'header_missing', more = {}) =>
  named('header_stripped', start, name, { code, set: [[name, null]], ...more })
for (const start of ['A-000', 'A-020', 'v1.0.1-05']) stripped(start, 'Signature', 'signature_missing')
stripped('X-extensions-001', 'Signature', 'signature_missing')
stripped('A-001', 'Digest')
stripped('A-003', 'Date')
stripped('v1.10.1-06', 'Date', 'header_missing', { now: 86_400 * 3 })
stripped('X-extensions-005', 'Accept-Encoding')
stripped('X-extensions-006', 'Content-Type')
stripped('Y-client-library-002', 'Accept')
named('header_stripped', 'A-006', 'Date and Digest', {
  code: 'header_missing',
  set: [
    ['Date', null],
    ['Digest', null],
  ],
})

// The catalogue has no code for another value: the one that was signed is gone.
for (const [start, name, other] of [
  ['X-extensions-001', 'Content-Type', 'application/json; charset=utf-8'],
  ['X-extensions-005', 'Content-Type', 'text/plain'],
  ['X-extensions-006', 'Accept', '*/*'],
]) {
  named('header_stripped', start, `${name} is "${other}"`, { code: 'signature_mismatch', set: [[name, other]] })
}
named('accept_encoding_rewritten', 'X-extensions-007', 'and Content-Type', {
  code: 'signature_mismatch',
  set: [
    ['Accept-Encoding', 'gzip, deflate, br'],
    ['Content-Type', 'application/json; charset=utf-8'],
  ],
  causes: ['accept_encoding_rewritten', 'header_stripped'],
})

const quoted = (start, how, change) =>
  named('typographic_quotes', start, how, { code: 'header_malformed', set: [['Signature', change(value(start, 'signature'))]] })
const curly = (text) => text.replace(/"([^"]*)"/g, '“$1”')
for (const start of ['A-000', 'A-034', 'X-extensions-005', 'v1.2.1-01']) quoted(start, 'of a word processor', curly)
quoted('A-001', 'of French', (text) => text.replace(/"([^"]*)"/g, '«$1»'))
quoted('A-003', 'closing ones only, and a hyphen', (text) => text.replaceAll('"', '”').replace('hmac-key', 'hmac–key'))
quoted('A-006', 'read as Latin-1', (text) => Buffer.from(curly(text)).toString('latin1'))
named('typographic_quotes', 'A-008', 'in the body', { code: 'digest_mismatch', body: recorded('A-008').body.replaceAll('"', '”') })

const foreign = (sender, start, how, headers) =>
  named('other_sender', start, `${sender}, ${how}`, {
    code: 'signature_missing',
    sender,
    set: [['Signature', null], ['Date', null], ['Digest', null], ['X-Drone-Event', null], ...headers],
  })
const SHA256 = '0123456789abcdef'.repeat(4)
foreign('GitHub', 'A-000', 'push', [
  ['User-Agent', 'GitHub-Hookshot/0a1b2c3'],
  ['X-GitHub-Event', 'push'],
  ['X-Hub-Signature-256', `sha256=${SHA256}`],
])
foreign('GitHub', 'A-010', 'its agent only', [['User-Agent', 'GitHub-Hookshot/0a1b2c3']])
foreign('Gitea', 'A-000', 'push', [
  ['X-Gitea-Event', 'push'],
  ['X-GitHub-Event', 'push'],
  ['X-Gogs-Event', 'push'],
  ['X-Gitea-Signature', SHA256],
  ['X-Hub-Signature-256', `sha256=${SHA256}`],
])
foreign('GitLab', 'A-000', 'push', [
  ['User-Agent', 'GitLab/17.0.0'],
  ['X-Gitlab-Event', 'Push Hook'],
  ['X-Gitlab-Token', 'none'],
])
foreign('Bitbucket', 'A-000', 'push', [
  ['User-Agent', 'Bitbucket-Webhooks/2.0'],
  ['X-Event-Key', 'repo:push'],
  ['X-Hub-Signature', `sha256=${SHA256}`],
])
foreign('Harness', 'A-000', 'pull request', [
  ['X-Harness-Trigger', 'pullreq_created'],
  ['X-Harness-Signature', SHA256],
])
foreign('Harness', 'A-010', 'as it was called before', [
  ['User-Agent', 'Gitness/3.0'],
  ['X-Gitness-Trigger', 'pullreq_created'],
])
