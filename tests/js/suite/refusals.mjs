// The table of refusals that every host shares: the exact code of each, and what a refusal may say.

import { expand, secretTexts } from './cases.mjs'

const CODES = [
  ['headers_too_large', 'header_malformed', 'signature_missing', 'signature_duplicated', 'signature_malformed'],
  ['algorithm_unsupported', 'key_unknown', 'header_not_signed', 'header_missing', 'signature_mismatch'],
  ['date_malformed', 'date_too_old', 'date_in_future', 'signature_expired', 'created_in_future'],
  ['body_too_large', 'digest_malformed', 'digest_unsupported', 'digest_mismatch'],
  ['payload_malformed', 'event_mismatch', 'config_invalid', 'body_not_bytes'],
].flat()

const STATUS = {
  headers_too_large: 431,
  body_too_large: 413,
  payload_malformed: 422,
  event_mismatch: 422,
  config_invalid: 500,
  body_not_bytes: 500,
}

/** Runs of characters that could be a MAC or a digest: 32 bytes as hex, base64 or base64url. */
const looksLikeMac = /[0-9A-Za-z+/_-]{43}=?/g

export default (lib, { test, assert, vectors }) => {
  const cases = vectors.refusals.filter(({ hosts }) => hosts === undefined || hosts.includes('js'))

  /** All that the library has to say about a request: the payload is read, as a receiver would. */
  const readAll = ({ request, options }) => {
    const delivery = lib.verify(request, options)
    const { payload } = delivery
    return { delivery, payload }
  }

  test('the table has at least four cases for every code', () => {
    for (const code of CODES) {
      const count = vectors.refusals.filter((each) => each.code === code).length
      assert.ok(count >= 4, `${code} has ${count}`)
    }
  })

  test('the table has no code that is not in the contract', () => {
    for (const { code, name } of vectors.refusals) assert.ok(code === null || CODES.includes(code), `${name}: ${code}`)
  })

  for (const each of cases) {
    if (each.code === null) accepted(each)
    else refused(each)
  }

  function accepted(each) {
    test(`accepted: ${each.name}`, () => {
      const { delivery } = readAll(expand(each))
      const { id, event, action, keyId, signedHeaders } = delivery
      const told = { id, event, action, keyId, signedHeaders, signedAt: delivery.signedAt.getTime() / 1000 }
      // A field that is null is one the delivery does not have.
      for (const [name, value] of Object.entries(each.expect ?? {})) assert.deepEqual(told[name], value ?? undefined, name)
    })
  }

  function refused(each) {
    test(`${each.code}: ${each.name}`, () => {
      const expanded = expand(each)
      const error = assert.throwsCode(() => readAll(expanded), each.code)
      assert.ok(error instanceof lib.WebhookVerificationError, `not a WebhookVerificationError: ${error}`)
      assert.ok(error instanceof Error)
      assert.equal(error.name, 'WebhookVerificationError')
      assert.equal(error.status, STATUS[each.code] ?? 401, 'status')
      assert.ok(error.message.length > 0, 'the message is empty')
      assert.ok(error.message.length < 1000, `the message has ${error.message.length} characters`)
      tellsNoSecret(each, expanded, error)
    })
  }

  function tellsNoSecret(each, { request }, error) {
    const told = `${error.message}\n${error.stack}\n${JSON.stringify(error)}`
    for (const secret of secretTexts(each)) assert.ok(!told.includes(secret), `tells the secret: ${error.message}`)
    const sent = JSON.stringify(request.headers)
    for (const run of error.message.match(looksLikeMac) ?? []) {
      assert.ok(sent.includes(run), `tells a MAC or a digest that was not in the request: ${error.message}`)
    }
  }

  test('a refused request does not disturb the next good one, whatever its code', () => {
    const good = cases.find(({ code, expect }) => code === null && expect?.id !== undefined)
    for (const each of cases.filter(({ code }) => code !== null)) {
      assert.throwsCode(() => readAll(expand(each)), each.code, each.name)
      assert.equal(readAll(expand(good)).delivery.id, good.expect.id, `after ${each.name}`)
    }
  })

  test('one verifier gives the same verdicts as a verifier for each request', () => {
    for (const [config, list] of byConfig(cases)) {
      let now = 0
      let verifier
      try {
        verifier = lib.createVerifier({ ...config, clock: () => now })
      } catch (error) {
        for (const { code } of list) assert.equal(error.code, code)
        continue
      }
      for (const each of list) {
        const { request, options } = expand(each)
        now = options.now
        const read = () => verifier.verify(request).payload
        if (each.code === null) read()
        else assert.throwsCode(read, each.code, each.name)
      }
    }
  })

  function byConfig(list) {
    const groups = new Map()
    for (const each of list) {
      const key = JSON.stringify(each.config)
      const { now, ...config } = expand(each).options
      if (!groups.has(key)) groups.set(key, [config, []])
      groups.get(key)[1].push(each)
    }
    return groups.values()
  }
}
