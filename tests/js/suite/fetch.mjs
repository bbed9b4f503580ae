// verifyRequest: a fetch Request, whose body is read once, and only as far as it may.

import { endless, fetchRequest, pieces, tooMuch } from './fetch-request.mjs'
import { bodyOf, forged, options, sample, toVerify } from './requests.mjs'

export default (lib, { test, assert, vectors }) => {
  const recorded = sample(vectors)
  const of = (body = bodyOf(recorded), request = recorded) => fetchRequest(request, body)
  const verify = (request, more) => lib.verifyRequest(request, { ...options(recorded), ...more })
  const idOf = () => lib.verify(toVerify(recorded), options(recorded)).id

  test('a Request with a signed body is a delivery', async () => {
    const delivery = await verify(of())
    assert.equal(delivery.id, idOf())
    assert.equal(delivery.event, 'build')
    assert.deepEqual(delivery.payload, JSON.parse(recorded.body))
  })

  test('a Request whose body comes in pieces is the same delivery', async () => {
    const delivery = await verify(of(pieces(bodyOf(recorded), 100)))
    assert.equal(delivery.id, idOf())
    assert.deepEqual(delivery.payload, JSON.parse(recorded.body))
  })

  test('a Request whose body was read already is not bytes', async () => {
    const request = of()
    await request.text()
    const error = await assert.rejectsCode(verify(request), 'body_not_bytes')
    assert.equal(error.status, 500)
  })

  test('a Request without a body does not match its digest', async () => {
    await assert.rejectsCode(verify(of(null)), 'digest_mismatch')
    await assert.rejectsCode(verify(of('')), 'digest_mismatch')
  })

  test('a Request with another body does not match its digest', async () => {
    await assert.rejectsCode(verify(of('{}')), 'digest_mismatch')
  })

  test('a body over its bound is refused without reading on', async () => {
    const body = tooMuch(64 * 1024)
    const error = await assert.rejectsCode(verify(of(body.stream), { maxBodyBytes: 256 * 1024 }), 'body_too_large')
    assert.equal(error.status, 413)
    assert.ok(body.pulls <= 6, `read ${body.pulls} pieces of 64 KiB`)
    assert.ok(body.cancelled, 'the stream was left open')
  })

  test('a Content-Length over the bound is refused before anything is read', async () => {
    const body = tooMuch(1024)
    const request = { ...recorded, headers: [...without(recorded, 'content-length'), ['Content-Length', '300000']] }
    await assert.rejectsCode(verify(fetchRequest(request, body.stream), { maxBodyBytes: 256 * 1024 }), 'body_too_large')
    assert.ok(body.pulls <= 1, `read ${body.pulls} pieces`)
  })

  test('the body of a forgery is not read', async () => {
    const body = endless()
    await assert.rejectsCode(verify(of(body.stream, forged(recorded))), 'signature_mismatch')
    // A runtime may ask for one piece as soon as the Request is made.
    assert.ok(body.pulls <= 1, `read ${body.pulls} pieces`)
  })

  test('a body that breaks off is refused, and the next request is fine', async () => {
    const broken = new ReadableStream({
      start: (controller) => controller.enqueue(bodyOf(recorded).subarray(0, 10)),
      pull: (controller) => controller.error(new Error('the line went dead')),
    })
    const error = await assert.rejectsCode(verify(of(broken)), 'body_not_bytes')
    assert.ok(error.cause instanceof Error, 'it does not say what happened')
    assert.equal((await verify(of())).id, idOf())
  })

  test('an aborted Request whose body has come is the same delivery', async () => {
    for (const body of [bodyOf(recorded), pieces(bodyOf(recorded), 50)]) {
      const aborted = fetchRequest(recorded, body, undefined, { signal: AbortSignal.abort() })
      assert.equal((await verify(aborted)).id, idOf())
    }
  })

  test('a Request that is aborted half-way is refused, and the next one is fine', async () => {
    const abort = new AbortController()
    const half = new ReadableStream({
      start: (controller) => controller.enqueue(bodyOf(recorded).subarray(0, 10)),
      pull: (controller) => {
        abort.abort()
        controller.error(abort.signal.reason)
      },
    })
    await assert.rejectsCode(verify(fetchRequest(recorded, half, undefined, { signal: abort.signal })), 'body_not_bytes')
    assert.equal((await verify(of())).id, idOf())
  })

  test('what is no Request is a mistake of the set-up', async () => {
    const { headers, body } = recorded
    const readable = { headers: new Headers(headers), body: { pipe: () => {} }, arrayBuffer: () => {} }
    for (const wrong of [
      undefined,
      null,
      'text',
      { headers: Object.fromEntries(headers) },
      { headers: new Headers(headers), body },
      readable,
    ]) {
      await assert.rejectsCode(verify(wrong), 'config_invalid')
    }
  })

  test('many at once do not mix', async () => {
    const requests = vectors.recorded.filter(({ secret, method }) => secret !== '' && method === 'POST')
    const secret = [...new Set(requests.map((each) => each.secret))]
    const deliveries = await Promise.all(
      requests.map((each, index) =>
        lib.verifyRequest(fetchRequest(each, pieces(bodyOf(each), 50 + index * 37)), { ...options(each), secret }),
      ),
    )
    requests.forEach((each, index) => {
      assert.equal(deliveries[index].id, lib.verify(toVerify(each), options(each)).id, each.name)
      assert.deepEqual(deliveries[index].payload, JSON.parse(each.body), each.name)
    })
  })

  test('set-up errors reject, they are not thrown', async () => {
    await assert.rejectsCode(lib.verifyRequest(of(), { secret: '' }), 'config_invalid')
  })

  function without({ headers }, name) {
    return headers.filter(([each]) => each.toLowerCase() !== name)
  }
}
