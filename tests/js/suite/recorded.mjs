// What real servers sent, Drone 1.0.1 to 2.25.0.

import { header, options, sentAt, toVerify } from './requests.mjs'

const EXTENSION_NAMES = ['accept', 'accept-encoding', 'content-type', 'date', 'digest']

export default (lib, { test, assert, vectors }) => {
  test('there are 71 recorded requests', () => {
    assert.equal(vectors.recorded.length, 71)
  })

  for (const request of vectors.recorded) {
    if (request.secret === '') emptySecret(request)
    else if (request.method === 'GET') redirectWithoutBody(request)
    else if (request.kind === 'extension') extensionCall(request)
    else webhook(request)
  }

  function webhook(request) {
    test(`${request.name} is accepted and read`, () => {
      const sent = JSON.parse(request.body)
      const delivery = lib.verify(toVerify(request), options(request))
      // Old servers name the event in the header only.
      assert.equal(delivery.event, sent.event ?? header(request, 'x-drone-event'))
      assert.equal(delivery.action, sent.action)
      assert.deepEqual(delivery.payload.user, sent.user)
      assert.deepEqual(delivery.payload.repo, sent.repo)
      assert.deepEqual(delivery.payload.build, sent.build)
      assert.deepEqual(delivery.payload.system, sent.system)
      assert.equal(new Date(delivery.signedAt).getTime(), sentAt(request).getTime())
      assert.equal(delivery.keyId, 'hmac-key')
      assert.deepEqual([...delivery.signedHeaders], ['date', 'digest'])
      assert.ok(/^[0-9a-f]{64}$/.test(delivery.id), delivery.id)
    })

    if (request.name.startsWith('v1.0') || request.name.startsWith('v1.2')) {
      test(`${request.name} gets its event from the shape of its body, without the header`, () => {
        const headers = request.headers.filter(([name]) => name.toLowerCase() !== 'x-drone-event')
        const delivery = lib.verify({ ...toVerify(request), headers }, options(request))
        assert.equal(delivery.event, header(request, 'x-drone-event'))
      })
    }
  }

  function extensionCall(request) {
    test(`${request.name} is authentic and no webhook`, () => {
      const delivery = lib.verify(toVerify(request), options(request))
      assert.equal(delivery.event, undefined)
      assert.equal(delivery.action, undefined)
      assert.deepEqual(delivery.payload, JSON.parse(request.body))
      assert.deepEqual([...delivery.signedHeaders], EXTENSION_NAMES)
    })

    test(`${request.name} meets the profile of extension calls`, () => {
      const delivery = lib.verify(toVerify(request), { ...options(request), requiredHeaders: lib.EXTENSION_HEADERS })
      assert.deepEqual(delivery.payload, JSON.parse(request.body))
    })
  }

  function redirectWithoutBody(request) {
    test(`${request.name} is authentic, but its body is gone`, () => {
      const verifier = lib.createVerifier({ secret: request.secret, clock: () => sentAt(request).getTime() })
      const authenticated = verifier.authenticate({ headers: request.headers })
      assert.throwsCode(() => authenticated.finish(new Uint8Array()), 'digest_mismatch')
      assert.throwsCode(() => lib.verify(toVerify(request), options(request)), 'digest_mismatch')
    })
  }

  function emptySecret(request) {
    test(`${request.name}: a verifier without a secret cannot be made`, () => {
      assert.throwsCode(() => lib.createVerifier({ secret: '' }), 'config_invalid')
      assert.throwsCode(() => lib.verify(toVerify(request), options(request)), 'config_invalid')
    })
  }

  test('the profile of extension calls is the five headers they sign', () => {
    assert.deepEqual([...lib.EXTENSION_HEADERS], EXTENSION_NAMES)
  })

  test('a webhook does not meet the profile of extension calls', () => {
    const request = vectors.recorded[0]
    assert.throwsCode(
      () => lib.verify(toVerify(request), { ...options(request), requiredHeaders: lib.EXTENSION_HEADERS }),
      'header_not_signed',
    )
  })

  test('every recorded request is refused with another secret', () => {
    for (const request of vectors.recorded) {
      assert.throwsCode(
        () => lib.verify(toVerify(request), { ...options(request), secret: 'another secret' }),
        'signature_mismatch',
        request.name,
      )
    }
  })

  test('every recorded request is accepted for 300 seconds either way, and no longer', () => {
    for (const request of vectors.recorded.filter(({ secret, method }) => secret !== '' && method === 'POST')) {
      const at = (seconds) => ({ secret: request.secret, now: sentAt(request).getTime() + seconds * 1000 })
      lib.verify(toVerify(request), at(300))
      lib.verify(toVerify(request), at(-300))
      assert.throwsCode(() => lib.verify(toVerify(request), at(301)), 'date_too_old', request.name)
      assert.throwsCode(() => lib.verify(toVerify(request), at(-301)), 'date_in_future', request.name)
    }
  })

  test('the secret is taken as it stands: a trimmed one is another one', () => {
    const request = vectors.recorded.find(({ secret }) => secret.startsWith(' '))
    assert.throwsCode(() => lib.verify(toVerify(request), { ...options(request), secret: request.secret.trim() }), 'signature_mismatch')
  })
}
