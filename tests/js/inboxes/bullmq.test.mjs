// The inbox in Redis, with the latest BullMQ: the contract, and what is its own.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Queue, Worker } from 'bullmq'
import { sign, verify } from 'drone-webhooks'
import { bullmqInbox } from 'drone-webhooks/bullmq'
import { Redis } from 'ioredis'
import * as assert from '../suite/assert.mjs'
import { contract } from './contract.mjs'
import { missing, RedisServer, redisHarness } from './redis.mjs'
import { bench, request } from './support/receiver.mjs'

const harness = redisHarness('BullMQ', 'bullmq')
const promise = (name, use) => test(`BullMQ: ${name}`, { skip: missing }, use)
/** With receivers as processes. */
const receiving = (name, use) => promise(name, () => bench(harness, use))
/** With inboxes in this process. */
const inProcess = (name, use) => promise(name, () => withInboxes(use))

if (!missing) contract(harness, { test, assert })

receiving('what Redis has answered for outlives its death', async (bench) => {
  const receiver = await bench.start()
  const [inHand, backlog] = [request({ script: ['wait', 'ok'] }), request()]
  assert.equal(await receiver.send(inHand), 202)
  await bench.until('started', inHand.id)
  assert.equal(await receiver.send(backlog), 202)
  await bench.store.stop('SIGKILL')
  await bench.store.start()
  await receiver.tell('proceed', inHand)
  for (const sent of [inHand, backlog]) {
    await bench.until('finished', sent.id)
    assert.equal(await receiver.send(sent), 200)
  }
})

receiving('a short interruption is waited for, and nothing is lost', async (bench) => {
  const receiver = await bench.start()
  const sent = request()
  await bench.store.stop()
  const answer = receiver.send(sent)
  await bench.when(() => receiver.errors.includes('ECONNREFUSED'))
  await bench.store.start()
  assert.equal(await answer, 202)
  await bench.until('finished', sent.id)
})

receiving('a receiver may start before Redis', async (bench) => {
  await bench.store.stop()
  const receiver = await bench.start()
  const sent = request()
  assert.equal(await receiver.send(sent), 503)
  await bench.store.start()
  assert.equal(await receiver.send(sent), 202)
  await bench.until('finished', sent.id)
})

receiving('a Redis that hangs is not waited for, and used again when it answers', async (bench) => {
  const receiver = await bench.start()
  const [before, lost, after] = [request(), request(), request()]
  assert.equal(await receiver.send(before), 202)
  await bench.until('finished', before.id)
  bench.store.pause()
  assert.equal(await receiver.send(lost), 503)
  bench.store.resume()
  assert.equal(await receiver.send(after), 202)
  await bench.until('finished', after.id)
})

receiving('who closes while Redis is down ends all the same, and the delivery in hand comes again', async (bench) => {
  const receiver = await bench.start({ inbox: { lease: 1 } })
  const sent = request({ script: ['wait', 'ok'] })
  await receiver.send(sent)
  await bench.until('started', sent.id)
  await bench.store.stop()
  const closed = receiver.tell('close')
  await receiver.tell('proceed', sent)
  await closed
  assert.equal(await receiver.ended, 0)
  await bench.store.start()
  await bench.start({ inbox: { lease: 1 } })
  await bench.until('finished', sent.id, 2)
})

inProcess('the body is gone once it was handled, and the id is not', async ({ make, until }) => {
  const inbox = make()
  const delivery = newDelivery()
  inbox.consume(async () => {})
  await inbox.accept(delivery)
  const job = await until('completed', delivery.id)
  assert.ok(!JSON.stringify(job.data).includes('hello-world'), job.data)
  assert.equal(await inbox.accept(delivery), 'duplicate')
})

inProcess('ids are remembered for as long as a replay could be accepted, whatever is asked for', async ({ make, queue }) => {
  const inbox = make({ remember: 1, tolerance: 100 })
  const delivery = newDelivery()
  await inbox.accept(delivery)
  const { opts } = await queue.getJob(delivery.id)
  assert.equal(opts.removeOnComplete.age, 301)
})

inProcess(
  'jobs that hold no delivery are dead letters, told of, and the others are handled',
  async ({ make, queue, redis, told, until }) => {
    const [notJson, noRecord, fine] = [newDelivery(), newDelivery(), newDelivery()]
    const inbox = make({ lease: 0.2 })
    for (const delivery of [notJson, noRecord, fine]) await inbox.accept(delivery)
    await redis.call('HSET', queue.toKey(notJson.id), 'data', '{"token":')
    await redis.call('HSET', queue.toKey(noRecord.id), 'data', 'null')
    const handled = []
    inbox.consume(async ({ id }) => void handled.push(id))
    await until('completed', fine.id)
    for (const { id } of [notJson, noRecord]) {
      await until('failed', id)
      assert.ok((await redis.call('HGET', queue.toKey(id), 'failedReason')).includes('no record of a delivery'))
    }
    assert.deepEqual(handled, [fine.id])
    assert.equal(await redis.call('HGET', queue.toKey(notJson.id), 'data'), '{"token":')
    assert.deepEqual(await inbox.deadLetters(), [])
    assert.equal(told.length, 2)
  },
)

const NAMES = ['UnrecoverableError', 'DelayedError', 'WaitingError', 'WaitingChildrenError', 'bullmq:rateLimitExceeded']
for (const name of NAMES) {
  inProcess(`a handler that throws ${name} has failed like any other`, async ({ make, until }) => {
    const dead = []
    const inbox = make({ attempts: 2, onDead: (delivery, error) => dead.push({ delivery, error }) })
    const delivery = newDelivery()
    const error = Object.assign(new Error(name), { name })
    let calls = 0
    inbox.consume(async () => {
      calls += 1
      throw error
    })
    await inbox.accept(delivery)
    await until('failed', delivery.id)
    assert.equal(calls, 2)
    const [letter] = await inbox.deadLetters()
    assert.equal(letter.reason, `${name}: ${name}`)
    assert.equal(dead.length, 1)
    assert.equal(dead[0].delivery.id, delivery.id)
    assert.equal(dead[0].error, error)
  })
}

inProcess('dead letters are listed the latest first, and as many as are asked for', async ({ make, until }) => {
  const inbox = make({ attempts: 1 })
  inbox.consume(() => Promise.reject(new Error('no')))
  const deliveries = Array.from({ length: 5 }, newDelivery)
  for (const delivery of deliveries) {
    await inbox.accept(delivery)
    await until('failed', delivery.id)
  }
  const ids = async (limit) => (await inbox.deadLetters(limit)).map(({ delivery }) => delivery.id)
  assert.deepEqual([...(await ids())].sort(), deliveries.map(({ id }) => id).sort())
  assert.equal((await ids(2)).length, 2)
  assert.deepEqual(await ids(0), [])
})

inProcess('a dead letter is put back once, however many ask for it', async ({ make, until }) => {
  const inbox = make({ attempts: 1 })
  const delivery = newDelivery()
  const close = inbox.consume(() => Promise.reject(new Error('no')))
  await inbox.accept(delivery)
  await until('failed', delivery.id)
  await close()
  const others = [make(), make(), make()]
  const answers = await Promise.all(others.map((other) => other.redeliver(delivery.id)))
  assert.deepEqual(answers.sort(), [false, false, true])
})

inProcess('a client of ioredis serves as a connection, and is left open', async ({ make, server, until }) => {
  const connection = new Redis({ ...server.connection, maxRetriesPerRequest: null })
  try {
    const inbox = make({ connection })
    const delivery = newDelivery()
    const close = inbox.consume(async () => {})
    assert.equal(await inbox.accept(delivery), 'accepted')
    assert.equal(await inbox.accept(delivery), 'duplicate')
    await until('completed', delivery.id)
    await close()
    assert.equal(await connection.ping(), 'PONG')
  } finally {
    connection.disconnect()
  }
})

inProcess('a stopped inbox takes nothing, and stops twice', async ({ make }) => {
  const inbox = make()
  const close = inbox.consume(async () => {})
  await Promise.all([close(), inbox.close()])
  const error = await inbox.accept(newDelivery()).catch((error) => error)
  assert.equal(error.name, 'InboxError')
})

test('BullMQ: mistakes in the options are config_invalid', () => {
  const connection = { host: '127.0.0.1', port: 1 }
  const mistakes = [
    {},
    { Queue },
    { Queue, Worker },
    { Queue: 'Queue', Worker, connection },
    { Queue, Worker, connection: 'redis://127.0.0.1' },
    { Queue, Worker, connection, queue: 'one:two' },
    { Queue, Worker, connection, queue: '' },
    { Queue, Worker, connection, prefix: 7 },
    { Queue, Worker, connection, attempts: -1 },
    { Queue, Worker, connection, lease: 'long' },
    { Queue, Worker, connection, remember: Number.NaN },
    { Queue, Worker, connection, concurrency: 1.5 },
  ]
  for (const options of mistakes) assert.throwsCode(() => bullmqInbox(options), 'config_invalid', JSON.stringify(options))
  assert.throwsCode(() => bullmqInbox(), 'config_invalid')
})

test('BullMQ: the classes of both versions fit the types, and mistakes do not', () => {
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc')
  const program = fileURLToPath(new URL('bullmq-types.ts', import.meta.url))
  // BullMQ's own declarations are not ours to check.
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--types', 'node']
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, '--module', 'nodenext', '--target', 'es2022', program])
  assert.equal(status, 0, String(stdout))
})

let number = 0

function newDelivery() {
  number += 1
  const body = JSON.stringify({ event: 'repo', action: 'enabled', number, repo: { slug: 'octocat/hello-world' } })
  return verify({ headers: sign({ body }, { secret: 'the secret' }), body }, { secret: 'the secret' })
}

async function withInboxes(use) {
  const folder = mkdtempSync(join(tmpdir(), 'drone-webhooks-redis-'))
  const server = await RedisServer.open(folder)
  const queue = new Queue('drone-webhooks', { connection: server.connection })
  const inboxes = []
  const told = []
  const make = (options) => {
    const common = { Queue, Worker, connection: server.connection, backoff: () => 0, onStoreError: (error) => told.push(error) }
    const inbox = bullmqInbox({ ...common, ...options })
    inboxes.push(inbox)
    return inbox
  }
  /** The job, once it is in this state. */
  const until = async (state, id) => {
    for (;;) if ((await queue.getJobState(id)) === state) return queue.getJob(id).catch(() => undefined)
  }
  try {
    await use({ make, queue, redis: server, server, told, until })
  } finally {
    await Promise.all(inboxes.map((inbox) => inbox.close()))
    await queue.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
