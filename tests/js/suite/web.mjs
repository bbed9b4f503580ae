// createWebMiddleware: the whole table of answers, for servers that speak fetch.

import { calls, throws } from './calls.mjs'
import { expand } from './cases.mjs'
import { endless, fetchRequest, pieces, tooMuch } from './fetch-request.mjs'
import { NOW, receiver, request } from './receiver.mjs'
import { forged, header, named, sentAt, withHeader } from './requests.mjs'

const LIMIT = 256 * 1024

export default (lib, { test, assert, vectors }) => {
  const accept = async () => 'accepted'
  const receiving = (options, path) => {
    const webhooks = receiver(lib, { maxBodyBytes: LIMIT, inbox: { accept, consume: () => {} }, ...options })
    const refused = calls()
    webhooks.onRefused(refused)
    const middleware = lib.createWebMiddleware(webhooks, ...(path ? [{ path }] : []))
    const send = (sent, body = sent.body, at) => middleware(fetchRequest(sent, body, at))
    return { webhooks, middleware, refused, send }
  }
  const whole = async (response) => ({
    status: response.status,
    headers: [...response.headers].filter(([name]) => name !== 'date'),
    body: await response.text(),
  })

  test('an accepted delivery is answered 202', async () => {
    const { send, refused } = receiving()
    const response = await send(request(lib))
    assert.equal(response.status, 202)
    assert.equal(refused.count, 0)
  })

  test('a body in pieces is accepted', async () => {
    const { send } = receiving()
    const sent = request(lib)
    assert.equal((await send(sent, pieces(new TextEncoder().encode(sent.body), 7))).status, 202)
  })

  test('a duplicate is answered 200', async () => {
    const { send } = receiving({ inbox: lib.memoryInbox({ clock: () => NOW }) })
    const sent = request(lib)
    assert.equal((await send(sent)).status, 202)
    assert.equal((await send(sent)).status, 200)
  })

  test('another path is answered 404', async () => {
    const { send, refused } = receiving({}, '/hook')
    const sent = request(lib)
    assert.equal((await send(sent, sent.body, '/hook?a=b')).status, 202)
    for (const path of ['/', '/hook/', '/Hook', '/hook/x', '/x/hook', '/%68ook']) {
      assert.equal((await send(request(lib), '{}', path)).status, 404, path)
    }
    assert.equal(refused.count, 0)
  })

  test('without a path every path is taken', async () => {
    const { send } = receiving()
    for (const path of ['/', '/hook', '/a/b?c=d']) {
      const sent = request(lib)
      assert.equal((await send(sent, sent.body, path)).status, 202, path)
    }
  })

  test('another method is answered 405, and told which one is allowed', async () => {
    const { send, refused } = receiving()
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await send({ ...request(lib), method }, method === 'GET' || method === 'HEAD' ? null : '{}')
      assert.equal(response.status, 405, method)
      assert.equal(response.headers.get('allow'), 'POST')
    }
    assert.equal(refused.count, 0)
  })

  test('every refusal of steps 1 to 10 that is no matter of size gets one and the same answer', async () => {
    const answers = new Map()
    let played = 0
    const cases = vectors.refusals.filter(({ code, hosts }) => code !== null && (hosts === undefined || hosts.includes('js')))
    for (const each of cases) {
      const { request: sent, options } = expand(each)
      const { now, ...config } = options
      if (!fitsFetch(sent) || each.code === 'config_invalid') continue
      const { send, refused } = receiving({ maxBodyBytes: undefined, ...config, clock: () => now })
      const answer = await whole(await send({ method: 'POST', ...sent }, sent.body, sent.url))
      played += 1
      assert.equal(refused.count, 1, each.name)
      const [error] = await refused.next()
      assert.equal(error.code, each.code, each.name)
      assert.equal(answer.status, error.status, each.name)
      if (answer.status === 401) answers.set(JSON.stringify(answer), each.name)
    }
    assert.ok(played > 200, `only ${played} cases can be a Request`)
    assert.equal(answers.size, 1, [...answers].join('\n'))
  })

  /** Whether a case can be a fetch Request: a POST to a path, with bytes as body, and headers that a Headers neither joins nor changes. */
  function fitsFetch({ method = 'POST', url = '/', headers, body }) {
    const { pathname, search } = new URL(url, 'http://receiver.test')
    if (method !== 'POST' || pathname + search !== url || (typeof body !== 'string' && !(body instanceof Uint8Array))) return false
    try {
      const kept = new Headers(headers)
      return (
        headers.length === [...kept].length && headers.every(([name, value]) => kept.get(name) === value.replace(/^[ \t]+|[ \t]+$/g, ''))
      )
    } catch {
      return false
    }
  }

  test('each refusal of a kind tells nothing: status, its text, nothing else', async () => {
    const { send } = receiving()
    const answer = await whole(await send(forged(request(lib))))
    assert.equal(answer.status, 401)
    assert.equal(answer.body.trim(), 'Unauthorized')
    assert.deepEqual(
      answer.headers.map(([name]) => name).filter((name) => !['content-type', 'content-length'].includes(name)),
      [],
    )
  })

  test('a body over the bound is answered 413 without reading on', async () => {
    const { send, refused } = receiving()
    const body = tooMuch(64 * 1024)
    assert.equal((await send(request(lib), body.stream)).status, 413)
    assert.ok(body.pulls <= 6, `read ${body.pulls} pieces of 64 KiB`)
    assert.equal((await refused.next())[0].code, 'body_too_large')
  })

  test('a Content-Length over the bound is answered 413 before anything is read', async () => {
    const { send, refused } = receiving()
    const body = endless()
    const sent = request(lib)
    assert.equal((await send({ ...sent, headers: [...sent.headers, ['Content-Length', String(LIMIT + 1)]] }, body.stream)).status, 413)
    assert.ok(body.pulls <= 1)
    assert.equal((await refused.next())[0].code, 'body_too_large')
  })

  test('a forgery is answered 401 before its body is read', async () => {
    const { send, refused } = receiving()
    const body = endless()
    assert.equal((await send(forged(request(lib)), body.stream)).status, 401)
    assert.ok(body.pulls <= 1, `read ${body.pulls} pieces`)
    assert.ok(body.cancelled, 'the body was left open')
    assert.equal((await refused.next())[0].code, 'signature_mismatch')
  })

  test('headers over the bound are answered 431', async () => {
    const { send } = receiving()
    const sent = request(lib)
    const long = withHeader(sent, 'Signature', `${header(sent, 'signature')},x="${'x'.repeat(20_000)}"`)
    assert.equal((await send(long)).status, 431)
  })

  test('an authentic body that is no webhook is answered 422', async () => {
    const { send, refused } = receiving()
    for (const [sent, code] of [
      [request(lib, { action: undefined }), 'payload_malformed'],
      [withHeader(request(lib), 'X-Drone-Event', 'user'), 'event_mismatch'],
    ]) {
      assert.equal((await send(sent)).status, 422)
      assert.equal((await refused.next())[0].code, code)
    }
  })

  test('an extension call is answered 422', async () => {
    const call = named(vectors, 'X-extensions-007-')
    const { send } = receiving({ secret: call.secret, clock: () => sentAt(call).getTime() })
    assert.equal((await send(call)).status, 422)
  })

  test('a body that was read already is answered 500, and onRefused says how to get it', async () => {
    const { middleware, refused } = receiving()
    const used = fetchRequest(request(lib), '{}')
    await used.text()
    assert.equal((await middleware(used)).status, 500)
    const [error] = await refused.next()
    assert.equal(error.code, 'body_not_bytes')
    assert.ok(error.message.length > 20)
  })

  test('a clock that is broken is answered 500', async () => {
    const { send, refused } = receiving({ clock: () => Number.NaN })
    assert.equal((await send(request(lib))).status, 500)
    assert.equal((await refused.next())[0].code, 'config_invalid')
  })

  test('a full inbox is answered 503', async () => {
    const { webhooks, send } = receiving({ inbox: lib.memoryInbox({ capacity: 1, clock: () => NOW }) })
    let goOn
    webhooks.onAny(() => new Promise((resolve) => (goOn = resolve))).onError(() => {})
    assert.equal((await send(request(lib))).status, 202)
    assert.equal((await send(request(lib))).status, 503)
    goOn?.()
    await webhooks.close()
  })

  test('an inbox that is down is answered 503', async () => {
    const { webhooks, send } = receiving({ inbox: { accept: () => Promise.reject(new Error('down')), consume: () => {} } })
    webhooks.onError(() => {})
    assert.equal((await send(request(lib))).status, 503)
  })

  test('a handler that fails is no matter for the answer', async () => {
    const { webhooks, send } = receiving({ inbox: lib.memoryInbox({ clock: () => NOW, attempts: 2, backoff: () => 0 }) })
    const reported = calls()
    webhooks.onAny(throws('the handler broke')).onError(reported)
    assert.equal((await send(request(lib))).status, 202)
    assert.equal((await reported.next())[0].message, 'the handler broke')
    assert.equal((await reported.next())[0].message, 'the handler broke')
    await webhooks.close()
  })

  test('a body that breaks off is reported, and does not stop the receiver', async () => {
    const { send, refused } = receiving()
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('the line went dead')) })
    const response = await send(request(lib), broken)
    assert.equal(response.status, 400)
    assert.equal((await refused.next())[0].code, 'body_not_bytes')
    assert.equal((await send(request(lib))).status, 202)
    assert.equal(refused.count, 1)
  })

  test('a request with Authorization: Basic beside its signature is accepted', async () => {
    const { send } = receiving()
    const sent = request(lib)
    assert.equal((await send({ ...sent, headers: [...sent.headers, ['Authorization', 'Basic dXNlcjpwQHNz']] })).status, 202)
  })

  test('the middleware needs no this', async () => {
    const { middleware } = receiving()
    const sent = request(lib)
    const exported = { fetch: middleware }
    assert.equal((await exported.fetch(fetchRequest(sent, sent.body), {}, {})).status, 202)
  })

  test('what is no Request is answered 500', async () => {
    const { middleware, send } = receiving()
    for (const wrong of [undefined, {}, { headers: {}, url: '/hook', method: 'POST' }]) assert.equal((await middleware(wrong)).status, 500)
    assert.equal((await send(request(lib))).status, 202)
  })

  test('what are no Webhooks, and options that are none, are mistakes of the set-up', () => {
    for (const make of [lib.createWebMiddleware, lib.createNodeMiddleware]) {
      for (const webhooks of [undefined, null, {}, 'text']) assert.throwsCode(() => make(webhooks), 'config_invalid')
      for (const options of ['/hook', 12, null]) assert.throwsCode(() => make(receiver(lib), options), 'config_invalid')
    }
  })

  test('a path that is none is a mistake of the set-up', () => {
    const webhooks = receiver(lib)
    for (const path of ['hook', '', 12, null]) assert.throwsCode(() => lib.createWebMiddleware(webhooks, { path }), 'config_invalid')
  })
}
