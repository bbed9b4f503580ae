// What inboxes are made of: deliveries as plain data, dead letters, state, and what happens when one is down.

import { calls, rejects, throws } from './calls.mjs'
import { receiver, request } from './receiver.mjs'
import { options, toVerify } from './requests.mjs'

export default (lib, { test, assert, vectors }) => {
  const webhooks = vectors.recorded.filter(({ kind, secret, method }) => kind !== 'extension' && secret !== '' && method === 'POST')

  test('every recorded delivery survives being plain data, with all its bytes', () => {
    for (const recorded of webhooks) {
      const delivery = lib.verify(toVerify(recorded), options(recorded))
      const restored = lib.fromRecord(JSON.parse(JSON.stringify(lib.toRecord(delivery))))
      for (const name of ['id', 'event', 'action', 'keyId']) assert.equal(restored[name], delivery[name], recorded.name)
      for (const name of ['payload', 'body', 'signedAt']) assert.deepEqual(restored[name], delivery[name], recorded.name)
      assert.deepEqual([...restored.signedHeaders], [...delivery.signedHeaders], recorded.name)
      assert.equal(JSON.stringify(restored), JSON.stringify(delivery), recorded.name)
    }
    assert.ok(webhooks.length > 40, 'there are too few')
  })

  test('what is no record makes no delivery', () => {
    const good = { version: 1, id: 'f'.repeat(64), signedAt: '2026-11-22T06:11:54.000Z', keyId: '', signedHeaders: [], body: '{}' }
    lib.fromRecord(good)
    for (const wrong of [undefined, null, {}, [], 'text', { ...good, version: 2 }, { ...good, body: {} }, { ...good, id: 1 }]) {
      let thrown
      try {
        lib.fromRecord(wrong)
      } catch (error) {
        thrown = error
      }
      assert.ok(thrown instanceof lib.InboxError, `${JSON.stringify(wrong)} gave ${thrown}`)
    }
  })

  test('a delivery that is given up is a dead letter that says why, and can be delivered again', async () => {
    const inbox = lib.memoryInbox({ attempts: 2, backoff: () => 0, quiet: true })
    const receiving = receiver(lib, { inbox })
    const handler = calls(() => (handler.count <= 2 ? throws(`no luck ${handler.count}`)() : undefined))
    receiving.on('build', handler).onError(() => {})
    await receiving.receive(request(lib))
    const [{ id }] = await handler.next()
    await handler.next()
    const [letter] = await until(() => inbox.deadLetters())
    assert.equal(letter.delivery.id, id)
    assert.equal(letter.reason, 'Error: no luck 2')
    assert.equal(letter.attempts, 2)
    assert.ok(letter.diedAt instanceof Date)
    assert.equal(await inbox.redeliver('f'.repeat(64)), false)
    assert.equal(await inbox.redeliver(id), true)
    assert.equal(await inbox.redeliver(id), false)
    assert.equal((await handler.next())[0].id, id)
    assert.deepEqual(await inbox.deadLetters(), [])
    await receiving.close()
  })

  test('a handler that hangs has failed after its time', async () => {
    const inbox = lib.memoryInbox({ attempts: 1, timeout: 0.01, quiet: true })
    const receiving = receiver(lib, { inbox })
    receiving.onAny(() => new Promise(() => {})).onError(() => {})
    await receiving.receive(request(lib))
    const [{ reason }] = await until(() => inbox.deadLetters())
    assert.ok(/longer than 0.01 seconds/.test(reason), reason)
    await receiving.close()
  })

  const down = { accept: rejects('the disk is full'), consume: () => {} }

  test('an inbox that is down is told to onInboxError, with the delivery, and answered 503', async () => {
    const [told, other] = [calls(), calls()]
    const receiving = receiver(lib, { inbox: down })
    receiving.onInboxError(told).onError(other)
    const sent = request(lib)
    let thrown
    await receiving.receive(sent).catch((error) => {
      thrown = error
    })
    const [error, delivery] = await told.next()
    assert.ok(thrown === error && error instanceof lib.InboxError)
    assert.equal(error.status, 503)
    assert.equal(error.cause.message, 'the disk is full')
    assert.ok(error.delivery === delivery)
    assert.deepEqual(delivery.payload, JSON.parse(sent.body))
    assert.equal(other.count, 0)
  })

  test('onInboxError may look after the delivery in another way', async () => {
    const receiving = receiver(lib, { inbox: down })
    const spilled = []
    receiving.onInboxError(async (_, delivery) => {
      spilled.push(delivery.id)
      return 'accepted'
    })
    assert.equal(await receiving.receive(request(lib)), 'accepted')
    assert.equal(spilled.length, 1)
  })

  test('an onInboxError that fails has not looked after it', async () => {
    const receiving = receiver(lib, { inbox: down })
    receiving.onInboxError(rejects('that disk is full as well'))
    let thrown
    await receiving.receive(request(lib)).catch((error) => {
      thrown = error
    })
    assert.equal(thrown?.cause.message, 'the disk is full')
  })

  test('state is changed by whoever knows what it was, and by nobody else', async () => {
    let now = 0
    const state = lib.memoryState(() => now)
    assert.equal(await state.get('key'), undefined)
    assert.equal(await state.compareAndSet('key', 'a', 'b'), false)
    const first = await Promise.all(['a', 'b', 'c'].map((value) => state.compareAndSet('key', undefined, value)))
    assert.deepEqual(first, [true, false, false])
    assert.equal(await state.compareAndSet('key', 'a', 'b', { ttl: 10 }), true)
    assert.equal(await state.get('key'), 'b')
    now = 10_001
    assert.equal(await state.get('key'), undefined)
    assert.equal(await state.compareAndSet('key', undefined, 'c'), true)
  })
}

/** What it gives as soon as there is something in it. */
async function until(list) {
  for (;;) {
    const found = await list()
    if (found.length > 0) return found
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
}
