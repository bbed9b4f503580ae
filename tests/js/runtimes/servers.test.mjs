// Bad input, over real sockets, to receivers in their real runtimes: each gets its code, and the receiver goes on.

import { after, before, describe, test } from 'node:test'
import { sign, verify } from 'drone-webhooks'
import { deepEqual, equal } from '../suite/assert.mjs'
import { casesOf } from './servers/cases.mjs'
import { SECRET } from './servers/log.mjs'
import { whole } from './servers/plays.mjs'
import { missing, Running, servers } from './servers/server.mjs'

// Each is a request and its answer: far more than any receiver needs to notice that a sender has gone.
const TRIES = 5000

// Of one test, for a receiver that does not answer at all.
const TIMEOUT_MS = 20_000

let number = 0

for (const server of servers) {
  const skip = missing(server)
  if (skip) test(server.name, { skip })
  else describe(server.name, () => tests(server))
}

function tests(server) {
  let running
  before(async () => {
    running = new Running(server)
    await running.ready()
  })
  after(() => running.end())

  for (const door of server.doors) {
    for (const each of casesOf(server, door))
      test(`${door}: ${each.name}`, { timeout: TIMEOUT_MS }, () => check(running, server, door, each))
  }

  test('it was quiet, and ends when it is told to', async () => {
    const { code, written } = await running.end()
    equal(written.replaceAll(server.noise ?? '', ''), '')
    equal(code, 0)
  })
}

async function check(running, { drains }, door, { body, change = (sent) => sent, play = whole, spoil = '', want }) {
  const sent = delivery(door, body, spoil)
  const exchanges = []
  const begin = (request) => {
    exchanges.push(running.begin(request))
    return exchanges.at(-1)
  }
  try {
    const begun = () => logged(running, sent, (log) => log.begun)
    const { status } = await play({ begin, begun, drains }, change(sent))
    await logged(running, sent, ({ refused }) => refused.length >= want.refused.length)
    equal((await whole({ begin }, delivery(door))).status, 202, 'a good delivery afterwards')
    deepEqual({ status, ...(await running.log(sent.name, sent.id)) }, { ...want, faults: [] })
  } finally {
    for (const exchange of exchanges) exchange.close()
  }
}

/** Waits for the log to say something; if it never does, what it says is for the caller to judge. */
async function logged(running, { name, id }, isEnough) {
  for (let tries = 0; tries < TRIES; tries += 1) if (isEnough(await running.log(name, id))) return
}

/** A delivery as Drone sends it, different from all before it. */
function delivery(door, text, spoil = '') {
  number += 1
  const event = { event: 'build', action: 'updated', repo: { slug: 'octocat/hello-world' }, build: { number, message: 'grüße, 世界' } }
  const body = text ?? JSON.stringify(event)
  const { date, digest, signature } = sign({ body }, { secret: SECRET })
  const { id } = verify({ headers: { date, digest, signature }, body }, { secret: SECRET })
  const headers = [
    ['User-Agent', 'Go-http-client/1.1'],
    ['Content-Type', 'application/json'],
    ['Date', date],
    ['Digest', digest],
    ['Signature', signature],
    ['X-Drone-Event', 'build'],
    ['Accept-Encoding', 'gzip'],
  ]
  const path = `/${door}?case=${number}&spoil=${encodeURIComponent(spoil)}`
  return { name: number, id, path, headers, body: Buffer.from(body), length: Buffer.byteLength(body) }
}
