// Webhooks: who is called for what, and what an inbox may say.

import { calls, rejects, throws } from './calls.mjs'
import { NOW, receiver, request } from './receiver.mjs'
import { forged, named, options, sample, sentAt, toVerify } from './requests.mjs'

const FINAL = ['success', 'failure', 'error', 'killed', 'skipped', 'declined']
const GOING_ON = ['pending', 'running', 'blocked', 'waiting_on_dependencies', 'of a later server', undefined]
const NAMES = [
  'build',
  'build.created',
  'build.updated',
  'build.completed',
  'repo',
  'repo.enabled',
  'user',
  'user.created',
  'moon',
  'moon.landed',
]

export default (lib, { test, assert, vectors }) => {
  /** Which of the names a payload reaches, in the order of the calls. */
  async function reached(payload) {
    const webhooks = receiver(lib)
    const called = []
    for (const name of NAMES) webhooks.on(name, () => called.push(name))
    const last = calls()
    webhooks.onAny(last)
    assert.equal(await webhooks.receive(request(lib, payload)), 'accepted')
    const [delivery] = await last.next()
    await webhooks.close()
    return { called, delivery }
  }

  test('a build event reaches its event, its action, and nobody else', async () => {
    const { called, delivery } = await reached({ action: 'created', build: { status: 'pending' } })
    assert.deepEqual(called, ['build', 'build.created'])
    assert.equal(delivery.event, 'build')
    assert.equal(delivery.payload.build.status, 'pending')
  })

  for (const status of FINAL) {
    test(`a build whose status is ${status} is completed, whatever the action`, async () => {
      assert.deepEqual((await reached({ action: 'updated', build: { status } })).called, ['build', 'build.updated', 'build.completed'])
      assert.deepEqual((await reached({ action: 'created', build: { status } })).called, ['build', 'build.created', 'build.completed'])
    })
  }

  for (const status of GOING_ON) {
    test(`a build whose status is ${status} is not completed`, async () => {
      assert.deepEqual((await reached({ action: 'updated', build: { status } })).called, ['build', 'build.updated'])
    })
  }

  test('only builds are completed', async () => {
    assert.deepEqual((await reached({ event: 'repo', action: 'enabled', build: { status: 'success' } })).called, ['repo', 'repo.enabled'])
  })

  test('a build without a build is no mistake', async () => {
    for (const build of [undefined, null, 'x', [], 1]) {
      assert.deepEqual((await reached({ action: 'updated', build })).called, ['build', 'build.updated'])
    }
  })

  test('repo and user events reach their handlers', async () => {
    assert.deepEqual((await reached({ event: 'repo', action: 'enabled' })).called, ['repo', 'repo.enabled'])
    assert.deepEqual((await reached({ event: 'user', action: 'created' })).called, ['user', 'user.created'])
  })

  test('an event that is unknown reaches who asked for it, and onAny', async () => {
    const { called, delivery } = await reached({ event: 'moon', action: 'landed' })
    assert.deepEqual(called, ['moon', 'moon.landed'])
    assert.equal(delivery.event, 'moon')
  })

  test('names such as constructor are events like others', async () => {
    assert.deepEqual((await reached({ event: 'constructor', action: '__proto__' })).called, [])
  })

  test('handlers of a recorded build get its payload', async () => {
    const recorded = sample(vectors)
    const webhooks = receiver(lib, { secret: recorded.secret, clock: () => sentAt(recorded).getTime() })
    const completed = calls()
    webhooks.on('build.completed', completed)
    assert.equal(await webhooks.receive(toVerify(recorded)), 'accepted')
    const [{ id, payload }] = await completed.next()
    assert.equal(id, lib.verify(toVerify(recorded), options(recorded)).id)
    assert.deepEqual(payload, JSON.parse(recorded.body))
    await webhooks.close()
  })

  test('a handler that is taken off is not called', async () => {
    const webhooks = receiver(lib)
    const [first, last] = [calls(), calls()]
    webhooks.on('build', first).onAny(last)
    webhooks.off('build', first)
    await webhooks.receive(request(lib))
    await last.next()
    assert.equal(first.count, 0)
    await webhooks.close()
  })

  test('handlers run after receive has answered', async () => {
    const webhooks = receiver(lib)
    const handler = calls()
    webhooks.onAny(handler)
    await webhooks.receive(request(lib))
    assert.equal(handler.count, 0)
    await handler.next()
    await webhooks.close()
  })

  test('the same request is a duplicate and is handled once', async () => {
    const webhooks = receiver(lib)
    const handler = calls()
    webhooks.onAny(handler)
    const once = request(lib)
    assert.equal(await webhooks.receive(once), 'accepted')
    assert.equal(await webhooks.receive(once), 'duplicate')
    await handler.next()
    assert.equal(await webhooks.receive(once), 'duplicate')
    const other = request(lib)
    assert.equal(await webhooks.receive(other), 'accepted')
    const [delivery] = await handler.next()
    assert.equal(delivery.payload.number, JSON.parse(other.body).number)
    assert.equal(handler.count, 2)
    await webhooks.close()
  })

  test('of two equal requests at the same time one is the duplicate', async () => {
    const webhooks = receiver(lib)
    const once = request(lib)
    const answers = await Promise.all([webhooks.receive(once), webhooks.receive(once), webhooks.receive(once)])
    assert.deepEqual(answers.sort(), ['accepted', 'duplicate', 'duplicate'])
    await webhooks.close()
  })

  test('deliveries are handled in the order they came', async () => {
    const webhooks = receiver(lib)
    const handler = calls()
    webhooks.onAny(handler)
    const all = Array.from({ length: 20 }, () => request(lib))
    await Promise.all(all.map((each) => webhooks.receive(each)))
    for (const { body } of all) {
      const [delivery] = await handler.next()
      assert.equal(delivery.payload.number, JSON.parse(body).number)
    }
    await webhooks.close()
  })

  for (const [how, fail] of [
    ['throws', throws('the handler broke')],
    ['rejects', rejects('the handler broke')],
  ]) {
    test(`a handler that ${how} is reported and called again, and the answer stays`, async () => {
      const webhooks = receiver(lib, { inbox: { attempts: 5 } })
      let failures = 0
      const handler = calls(() => {
        failures += 1
        return failures <= 2 ? fail() : undefined
      })
      const reported = calls()
      webhooks.on('build', handler).onError(reported)
      assert.equal(await webhooks.receive(request(lib)), 'accepted')
      const [first] = await handler.next()
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        const [error, delivery] = await reported.next()
        assert.equal(error.message, 'the handler broke')
        assert.equal(delivery.id, first.id)
        assert.equal((await handler.next())[0].id, first.id)
      }
      assert.equal(handler.count, 3)
      await webhooks.close()
    })
  }

  test('a handler that always fails is given up after its attempts, and told of', async () => {
    const dead = calls()
    const webhooks = receiver(lib, { inbox: { attempts: 3, onDead: dead } })
    const reported = calls()
    const handler = calls(throws('never'))
    webhooks.onAny(handler).onError(reported)
    const { body } = request(lib)
    await webhooks.receive(request(lib, { marker: body }))
    const [delivery] = await dead.next()
    assert.equal(delivery.payload.marker, body)
    assert.equal(handler.count, 3)
    assert.equal(reported.count, 3)
    await webhooks.close()
  })

  test('one failed handler does not keep the others from their delivery', async () => {
    const webhooks = receiver(lib, { inbox: { attempts: 1 } })
    const other = calls()
    webhooks
      .on('build', throws('the first broke'))
      .on('build', other)
      .onError(() => {})
    await webhooks.receive(request(lib))
    await other.next()
    await webhooks.close()
  })

  test('one failed delivery does not keep the next from being handled', async () => {
    const webhooks = receiver(lib, { inbox: { attempts: 1 } })
    const fine = calls()
    webhooks
      .on('moon', throws('no moon'))
      .on('build', fine)
      .onError(() => {})
    await webhooks.receive(request(lib, { event: 'moon' }))
    await webhooks.receive(request(lib))
    await fine.next()
    await webhooks.close()
  })

  test('hooks that fail change nothing', async () => {
    const webhooks = receiver(lib, { inbox: { attempts: 2 } })
    const handler = calls(throws('the handler broke'))
    webhooks.onAny(handler)
    webhooks.onError(throws('the hook broke')).onError(rejects('so did this one'))
    webhooks.onRefused(throws('the hook broke')).onRefused(rejects('so did this one'))
    assert.equal(await webhooks.receive(request(lib)), 'accepted')
    await handler.next()
    await handler.next()
    await assert.rejectsCode(webhooks.receive(forged(request(lib))), 'signature_mismatch')
    await webhooks.close()
  })

  test('onRefused is told of every refusal, with its error and its request', async () => {
    const webhooks = receiver(lib)
    const refused = calls()
    webhooks.onRefused(refused)
    const good = request(lib)
    const wrong = [
      ['signature_missing', { headers: [], body: '' }],
      ['signature_mismatch', forged(good)],
      ['digest_mismatch', { ...good, body: '{}' }],
      ['body_not_bytes', { ...good, body: {} }],
      ['event_mismatch', { ...good, headers: [...good.headers, ['X-Drone-Event', 'user']] }],
      ['payload_malformed', request(lib, { action: undefined })],
    ]
    for (const [code, sent] of wrong) {
      const error = await assert.rejectsCode(webhooks.receive(sent), code)
      const [told, about] = await refused.next()
      assert.ok(told === error, 'another error was told')
      assert.ok(about.headers === sent.headers, 'another request was told')
    }
    assert.equal(await webhooks.receive(good), 'accepted')
    assert.equal(refused.count, wrong.length)
    await webhooks.close()
  })

  test('an extension call is authentic, but nothing for an inbox', async () => {
    const call = named(vectors, 'X-extensions-005-')
    const webhooks = receiver(lib, { secret: call.secret, clock: () => sentAt(call).getTime() })
    const error = await assert.rejectsCode(webhooks.receive(toVerify(call)), 'payload_malformed')
    assert.equal(error.status, 422)
    await webhooks.close()
  })

  test('the memory inbox is bounded: beyond its capacity it refuses, and loses nothing it took', async () => {
    const webhooks = receiver(lib, { inbox: { capacity: 2 } })
    let goOn
    const gate = new Promise((resolve) => {
      goOn = resolve
    })
    const handler = calls(() => gate)
    const reported = calls()
    webhooks.onAny(handler).onError(reported)
    const [first, second, third] = [request(lib), request(lib), request(lib)]
    assert.equal(await webhooks.receive(first), 'accepted')
    assert.equal(await webhooks.receive(second), 'accepted')
    let full
    await webhooks.receive(third).catch((error) => {
      full = error
    })
    assert.ok(full instanceof lib.InboxFullError, String(full))
    assert.equal(full.status, 503)
    assert.ok((await reported.next())[0] === full)
    assert.equal(await webhooks.receive(second), 'duplicate')
    goOn()
    for (const { body } of [first, second]) assert.equal((await handler.next())[0].payload.number, JSON.parse(body).number)
    await webhooks.close()
  })

  test('what was refused for want of room may come again', async () => {
    const webhooks = receiver(lib, { inbox: { capacity: 1 } })
    const handler = calls()
    webhooks.onAny(handler).onError(() => {})
    const [first, second] = [request(lib), request(lib)]
    await webhooks.receive(first)
    await webhooks.receive(second).catch(() => {})
    await handler.next()
    // The first is out of the inbox once the second turn of its loop has come.
    let answer
    for (let turn = 0; turn < 100 && answer === undefined; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      answer = await webhooks.receive(second).catch(() => undefined)
    }
    assert.equal(answer, 'accepted')
    assert.equal((await handler.next())[0].payload.number, JSON.parse(second.body).number)
    await webhooks.close()
  })

  test('an id is remembered for as long as a replay could be fresh, and then forgotten', async () => {
    let now = NOW
    const clock = () => now
    const webhooks = receiver(lib, { clock, inbox: { clock } })
    const early = request(lib, {}, { now: NOW + 299_000 })
    assert.equal(await webhooks.receive(early), 'accepted')
    now = NOW + 599_000
    assert.equal(await webhooks.receive(early), 'duplicate')
    now += 1000
    await assert.rejectsCode(webhooks.receive(early), 'date_too_old')
    await webhooks.close()
  })

  test('an inbox of one’s own is asked for every delivery', async () => {
    const accepted = calls(async () => 'accepted')
    let handle
    const inbox = {
      accept: accepted,
      consume: (given) => {
        handle = given
      },
    }
    const webhooks = receiver(lib, { inbox })
    const handler = calls()
    webhooks.onAny(handler)
    const sent = request(lib)
    assert.equal(await webhooks.receive(sent), 'accepted')
    const [delivery] = await accepted.next()
    assert.equal(delivery.payload.number, JSON.parse(sent.body).number)
    assert.equal(handler.count, 0)
    await handle(delivery)
    assert.equal(handler.count, 1)
    await webhooks.close()
  })

  test('handing a delivery to handlers that fail rejects, so that the inbox keeps it', async () => {
    let handle
    const inbox = {
      accept: async () => 'accepted',
      consume: (given) => {
        handle = given
      },
    }
    const webhooks = receiver(lib, { inbox })
    webhooks.onAny(throws('not now')).onError(() => {})
    const made = request(lib)
    let rejected = false
    await handle(lib.verify(made, { secret: 'the secret of the receiver', now: NOW })).catch(() => {
      rejected = true
    })
    assert.ok(rejected, 'it did not reject')
  })

  test('an inbox that is down is an InboxError with its cause, and no refusal', async () => {
    const down = new Error('no connection')
    const webhooks = receiver(lib, {
      inbox: {
        accept: async () => {
          throw down
        },
        consume: () => {},
      },
    })
    const [reported, refused] = [calls(), calls()]
    webhooks.onError(reported).onRefused(refused)
    let thrown
    await webhooks.receive(request(lib)).catch((error) => {
      thrown = error
    })
    assert.equal(thrown?.status, 503)
    assert.ok(thrown.cause === down)
    assert.ok((await reported.next())[0] === thrown)
    assert.equal(refused.count, 0)
  })

  test('a refused request reaches no inbox', async () => {
    const accept = calls(async () => 'accepted')
    const webhooks = receiver(lib, { inbox: { accept, consume: () => {} } })
    await assert.rejectsCode(webhooks.receive(forged(request(lib))), 'signature_mismatch')
    await assert.rejectsCode(webhooks.receive({ ...request(lib), body: '{}' }), 'digest_mismatch')
    assert.equal(accept.count, 0)
  })

  test('a set-up without a secret throws at once', () => {
    assert.throwsCode(() => new lib.Webhooks({ secret: '' }), 'config_invalid')
    assert.throwsCode(() => new lib.Webhooks({}), 'config_invalid')
  })
}
