// What every durable inbox promises, of the one on Cloudflare: Workers that are killed, on one Durable Object and one queue.

import { describe, test } from 'node:test'
import { contract } from '../inboxes/contract.mjs'
import { bench, request } from '../inboxes/support/receiver.mjs'
import * as assert from '../suite/assert.mjs'
import { cloudflareHarness } from './support/contract/store.mjs'
import { missing } from './support/example.mjs'

// A Worker is not stopped and continued, but its batch may take too long, which is below; nobody closes it; and which consumer a queue hands
// a delivery is not for an endpoint to say: that each endpoint accepts it is in inbox.test.mjs.
const NOT_HERE = /who was stopped for longer than its lease|who closes finishes what is in hand|new to every endpoint/

if (missing) test('the contract on Cloudflare', { skip: missing })
else {
  const harness = cloudflareHarness('Cloudflare')
  const promise = (name, use) => test(`Cloudflare: ${name}`, { timeout: 120_000 }, () => bench(harness, use))

  describe('Cloudflare', { concurrency: 2 }, () => {
    contract(harness, { assert, test: (name, options, run) => !NOT_HERE.test(name) && test(name, options, run) })

    promise('what is handled is not handled again, although the queue is not told before the Worker ends', async (bench) => {
      const first = await bench.start({ dieAt: 'after its completion is recorded' })
      const sent = request()
      assert.equal(await first.send(sent), 202)
      assert.equal(await first.ended, 'SIGKILL')
      const next = await bench.start()
      const last = request()
      assert.equal(await next.send(last), 202)
      await bench.until('finished', last.id)
      assert.equal(bench.count('started', sent.id), 1)
      assert.equal(await next.send(sent), 200)
    })

    promise('an event that ends the Worker each time takes nothing with it that is in the same batch', async (bench) => {
      const options = { inbox: { attempts: 3 } }
      const poison = request({ script: ['wait-die', 'die'] })
      // Slow: they would never be done before the poison, were they handled beside it.
      const innocents = [request({ script: ['wait', 'slow'] }), request({ script: ['wait', 'slow'] })]
      const door = await bench.start({ ...options, idle: true })
      for (const each of [poison, ...innocents]) assert.equal(await door.send(each), 202)
      const first = await bench.start(options)
      for (const { id } of [poison, ...innocents]) await bench.until('started', id)
      await first.tell('proceed', poison)
      assert.equal(await first.ended, 'SIGKILL')
      for (const again of [2, 3]) {
        const next = await bench.start(options)
        assert.equal(await next.ended, 'SIGKILL')
        assert.equal(bench.count('started', poison.id), again)
      }
      const last = await bench.start(options)
      const [letter, ...others] = await last.deadLetters()
      assert.deepEqual(others, [])
      assert.equal(letter.id, poison.id)
      assert.equal(letter.attempts, 3)
      assert.ok(letter.reason.includes('the process ended'), letter.reason)
      for (const { id } of innocents) {
        assert.equal(bench.count('finished', id), 1)
        assert.equal(bench.count('started', id), 2)
      }
    })

    promise('why an earlier attempt failed is in the letter of one that ends the Worker', async (bench) => {
      const options = { inbox: { attempts: 2 } }
      const sent = request({ script: ['fail', 'die'] })
      const first = await bench.start(options)
      await first.send(sent)
      assert.equal(await first.ended, 'SIGKILL')
      const [{ reason, attempts }] = await (await bench.start(options)).deadLetters()
      assert.ok(reason.includes('the process ended') && reason.includes(`no luck with ${sent.number}`), reason)
      assert.equal(attempts, 2)
    })

    promise('a batch that takes too long is handed out again, and is over when one of both has handled it', async (bench) => {
      const late = await bench.start()
      const sent = request({ script: ['wait', 'wait-fail'] })
      assert.equal(await late.send(sent), 202)
      await bench.until('started', sent.id)
      const next = await bench.start()
      bench.store.expire()
      await bench.until('started', sent.id, 2)
      const [slow, other] = bench.notes('started', sent.id).map(({ pid }) => (pid === late.pid ? late : next))
      await slow.tell('proceed', sent)
      await bench.until('finished', sent.id)
      await other.tell('proceed', sent)
      await bench.when(() => other.errors.includes(`no luck with ${sent.number}`))
      const last = request()
      assert.equal(await next.send(last), 202)
      await bench.until('finished', last.id)
      assert.equal(bench.count('started', sent.id), 2)
      assert.deepEqual(await next.tell('deadLetters'), [])
    })
  })
}
