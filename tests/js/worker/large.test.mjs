// What is too large for a message of a Queue: the Durable Object keeps it.

import { describe, test } from 'node:test'
import * as assert from '../suite/assert.mjs'
import { ended } from './support/delivery.mjs'
import { Example, missing } from './support/example.mjs'
import { Chat } from './support/worker.mjs'

if (missing) test('the Cloudflare Worker', { skip: missing })
else {
  const example = new Example()

  describe('cloudflare-worker: large deliveries', { concurrency: 3 }, () => {
    // Three bytes a character: of three cuts at millions of bytes two at least go through one.
    const text = (bytes) => '→'.repeat(bytes / 3)

    for (const bytes of [100_000, 130_000, 200_000, 1_000_000, 4_000_000]) {
      test(`one of about ${bytes} bytes arrives as it was sent`, () =>
        example.running({}, async ({ worker, chat, post }) => {
          const message = text(bytes)
          assert.equal(await post(ended(1, 'failure', { message })), 202)
          const messages = await worker.told(chat, 1)
          assert.ok(messages[0].text === `octocat/hello-world #1 failed: ${message}`, 'the text is another one')
        }))
    }

    test('one of 4 MiB to the byte is accepted, one of a byte more is not', () =>
      example.running({}, async ({ worker, chat, post }) => {
        const most = 4 * 1024 * 1024
        const room = most - ended(1, 'failure', { message: '' }).request.body.length
        assert.equal(await post(ended(1, 'failure', { message: 'x'.repeat(room + 1) })), 413)
        assert.equal(await post(ended(1, 'failure', { message: 'x'.repeat(room) })), 202)
        const messages = await worker.told(chat, 1)
        assert.equal(messages[0].text.length, 'octocat/hello-world #1 failed: '.length + room)
      }))

    test('a batch of them is handled, and none is kept afterwards as a dead letter', () =>
      example.running({}, async ({ worker, chat, post }) => {
        const all = [1, 2, 3, 4, 5].map((number) => ended(number, 'failure', { message: text(3_000_000) }))
        assert.deepEqual(await Promise.all(all.map(post)), Array(5).fill(202))
        await worker.told(chat, 5)
        assert.deepEqual(await worker.letters(), [])
      }))

    test('one that fails is tried again, given up and redelivered whole', () =>
      example.running({ chat: new Chat(500, 500), retries: 1 }, async ({ worker, chat, post }) => {
        const message = text(2_500_000)
        assert.equal(await post(ended(1, 'failure', { message })), 202)
        await worker.printed(/is given up after 2 attempts/)
        const [letter] = await worker.letters()
        assert.equal(letter.delivery.payload.build.message, message)
        assert.equal(await worker.redeliver(letter.delivery.id), 202)
        const messages = await worker.told(chat, 3)
        assert.ok(messages[2].text.endsWith(message))
      }))
  })
}
