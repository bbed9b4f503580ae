// Two phases: the headers alone say whether a request is authentic, and only then is the body looked at.

import { bodyOf, forged, header, named, options, sample, sentAt, toVerify, withBody } from './requests.mjs'

export default (lib, { test, assert, vectors }) => {
  const a = sample(vectors)
  const b = named(vectors, 'A-116-')
  const verifierOf = (request, more) => lib.createVerifier({ secret: request.secret, clock: () => sentAt(request).getTime(), ...more })
  const idOf = (request) => lib.verify(toVerify(request), options(request)).id

  test('authenticate, then finish, gives what verify gives', () => {
    const delivery = verifierOf(a).authenticate({ headers: a.headers }).finish(bodyOf(a))
    assert.equal(delivery.id, idOf(a))
    assert.equal(delivery.event, 'build')
    assert.deepEqual(delivery.payload, JSON.parse(a.body))
  })

  test('a forgery is refused from its headers, and no body is asked for', () => {
    assert.throwsCode(() => verifierOf(a).authenticate({ headers: forged(a).headers }), 'signature_mismatch')
  })

  test('a body that is not the signed one is refused by finish', () => {
    const authenticated = verifierOf(a).authenticate({ headers: a.headers })
    assert.throwsCode(() => authenticated.finish(bodyOf(b)), 'digest_mismatch')
    assert.throwsCode(() => authenticated.finish(JSON.parse(a.body)), 'body_not_bytes')
    assert.equal(authenticated.finish(bodyOf(a)).id, idOf(a))
  })

  test('what was verified before decides nothing, however large it was', () => {
    const verifier = verifierOf(a)
    const padded = { ...a, headers: a.headers.map(([name, value]) => [name, name === 'Date' ? `${value}${' x'.repeat(9000)}` : value]) }
    const refused = () => assert.throwsCode(() => verifier.authenticate({ headers: padded.headers }), 'headers_too_large')
    refused()
    const body = `{"event":"build","action":"updated","padding":"${'x'.repeat(200_000)}"}`
    const headers = lib.sign({ body }, { secret: a.secret, now: sentAt(a) })
    assert.equal(verifier.verify({ headers, body }).event, 'build')
    refused()
  })

  test('the message of headers_too_large names the bound', () => {
    const headers = a.headers.map(([name, value]) => [name, name === 'Date' ? 'x'.repeat(50_000) : value])
    try {
      verifierOf(a, { maxHeaderBytes: 1234 }).authenticate({ headers })
      assert.ok(false, 'it was accepted')
    } catch (error) {
      assert.equal(error.code, 'headers_too_large')
      assert.ok(/\b1234\b/.test(error.message), error.message)
    }
  })

  test('two requests may be in hand at once, on one verifier', () => {
    const secret = [a.secret, b.secret]
    const tolerance = 3600
    const verifier = verifierOf(a, { secret, tolerance })
    const first = verifier.authenticate({ headers: a.headers })
    const second = verifier.authenticate({ headers: b.headers })
    const firstDelivery = first.finish(bodyOf(a))
    const secondDelivery = second.finish(bodyOf(b))
    assert.equal(firstDelivery.id, idOf(a))
    assert.equal(secondDelivery.id, idOf(b))
    assert.deepEqual(secondDelivery.payload, JSON.parse(b.body))
    assert.deepEqual(firstDelivery.payload, JSON.parse(a.body))
  })

  test('the body of one request does not finish another', () => {
    const verifier = verifierOf(a, { secret: [a.secret, b.secret], tolerance: 3600 })
    const first = verifier.authenticate({ headers: a.headers })
    const second = verifier.authenticate({ headers: b.headers })
    assert.throwsCode(() => first.finish(bodyOf(b)), 'digest_mismatch')
    assert.throwsCode(() => second.finish(bodyOf(a)), 'digest_mismatch')
    assert.equal(second.finish(bodyOf(b)).id, idOf(b))
  })

  test('a request in hand stays good while others are refused', () => {
    const verifier = verifierOf(a)
    const first = verifier.authenticate({ headers: a.headers })
    assert.throwsCode(() => verifier.authenticate({ headers: forged(a).headers }), 'signature_mismatch')
    assert.throwsCode(() => verifier.verify({ headers: [], body: '' }), 'signature_missing')
    assert.equal(first.finish(bodyOf(a)).id, idOf(a))
  })

  test('a verifier that is done with one request keeps nothing for the next', () => {
    const verifier = verifierOf(a)
    verifier.verify(toVerify(a))
    assert.throwsCode(() => verifier.verify({ headers: [], body: bodyOf(a) }), 'signature_missing')
    assert.throwsCode(() => verifier.verify(toVerify(forged(a))), 'signature_mismatch')
    assert.throwsCode(() => verifier.verify(toVerify(withBody(a, 'x'))), 'digest_mismatch')
    assert.equal(verifier.verify(toVerify(a)).id, idOf(a))
  })

  test('time that passes while the body arrives does not make a request too old', () => {
    let now = sentAt(a).getTime()
    const verifier = lib.createVerifier({ secret: a.secret, clock: () => now })
    const first = verifier.authenticate({ headers: a.headers })
    now += 3600_000
    assert.throwsCode(() => verifier.authenticate({ headers: a.headers }), 'date_too_old')
    assert.equal(first.finish(bodyOf(a)).id, idOf(a))
  })

  test('headers that change after authenticate change nothing', () => {
    const headers = Object.fromEntries(a.headers)
    const verifier = verifierOf(a)
    const first = verifier.authenticate({ headers })
    headers.Digest = header(b, 'digest')
    headers['X-Drone-Event'] = 'repo'
    assert.throwsCode(() => verifier.authenticate({ headers: [] }), 'signature_missing')
    assert.throwsCode(() => first.finish(bodyOf(b)), 'digest_mismatch')
    const delivery = first.finish(bodyOf(a))
    assert.equal(delivery.id, idOf(a))
    assert.equal(delivery.event, 'build')
  })

  test('two verifiers do not mix their secrets', () => {
    const old = named(vectors, 'v1.10.1-00-')
    const one = verifierOf(a)
    const other = verifierOf(old)
    assert.throwsCode(() => other.authenticate({ headers: a.headers }), 'signature_mismatch')
    const first = one.authenticate({ headers: a.headers })
    const second = other.authenticate({ headers: old.headers })
    assert.equal(second.finish(bodyOf(old)).id, idOf(old))
    assert.equal(first.finish(bodyOf(a)).id, idOf(a))
  })

  test('the steps come in their order: each fault hides those after it', () => {
    const verifier = verifierOf(a, { maxBodyBytes: 100 })
    const late = lib.createVerifier({ secret: a.secret, clock: () => sentAt(a).getTime() + 3600_000, maxBodyBytes: 100 })
    const huge = 'x'.repeat(101)
    assert.throwsCode(() => late.verify({ headers: [], body: huge }), 'signature_missing')
    assert.throwsCode(() => late.verify({ headers: forged(a).headers, body: huge }), 'signature_mismatch')
    assert.throwsCode(() => late.verify({ headers: a.headers, body: huge }), 'date_too_old')
    assert.throwsCode(() => verifier.verify({ headers: a.headers, body: huge }), 'body_too_large')
    assert.throwsCode(() => verifier.verify({ headers: a.headers, body: 'x' }), 'digest_mismatch')
  })

  test('the body of a forgery is neither copied nor encoded', () => {
    const text = a.body
    const bytes = bodyOf(a)
    const verifier = verifierOf(a)
    verifier.verify(toVerify(a))
    const body = (headers, value) => () => verifier.verify({ headers, body: value })
    // The control first: a good request's body is seen.
    assert.ok(seen(body(a.headers, text), text), 'the spies do not see a text body')
    assert.ok(!seen(body(forged(a).headers, text), text), 'a text body was encoded before the MAC held')
    assert.ok(!seen(body(forged(a).headers, bytes), bytes), 'bytes were copied before the MAC held')
  })
}

/** Whether `run` hands `body` to anything that could hash it: the encoder, the wasm's memory, node:crypto. */
function seen(run, body) {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  const watched = [
    [TextEncoder.prototype, 'encode'],
    [TextEncoder.prototype, 'encodeInto'],
    [Object.getPrototypeOf(Uint8Array.prototype), 'set'],
    ...(crypto
      ? [
          [crypto, 'hash'],
          [crypto.Hash?.prototype ?? {}, 'update'],
        ]
      : []),
  ].filter(([owner, name]) => typeof owner[name] === 'function')
  let noticed = false
  const restore = watched.map(([owner, name]) => {
    const original = owner[name]
    owner[name] = function (...given) {
      noticed ||= given.includes(body)
      return original.apply(this, given)
    }
    return () => {
      owner[name] = original
    }
  })
  try {
    run()
  } catch {
    // Whether it is refused, and why, other tests say.
  } finally {
    for (const each of restore) each()
  }
  return noticed
}
