// Beside the suite, in every runtime and browser: the entry points that the suite does not load. As the suite's parts,
// `(libs, { test, assert, vectors }) => void`; libs are `{ lib, explain, slim, wasm }`: namespaces, and what `slim.init` takes.

import { fromBase64, utf8 } from '../suite/bytes.mjs'
import { header, options, sample, toVerify } from '../suite/requests.mjs'

export default ({ lib, explain, slim, wasm }, { test, assert, vectors }) => {
  const request = sample(vectors)

  test('explain: every recorded signature is the HMAC of its signing string', async () => {
    // Web Crypto has no empty keys.
    for (const { name, secret, method, target, headers } of vectors.recorded.filter((each) => each.secret !== '')) {
      const { headers: names, signature } = explain.parseSignature(header({ headers }, 'signature'))
      const text = explain.signingString({ headers, method, url: target }, names)
      assert.ok(await isHmac(signature, secret, text), name)
    }
  })

  test('explain: what cannot be is refused with the code of the verifier', () => {
    assert.throwsCode(() => explain.parseSignature('keyId="a"'), 'signature_malformed')
    const error = assert.throwsCode(() => explain.signingString({ headers: {} }, ['date']), 'header_missing')
    assert.ok(lib.WebhookVerificationError.is(error))
  })

  test('slim: nothing works before it has its module, and everything after', () => {
    const verify = () => slim.verify(toVerify(request), options(request))
    assert.throwsCode(verify, 'config_invalid')
    const another = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
    const spoofed = { [Symbol.toStringTag]: 'WebAssembly.Module' }
    for (const wrong of [undefined, null, 'drone-webhooks/wasm', {}, spoofed, ...(compiles(another) ? [another] : [])])
      assert.throwsCode(() => slim.init(wrong), 'config_invalid')
    assert.throwsCode(verify, 'config_invalid')
    slim.init(wasm)
    const delivery = verify()
    assert.equal(delivery.id, lib.verify(toVerify(request), options(request)).id)
    assert.deepEqual(delivery.payload, JSON.parse(request.body))
  })

  test('slim: it refuses with the same codes', () => {
    slim.init(wasm)
    const body = utf8(request.body.slice(1))
    const error = assert.throwsCode(() => slim.verify({ ...toVerify(request), body }, options(request)), 'digest_mismatch')
    assert.ok(lib.WebhookVerificationError.is(error))
  })
}

/** Whether the platform allows that. */
function compiles(bytes) {
  try {
    return new WebAssembly.Module(bytes) instanceof Object
  } catch {
    return false
  }
}

async function isHmac(signature, secret, text) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await globalThis.crypto.subtle.importKey('raw', utf8(secret), algorithm, false, ['verify'])
  return globalThis.crypto.subtle.verify(algorithm, key, fromBase64(signature), utf8(text))
}
