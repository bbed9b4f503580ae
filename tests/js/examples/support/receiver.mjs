// What every example does, told over HTTP: one describe per example.

import { once } from 'node:events'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { sign, verify } from 'drone-webhooks'
import * as assert from '../../suite/assert.mjs'
import { PATIENCE_MS } from './program.mjs'

const secret = '8a1f0c6e94d2b7355be0d7c2f9a46e13'

/** The environment that an example is started in. */
export const env = { ...process.env, DRONE_WEBHOOK_SECRET: secret, PORT: '0' }

const TYPE = { 'content-type': 'application/json' }

/** A build of that number, as Drone sends it: with characters that a parser would print differently, and others that are not ASCII. */
function delivery(number, { status = 'success', signedWith = secret } = {}) {
  const repo = '{"slug":"octocat/hello-world"}'
  const body = `{"event":"build","action":"updated","repo":${repo},"build":{"number":${number},"status":"${status}","message":"\\u003cGröße → 100 %\\u003e"}}`
  const headers = { ...TYPE, 'x-drone-event': 'build', ...sign({ body }, { secret: signedWith }) }
  const line = () => `${verify({ headers, body }, { secret }).id} octocat/hello-world ${status}`
  return { headers, body, line }
}

/**
 * Starts an example and sends it deliveries and forgeries. `start` gives its Program; `again` is the answer to a delivery that came before;
 * `route` says that the app has another one; `buffered` that the platform hands requests over as a whole; `stops` that it ends by itself.
 */
export function receiver(name, { start, again = 200, route = false, buffered = false, stops = false, skip = false }) {
  if (skip) return test(name, { skip })
  describe(name, () => {
    let program
    let origin
    let first

    before(async () => {
      program = await start()
      const [, port] = await program.printed(/http:\/\/[\w.]+:(\d+)/)
      origin = `http://127.0.0.1:${port}`
      first = delivery(1)
    })

    after(() => program?.stop())

    const post = ({ headers, body }, path = '/hook') =>
      fetch(`${origin}${path}`, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) })

    async function answers(status, sent) {
      const response = await post(sent)
      const text = await response.text()
      assert.equal(response.status, status, `${text}${program.output}`)
      return text
    }

    test('a delivery is accepted, and the handler of completed builds runs', async () => {
      await answers(202, first)
      await program.printed(first.line())
    })

    test(again === 200 ? 'the same delivery again is known, and not handled again' : 'the same delivery again is accepted', async () => {
      await answers(again, first)
    })

    test('a build that goes on is accepted, and no completed one', async () => {
      await answers(202, delivery(3, { status: 'running' }))
    })

    test('a forgery is refused: the code is in the log, and not in the answer', async () => {
      const text = await answers(401, delivery(4, { signedWith: 'a guess' }))
      assert.ok(!text.includes('signature_mismatch'), text)
      await program.printed('signature_mismatch')
    })

    test('a body that was changed after it was signed is refused, and so in the log', async () => {
      const { headers, body } = delivery(5, { status: 'failure' })
      await answers(401, { headers, body: body.replace('failure', 'success') })
      await program.printed('digest_mismatch')
    })

    if (!buffered) {
      test('a forgery is refused before its body has come', async () => {
        const { headers } = delivery(6, { signedWith: 'a guess' })
        assert.equal(await statusWithoutBody(`${origin}/hook`, headers), 401)
      })
    }

    if (route) {
      test('another route of the app gets its parsed body', async () => {
        const response = await post({ headers: TYPE, body: '{"name":"Zoë"}' }, '/greet')
        assert.deepEqual(await response.json(), { hello: 'Zoë' })
      })
    }

    test('what was accepted is handled, and nothing else', async () => {
      const last = delivery(7)
      await answers(202, last)
      await program.printed(last.line())
      const handled = program.output.match(/\b[0-9a-f]{64} .*/g)
      assert.deepEqual([...new Set(handled)], [first.line(), last.line()])
      if (again === 200) assert.equal(handled.length, 2, program.output)
    })

    if (stops) {
      test('it ends when it is asked to', async () => {
        assert.deepEqual(await program.stop(), { code: 0, signal: null })
      })
    }
  })
}

/** The answer to a request of which only the head was sent. */
async function statusWithoutBody(url, headers) {
  const sent = request(url, { method: 'POST', headers: { ...headers, 'content-length': 1000 }, signal: AbortSignal.timeout(PATIENCE_MS) })
  sent.flushHeaders()
  const [response] = await once(sent, 'response')
  sent.on('error', () => {}).destroy()
  return response.statusCode
}
