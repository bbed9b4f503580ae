// createNodeMiddleware over real sockets: what is on the line, and what becomes of the connection.

import { once } from 'node:events'
import { describe, test } from 'node:test'
import * as lib from 'drone-webhooks'
import express from 'express'
import * as assert from './suite/assert.mjs'
import { calls, throws } from './suite/calls.mjs'
import { expand } from './suite/cases.mjs'
import { receiver, request } from './suite/receiver.mjs'
import { forged, header, named, sentAt, withHeader } from './suite/requests.mjs'
import { requestBytes, serving } from './support/sockets.mjs'
import { raw, vectors } from './support/vectors.mjs'

const LIMIT = 256 * 1024
const PIECE = Buffer.from(`4000\r\n${'x'.repeat(0x4000)}\r\n`)

const signedRequest = (payload, more) => request(lib, payload, more)
const chunked = (sent) => requestBytes({ ...sent, body: '', headers: [...sent.headers, ['Transfer-Encoding', 'chunked']] })
const chunk = (bytes) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
const announce = (sent, length) => requestBytes({ ...sent, body: '', headers: [...sent.headers, ['Content-Length', length]] })

/** A receiver at /hook, served while `use` runs. */
async function receiving(options, use) {
  const webhooks = receiver(lib, { maxBodyBytes: LIMIT, ...options })
  const [refused, handled] = [calls(), calls()]
  webhooks.onRefused(refused).onAny(handled)
  const middleware = lib.createNodeMiddleware(webhooks, { path: '/hook' })
  try {
    return await serving(middleware, (served) => use({ webhooks, middleware, refused, handled, ...served }))
  } finally {
    await webhooks.close()
  }
}

describe('what is accepted', () => {
  test('a delivery is answered 202 and handled', () =>
    receiving({}, async ({ send, handled, refused }) => {
      const sent = signedRequest()
      const { status, body } = await send(sent)
      assert.equal(status, 202)
      assert.equal(body.trim(), 'Accepted')
      assert.equal((await handled.next())[0].payload.number, JSON.parse(sent.body).number)
      assert.equal(refused.count, 0)
    }))

  test('the same delivery again is answered 200 and handled once', () =>
    receiving({}, async ({ send, handled }) => {
      const sent = signedRequest()
      assert.equal((await send(sent)).status, 202)
      assert.equal((await send(sent)).status, 200)
      await handled.next()
      assert.equal((await send(sent)).status, 200)
      assert.equal(handled.count, 1)
    }))

  for (const { name, bytes } of raw.filter(({ bytes }) => bytes.subarray(0, 4).toString() === 'POST')) {
    test(`the bytes of ${name} are accepted`, () => {
      const { secret, ...recorded } = named(vectors, name)
      return receiving({ secret, clock: () => sentAt(recorded).getTime() }, async ({ send, handled }) => {
        assert.equal((await send(bytes)).status, 202)
        assert.deepEqual((await handled.next())[0].payload, JSON.parse(recorded.body))
      })
    })
  }

  for (const { name, bytes } of raw.filter(({ bytes }) => bytes.subarray(0, 4).toString() === 'GET ')) {
    test(`the bytes of ${name} are the wrong method`, () => {
      const webhooks = receiver(lib)
      return serving(lib.createNodeMiddleware(webhooks), async ({ send }) => {
        assert.equal((await send(bytes)).status, 405)
      })
    })
  }

  test('every recorded webhook is accepted over a socket', () => {
    const webhookRequests = vectors.recorded.filter(
      ({ kind, secret, method }) => kind !== 'extension' && secret !== '' && method === 'POST',
    )
    const secret = [...new Set(webhookRequests.map((each) => each.secret))]
    let now
    const webhooks = receiver(lib, { secret, clock: () => now })
    return serving(lib.createNodeMiddleware(webhooks), async ({ open }) => {
      const seen = new Set()
      const client = open()
      for (const each of webhookRequests) {
        now = sentAt(each).getTime()
        // The second endpoint gets the same, and so does whoever a redirect leads to.
        const key = `${now} ${header(each, 'digest')}`
        assert.equal((await client.send({ ...each, path: each.target })).status, seen.has(key) ? 200 : 202, each.name)
        seen.add(key)
      }
    })
  })

  test('a chunked body is accepted', () =>
    receiving({}, async ({ open }) => {
      const sent = signedRequest({ text: 'é'.repeat(1000) })
      const client = open()
      client.write(chunked(sent))
      const bytes = Buffer.from(sent.body)
      for (let at = 0; at < bytes.length; at += 99) client.write(chunk(bytes.subarray(at, at + 99)))
      client.write('0\r\n\r\n')
      assert.equal((await client.answer()).status, 202)
    }))

  test('a body that comes in pieces is accepted', () =>
    receiving({}, async ({ open, server }) => {
      const sent = signedRequest()
      const bytes = requestBytes(sent)
      const body = bytes.length - Buffer.byteLength(sent.body)
      const client = open()
      const arrived = once(server, 'request')
      client.write(bytes.subarray(0, body))
      const [incoming] = await arrived
      // Each piece is sent when the one before it has been read.
      for (let at = body; at < bytes.length; at += 40) {
        const read = at + 40 < bytes.length ? once(incoming, 'data') : undefined
        client.write(bytes.subarray(at, at + 40))
        await read
      }
      assert.equal((await client.answer()).status, 202)
    }))

  test('a body of exactly the bound is accepted', () =>
    receiving({}, async ({ send }) => {
      const empty = JSON.stringify({ ...JSON.parse(signedRequest({ text: '' }).body) })
      const sent = signedRequest({ text: 'x'.repeat(LIMIT - empty.length - 1) })
      const spare = LIMIT - sent.body.length
      assert.ok(spare >= 0 && spare <= 2)
      assert.equal((await send(signedRequest({ text: 'x'.repeat(LIMIT - empty.length - 1 + spare) }))).status, 202)
    }))

  test('an endpoint with user:password@ is accepted', () =>
    receiving({}, async ({ send }) => {
      const sent = signedRequest()
      assert.equal((await send({ ...sent, headers: [['Authorization', 'Basic dXNlcjpwQHNz'], ...sent.headers] })).status, 202)
    }))

  test('a signature in Authorization is accepted', () =>
    receiving({}, async ({ send }) => {
      const sent = signedRequest()
      const headers = sent.headers.map(([name, value]) => (name === 'Signature' ? ['Authorization', `Signature ${value}`] : [name, value]))
      assert.equal((await send({ ...sent, headers })).status, 202)
    }))

  test('a query after the path is no other path', () =>
    receiving({}, async ({ send }) => {
      assert.equal((await send({ ...signedRequest(), path: '/hook?tenant=a&b=%2F' })).status, 202)
    }))

  test('a connection is kept for the next request', () =>
    receiving({}, async ({ open }) => {
      const client = open()
      for (let count = 0; count < 5; count += 1) assert.equal((await client.send(signedRequest())).status, 202)
    }))

  test('pipelined requests are answered in their order', () =>
    receiving({}, async ({ open }) => {
      const client = open()
      const first = signedRequest()
      client.write(Buffer.concat([first, first, signedRequest(), withHeader(signedRequest(), 'X-Drone-Event', 'user')].map(requestBytes)))
      const answers = []
      for (let count = 0; count < 4; count += 1) answers.push((await client.answer()).status)
      assert.deepEqual(answers, [202, 200, 202, 422])
    }))

  test('requests on many connections do not mix', () =>
    receiving({}, async ({ open, handled }) => {
      const all = Array.from({ length: 50 }, (_, index) => signedRequest({ text: 'x'.repeat(index * 700) }))
      const wrong = all.map((sent) => ({ ...sent, body: sent.body.replace('build', 'bui1d') }))
      const clients = [...all, ...wrong].map((sent) => ({ sent, client: open() }))
      // All headers first, then all bodies: every request is in hand while the others are looked at.
      await Promise.all(clients.map(({ client, sent }) => client.write(headOf(sent))))
      for (const { client, sent } of [...clients].reverse()) client.write(Buffer.from(sent.body))
      const answers = await Promise.all(clients.map(({ client }) => client.answer()))
      assert.deepEqual(
        answers.map(({ status }) => status),
        [...all.map(() => 202), ...wrong.map(() => 401)],
      )
      const numbers = new Set()
      for (const _ of all) numbers.add((await handled.next())[0].payload.number)
      assert.equal(numbers.size, all.length)
    }))

  function headOf(sent) {
    const bytes = requestBytes(sent)
    return bytes.subarray(0, bytes.length - Buffer.byteLength(sent.body))
  }
})

describe('what is refused', () => {
  test('another path is answered 404', () =>
    receiving({}, async ({ send, refused }) => {
      for (const path of ['/', '/hook/', '/other', '/Hook', '//hook'])
        assert.equal((await send({ ...signedRequest(), path })).status, 404, path)
      assert.equal(refused.count, 0)
    }))

  test('another method is answered 405, and told which one is allowed', () =>
    receiving({}, async ({ send, refused }) => {
      for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
        const { status, headers } = await send({ ...signedRequest(), method, ...(method === 'GET' && { body: '' }) })
        assert.equal(status, 405, method)
        assert.equal(headers.allow, 'POST')
      }
      assert.equal(refused.count, 0)
    }))

  test('a forgery with a body that never ends is answered 401 before the body is read, and cut off', () =>
    receiving({}, async ({ open, refused, server }) => {
      let read = 0
      server.prependListener('request', (incoming) =>
        incoming
          .on('data', (bytes) => {
            read += bytes.length
          })
          .pause(),
      )
      const client = open()
      client.write(chunked(forged(signedRequest())))
      const answer = await client.answer()
      assert.equal(answer.status, 401)
      assert.equal(answer.headers.connection, 'close')
      await client.flood(PIECE)
      await client.ended
      assert.equal(read, 0)
      assert.equal((await refused.next())[0].code, 'signature_mismatch')
    }))

  test('a forgery that waits with its body is answered and cut off all the same', () =>
    receiving({}, async ({ open }) => {
      const client = open()
      client.write(announce(forged(signedRequest()), 1000))
      assert.equal((await client.answer()).status, 401)
      await client.ended
    }))

  test('a Content-Length over the bound is answered 413 before the body comes, and cut off', () =>
    receiving({}, async ({ open, refused }) => {
      const client = open()
      client.write(announce(signedRequest(), LIMIT + 1))
      assert.equal((await client.answer()).status, 413)
      await client.ended
      assert.equal((await refused.next())[0].code, 'body_too_large')
    }))

  test('a body that grows over the bound is answered 413 without reading on, and cut off', () =>
    receiving({}, async ({ open, refused, server }) => {
      let incoming
      server.prependListener('request', (each) => {
        incoming = each
      })
      const client = open()
      client.write(chunked(signedRequest()))
      const [answer] = await Promise.all([client.answer(), client.flood(PIECE)])
      assert.equal(answer.status, 413)
      await client.ended
      // What the socket had in its buffers is read by Node, and no more.
      assert.ok(incoming.socket.bytesRead < LIMIT + 4 * 1024 * 1024, `${incoming.socket.bytesRead} bytes were read`)
      assert.equal((await refused.next())[0].code, 'body_too_large')
    }))

  test('headers over the bound are answered 431', () =>
    receiving({ maxHeaderBytes: 1000 }, async ({ send, refused }) => {
      const sent = signedRequest()
      assert.equal((await send(withHeader(sent, 'Signature', `${header(sent, 'signature')},x="${'x'.repeat(1000)}"`))).status, 431)
      assert.equal((await refused.next())[0].code, 'headers_too_large')
    }))

  test('two Signature lines are answered 401', () =>
    receiving({}, async ({ send, refused }) => {
      const sent = signedRequest()
      assert.equal((await send({ ...sent, headers: [...sent.headers, ['Signature', header(sent, 'signature')]] })).status, 401)
      assert.equal((await refused.next())[0].code, 'signature_duplicated')
    }))

  test('two Date lines are not the one that was signed', () =>
    receiving({}, async ({ send, refused }) => {
      const sent = signedRequest()
      assert.equal((await send({ ...sent, headers: [...sent.headers, ['Date', header(sent, 'date')]] })).status, 401)
      assert.equal((await refused.next())[0].code, 'signature_mismatch')
    }))

  test('an extension call is answered 422', () => {
    const call = named(vectors, 'X-extensions-005-')
    return receiving({ secret: call.secret, clock: () => sentAt(call).getTime() }, async ({ send, refused, handled }) => {
      assert.equal((await send({ ...call, path: '/hook' })).status, 422)
      assert.equal((await refused.next())[0].code, 'payload_malformed')
      assert.equal(handled.count, 0)
    })
  })

  test('a changed X-Drone-Event is answered 422', () =>
    receiving({}, async ({ send, refused }) => {
      assert.equal((await send(withHeader(signedRequest(), 'X-Drone-Event', 'user'))).status, 422)
      assert.equal((await refused.next())[0].code, 'event_mismatch')
    }))

  test('a broken clock is answered 500', () =>
    receiving({ clock: () => Number.NaN }, async ({ send, refused }) => {
      assert.equal((await send(signedRequest())).status, 500)
      assert.equal((await refused.next())[0].code, 'config_invalid')
    }))

  test('every 401 is the same, byte for byte', () => {
    const cases = vectors.refusals
      .filter(({ code, hosts, config }) => code && (!hosts || hosts.includes('js')) && Object.keys(config).length === 1)
      .map((each) => ({ ...each, ...expand(each) }))
      // A socket adds a request line, Host and Content-Length.
      .filter(({ code, request: { method, url } }) => lib.codes[code] === 401 && !method && !url)
      .filter(({ request: { headers } }) => !headers.some(([, value]) => /\b(host|content-length)\b/.test(value)))
    const answers = new Map()
    return Promise.all(cases.map(play)).then((played) => {
      assert.ok(played.filter(Boolean).length > 150, `${played.filter(Boolean).length} of ${cases.length} got an answer of ours`)
      assert.equal(answers.size, 1, [...answers].join('\n'))
    })

    function play(each) {
      const { now, secret } = each.options
      return receiving({ secret, clock: () => now }, async ({ send, refused }) => {
        const answer = await send({ ...each.request, path: '/hook' })
        // What is no HTTP at all is Node's to answer.
        if (refused.count === 0) {
          assert.ok([400, 431].includes(answer.status), `${each.name}: ${answer.status}`)
          return false
        }
        assert.equal((await refused.next())[0].code, each.code, each.name)
        answers.set(answer.bytes, each.name)
        return true
      })
    }
  })
})

describe('what goes wrong elsewhere', () => {
  test('a client that hangs up half-way is reported, and leaves nothing behind', () =>
    receiving({}, async ({ open, send, server, handled, refused }) => {
      const unhandled = calls()
      process.on('unhandledRejection', unhandled)
      try {
        for (const part of [10, 0.5]) {
          const sent = signedRequest({ text: 'x'.repeat(10_000) })
          const bytes = requestBytes(sent)
          const client = open()
          const arrived = once(server, 'request')
          client.write(bytes.subarray(0, bytes.length - (part < 1 ? Math.floor(sent.body.length * part) : part)))
          const [incoming] = await arrived
          const closed = once(incoming, 'close').catch(() => {})
          client.socket.destroy()
          await closed
          assert.equal((await refused.next())[0].code, 'body_not_bytes')
          assert.equal((await send(sent)).status, 202, 'it was taken for a duplicate: half a body was accepted')
          await handled.next()
        }
        const forger = open()
        const arrived = once(server, 'connection')
        forger.write(chunked(forged(signedRequest())))
        await arrived
        forger.socket.resetAndDestroy()
        assert.equal((await send(signedRequest())).status, 202)
        assert.equal(unhandled.count, 0)
        assert.ok(refused.count <= 3, 'more was refused than the two halves and the forgery')
      } finally {
        process.off('unhandledRejection', unhandled)
      }
    }))

  test('a handler that throws does not change the answer', () =>
    receiving({ inbox: { attempts: 2 } }, async ({ webhooks, send }) => {
      const reported = calls()
      webhooks.on('build', throws('the handler broke')).onError(reported)
      assert.equal((await send(signedRequest())).status, 202)
      assert.equal((await reported.next())[0].message, 'the handler broke')
      assert.equal((await send(signedRequest())).status, 202)
    }))

  test('a slow handler does not delay the answer', () =>
    receiving({}, async ({ webhooks, send }) => {
      let goOn
      webhooks.on(
        'build',
        () =>
          new Promise((resolve) => {
            goOn = resolve
          }),
      )
      assert.equal((await send(signedRequest())).status, 202)
      assert.equal((await send(signedRequest())).status, 202)
      webhooks.close()
      goOn?.()
    }))

  test('a full inbox is answered 503', () =>
    receiving({ inbox: { capacity: 1 } }, async ({ webhooks, send }) => {
      let goOn
      webhooks
        .on(
          'build',
          () =>
            new Promise((resolve) => {
              goOn = resolve
            }),
        )
        .onError(() => {})
      assert.equal((await send(signedRequest())).status, 202)
      assert.equal((await send(signedRequest())).status, 503)
      goOn?.()
    }))

  test('hooks that throw do not change the answer', () =>
    receiving({}, async ({ webhooks, send }) => {
      webhooks.onRefused(throws('the hook broke'))
      assert.equal((await send(forged(signedRequest()))).status, 401)
      assert.equal((await send(signedRequest())).status, 202)
    }))
})

describe('express', () => {
  const withExpress = async (mount, use) => {
    const webhooks = receiver(lib)
    const [refused, handled] = [calls(), calls()]
    webhooks.onRefused(refused).onAny(handled)
    const app = express()
    mount(app, webhooks)
    try {
      return await serving(app, (served) => use({ refused, handled, ...served }))
    } finally {
      await webhooks.close()
    }
  }
  const json = (sent) => ({ ...sent, headers: [['Content-Type', 'application/json'], ...sent.headers] })

  test('after express.json() it is answered 500, and onRefused gets the advice', () =>
    withExpress(
      (app, webhooks) => app.use(express.json()).use(lib.createNodeMiddleware(webhooks, { path: '/hook' })),
      async ({ send, refused }) => {
        assert.equal((await send(json(signedRequest()))).status, 500)
        const [error] = await refused.next()
        assert.equal(error.code, 'body_not_bytes')
        assert.ok(/express\.json/.test(error.message), error.message)
        assert.equal((await send(json(forged(signedRequest())))).status, 401)
      },
    ))

  test('mounted before express.json() it accepts, and other routes get their JSON', () =>
    withExpress(
      (app, webhooks) =>
        app
          .use(lib.createNodeMiddleware(webhooks, { path: '/hook' }))
          .use(express.json())
          .post('/other', (incoming, response) => response.status(201).end(incoming.body.text)),
      async ({ send, handled }) => {
        assert.equal((await send(json(signedRequest()))).status, 202)
        await handled.next()
        const other = await send({ path: '/other', headers: [['Content-Type', 'application/json']], body: '{"text":"hello"}' })
        assert.equal(other.status, 201)
        assert.equal(other.body, 'hello')
        assert.equal((await send({ method: 'GET', path: '/nothing' })).status, 404)
      },
    ))

  test('mounted at a path it accepts there', () =>
    withExpress(
      (app, webhooks) => app.use('/hook', lib.createNodeMiddleware(webhooks)),
      async ({ send }) => assert.equal((await send(json(signedRequest()))).status, 202),
    ))

  test('as a route’s handler it accepts', () =>
    withExpress(
      (app, webhooks) => app.post('/hook', lib.createNodeMiddleware(webhooks)),
      async ({ send }) => assert.equal((await send(json(signedRequest()))).status, 202),
    ))

  test('after express.raw() it takes the bytes that were read', () =>
    withExpress(
      (app, webhooks) => app.use(express.raw({ type: '*/*' })).use(lib.createNodeMiddleware(webhooks, { path: '/hook' })),
      async ({ send, handled }) => {
        const sent = signedRequest({ text: 'é😀' })
        assert.equal((await send(json(sent))).status, 202)
        assert.deepEqual((await handled.next())[0].payload, JSON.parse(sent.body))
        assert.equal((await send({ ...json(signedRequest()), body: sent.body })).status, 401)
      },
    ))

  test('after express.text() it takes the text that was read', () =>
    withExpress(
      (app, webhooks) => app.use(express.text({ type: '*/*' })).use(lib.createNodeMiddleware(webhooks, { path: '/hook' })),
      async ({ send }) => assert.equal((await send(json(signedRequest({ text: 'é😀' })))).status, 202),
    ))

  test('a request that somebody paused is read all the same', () =>
    withExpress(
      (app, webhooks) => {
        app.use((request, _response, next) => {
          request.pause()
          setImmediate(next)
        })
        app.use(lib.createNodeMiddleware(webhooks, { path: '/hook' }))
      },
      async ({ send }) => assert.equal((await send(signedRequest())).status, 202),
    ))

  test('bytes that somebody kept and then gave away are answered 500', () => {
    const given = (request, _response, next) => {
      request.on('data', () => {})
      request.on('end', () => {
        request.rawBody = new ArrayBuffer(8)
        structuredClone(request.rawBody, { transfer: [request.rawBody] })
        next()
      })
    }
    return withExpress(
      (app, webhooks) => app.use(given).use(lib.createNodeMiddleware(webhooks, { path: '/hook' })),
      async ({ send, refused }) => {
        assert.equal((await send(signedRequest())).status, 500)
        assert.equal((await refused.next())[0].code, 'body_not_bytes')
      },
    )
  })

  test('a body that express.json() kept raw, in rawBody, is taken', () =>
    withExpress(
      (app, webhooks) =>
        app
          .use(
            express.json({
              verify: (incoming, _, bytes) => {
                incoming.rawBody = bytes
              },
            }),
          )
          .use(lib.createNodeMiddleware(webhooks, { path: '/hook' })),
      async ({ send }) => assert.equal((await send(json(signedRequest()))).status, 202),
    ))
})
