// Handlers that fail, messages that are none, a queue that is out of order.

import { describe, test } from 'node:test'
import { toRecord } from 'drone-webhooks'
import * as assert from '../suite/assert.mjs'
import { ended } from './support/delivery.mjs'
import { Example, missing } from './support/example.mjs'
import { SECRETS } from './support/settings.mjs'
import { Chat } from './support/worker.mjs'

if (missing) test('the Cloudflare Worker', { skip: missing })
else {
  const example = new Example()

  describe('cloudflare-worker: what fails', { concurrency: 3 }, () => {
    test('a delivery whose handler fails is handled again, as the same one', () =>
      example.running({ chat: new Chat(500, 503) }, async ({ worker, chat, post }) => {
        const failed = ended(1, 'failure')
        assert.equal(await post(failed), 202)
        const messages = await worker.told(chat, 3)
        assert.deepEqual(
          messages.map(({ status }) => status),
          [500, 503, 200],
        )
        assert.deepEqual(new Set(messages.map(({ id }) => id)), new Set([failed.delivery.id]))
        assert.deepEqual(await worker.letters(), [])
      }))

    test('a chat that sends the Worker elsewhere has not been told', () =>
      example.running({ chat: new Chat(302) }, async ({ worker, chat, post }) => {
        assert.equal(await post(ended(1, 'failure')), 202)
        const messages = await worker.told(chat, 2)
        assert.deepEqual(
          messages.map(({ status }) => status),
          [302, 200],
        )
      }))

    test('one that fails to the end is a dead letter that says why, and can be redelivered', () => {
      const chat = new Chat()
      chat.always = 500
      return example.running({ chat, retries: 1 }, async ({ worker, post }) => {
        const failed = ended(1, 'failure')
        const { id } = failed.delivery
        assert.equal(await post(failed), 202)
        await worker.printed(/is given up after 2 attempts/)
        const [letter, ...others] = await worker.letters()
        assert.deepEqual(others, [])
        assert.equal(letter.delivery.id, id)
        assert.equal(letter.attempts, 2)
        assert.equal(letter.reason, 'Error: the chat answered 500')
        assert.ok(Math.abs(Date.now() - Date.parse(letter.diedAt)) < 60_000)
        // It is not new because it died.
        assert.equal(await post(failed), 200)
        chat.always = 200
        assert.equal(await worker.redeliver(id), 202)
        const messages = await worker.told(chat, 3)
        assert.deepEqual([messages[2].id, messages[2].status], [id, 200])
        assert.equal(await worker.redeliver(id), 404)
        assert.deepEqual(await worker.letters(), [])
      })
    })

    test('a redelivered one that fails again is a dead letter again', () => {
      const chat = new Chat()
      chat.always = 502
      return example.running({ chat, retries: 0 }, async ({ worker, post }) => {
        const failed = ended(1, 'failure')
        assert.equal(await post(failed), 202)
        await worker.printed(/is given up/)
        assert.equal(await worker.redeliver(failed.delivery.id), 202)
        await worker.printed(/is given up[\s\S]*is given up/)
        const [letter] = await worker.letters()
        assert.equal(letter.reason, 'Error: the chat answered 502')
      })
    })

    test('dead letters are shown to nobody without the token', () =>
      example.running({}, async ({ worker }) => {
        assert.equal((await worker.fetch('/dead-letters')).status, 401)
        assert.equal((await worker.fetch('/dead-letters', { headers: { authorization: `Bearer ${SECRETS.ADMIN_TOKEN}0` } })).status, 401)
        assert.equal(await worker.redeliver('some', 'wrong'), 401)
        assert.equal(await worker.redeliver('some'), 404)
      }))

    test('messages that are no deliveries become dead letters that are told of, and the others of the batch are handled', () =>
      example.running({ retries: 1 }, async ({ worker, chat, post }) => {
        const gone = { version: 1, id: 'a'.repeat(64), kept: true }
        const broken = { version: 1, id: 'b'.repeat(64), event: 'build', action: 'updated', signedAt: '', signedHeaders: [], body: '{' }
        for (const each of [null, 'text', { version: 7, id: 'x' }, gone, broken]) await worker.send(each)
        assert.equal(await post(ended(1, 'failure')), 202)
        await worker.told(chat, 1)
        await worker.printed(/(?:is given up[\s\S]*){5}/)
        assert.ok(/given up after 2 attempts: InboxError: the message is no delivery/.test(worker.output), worker.output)
        assert.ok(/a{64} is given up after 2 attempts: .*is not kept any more/.test(worker.output), worker.output)
        assert.ok(/b{64} is given up after 2 attempts: SyntaxError/.test(worker.output), worker.output)
        await worker.letters()
        assert.equal(await post(ended(2, 'failure')), 202)
        await worker.told(chat, 2)
      }))

    test('a message that the queue hands out again is not handled again', () =>
      example.running({}, async ({ worker, chat, post }) => {
        const failed = ended(1, 'failure')
        assert.equal(await post(failed), 202)
        await worker.told(chat, 1)
        await worker.send(toRecord(failed.delivery))
        assert.equal(await post(ended(2, 'failure')), 202)
        const messages = await worker.told(chat, 2)
        assert.ok(messages[1].text.includes('#2'), messages[1].text)
      }))
  })

  describe('cloudflare-worker: a queue that is out of order', { concurrency: 3 }, () => {
    const down = () => Promise.reject(new Error('the queue is down'))

    for (const [size, message] of [
      ['small', 'a change'],
      ['large', 'x'.repeat(300_000)],
    ]) {
      test(`answers 503, loudly and with the whole delivery, and what it could not take is new afterwards (${size})`, () => {
        let queue = down
        return example.running({ queue: (message) => queue(message) }, async ({ worker, chat, post }) => {
          const failed = ended(1, 'failure', { message })
          assert.equal(await post(failed), 503)
          assert.equal(await post(failed), 503)
          await worker.printed(/the queue is down/)
          await worker.printed(`"id":"${failed.delivery.id}"`)
          assert.equal(chat.messages.length, 0)
          queue = () => Promise.resolve()
          assert.equal(await post(failed), 202)
          assert.equal(await post(failed), 200)
          const messages = await worker.told(chat, 1)
          assert.ok(messages[0].text.endsWith(message))
        })
      })
    }

    test('while a message is on its way, equal deliveries wait for what becomes of it', () => {
      const failed = ended(1, 'failure')
      const { id } = failed.delivery
      let outcome
      let asked = 0
      const queue = (message) => {
        if (message.id !== id) return Promise.resolve()
        asked++
        return outcome.promise
      }
      return example.running({ queue }, async ({ worker, chat, post }) => {
        for (const [end, statuses] of [
          ['reject', Array(10).fill(503)],
          ['resolve', [...Array(9).fill(200), 202]],
        ]) {
          outcome = later()
          asked = 0
          const all = Promise.all(Array.from({ length: 10 }, () => post(failed)))
          // By then the equal ones have come too.
          for (const number of [2, 3, 4, 5]) await post(ended(number, 'success', { branch: end }))
          assert.equal(asked, 1)
          outcome[end](new Error('the queue is down'))
          assert.deepEqual((await all).sort(), statuses)
        }
        await worker.told(chat, 1)
      })
    })
  })
}

function later() {
  const outcome = {}
  outcome.promise = new Promise((resolve, reject) => Object.assign(outcome, { resolve, reject }))
  return outcome
}
