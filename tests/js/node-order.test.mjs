// Nothing is hashed or parsed before the MAC holds: every way to do so is watched, from before the package is loaded.

import crypto from 'node:crypto'
import { test } from 'node:test'
import * as assert from './suite/assert.mjs'
import { bodyOf, forged, options, sample, toVerify, verifyLarge, withBody, withHeader } from './suite/requests.mjs'
import { vectors } from './support/vectors.mjs'

/** What was called since the last look, by name. */
const called = new Set()
const look = () => {
  const names = [...called]
  called.clear()
  return names
}

function watch(owner, name) {
  const original = owner[name]
  if (typeof original !== 'function') return
  owner[name] = function (...given) {
    called.add(name)
    return Reflect.apply(original, this, given)
  }
}

watch(crypto, 'hash')
watch(crypto, 'createHash')
watch(crypto.subtle, 'digest')
watch(JSON, 'parse')
watch(TextDecoder.prototype, 'decode')

// The module's functions, by the names they are exported by.
const { Instance } = WebAssembly
WebAssembly.Instance = class {
  constructor(module, imports) {
    this.exports = { ...new Instance(module, imports).exports }
    for (const name of Object.keys(this.exports)) if (/finish|payload/i.test(name)) watch(this.exports, name)
  }
}

const lib = await import('drone-webhooks')

const good = sample(vectors)
const body = bodyOf(good)
const verifier = lib.createVerifier({ secret: good.secret, clock: () => options(good).now })
const hashesOrParses = /^(hash|createHash|digest|parse|core_finish.*|.*payload.*)$/i

/** What hashed or parsed anything while `run` was refused with this code. */
function used(run, code) {
  look()
  assert.throwsCode(run, code)
  return look().filter((name) => hashesOrParses.test(name))
}

test('the watch sees how a good request is hashed, and how its payload is parsed', () => {
  // The first hundred are hashed in the module, before node:crypto is loaded.
  look()
  for (let time = 0; time < 100; time += 1) verifier.verify(toVerify(good))
  const first = look()
  assert.ok(first.includes('finish') && !first.includes('hash') && !first.includes('createHash'), first.join())
  verifyLarge(lib)
  look()
  const delivery = verifier.verify(toVerify(good))
  const hashed = look()
  assert.ok(hashed.includes('hash') || hashed.includes('createHash'), hashed.join())
  assert.ok(
    hashed.some((name) => /finish/.test(name)),
    hashed.join(),
  )
  assert.ok(!hashed.includes('parse') && !hashed.includes('payload'), `parsed before anybody asked: ${hashed.join()}`)
  assert.equal(delivery.event, 'build')
  const parsed = look()
  assert.ok(parsed.includes('parse') && parsed.includes('payload'), parsed.join())
})

const refusedByHeaders = {
  signature_missing: withHeader(good, 'Signature', undefined),
  signature_malformed: withHeader(good, 'Signature', 'nonsense'),
  signature_mismatch: forged(good),
  header_missing: withHeader(good, 'Date', undefined),
}
for (const [code, request] of Object.entries(refusedByHeaders)) {
  test(`${code}: nothing is hashed or parsed, whatever the form of the body`, () => {
    for (const each of [body, body.slice().buffer, good.body, body.subarray(0, 100)]) {
      assert.deepEqual(
        used(() => verifier.verify({ headers: request.headers, body: each }), code),
        [],
      )
    }
  })
}

test('date_too_old: nothing is hashed or parsed', () => {
  const late = lib.createVerifier({ secret: good.secret, clock: () => options(good).now.getTime() + 3600_000 })
  assert.deepEqual(
    used(() => late.verify(toVerify(good)), 'date_too_old'),
    [],
  )
})

test('digest_mismatch: nothing is parsed', () => {
  const names = used(() => verifier.verify(toVerify(withBody(good, `${good.body} `))), 'digest_mismatch')
  assert.ok(!names.includes('parse') && !names.includes('payload'), names.join())
})

test('body_too_large: nothing is hashed', () => {
  const small = lib.createVerifier({ secret: good.secret, clock: () => options(good).now, maxBodyBytes: 100 })
  const names = used(() => small.verify(toVerify(good)), 'body_too_large')
  assert.ok(!names.includes('hash') && !names.includes('createHash') && !names.includes('core_finish'), names.join())
})
