// drone-webhooks audit, against our receiver, and against receivers with one mistake each: it finds that mistake.

import { describe, test } from 'node:test'
import { deepEqual, equal, ok } from '../suite/assert.mjs'
import { run } from './support/program.mjs'
import { careful, judging, ours, parts, receiving } from './support/receivers.mjs'

const always = () => true

/** What it says of a receiver. */
async function audit(handler, ...words) {
  return receiving(handler, async (url) => {
    const { code, stdout, stderr } = await run(['audit', url, '--json', ...words])
    equal(stderr, '')
    const [report, ...more] = stdout.trim().split('\n').map(JSON.parse)
    equal(more.length, 0)
    return { code, report, accepted: report.accepted.map(({ name }) => name).sort() }
  })
}

// Each mistake, and all that it lets through.
const MISTAKES = {
  'leaves the digest out': [
    judging(careful({ digest: always, event: always })),
    ['body-blank-added', 'body-changed', 'body-empty', 'body-printed-again', 'digest-other-algorithm', 'event-changed'],
  ],
  'takes a digest that it cannot check': [
    judging(careful({ digest: (given) => !given.headers.digest.startsWith('SHA-256=') || parts.digest(given) })),
    ['digest-other-algorithm'],
  ],
  'does not check an empty body': [
    judging(
      careful({
        digest: (given) => given.body.length === 0 || parts.digest(given),
        event: (given) => given.body.length === 0 || parts.event(given),
      }),
    ),
    ['body-empty'],
  ],
  'prints the body again before the digest': [judging(careful({ digest: printedAgain })), ['body-blank-added', 'body-printed-again']],
  'trims the body before the digest': [
    judging(careful({ digest: ({ headers, body }) => parts.digest({ headers, body: body.toString().trim() }) })),
    ['body-blank-added'],
  ],
  'never looks at the clock': [
    judging(careful({ fresh: always })),
    ['date-no-time', 'future-1-day', 'replay-1-day', 'replay-1-hour', 'replay-3-years'],
  ],
  'refuses the past only': [
    judging(careful({ fresh: ({ headers }) => Date.now() - Date.parse(headers.date) < 300_000 })),
    ['future-1-day'],
  ],
  'allows two days': [
    judging(careful({ fresh: ({ headers }) => Math.abs(Date.now() - Date.parse(headers.date)) < 172_800_000 })),
    ['future-1-day', 'replay-1-day', 'replay-1-hour'],
  ],
  'takes a date that it cannot read': [
    judging(careful({ fresh: (given) => !(Math.abs(Date.now() - Date.parse(given.headers.date)) > 300_000) })),
    ['date-no-time'],
  ],
  'lets the request say what is signed': [
    judging(careful({ list: always })),
    ['date-not-signed', 'digest-not-signed', 'list-empty', 'list-left-out'],
  ],
  'takes any algorithm for what it is': [judging(careful({ algorithm: always })), ['algorithm-public-key']],
  'lets the request choose the hash': [
    judging(careful({ algorithm: always, mac: (given) => parts.mac(given) || parts.mac(given, undefined, { hash: 'sha1' }) })),
    ['algorithm-public-key', 'algorithm-sha1'],
  ],
  'believes the algorithm none': [
    judging(careful({ algorithm: always, mac: (given) => parts.parameters(given).algorithm === 'none' || parts.mac(given) })),
    ['algorithm-none', 'algorithm-none-signature', 'algorithm-public-key'],
  ],
  'has an empty secret besides': [judging(careful({ mac: either('') })), ['empty-secret', 'unknown-key']],
  'looks for a key that is not there': [
    judging(careful({ mac: (given) => parts.mac(given, parts.parameters(given).keyId === 'hmac-key' ? undefined : '') })),
    ['unknown-key'],
  ],
  'looks for a key in an object': [judging(careful({ mac: inherited })), ['inherited-key']],
  'has a secret that was undefined': [judging(careful({ mac: either('undefined') })), ['undefined-secret']],
  'compares the beginning of the signature': [
    judging(careful({ mac: beginning })),
    ['empty-signature', 'signature-beginning', 'signature-loose-base64'],
  ],
  'takes hexadecimal too': [
    judging(careful({ mac: (given) => parts.mac(given) || parts.mac(given, undefined, { encoding: 'hex' }) })),
    ['signature-hex'],
  ],
  'decodes base64 loosely': [judging(careful({ mac: loosely })), ['signature-loose-base64']],
  'goes by X-Drone-Event': [judging(careful({ event: always })), ['event-changed']],
  'takes bodies of any size': [judging(careful({ small: always })), ['oversized']],
  'takes a GET': [
    judging(
      careful({
        post: always,
        digest: (given) => given.request.method === 'GET' || parts.digest(given),
        event: (given) => given.request.method === 'GET' || parts.event(given),
      }),
    ),
    ['redirected'],
  ],
  'takes the last of two parameters': [judging(careful({ parametersOnce: always })), ['parameter-twice']],
  'signs without a header that is not there': [
    judging(careful({ once: always, mac: present, digest: (given) => given.headers.digest === undefined || parts.digest(given) })),
    ['digest-removed'],
  ],
  'signs the first of two dates, and compares the last': [judging(two('date', 0, -1)), ['date-twice']],
  'signs the last of two dates, and compares the first': [judging(two('date', -1, 0)), ['date-twice-before']],
  'signs the first of two digests, and compares the last': [judging(two('digest', 0, -1)), ['digest-twice']],
  'signs the last of two digests, and compares the first': [judging(two('digest', -1, 0)), ['digest-twice-before']],
  'takes the first of two signatures': [judging(two('signature', 0, 0)), ['signature-twice-after']],
  'takes the last of two signatures': [judging(two('signature', -1, -1)), ['signature-twice']],
  'compares the digest only': [
    judging(careful({ mac: always, algorithm: always, list: always })),
    undefined,
    ['wrong-secret', 'body-and-digest-changed', 'date-moved', 'empty-signature'],
  ],
}

/** A careful receiver that signs one line of a header and compares another. */
function two(name, signed, compared) {
  const at = (given, place) => ({ ...given, headers: { ...given.headers, [name]: parts.lines(given, name).at(place) ?? '' } })
  const { mac, fresh, digest, parameters } = parts
  const check = careful({
    once: (given) => ['signature', 'date', 'digest'].every((each) => each === name || parts.lines(given, each).length === 1),
    mac: (given) => mac(at(given, signed)),
    fresh: (given) => fresh(at(given, compared)),
    digest: (given) => digest(at(given, compared)),
  })
  return (given) => check(name === 'signature' ? at(given, signed) : given) && parameters(at(given, signed)).signature !== undefined
}

/** Where the digest is missing it has nothing to check, and so finds nothing wrong. */
function present(given) {
  return given.headers.digest === undefined || parts.mac(given)
}

function printedAgain({ headers, body }) {
  try {
    const text = JSON.stringify(JSON.parse(body)).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
    return parts.digest({ headers, body: text })
  } catch {
    return false
  }
}

function either(secret) {
  return (given) => parts.mac(given) || parts.mac(given, secret)
}

function inherited(given) {
  const { keyId } = parts.parameters(given)
  const secrets = { 'hmac-key': undefined }
  return parts.mac(given, keyId in secrets && secrets[keyId] !== undefined ? String(secrets[keyId]) : undefined)
}

function beginning(given) {
  const { signature } = parts.parameters(given)
  const sent = Buffer.from(signature, 'base64')
  return Buffer.from(parts.macOf(given, undefined, 'base64'), 'base64')
    .subarray(0, sent.length)
    .equals(sent)
}

function loosely(given) {
  const { signature } = parts.parameters(given)
  return signature.length === 44 && Buffer.from(signature, 'base64').equals(Buffer.from(parts.macOf(given), 'base64'))
}

describe('audit', { concurrency: 4 }, () => {
  test('our receiver accepts nothing that it should not', async () => {
    const { code, report } = await audit(ours())
    deepEqual(report.accepted, [])
    ok(report.refused.length > 35)
    deepEqual([report.ok, report.conclusive, code], [true, true, 0])
  })

  test('a careful receiver written by hand accepts nothing either', async () => {
    const { code, accepted } = await audit(judging(careful()))
    deepEqual(accepted, [])
    equal(code, 0)
  })

  for (const [mistake, [handler, all, some = []]] of Object.entries(MISTAKES)) {
    test(`it finds a receiver that ${mistake}`, async () => {
      const { code, accepted } = await audit(handler)
      equal(code, 1)
      if (all !== undefined) deepEqual(accepted, all)
      for (const name of some) ok(accepted.includes(name), `${name} is not among ${accepted}`)
      ok(accepted.length > 0)
    })
  }

  test('of a receiver that only wants a signature, nothing else is refused', async () => {
    const { report } = await audit(judging(({ headers }) => headers.signature !== undefined))
    deepEqual(
      report.refused.map(({ name }) => name),
      ['no-signature'],
    )
  })

  test('a receiver that compares nothing accepts all of it', async () => {
    const { accepted, report } = await audit(judging(always))
    equal(report.refused.length, 0)
    equal(new Set(accepted).size, accepted.length)
  })

  test('nothing is concluded of a receiver that does not accept a good delivery', async () => {
    const { code, report } = await audit(judging(() => false))
    deepEqual([code, report.ok, report.conclusive, report.code], [4, false, false, 'inconclusive'])
  })

  test('nothing is concluded of a receiver that refuses everything after some requests', async () => {
    let requests = 0
    const limited = judging((given) => {
      requests += 1
      return requests < 5 && careful()(given)
    })
    const { code, report } = await audit(limited)
    deepEqual([code, report.conclusive], [4, false])
  })

  test('a receiver that hangs up on attacks has refused them', async () => {
    const good = careful()
    const handler = async (request, response) => {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      if (!good({ request, headers: request.headers, body: Buffer.concat(chunks) })) request.socket.destroy()
      else response.end()
    }
    const { code, report } = await audit(handler, '--only', 'body-changed')
    deepEqual([code, report.refused[0].status], [0, null])
    ok(/closed the connection/.test(report.refused[0].why))
  })

  test('it tells people what is wrong, and what comes of it', async () => {
    await receiving(judging(careful({ fresh: always })), async (url) => {
      const { code, stdout } = await run(['audit', url, '--only', 'replay-3-years', '--only', 'body-changed'])
      equal(code, 1)
      const [head, blank, refused, accepted, consequence, , sum] = stdout.split('\n')
      deepEqual([head, blank], ['✓ a good delivery is accepted (202)', ''])
      equal(refused.replace(/ +/g, ' '), '✓ body-changed refused another body (401)')
      equal(accepted.replace(/ +/g, ' '), '✗ replay-3-years ACCEPTED signed three years ago (202)')
      ok(consequence.endsWith('high: whoever has recorded a delivery can send it again, for ever'))
      equal(sum, '✗ 1 of 2 attacks were accepted.')
    })
  })

  test('where nobody listens it says so', async () => {
    const url = await receiving(judging(always), (url) => url)
    const { code, stdout } = await run(['audit', url, '--json'])
    equal(code, 3)
    equal(JSON.parse(stdout).code, 'network')
  })

  test('an attack that there is not is a mistake of who calls', async () => {
    const { code, stderr } = await run(['audit', 'http://127.0.0.1:1/', '--only', 'luck'])
    equal(code, 2)
    ok(stderr.includes('there is no attack "luck"'))
  })
})
