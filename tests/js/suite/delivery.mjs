// What a delivery is: its id, its event, and a payload that is read only when it is asked for.

import { utf8 } from './bytes.mjs'
import { bodyOf, header, options, sample, signed, toVerify, withHeader } from './requests.mjs'

export default (lib, { test, assert, vectors }) => {
  const request = sample(vectors)
  const deliver = (changed = request) => lib.verify(toVerify(changed), options(request))
  const verifySigned = (body, more) => {
    const made = signed(lib, body, more)
    return lib.verify(made.request, made.options)
  }

  test('the payload is read when it is asked for, and once', () => {
    const delivery = verifySigned('not JSON')
    assert.ok(/^[0-9a-f]{64}$/.test(delivery.id))
    const error = assert.throwsCode(() => delivery.payload, 'payload_malformed')
    assert.equal(error.status, 422)
    const good = deliver()
    const { payload } = good
    assert.ok(good.payload === payload, 'two reads gave two objects')
  })

  test('event and action of a payload that cannot be read are its refusal', () => {
    const delivery = verifySigned('{"event":')
    assert.throwsCode(() => delivery.event, 'payload_malformed')
    assert.throwsCode(() => delivery.action, 'payload_malformed')
  })

  test('bytes that changed after verify are not read', () => {
    const body = bodyOf(request)
    const delivery = lib.verify({ ...toVerify(request), body }, options(request))
    body[body.length - 2] ^= 1
    const error = assert.throwsCode(() => delivery.payload, 'digest_mismatch')
    assert.equal(error.status, 401)
  })

  test('bytes that change after the payload was read change nothing', () => {
    const body = bodyOf(request)
    const delivery = lib.verify({ ...toVerify(request), body }, options(request))
    const { payload } = delivery
    body.fill(0)
    assert.ok(delivery.payload === payload)
    assert.deepEqual(payload, JSON.parse(request.body))
  })

  test('the same goes for an ArrayBuffer', () => {
    const body = bodyOf(request).slice().buffer
    const delivery = lib.verify({ ...toVerify(request), body }, options(request))
    new Uint8Array(body)[10] ^= 1
    assert.throwsCode(() => delivery.payload, 'digest_mismatch')
  })

  test('a buffer that was given away after verify is not read', () => {
    const body = bodyOf(request).slice()
    const delivery = lib.verify({ ...toVerify(request), body }, options(request))
    structuredClone(body.buffer, { transfer: [body.buffer] })
    assert.throwsCode(() => delivery.payload, 'digest_mismatch')
  })

  test('a header X-Drone-Event that says otherwise is refused, and never believed', () => {
    const delivery = deliver(withHeader(request, 'X-Drone-Event', 'user'))
    const error = assert.throwsCode(() => delivery.payload, 'event_mismatch')
    assert.equal(error.status, 422)
    assert.equal(deliver(withHeader(request, 'X-Drone-Event', undefined)).event, 'build')
  })

  test('keys such as __proto__ in a payload pollute nothing', () => {
    const body =
      '{"event":"user","action":"created","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},' +
      '"user":{"login":"mona","__proto__":{"admin":true}}}'
    const { payload } = verifySigned(body)
    assert.equal({}.polluted, undefined)
    assert.equal([].polluted, undefined)
    assert.equal(payload.polluted, undefined)
    assert.equal(payload.user.admin, undefined)
    assert.equal(payload.user.login, 'mona')
    assert.deepEqual(Object.keys(payload), ['event', 'action', '__proto__', 'constructor', 'user'])
  })

  test('unknown fields, events and actions survive', () => {
    const body = '{"event":"moon","action":"landed","crew":[{"name":"Buzz","é":"\\u2028"}],"n":1.5e3}'
    const delivery = verifySigned(body)
    assert.equal(delivery.event, 'moon')
    assert.equal(delivery.action, 'landed')
    assert.deepEqual(delivery.payload, JSON.parse(body))
  })

  test('a body without an action is no webhook', () => {
    const delivery = verifySigned('{"event":"register","user":{}}')
    assert.equal(delivery.event, undefined)
    assert.equal(delivery.action, undefined)
    assert.deepEqual(delivery.payload, { event: 'register', user: {} })
  })

  for (const [shape, event] of [
    ['"build":{},"repo":{},"user":{}', 'build'],
    ['"repo":{},"user":{}', 'repo'],
    ['"user":{}', 'user'],
  ]) {
    test(`a body without an event that holds ${shape} is about a ${event}`, () => {
      assert.equal(verifySigned(`{"action":"created",${shape}}`).event, event)
    })
  }

  for (const [what, body] of [
    ['a byte order mark', utf8('\ufeff{"event":"user","action":"created"}')],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
    ['a list at the top', '[]'],
    ['text after the object', '{"event":"user","action":"created"} x'],
    ['nothing', ''],
    ['too deep a nesting', `{"a":${'['.repeat(128)}${']'.repeat(128)}}`],
    ['an escaped lone surrogate', '{"event":"user","action":"created","a":"\\ud800"}'],
    ['an event that is a number', '{"event":1,"action":"created"}'],
  ]) {
    test(`an authentic body with ${what} is no payload`, () => {
      const delivery = verifySigned(body)
      assert.throwsCode(() => delivery.payload, 'payload_malformed')
    })
  }

  test('a payload may be nested 128 deep', () => {
    const body = `{"event":"user","action":"created","a":${'['.repeat(127)}${']'.repeat(127)}}`
    assert.equal(verifySigned(body).event, 'user')
  })

  test('signedAt is the second of the signed date', () => {
    const now = new Date('2026-11-22T06:11:54.900Z')
    const delivery = verifySigned('{"action":"created"}', { now })
    assert.equal(new Date(delivery.signedAt).getTime(), Date.parse('2026-11-22T06:11:54Z'))
  })

  const signature = header(request, 'signature')
  const rewritten = {
    'another key id': signature.replace('hmac-key', 'another'),
    'no key id quotes, other order': signature.split(',').reverse().join(','),
    'another algorithm name': signature.replace('hmac-sha256', 'hs2019'),
    'no algorithm': signature.replace('algorithm="hmac-sha256",', ''),
    'a parameter nobody knows': `${signature},note="hello"`,
    'an unsigned created': `${signature.replace('hmac-sha256', 'hs2019')},created=1`,
  }
  for (const [what, value] of Object.entries(rewritten)) {
    test(`the id is the same with ${what}`, () => {
      assert.equal(deliver(withHeader(request, 'Signature', value)).id, deliver().id)
    })
  }

  test('the id is the same when the signature comes in Authorization', () => {
    const { headers } = withHeader(request, 'Signature', undefined)
    const changed = { ...request, headers: [...headers, ['Authorization', `Signature ${signature}`]] }
    assert.equal(deliver(changed).id, deliver().id)
  })

  test('the id is the same whatever the order and case of the headers', () => {
    const headers = [...request.headers].reverse().map(([name, value]) => [name.toUpperCase(), value])
    assert.equal(deliver({ ...request, headers }).id, deliver().id)
  })

  test('the id is the same for both endpoints of a server, and differs for what differs', () => {
    const accepted = vectors.recorded.filter(({ secret, method }) => secret !== '' && method === 'POST')
    const ids = new Map()
    for (const each of accepted) {
      const { id } = lib.verify(toVerify(each), options(each))
      // Drone signs equal bodies within one second equally.
      const key = `${header(each, 'date')} ${header(each, 'digest')} ${header(each, 'accept')}`
      assert.equal(ids.get(key) ?? id, id, each.name)
      ids.set(key, id)
    }
    assert.equal(new Set(ids.values()).size, ids.size)
  })

  test('the id is SHA-256 over a domain tag and the signing string', async () => {
    const string = `date: ${header(request, 'date')}\ndigest: ${header(request, 'digest')}`
    const hash = await globalThis.crypto.subtle.digest('SHA-256', utf8(`drone-webhooks/delivery-id/v1\n${string}`))
    const hex = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    assert.equal(deliver().id, hex)
  })

  test('a delivery can be printed without its payload being lost or a secret told', () => {
    const text = JSON.stringify(deliver())
    assert.ok(text === undefined || !text.includes(request.secret))
  })
}
