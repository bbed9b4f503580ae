// What every durable inbox keeps to, whatever goes wrong. Every receiver is a process of its own, spoken to over HTTP.
//
//   contract(harness, { test, assert })
//
// harness = {
//   name          what the tests are called after: 'SQLite in Node.js 24'
//   command       [program, ...arguments]: the runtime that receiver.mjs is run by
//   open(folder)  a new and empty store for one test, or a promise of it; `folder` is removed afterwards
// }
// store = {
//   inbox         { module, options }: the URL of a module whose default export makes an inbox of the options: these (JSON), and
//                 { attempts, backoffMs, timeout, lease, concurrency, name, clock } as far as a test gives them; times but backoffMs in seconds
//   stop()        from now on the store takes nothing, start() until it does again
//   fill(receiver), free(receiver)   the same for its room: what is large does not fit
//   close()       after the test; optional
// }

import { bench, request } from './support/receiver.mjs'

// Of the lease: short, so that another receiver soon takes up what a dead one had in hand.
const SHORT = { lease: 1 }
const LARGEST_BODY = 4 * 1024 * 1024
// What does not fit where the room is gone.
const LARGE = { filling: 'x'.repeat(300_000) }
const STRANGER = 'f'.repeat(64)

// `resent` is the answer to the same request when the next receiver is there; `finished` how often the handler gets to its end.
const DEATHS = [
  { at: 'before it is accepted', resent: 202, finished: 1 },
  { at: 'after it is accepted', resent: 200, finished: 1 },
  { at: 'after it is answered', resent: 200, finished: 1 },
  { at: 'while it is handled', resent: 200, finished: 1 },
  { at: 'after it is handled', resent: 200, finished: 2 },
]

export function contract(harness, { test, assert }) {
  const promise = (name, use) => test(`${harness.name}: ${name}`, { timeout: 120_000 }, () => bench(harness, use))

  /** Everything that was sent before has had its turn when this is finished. */
  const settled = async (bench, receiver) => {
    const last = request()
    assert.equal(await receiver.send(last), 202)
    await bench.until('finished', last.id)
  }

  for (const { at, resent, finished } of DEATHS) {
    promise(`a delivery outlives a process that is killed ${at}`, async (bench) => {
      const first = await bench.start({ inbox: SHORT, dieAt: at })
      const sent = request()
      const status = await first.send(sent)
      assert.equal(await first.ended, 'SIGKILL')
      if (at.endsWith('accepted')) assert.equal(status, undefined)
      const next = await bench.start({ inbox: SHORT })
      assert.equal(await next.send(sent), resent)
      await bench.until('finished', sent.id, finished)
      await settled(bench, next)
      assert.equal(bench.count('finished', sent.id), finished)
      assert.equal(await next.send(sent), 200)
    })
  }

  promise('what was handled to its end is not handled again, although the process is killed after it', async (bench) => {
    const first = await bench.start({ inbox: SHORT })
    const [done, fatal] = [request(), request({ script: ['die', 'ok'] })]
    assert.equal(await first.send(done), 202)
    await first.send(fatal)
    assert.equal(await first.ended, 'SIGKILL')
    const next = await bench.start({ inbox: SHORT })
    await bench.until('finished', fatal.id)
    await settled(bench, next)
    assert.equal(bench.count('started', done.id), 1)
    assert.equal(await next.send(done), 200)
  })

  promise('what cannot be stored is refused, loudly and whole, and taken when the store is back', async (bench) => {
    const receiver = await bench.start()
    const [inHand, backlog, refused] = [request({ script: ['wait', 'ok'] }), request(), request()]
    assert.equal(await receiver.send(inHand), 202)
    await bench.until('started', inHand.id)
    assert.equal(await receiver.send(backlog), 202)
    await bench.store.stop()
    assert.equal(await receiver.send(refused), 503)
    await bench.when(() => receiver.errors.includes(JSON.stringify(refused.body)))
    assert.ok(receiver.errors.includes('InboxError'), receiver.errors)
    // Its completion is recorded when the store is back, or it is handled again.
    await receiver.tell('proceed', { id: inHand.id })
    await bench.until('finished', inHand.id)
    await bench.store.start()
    assert.equal(await receiver.send(refused), 202)
    await settled(bench, receiver)
    for (const { id } of [inHand, backlog, refused]) await bench.until('finished', id)
    for (const { id } of [backlog, refused]) assert.equal(bench.count('started', id), 1)
  })

  promise('what there is no room for is refused, loudly and whole, and taken when there is room again', async (bench) => {
    const receiver = await bench.start()
    const [before, refused] = [request(), request(LARGE)]
    assert.equal(await receiver.send(before), 202)
    await bench.until('finished', before.id)
    await bench.store.fill(receiver)
    assert.equal(await receiver.send(refused), 503)
    await bench.when(() => receiver.errors.includes(JSON.stringify(refused.body)))
    assert.ok(receiver.errors.includes('InboxError'), receiver.errors)
    await bench.store.free(receiver)
    assert.equal(await receiver.send(refused), 202)
    await bench.until('finished', refused.id)
    await settled(bench, receiver)
    for (const { id } of [before, refused]) assert.equal(bench.count('started', id), 1)
  })

  promise('a handler that throws is called again', async (bench) => {
    const receiver = await bench.start()
    const sent = request({ script: ['fail', 'fail', 'ok'] })
    await receiver.send(sent)
    await bench.until('finished', sent.id)
    await settled(bench, receiver)
    assert.equal(bench.count('started', sent.id), 3)
    assert.deepEqual(await receiver.tell('deadLetters'), [])
  })

  promise('what fails each time is a dead letter that says why, stays one, and can be delivered again', async (bench) => {
    const first = await bench.start({ inbox: { attempts: 2 } })
    const sent = request({ script: ['fail', 'fail', 'ok'] })
    await first.send(sent)
    await first.deadLetters()
    await first.tell('close')
    assert.equal(await first.ended, 0)
    const next = await bench.start({ inbox: { attempts: 2 } })
    const [letter] = await next.deadLetters()
    assert.equal(letter.id, sent.id)
    assert.deepEqual(letter.delivery.payload, JSON.parse(sent.body))
    assert.ok(letter.reason.includes(`no luck with ${sent.number}`), letter.reason)
    assert.equal(letter.attempts, 2)
    assert.ok(Math.abs(Date.parse(letter.diedAt) - Date.now()) < 600_000, letter.diedAt)
    assert.equal(await next.send(sent), 200)
    assert.equal(bench.count('started', sent.id), 2)
    assert.equal(await next.tell('redeliver', { id: STRANGER }), false)
    assert.equal(await next.tell('redeliver', sent), true)
    await bench.until('finished', sent.id)
    assert.equal(await next.tell('redeliver', sent), false)
    assert.deepEqual(await next.tell('deadLetters'), [])
  })

  promise('a handler that hangs has failed after its time, and others have their turn', async (bench) => {
    const receiver = await bench.start({ inbox: { attempts: 1, timeout: 0.2 } })
    const sent = request({ script: ['hang'] })
    await receiver.send(sent)
    await settled(bench, receiver)
    const [{ id, reason, attempts }] = await receiver.deadLetters()
    assert.equal(id, sent.id)
    assert.equal(attempts, 1)
    assert.ok(reason.includes('longer than 0.2 seconds'), reason)
  })

  promise('a handler that is slower than its lease is not called twice', async (bench) => {
    const receivers = [await bench.start({ inbox: SHORT }), await bench.start({ inbox: SHORT })]
    const sent = request({ script: ['slow'] })
    await receivers[0].send(sent)
    await bench.until('finished', sent.id)
    for (const receiver of receivers) await settled(bench, receiver)
    assert.equal(bench.count('started', sent.id), 1)
  })

  promise('who was stopped for longer than its lease has lost it, and records nothing over the next one', async (bench) => {
    const stopped = await bench.start({ inbox: SHORT })
    const sent = request({ script: ['wait', 'wait-fail', 'ok'] })
    await stopped.send(sent)
    await bench.until('started', sent.id)
    stopped.signal('SIGSTOP')
    const next = await bench.start({ inbox: SHORT })
    await bench.until('started', sent.id, 2)
    stopped.signal('SIGCONT')
    await stopped.tell('proceed', sent)
    await bench.until('finished', sent.id)
    await settled(bench, stopped)
    // Had the first one's completion counted, nobody would try again.
    await next.tell('proceed', sent)
    await bench.until('finished', sent.id, 2)
    await settled(bench, next)
    assert.equal(bench.count('started', sent.id), 3)
    assert.equal(await next.send(sent), 200)
  })

  promise('two processes on one store handle nothing twice, and each knows what the other has accepted', async (bench) => {
    const options = { inbox: { concurrency: 4 } }
    const receivers = await Promise.all([bench.start(options), bench.start(options)])
    const sent = Array.from({ length: 100 }, () => request())
    const answers = await Promise.all(sent.map((each) => Promise.all(receivers.map((receiver) => receiver.send(each)))))
    for (const statuses of answers) assert.deepEqual(statuses.sort(), [200, 202])
    for (const { id } of sent) await bench.until('finished', id)
    for (const receiver of receivers) await settled(bench, receiver)
    for (const { id } of sent) assert.equal(bench.count('started', id), 1)
    for (const { errors } of receivers) assert.ok(!errors.includes('drone-webhooks:'), errors)
  })

  promise('a payload of the maximum size is kept to the byte', async (bench) => {
    const first = await bench.start({ inbox: SHORT, dieAt: 'while it is handled' })
    const empty = JSON.stringify({ event: 'build', action: 'updated', number: 0, filling: '' }).length
    const sent = request({ number: 0, filling: 'é'.repeat(Math.floor((LARGEST_BODY - empty) / 2)) })
    assert.ok(LARGEST_BODY - Buffer.byteLength(sent.body) < 2, 'the test has miscounted')
    await first.send(sent)
    assert.equal(await first.ended, 'SIGKILL')
    const next = await bench.start({ inbox: SHORT })
    await bench.until('finished', sent.id)
    assert.equal(bench.notes('finished', sent.id)[0].sha256, sent.sha256)
    await settled(bench, next)
  })

  promise('an event that ends the process each time is a dead letter that says so, and the others are handled', async (bench) => {
    const options = { inbox: { ...SHORT, attempts: 2 } }
    const poison = request({ script: ['die', 'die', 'ok'] })
    const innocent = request()
    const first = await bench.start(options)
    await first.send(poison)
    assert.equal(await first.ended, 'SIGKILL')
    const second = await bench.start(options)
    await second.send(innocent)
    assert.equal(await second.ended, 'SIGKILL')
    const third = await bench.start(options)
    // The second one may have been gone before it could take it.
    await third.send(innocent)
    const [letter] = await third.deadLetters()
    assert.equal(letter.id, poison.id)
    assert.equal(letter.attempts, 2)
    assert.ok(letter.reason.includes('the process ended'), letter.reason)
    await bench.until('finished', innocent.id)
    await settled(bench, third)
    assert.equal(bench.count('started', poison.id), 2)
    assert.equal(await third.tell('redeliver', poison), true)
    await bench.until('finished', poison.id)
  })

  promise('the same delivery is new to every endpoint that shares the store', async (bench) => {
    const receivers = [await bench.start({ inbox: { name: 'one' } }), await bench.start({ inbox: { name: 'other' } })]
    const sent = request()
    for (const receiver of receivers) assert.equal(await receiver.send(sent), 202)
    for (const receiver of receivers) assert.equal(await receiver.send(sent), 200)
    await bench.until('finished', sent.id, 2)
    for (const receiver of receivers) await settled(bench, receiver)
    const handled = bench.notes('finished', sent.id).map(({ pid }) => pid)
    assert.deepEqual(handled.sort(), receivers.map(({ pid }) => pid).sort())
  })

  promise('who closes finishes what is in hand, and leaves the rest to the next', async (bench) => {
    const first = await bench.start()
    const [inHand, rest] = [request({ script: ['wait'] }), request()]
    await first.send(inHand)
    await bench.until('started', inHand.id)
    assert.equal(await first.send(rest), 202)
    const closed = first.tell('close')
    await first.tell('proceed', inHand)
    await closed
    assert.equal(await first.ended, 0)
    assert.equal(bench.count('started', rest.id), 0)
    const next = await bench.start()
    await bench.until('finished', rest.id)
    await settled(bench, next)
    for (const { id } of [inHand, rest]) assert.equal(bench.count('started', id), 1)
  })

  promise('two processes that count by comparison come to the right number', async (bench) => {
    const receivers = await Promise.all([bench.start(), bench.start()])
    await Promise.all(receivers.map((receiver) => receiver.tell('increment', { key: 'count', times: 200 })))
    for (const receiver of receivers) assert.equal(await receiver.tell('get', { key: 'count' }), '400')
  })

  promise('a value is changed by whoever knows it, and gone after its time', async (bench) => {
    const receiver = await bench.start()
    const compareAndSet = (more) => receiver.tell('compareAndSet', { key: 'key', ...more })
    assert.equal(await compareAndSet({ expected: 'none', value: 'a' }), false)
    assert.equal(await compareAndSet({ value: 'a' }), true)
    assert.equal(await compareAndSet({ value: 'b' }), false)
    assert.equal(await compareAndSet({ expected: 'a', value: 'b', ttl: 600 }), true)
    assert.equal(await receiver.tell('get', { key: 'key' }), 'b')
    assert.equal(await compareAndSet({ expected: 'b', value: 'c', ttl: 0.2 }), true)
    while ((await receiver.tell('get', { key: 'key' })) !== null);
    assert.equal(await compareAndSet({ expected: 'c', value: 'd' }), false)
    assert.equal(await compareAndSet({ value: 'd' }), true)
  })

  promise('what becomes of a build is told of once, although the process is killed meanwhile', async (bench) => {
    const build = (number, status, more = {}) => {
      const repo = { id: 7, slug: 'octocat/hello-world' }
      return request({ repo, build: { number, status, event: 'push', target: 'main', ...more } })
    }
    const [failed, fixed] = [build(1, 'failure'), build(2, 'success')]
    for (const [dieAt, sent] of [
      ['after it is handled', failed],
      ['while it is handled', fixed],
    ]) {
      const receiver = await bench.start({ inbox: SHORT, lifecycle: true, dieAt })
      await receiver.send(sent)
      assert.equal(await receiver.ended, 'SIGKILL')
    }
    const last = await bench.start({ inbox: SHORT, lifecycle: true })
    for (const again of [build(1, 'failure', { finished: 3 }), build(2, 'success', { finished: 3 })]) await last.send(again)
    await bench.until('build.fixed 2', fixed.id)
    await bench.until('build.failed 1', failed.id, 2)
    await settled(bench, last)
    const told = bench.notes().filter(({ what }) => /^build\.(failed|fixed)/.test(what))
    assert.deepEqual([...new Set(told.map(({ what, id }) => `${what} ${id}`))].sort(), [
      `build.failed 1 ${failed.id}`,
      `build.fixed 2 ${fixed.id}`,
    ])
    assert.equal(bench.count('build.fixed 2'), 1)
  })
}
