// The receiver as Drone sees it: signed deliveries over HTTP, and what the handlers do about them.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { sign } from 'drone-webhooks'
import { handle } from '../src/handlers.js'
import { createReceiver } from '../src/receiver.js'

const secret = 'd8fa5c314f7b1f5cac27d34e157e3459'
let folder
let receiver
let handled

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'receiver-'))
  await start()
})

afterEach(async () => {
  await receiver.stop()
  rmSync(folder, { recursive: true })
})

async function start() {
  const lines = lineReader()
  handled = lines.next
  receiver = createReceiver({ secret, database: join(folder, 'deliveries.sqlite'), register: (webhooks) => handle(webhooks, lines.log) })
  await once(receiver.server.listen(0, '127.0.0.1'), 'listening')
}

/** What the handlers log: `next` waits for the next line. */
function lineReader() {
  const lines = []
  let wake
  return {
    log(line) {
      lines.push(line)
      wake?.()
    },
    async next() {
      while (lines.length === 0) await new Promise((resolve) => (wake = resolve))
      return lines.shift()
    },
  }
}

/** What Drone sends when a build has ended. */
function build(number, status, signedWith = secret) {
  const body = JSON.stringify({
    event: 'build',
    action: 'updated',
    repo: { id: 1, slug: 'octocat/hello-world', default_branch: 'main' },
    build: { number, status, event: 'push', target: 'main' },
  })
  return { body, headers: { 'content-type': 'application/json', 'x-drone-event': 'build', ...sign({ body }, { secret: signedWith }) } }
}

async function send({ body, headers }, path = '/hook') {
  const { port } = receiver.server.address()
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })
  await response.text()
  return response.status
}

test('a build that fails and one that succeeds after it are handled', async () => {
  assert.equal(await send(build(1, 'failure')), 202)
  assert.equal(await handled(), 'octocat/hello-world #1 on main failed')
  assert.equal(await send(build(2, 'success')), 202)
  assert.equal(await handled(), 'octocat/hello-world #2 on main is fixed')
})

test('the same delivery again is answered 200, and handled once', async () => {
  const delivery = build(1, 'failure')
  assert.equal(await send(delivery), 202)
  assert.equal(await send(delivery), 200)
  // Deliveries are handled in their order: were the first one handled twice, that would come before this.
  assert.equal(await send(build(2, 'failure')), 202)
  assert.equal(await handled(), 'octocat/hello-world #1 on main failed')
  assert.equal(await handled(), 'octocat/hello-world #2 on main failed')
})

test('a delivery is known after a restart', async () => {
  const delivery = build(1, 'failure')
  assert.equal(await send(delivery), 202)
  await receiver.stop()
  await start()
  assert.equal(await send(delivery), 200)
})

test('a forgery is answered 401', async () => {
  assert.equal(await send(build(1, 'failure', 'a guess')), 401)
})

test('a body that was changed on its way is answered 401', async () => {
  const { body, headers } = build(1, 'failure')
  assert.equal(await send({ body: body.replace('failure', 'success'), headers }), 401)
})

test('it is healthy, and knows no other paths', async () => {
  const { port } = receiver.server.address()
  const { status } = await fetch(`http://127.0.0.1:${port}/healthz`)
  assert.equal(status, 200)
  assert.equal(await send(build(1, 'failure'), '/other'), 404)
})
