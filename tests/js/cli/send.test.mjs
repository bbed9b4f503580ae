// drone-webhooks send, to real receivers: what arrives is what Drone would send.

import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isCompleted, verify } from 'drone-webhooks'
import { deepEqual, equal, ok } from '../suite/assert.mjs'
import { run, SECRET } from './support/program.mjs'
import { ours, receiving } from './support/receivers.mjs'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const recorded = JSON.parse(readFileSync(local('../../vectors/recorded/drone-2.25.0.json'), 'utf8'))
const STATUSES = 'pending running success failure error killed skipped declined blocked waiting_on_dependencies'.split(' ')

/** Runs it against a receiver that keeps what comes, verified. */
async function received(...words) {
  const deliveries = []
  const handler = async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    deliveries.push({ request, body: body.toString(), delivery: verify({ headers: request.rawHeaders, body }, { secret: SECRET }) })
    response.writeHead(202).end()
  }
  return receiving(handler, async (url) => ({ ...(await run(['send', url, '--json', ...words])), deliveries }))
}

/** The names and types of everything in a value, as far as it goes. */
function shape(value) {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shape(each)]))
}

/** What a payload of a build has, but for what not every build has. */
function fields({ repo, build, ...payload }) {
  const { build: _, throttle, ...everyRepo } = repo
  const { params, stages, ...everyBuild } = build
  return JSON.stringify(shape({ ...payload, repo: everyRepo, build: everyBuild, stages: stages !== undefined }))
}

describe('send', () => {
  test('the samples are made from the recorded requests', async () => {
    await promisify(execFile)(process.execPath, [local('support/make-samples.mjs'), '--check'])
  })

  test('a sample is accepted by our receiver', async () => {
    await receiving(ours(), async (url) => {
      const { code, stdout } = await run(['send', url])
      equal(code, 0)
      ok(/^✓ build\.updated success +202 {2}\d+ ms\n$/.test(stdout), stdout)
    })
  })

  test('--all sends every event and action, and a build in every status, and all of it is authentic', async () => {
    const { code, stdout, deliveries } = await received('--all')
    equal(code, 0)
    const names = deliveries.map(({ delivery: { event, action } }) => `${event}.${action}`)
    deepEqual([...new Set(names)].sort(), [
      'build.created',
      'build.updated',
      'repo.deleted',
      'repo.disabled',
      'repo.enabled',
      'user.created',
      'user.deleted',
    ])
    deepEqual([...new Set(deliveries.map(({ delivery }) => delivery.payload.build?.status).filter(Boolean))].sort(), [...STATUSES].sort())
    deepEqual(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).status),
      deliveries.map(() => 202),
    )
  })

  test('headers, their order and their form are Drone’s', async () => {
    const { deliveries } = await received('repo.enabled')
    const names = ({ headers }) => headers.map(([name]) => name)
    const drone = names(recorded.find(({ name }) => name.includes('repo-enabled')))
    const { rawHeaders } = deliveries[0].request
    const sent = rawHeaders.filter((_, at) => at % 2 === 0).filter((name) => drone.includes(name))
    deepEqual([...sent].sort(), [...drone].sort())
    deepEqual(sent.slice(3), drone.slice(3))
  })

  test('a sample has the fields of what was recorded, in their order, and times of now', async () => {
    for (const status of ['running', 'success', 'failure', 'error', 'killed', 'skipped', 'declined']) {
      const { deliveries } = await received('build.updated', '--status', status)
      const { payload } = deliveries[0].delivery
      const real = recorded.map(({ body }) => body.startsWith('{') && JSON.parse(body))
      const known = real.filter((body) => body?.action === 'updated' && body.build?.status === status).map(fields)
      const own = fields(payload)
      ok(known.includes(own), `${status}\n${own}\n${known[0]}`)
      ok(Math.abs(payload.build.updated - Date.now() / 1000) < 3600, `${payload.build.updated}`)
    }
  })

  test('a status that was never recorded is a build like the others', async () => {
    const { deliveries } = await received('build.updated', '--status', 'blocked')
    const { event, action, payload } = deliveries[0].delivery
    deepEqual(
      [event, action, payload.build.status, isCompleted(payload), payload.build.stages.length],
      ['build', 'updated', 'blocked', false, 1],
    )
  })

  test('the body is written as Go writes it', async () => {
    const { deliveries } = await received('build.created')
    ok(deliveries[0].body.includes('\\u003cscript\\u003e'))
    ok(!/[<>&]/.test(deliveries[0].body))
  })

  test('--body sends a file as it is', async () => {
    const file = join(tmpdir(), `body-${process.pid}.json`)
    const text = '{"event":"user","action":"created", "user":{"login":"mona"}}\n'
    writeFileSync(file, text)
    const { deliveries } = await received('--body', file)
    deepEqual([deliveries[0].body, deliveries[0].request.headers['x-drone-event']], [text, 'user'])
  })

  test('a refusal is exit code 1, with a hint', async () => {
    await receiving(ours(), async (url) => {
      const { code, stdout } = await run(['send', url], { env: { DRONE_WEBHOOK_SECRET: 'another' } })
      equal(code, 1)
      ok(stdout.includes('401') && stdout.includes('is the secret the same'), stdout)
    })
  })

  test('a redirect is not followed, and it says what Drone would do', async () => {
    const paths = []
    const handler = (request, response) => {
      paths.push(request.url)
      response.writeHead(301, { Location: '/elsewhere\x9b2J' }).end()
    }
    await receiving(handler, async (url) => {
      const { code, stdout } = await run(['send', url])
      equal(code, 1)
      ok(stdout.includes('a redirect to /elsewhere\\x9b2J: Drone would send a GET without the body there'), stdout)
    })
    deepEqual(paths, ['/hook'])
  })

  test('user and password of the URL are sent beside the signature', async () => {
    let authorization
    const handler = (request, response) => {
      authorization = request.headers.authorization
      response.end()
    }
    await receiving(handler, async (url) => equal((await run(['send', url.replace('//', '//mona:pass%20word@')])).code, 0))
    equal(Buffer.from(authorization.split(' ')[1], 'base64').toString(), 'mona:pass word')
  })

  test('where nobody listens, nobody answers or somebody hangs up, it is exit code 3', async () => {
    const url = await receiving(ours(), (url) => url)
    deepEqual(JSON.parse((await run(['send', url, '--json'])).stdout), {
      ok: false,
      code: 'network',
      message: `nobody listens at ${new URL(url).host}`,
    })
    await receiving(
      () => {},
      async (url) => {
        const { code, stderr } = await run(['send', url, '--timeout', '0.2'])
        deepEqual([code, stderr], [3, `drone-webhooks send: no answer from ${new URL(url).host} within 0.2 seconds\n`])
      },
    )
    await receiving(
      (request) => request.socket.destroy(),
      async (url) => equal((await run(['send', url])).code, 3),
    )
  })

  test('an answer that never ends is an answer', async () => {
    await receiving(
      (_, response) => response.writeHead(200).write('x'),
      async (url) => equal((await run(['send', url])).code, 0),
    )
  })
})
