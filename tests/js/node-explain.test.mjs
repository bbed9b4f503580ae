// `drone-webhooks/explain`, the second module: what people compare their own code with.

import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { WebhookVerificationError } from 'drone-webhooks'
import { parseSignature, signingString } from 'drone-webhooks/explain'
import * as assert from './suite/assert.mjs'
import { vectors } from './support/vectors.mjs'

const header = (headers, name) => headers.find(([other]) => other.toLowerCase() === name)?.[1]

test('the HMAC of the signing string is the signature of every recorded request', () => {
  for (const { name, secret, method, target, headers } of vectors.recorded) {
    const { keyId, algorithm, headers: names, signature } = parseSignature(header(headers, 'signature'))
    assert.equal(keyId, 'hmac-key')
    assert.equal(algorithm, 'hmac-sha256')
    const signed = signingString({ headers, method, url: target }, names)
    assert.equal(createHmac('sha256', secret).update(signed).digest('base64'), signature, name)
  }
})

test('created and expires are told, and signed where they are listed', () => {
  const parsed = parseSignature(
    'keyId="a",algorithm="hs2019",created=12,expires=13,signature="AAAA",headers="(created) (expires) (request-target)"',
  )
  assert.equal(parsed.created, 12)
  assert.equal(parsed.expires, 13)
  const { headers, created, expires } = parsed
  assert.equal(
    signingString({ headers: {}, method: 'POST', url: 'https://example.com/hook?a=b' }, headers, { created, expires }),
    '(created): 12\n(expires): 13\n(request-target): post /hook?a=b',
  )
})

test('what cannot be is refused with the code of the verifier', () => {
  for (const [run, code] of [
    [() => parseSignature('keyId="a"'), 'signature_malformed'],
    [() => parseSignature('keyId="a",keyId="b",signature=""'), 'signature_duplicated'],
    [() => signingString({ headers: {} }, ['date']), 'header_missing'],
    [() => signingString({ headers: { date: 'é' } }, ['date']), 'header_malformed'],
  ]) {
    try {
      run()
      assert.ok(false, `${code} was not thrown`)
    } catch (error) {
      assert.ok(error instanceof WebhookVerificationError, String(error))
      assert.equal(error.code, code)
    }
  }
})
