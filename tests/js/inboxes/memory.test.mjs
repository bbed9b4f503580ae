// What the inbox in memory keeps to beyond what the suite asks of it in every runtime: of the contract what needs no second process.

import { test } from 'node:test'
import { fromRecord, memoryInbox } from 'drone-webhooks'
import * as assert from '../suite/assert.mjs'
import { calls } from '../suite/calls.mjs'
import { contract } from './contract.mjs'
import { record } from './support/receiver.mjs'

const { deepEqual, equal, ok } = assert

const KEPT = /a handler that throws is called again|a handler that hangs has failed|a value is changed by whoever knows it/
const harness = {
  name: 'in memory',
  command: [process.execPath],
  open: () => ({ inbox: { module: new URL('memory-inbox.mjs', import.meta.url).href, options: {} } }),
}
contract(harness, { assert, test: (name, options, run) => KEPT.test(name) && test(name, options, run) })

const delivery = (letter, more) => fromRecord(record(letter, more))

test('an id is remembered until twice the tolerance after its signed time, and then forgotten', async () => {
  const start = Date.now()
  let now = start
  const inbox = memoryInbox({ tolerance: 300, clock: () => now, quiet: true })
  // As far in the future as a verifier lets it be.
  const early = delivery('a', { signedAt: new Date(start + 300_000).toISOString() })
  equal(await inbox.accept(early), 'accepted')
  now = start + 900_000
  equal(await inbox.accept(early), 'duplicate')
  now = start + 902_000
  equal(await inbox.accept(early), 'accepted')
})

test('what is thrown and cannot be shown does not stop the inbox', async () => {
  const dead = calls()
  const inbox = memoryInbox({ attempts: 1, onDead: dead, quiet: true })
  const close = inbox.consume(async ({ id }) => {
    throw id === delivery('a').id ? Object.create(null) : new Error('shown')
  })
  await inbox.accept(delivery('a'))
  await inbox.accept(delivery('b'))
  await dead.next()
  await dead.next()
  const [second, first] = await inbox.deadLetters()
  equal(second.reason, 'Error: shown')
  equal(first.reason, 'something was thrown that cannot be shown')
  await close()
})

test('a reason is no longer than people read', async () => {
  const dead = calls()
  const inbox = memoryInbox({ attempts: 1, onDead: dead, quiet: true })
  const close = inbox.consume(async () => {
    throw new Error('x'.repeat(1_000_000))
  })
  await inbox.accept(delivery('a'))
  await dead.next()
  const [{ reason }] = await inbox.deadLetters()
  ok(reason.length < 5000 && reason.startsWith('Error: xxx'), `${reason.length} characters`)
  await close()
})

test('a full inbox refuses and gives nothing up', async () => {
  const inbox = memoryInbox({ capacity: 2, quiet: true })
  for (const letter of ['a', 'b']) equal(await inbox.accept(delivery(letter)), 'accepted')
  const error = await inbox.accept(delivery('c')).catch((thrown) => thrown)
  deepEqual([error.name, error.status], ['InboxFullError', 503])
  equal(await inbox.accept(delivery('a')), 'duplicate')
  const handled = calls()
  const close = inbox.consume(async ({ id }) => {
    handled(id)
  })
  deepEqual([...(await handled.next()), ...(await handled.next())], [delivery('a').id, delivery('b').id])
  await close()
})
