// The inbox by itself: what it remembers, for how long, and that it decides alone.

import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as assert from '../suite/assert.mjs'
import { Example, missing } from './support/example.mjs'

if (missing) test('cloudflareInbox', { skip: missing })
else {
  const example = new Example(fileURLToPath(new URL('support/inbox.ts', import.meta.url)))

  const running = (given, use) =>
    example.running(given, ({ worker }) => {
      const ask = async (method, ...args) => {
        const [, name, called] = /^(?:(\w+)\.)?(\w+)$/.exec(method)
        const response = await worker.fetch('/', { method: 'POST', body: JSON.stringify({ name, method: called, args }) })
        if (!response.ok) throw new Error(await response.text())
        return response.json()
      }
      return use({ worker, ask })
    })

  const record = (id, body = '{"event":"user","action":"created"}') => ({
    version: 1,
    id,
    event: 'user',
    action: 'created',
    signedAt: '2026-11-22T06:11:54.000Z',
    keyId: 'hmac-key',
    signedHeaders: ['date', 'digest'],
    body,
  })

  describe('cloudflareInbox', { concurrency: 3 }, () => {
    test('ids are forgotten when their time is over, and nothing is left of them', () =>
      running({}, async ({ worker, ask }) => {
        assert.equal(await ask('accept', record('one')), 'accepted')
        assert.equal(await ask('accept', record('one')), 'duplicate')
        await worker.printed(/left: 0 0 0/)
        assert.equal(await ask('accept', record('one')), 'accepted')
        await worker.printed(/handled: one[\s\S]*handled: one/)
      }))

    test('a large record is kept only until it is handled', () =>
      running({}, async ({ worker, ask }) => {
        assert.equal(await ask('accept', record('large', `{"text":"${'x'.repeat(3_000_000)}"}`)), 'accepted')
        await worker.printed(/handled: large/)
        await worker.printed(/left: 0 0 0/)
      }))

    test('a dead letter is not forgotten, and onDead is told of it', () =>
      running({ retries: 1 }, async ({ worker, ask }) => {
        assert.equal(await ask('accept', record('dead')), 'accepted')
        await worker.printed(/told that dead died: Error: Error: it always fails/)
        await worker.printed(/what it throws is dropped/)
        assert.equal(await ask('accept', record('dead')), 'duplicate')
      }))

    test('the same delivery is new to an inbox of another name', () =>
      running({}, async ({ ask }) => {
        assert.equal(await ask('first.accept', record('one')), 'accepted')
        assert.equal(await ask('second.accept', record('one')), 'accepted')
      }))

    test('of many that change a value at the same time one does', () =>
      running({}, async ({ ask }) => {
        assert.equal(await ask('get', 'key'), null)
        const changes = await Promise.all(Array.from({ length: 40 }, (_, at) => ask('compareAndSet', 'key', null, `${at}`)))
        assert.deepEqual(
          changes.filter((changed) => changed),
          [true],
        )
        const value = await ask('get', 'key')
        assert.equal(value, `${changes.indexOf(true)}`)
        assert.equal(await ask('compareAndSet', 'key', 'another', 'new'), false)
        assert.equal(await ask('compareAndSet', 'key', value, 'new'), true)
        assert.equal(await ask('get', 'key'), 'new')
      }))

    test('a value with an end is forgotten, and can be set anew', () =>
      running({}, async ({ worker, ask }) => {
        assert.equal(await ask('compareAndSet', 'forever', null, 'value'), true)
        assert.equal(await ask('compareAndSet', 'key', null, 'value', { ttl: 3 }), true)
        assert.equal(await ask('compareAndSet', 'key', null, 'other', { ttl: 3 }), false)
        await worker.printed(/left: 0 0 1/)
        assert.equal(await ask('get', 'key'), null)
        assert.equal(await ask('compareAndSet', 'key', null, 'other'), true)
        assert.equal(await ask('get', 'forever'), 'value')
      }))
  })

  test('cloudflareInbox: nothing that was accepted is lost when the Durable Object is killed again and again', () =>
    running({ retries: 10 }, async ({ worker, ask }) => {
      const accepted = new Set()
      let failures = 0
      let kills = 0
      // A sender that comes again, as a proxy before the Worker may do.
      const accept = async (id) => {
        const body = Number(id) % 10 === 0 ? `{"text":"${'x'.repeat(200_000)}"}` : undefined
        const answer = await ask('accept', record(id, body)).catch(() => undefined)
        if (answer !== undefined) return accepted.add(id)
        failures++
        return accept(id)
      }
      const all = Promise.all(Array.from({ length: 200 }, (_, at) => accept(`${at}`))).then(() => true)
      while (!(await Promise.race([all, ask('kill').then(() => false)]))) kills++
      for (const id of accepted) await worker.printed(`handled: ${id}\\b`)
      assert.equal(accepted.size, 200)
      assert.ok(kills > 0 && failures > 0, `${kills} kills, ${failures} failures`)
    }))

  describe('cloudflareInbox: mistakes in the set-up', () => {
    test('a binding that is not there is told of by name', () => {
      const options = structuredClone(example.options)
      options.queueProducers = {}
      return running({ options }, async ({ ask }) => {
        const error = await ask('accept', record('one')).catch((error) => error)
        assert.ok(/no binding DELIVERIES/.test(error.message), error.message)
      })
    })

    test('a class without SQLite is refused, and says so', () => {
      const options = structuredClone(example.options)
      options.durableObjects.DELIVERY_INBOX.useSQLite = false
      return running({ options }, async ({ ask }) => {
        const error = await ask('accept', record('one')).catch((error) => error)
        assert.ok(/SQLite|new_sqlite_classes/i.test(error.message), error.message)
      })
    })

    test('options are checked', async () => {
      const { cloudflareInbox } = await import('drone-webhooks/cloudflare')
      const object = { getByName: () => ({ fetch: async () => new Response() }) }
      const wrong = [undefined, {}, { object: {} }, { object, queue: 1 }, { object, name: null }, { object, deadLetterQueue: {} }]
      for (const each of [...wrong, { object, remember: -1 }, { object, tolerance: '1' }, { object, timeout: Number.NaN }]) {
        assert.throwsCode(() => cloudflareInbox(each), 'config_invalid')
      }
      const inbox = cloudflareInbox({ object })
      inbox.consume(async () => {})
      const error = await Promise.resolve()
        .then(() => inbox.consume(async () => {}))
        .catch((error) => error)
      assert.equal(error.name, 'InboxError')
    })
  })
}
