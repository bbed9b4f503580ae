// The Worker as Drone sees it, in Cloudflare's runtime and with its simulators of the Queue and the Durable Object, set up by wrangler.jsonc.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sign } from 'drone-webhooks'
import { createTestHarness } from 'wrangler'

const secret = 'd8fa5c314f7b1f5cac27d34e157e3459'
const server = createTestHarness({
  workers: [{ configPath: new URL('../wrangler.jsonc', import.meta.url), secrets: { DRONE_SECRET: secret, ADMIN_TOKEN: 'the token' } }],
})

before(() => server.listen())
after(() => server.close())

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
  const post = () => server.fetch(path, { method: 'POST', headers, body })
  let response = await post()
  await response.text()
  // A forgery is answered before its body is read, and the local server may then lose the request that follows.
  if (response.status === 500) response = await post()
  return response.status
}

const logged = (line) => server.getLogs().filter(({ message }) => message.includes(line)).length

/** The test's time limit ends the waiting. */
async function handled(line) {
  while (logged(line) === 0) await setTimeout(50)
}

test('a build that fails and one that succeeds after it are handled', async () => {
  assert.equal(await send(build(1, 'failure')), 202)
  await handled('octocat/hello-world #1 on main failed')
  assert.equal(await send(build(2, 'success')), 202)
  await handled('octocat/hello-world #2 on main is fixed')
})

test('the same delivery again is answered 200, and handled once', async () => {
  const delivery = build(3, 'failure')
  assert.equal(await send(delivery), 202)
  assert.equal(await send(delivery), 200)
  await handled('octocat/hello-world #3 on main failed')
  // A delivery that came later is handled, too.
  assert.equal(await send(build(4, 'failure')), 202)
  await handled('octocat/hello-world #4 on main failed')
  assert.equal(logged('octocat/hello-world #3 on main failed'), 1)
})

test('a forgery is answered 401', async () => {
  assert.equal(await send(build(5, 'failure', 'a guess')), 401)
})

test('a body that was changed on its way is answered 401', async () => {
  const { body, headers } = build(6, 'failure')
  assert.equal(await send({ body: body.replace('failure', 'success'), headers }), 401)
})

test('it knows no other paths', async () => {
  assert.equal(await send(build(7, 'failure'), '/other'), 404)
})

test('dead letters are for those who know the token', async () => {
  assert.equal((await server.fetch('/dead-letters')).status, 401)
  const response = await server.fetch('/dead-letters', { headers: { authorization: 'Bearer the token' } })
  assert.deepEqual(await response.json(), [])
})
