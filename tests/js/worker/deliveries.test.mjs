// examples/cloudflare-worker, bundled and configured by wrangler, in workerd, with miniflare's Durable Objects and Queues: what it receives.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import * as assert from '../suite/assert.mjs'
import { ended } from './support/delivery.mjs'
import { Example, folder, missing } from './support/example.mjs'

if (missing) test('the Cloudflare Worker', { skip: missing })
else {
  const example = new Example()

  describe('cloudflare-worker: the configuration', { concurrency: 3 }, () => {
    test('wrangler takes it and binds what the code asks for', () => {
      for (const name of ['env.DELIVERY_INBOX', 'env.DELIVERIES']) assert.ok(example.printed.includes(name), example.printed)
      const { 'drone-deliveries': deliveries, 'drone-dead-letters': dead } = example.options.queueConsumers
      assert.equal(deliveries.deadLetterQueue, 'drone-dead-letters')
      assert.ok(deliveries.maxRetries >= 3)
      assert.equal(dead.maxRetries, 100)
      assert.deepEqual(example.options.durableObjects, { DELIVERY_INBOX: { className: 'DeliveryInbox', useSQLite: true } })
    })

    test('the code fits Cloudflare’s own types', () => {
      execFileSync(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '--project', folder], { encoding: 'utf8' })
    })
  })

  describe('cloudflare-worker: deliveries', { concurrency: 3 }, () => {
    test('one is accepted, handled once, and its duplicates are dropped, also those that come at the same time', () =>
      example.running({}, async ({ worker, chat, post }) => {
        const failed = ended(1, 'failure')
        const statuses = await Promise.all(Array.from({ length: 20 }, () => post(failed)))
        assert.deepEqual(statuses.sort(), [...Array(19).fill(200), 202])
        await worker.told(chat, 1)
        assert.equal(await post(failed), 200)
        // What is handled later shows that nothing of the first is still to come.
        assert.equal(await post(ended(2, 'failure')), 202)
        const messages = await worker.told(chat, 2)
        assert.deepEqual(
          messages.map(({ text }) => text),
          ['octocat/hello-world #1 failed: a change', 'octocat/hello-world #2 failed: a change'],
        )
        assert.equal(messages[0].id, failed.delivery.id)
      }))

    test('a forgery is refused and nothing else', () =>
      example.running({}, async ({ worker, chat, post }) => {
        const forged = ended(1, 'failure', { signedWith: 'another secret' })
        assert.equal(await post(forged), 401)
        const real = ended(1, 'failure')
        assert.equal(await post({ request: { ...real.request, body: real.request.body.replace('failure', 'success') } }), 401)
        assert.equal(await post(ended(2, 'error')), 202)
        const messages = await worker.told(chat, 1)
        assert.ok(messages[0].text.includes('#2'))
        assert.ok(worker.output.includes('signature_mismatch') && worker.output.includes('digest_mismatch'), worker.output)
      }))

    test('a build fails once and is fixed once, although Drone repeats itself', () =>
      example.running({}, async ({ worker, chat, post }) => {
        const posts = [ended(1, 'failure'), ended(1, 'failure', { second: 1 }), ended(1, 'failure', { second: 2 })]
        for (const each of posts) assert.equal(await post(each), 202)
        await worker.told(chat, 1)
        for (const second of [0, 1, 2]) assert.equal(await post(ended(2, 'success', { second })), 202)
        await worker.told(chat, 2)
        assert.equal(await post(ended(3, 'success')), 202)
        assert.equal(await post(ended(4, 'failure')), 202)
        const messages = await worker.told(chat, 3)
        assert.deepEqual(
          messages.map(({ text }) => text.replace('octocat/hello-world ', '')),
          ['#1 failed: a change', '#2 is fixed: a change', '#4 failed: a change'],
        )
      }))

    test('bad requests harm nobody: what comes with them and after them is handled', () =>
      example.running({}, async ({ worker, chat, post }) => {
        const { request } = ended(1, 'failure')
        const bad = [
          { method: 'GET' },
          { method: 'POST' },
          { ...request, headers: { ...request.headers, signature: 'keyId="' } },
          { ...request, headers: { ...request.headers, signature: `keyId="${'x'.repeat(20_000)}"` } },
          { ...request, headers: { ...request.headers, date: 'yesterday' } },
          { ...request, body: request.body.slice(1) },
          { ...request, body: '\u0000' },
        ]
        // Refused before it is read: the connection may be closed under the client's hands.
        const flood = worker.fetch('/hook', { method: 'POST', body: 'x'.repeat(5_000_000) }).catch(() => ({ status: 401 }))
        const answers = bad.map(async (each) => (await worker.fetch('/hook', each)).status)
        const good = [1, 2, 3].map((number) => post(ended(number, 'failure')))
        assert.deepEqual(await Promise.all(answers), [405, 401, 401, 431, 401, 401, 401])
        assert.equal((await flood).status, 401)
        assert.deepEqual(await Promise.all(good), [202, 202, 202])
        await worker.told(chat, 3)
      }))

    test('many at the same time are all handled', () =>
      example.running({}, async ({ worker, chat, post }) => {
        const many = Array.from({ length: 300 }, (_, at) => ended(at, 'failure'))
        assert.deepEqual(new Set(await Promise.all(many.map(post))), new Set([202]))
        const messages = await worker.told(chat, 300)
        assert.deepEqual(new Set(messages.map(({ id }) => id)), new Set(many.map(({ delivery }) => delivery.id)))
      }))

    test('what came before is known after a restart, and so is how the last build ended', async () => {
      const persist = mkdtempSync(join(tmpdir(), 'drone-worker-'))
      try {
        const failed = ended(1, 'failure')
        await example.running({ persist }, async ({ worker, chat, post }) => {
          assert.equal(await post(failed), 202)
          await worker.told(chat, 1)
        })
        await example.running({ persist }, async ({ worker, chat, post }) => {
          assert.equal(await post(failed), 200)
          assert.equal(await post(ended(2, 'success')), 202)
          const [message] = await worker.told(chat, 1)
          assert.equal(message.text, 'octocat/hello-world #2 is fixed: a change')
        })
      } finally {
        rmSync(persist, { recursive: true, force: true })
      }
    })
  })
}
