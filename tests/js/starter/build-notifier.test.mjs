// examples/build-notifier as a newcomer runs it, between a Drone server and a chat that the tests play.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { verify } from 'drone-webhooks'
import * as assert from '../suite/assert.mjs'
import { Chat } from './support/chat.mjs'
import { secret, send, update } from './support/drone.mjs'
import { kill, missing, node, originOf } from './support/node24.mjs'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const folder = local('../../../examples/build-notifier')
const loopback = local('../examples/support/loopback.mjs')

const failure = (number, fields) => update(number, { status: 'failure', ...fields })
const success = (number, fields) => update(number, { status: 'success', ...fields })
const failed = (number) => `octocat/hello-world #${number} failed on main: https://drone.example.com/octocat/hello-world/${number}`
const fixed = (number) => `octocat/hello-world #${number} is fixed on main: https://drone.example.com/octocat/hello-world/${number}`
const idOf = (delivery) => verify(delivery, { secret }).id

/** A chat, a folder for the database, and notifiers that are started there; all gone after the test. */
async function scene(t) {
  const chat = await new Chat().start()
  const data = mkdtempSync(`${tmpdir()}/build-notifier-`)
  const started = []
  const start = (env = {}, ...args) => {
    const settings = { DRONE_WEBHOOK_SECRET: secret, CHAT_URL: chat.url, DATABASE: `${data}/notifier.sqlite`, PORT: '0', ...env }
    const notifier = node(['--import', loopback, `${folder}/build-notifier.mjs`, ...args], { cwd: data, env: settings })
    started.push(notifier)
    return notifier
  }
  t.after(async () => {
    await Promise.all(started.map((notifier) => notifier.stop()))
    await chat.stop()
    rmSync(data, { recursive: true })
  })
  return { chat, start }
}

/** Sends deliveries one after the other; each must be accepted. */
async function accepted(notifier, ...deliveries) {
  for (const delivery of deliveries) assert.equal(await send(await originOf(notifier), delivery), 202)
}

const count = (list, one) => list.filter((each) => each === one).length

// Most of the time of these tests is waiting for the notifier's pauses.
describe('build-notifier', { skip: missing, concurrency: 4 }, () => {
  test('tells of a build that fails and of the one that fixes the branch, once each', async (t) => {
    const { chat, start } = await scene(t)
    const notifier = start()
    const first = failure(1)
    await accepted(notifier, update(1, { status: 'running' }), first, failure(1, { finished: 7 }), success(2), success(2, { finished: 7 }))
    assert.equal(await send(await originOf(notifier), first), 200)
    // The last one shows that all before it have been handled.
    await accepted(notifier, success(3), failure(4))
    await chat.until(({ messages }) => messages.includes(failed(4)))
    assert.deepEqual(chat.messages, [failed(1), fixed(2), failed(4)])
    assert.equal(chat.keys[0], idOf(first))
  })

  test('a broken pipeline has failed, too', async (t) => {
    const { chat, start } = await scene(t)
    await accepted(start(), failure(1, { status: 'error', error: 'yaml: line 3' }))
    await chat.until(({ messages }) => messages.includes(failed(1)))
  })

  test('other branches, pull requests, tags, promotions and cancelled builds are left out', async (t) => {
    const { chat, start } = await scene(t)
    const others = [
      failure(1, { target: 'next', ref: 'refs/heads/next' }),
      success(2, { target: 'next', ref: 'refs/heads/next' }),
      failure(3, { event: 'pull_request', ref: 'refs/pull/7/head' }),
      failure(4, { event: 'tag', target: '', ref: 'refs/tags/v1' }),
      failure(5, { event: 'promote', deploy_to: 'production' }),
      update(6, { status: 'killed' }),
      update(7, { status: 'blocked' }),
    ]
    await accepted(start(), ...others, failure(8))
    await chat.until(({ messages }) => messages.length > 0)
    assert.deepEqual(chat.messages, [failed(8)])
  })

  for (const status of [503, 429, 404, 301]) {
    test(`a chat that answers ${status} is asked again until it takes the message`, async (t) => {
      const { chat, start } = await scene(t)
      chat.answer = () => (chat.keys.length < 2 ? status : 200)
      const delivery = failure(1)
      await accepted(start(), delivery)
      await chat.until(({ messages }) => messages.length > 0)
      assert.deepEqual(chat.messages, [failed(1)])
      assert.deepEqual(chat.keys, [idOf(delivery), idOf(delivery), idOf(delivery)])
    })
  }

  test('a chat that refuses connections gets the message when it is back', async (t) => {
    const { chat, start } = await scene(t)
    await chat.stop()
    const notifier = start()
    await accepted(notifier, failure(1))
    await notifier.printed('ECONNREFUSED')
    await chat.start()
    await chat.until(({ messages }) => messages.length > 0)
    assert.deepEqual(chat.messages, [failed(1)])
  })

  test('a chat that does not answer is given up, and asked again', async (t) => {
    const { chat, start } = await scene(t)
    chat.answer = () => (chat.keys.length < 1 ? undefined : 200)
    await accepted(start(), failure(1))
    await chat.until(({ messages }) => messages.length > 0)
    assert.deepEqual(chat.messages, [failed(1)])
  })

  test('what was given up is sent when it is asked for', async (t) => {
    const { chat, start } = await scene(t)
    chat.answer = () => 500
    const delivery = failure(1)
    const notifier = start({ ATTEMPTS: '2' })
    await accepted(notifier, delivery)
    await notifier.printed(`given up: ${idOf(delivery)}`)
    assert.equal(chat.keys.length, 2)
    await notifier.stop()

    chat.answer = () => 200
    const second = start({}, '--redeliver')
    await second.printed(`once more: ${idOf(delivery)} Error: the chat has answered 500`)
    await chat.until(({ messages }) => messages.length > 0)
    assert.deepEqual(chat.messages, [failed(1)])
  })

  test('killed between accepting and sending, it sends after the restart what was in hand and what waited', async (t) => {
    const { chat, start } = await scene(t)
    chat.answer = () => undefined
    const crashing = start()
    const deliveries = [failure(1), success(2), failure(3)]
    await accepted(crashing, ...deliveries)
    await chat.until(({ keys }) => keys.length === 1)
    await kill(crashing)
    assert.deepEqual(chat.messages, [])

    chat.answer = () => 200
    const restarted = start()
    assert.equal(await send(await originOf(restarted), deliveries[0]), 200)
    await chat.until(({ messages }) => messages.length === 3)
    await restarted.stop()
    // The build was known to have failed when the crash came, so the next one fixes it, whatever is told first.
    for (const message of [failed(1), fixed(2), failed(3)]) assert.equal(count(chat.messages, message), 1, message)
  })

  test('what has been told is not told again after a crash', async (t) => {
    const { chat, start } = await scene(t)
    const crashing = start()
    const delivery = failure(1)
    await accepted(crashing, delivery, success(2))
    // The second one is in hand only when the first is noted as done.
    await crashing.printed(`told: ${idOf(delivery)}(.|\n)*told: `)
    await kill(crashing)

    const restarted = start()
    assert.equal(await send(await originOf(restarted), delivery), 200)
    await accepted(restarted, failure(1, { finished: 7 }), failure(3))
    await chat.until(({ messages }) => messages.includes(failed(3)))
    assert.equal(count(chat.messages, failed(1)), 1)
  })

  test('asked to end, it sends the message in hand and keeps the others', async (t) => {
    const { chat, start } = await scene(t)
    let ending
    const notifier = start()
    chat.answer = () => {
      ending ??= notifier.stop()
      return 200
    }
    await accepted(notifier, failure(1))
    await chat.until(({ messages }) => messages.length > 0)
    assert.deepEqual(await ending, { code: 0, signal: null })
    assert.ok(notifier.output.includes('told: '), notifier.output)
  })

  test('a forgery is refused and in the log', async (t) => {
    const { start } = await scene(t)
    const notifier = start()
    assert.equal(await send(await originOf(notifier), update(1, { status: 'failure' }, { signedWith: 'a guess' })), 401)
    await notifier.printed('refused: signature_mismatch')
  })

  for (const [name, value] of Object.entries({ CHAT_URL: '', DRONE_WEBHOOK_SECRET: '', ATTEMPTS: 'many' })) {
    test(`without a usable ${name} it does not start`, async (t) => {
      const { start } = await scene(t)
      const notifier = start({ [name]: value })
      assert.deepEqual(await notifier.ended, { code: 1, signal: null })
    })
  }

  test('it can be read at once: 15 to 60 lines', () => {
    const lines = readFileSync(`${folder}/build-notifier.mjs`, 'utf8').trimEnd().split('\n').length
    assert.ok(lines >= 15 && lines <= 60, `${lines} lines`)
  })
})
