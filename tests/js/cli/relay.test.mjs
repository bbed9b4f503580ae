// drone-webhooks relay: what it has taken arrives, whatever happens in between.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { sign, verify } from 'drone-webhooks'
import { deepEqual, equal, ok } from '../suite/assert.mjs'
import { nodeWithSqlite, run, SECRET, start } from './support/program.mjs'
import { receiving } from './support/receivers.mjs'

const node = nodeWithSqlite
const skip = node === undefined && 'no Node.js with SQLite: install tests/js/runtimes'
let number = 0

/** Something new to deliver. */
function news() {
  number += 1
  const body = `{"event":"build","action":"updated","repo":{"slug":"octocat/hello-world"},"build":{"number":${number},"status":"success"}}`
  return { number, body, headers: sign({ body }, { secret: SECRET }) }
}

const deliver = async (at, { body, headers }) => (await fetch(at, { method: 'POST', body, headers })).status

/** A receiver that answers what `answer(count)` says, and keeps what it took. */
function target(answer = () => 204) {
  const taken = []
  let count = 0
  const handler = async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    count += 1
    const status = await answer(count)
    if (status >= 200 && status < 300)
      taken.push({ headers: request.headers, rawHeaders: request.rawHeaders, body: Buffer.concat(chunks).toString() })
    response.writeHead(status).end()
  }
  return { taken, handler, numbers: () => taken.map(({ body }) => JSON.parse(body).build.number) }
}

/** A file for the inbox while `use` runs, and relays that are all ended afterwards. */
async function relaying(url, use) {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  const file = join(folder, 'inbox.sqlite')
  const programs = []
  const relay = async (...words) => {
    const program = start(['relay', '--forward', url, '--file', file, '--port', '0', '--json', ...words], { node })
    programs.push(program)
    const { at } = await program.value(({ type }) => type === 'listening')
    return { program, at }
  }
  const command = (...words) => run(['relay', ...words, '--file', file, '--json'], { node })
  try {
    await use({ relay, command, file })
  } finally {
    for (const program of programs) await program.stop('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

const isForwarded = ({ type }) => type === 'forwarded'

describe('relay', { skip }, () => {
  test('a delivery is acknowledged, and forwarded: the same body, signed anew, under its id', async () => {
    const { handler, taken } = target()
    await receiving(handler, (url) =>
      relaying(url, async ({ relay }) => {
        const { program, at } = await relay()
        const { body, headers } = news()
        equal(await deliver(at, { body, headers }), 202)
        const { id } = await program.value(isForwarded)
        equal(taken[0].body, body)
        equal(verify({ headers: taken[0].rawHeaders, body }, { secret: SECRET }).event, 'build')
        deepEqual([taken[0].headers['idempotency-key'], taken[0].headers['x-drone-event']], [id, 'build'])
        equal(id, verify({ headers, body }, { secret: SECRET }).id)
        deepEqual(await program.stop().then(({ code, stderr }) => [code, stderr]), [0, ''])
      }),
    )
  })

  test('what is not authentic is not taken', async () => {
    const { handler, taken } = target()
    await receiving(handler, (url) =>
      relaying(url, async ({ relay }) => {
        const { program, at } = await relay()
        equal(await deliver(at, { ...news(), headers: {} }), 401)
        equal((await program.value(({ type }) => type === 'refused')).code, 'signature_missing')
        const good = news()
        deepEqual([await deliver(at, good), await deliver(at, good)], [202, 200])
        await program.value(isForwarded)
        equal(taken.length, 1)
      }),
    )
  })

  test('it answers while the receiver is still busy', async () => {
    let finish
    const busy = new Promise((resolve) => {
      finish = resolve
    })
    const { handler } = target(() => busy)
    await receiving(handler, (url) =>
      relaying(url, async ({ relay }) => {
        const { program, at } = await relay()
        equal(await deliver(at, news()), 202)
        equal(await deliver(at, news()), 202)
        finish(200)
        await program.valuesLike(isForwarded, 2)
      }),
    )
  })

  test('it tries again until the receiver takes it, and then no more', async () => {
    const { handler, numbers } = target((count) => (count < 3 ? 500 : 200))
    await receiving(handler, (url) =>
      relaying(url, async ({ relay }) => {
        const { program, at } = await relay()
        const { number, ...delivery } = news()
        await deliver(at, delivery)
        await program.value(isForwarded)
        deepEqual(numbers(), [number])
        deepEqual(
          program.values.filter(({ type }) => type === 'failed').map(({ detail }) => detail),
          ['the answer was 500', 'the answer was 500'],
        )
      }),
    )
  })

  test('what it has acknowledged survives kill -9, with a receiver that was down, and arrives after a restart', async () => {
    let up = false
    const { handler, numbers } = target(() => (up ? 200 : 503))
    await receiving(handler, (url) =>
      relaying(url, async ({ relay }) => {
        const { program, at } = await relay()
        const sent = [news(), news(), news()]
        for (const delivery of sent) equal(await deliver(at, delivery), 202)
        await program.value(({ type }) => type === 'failed')
        equal((await program.stop('SIGKILL')).code, 'SIGKILL')
        up = true
        const second = await relay()
        await second.program.valuesLike(isForwarded, 3)
        deepEqual(numbers().sort(), sent.map(({ number }) => number).sort())
        equal(await deliver(second.at, sent[0]), 200)
      }),
    )
  })

  test('killed while it forwards, it forwards that delivery once more', async () => {
    let started
    const reached = new Promise((resolve) => {
      started = resolve
    })
    const { handler, numbers } = target((count) => {
      if (count > 1) return 200
      started()
      return new Promise(() => {})
    })
    await receiving(handler, (url) =>
      relaying(url, async ({ relay }) => {
        const { program, at } = await relay()
        const { number, ...delivery } = news()
        await deliver(at, delivery)
        await reached
        await program.stop('SIGKILL')
        const second = await relay()
        await second.program.value(isForwarded)
        deepEqual(numbers(), [number])
      }),
    )
  })

  test('what was given up is listed, and delivered again on request, by a relay that runs', async () => {
    let up = false
    const { handler, numbers } = target(() => (up ? 200 : 410))
    await receiving(handler, (url) =>
      relaying(url, async ({ relay, command }) => {
        const { program, at } = await relay('--attempts', '1')
        const { number, ...delivery } = news()
        await deliver(at, delivery)
        const { id } = await program.value(({ type }) => type === 'given up')
        const { stdout, stderr } = await command('list')
        const { diedAt, ...letter } = JSON.parse(stdout)
        deepEqual(letter, {
          id,
          subject: `build updated octocat/hello-world #${number} success`,
          reason: 'Error: the answer was 410',
          attempts: 1,
        })
        equal(stderr, '')
        ok(Math.abs(Date.parse(diedAt) - Date.now()) < 60_000)
        up = true
        equal(JSON.parse((await command('redeliver', id.slice(0, 8))).stdout).id, id)
        await program.value(isForwarded)
        deepEqual(numbers(), [number])
        equal((await command('list')).stdout, '')
        deepEqual(await command('redeliver', id).then(({ code, stdout }) => [code, JSON.parse(stdout).code]), [2, 'usage'])
      }),
    )
  })

  test('the receiver may have a secret of its own', async () => {
    const { handler, taken } = target()
    await receiving(handler, (url) =>
      relaying(url, async ({ file }) => {
        const env = { DRONE_WEBHOOK_SECRET: SECRET, OTHER: 'the other secret' }
        const program = start(['relay', '--forward', url, '--file', file, '--port', '0', '--json', '--forward-secret-env', 'OTHER'], {
          node,
          env,
        })
        try {
          const { at } = await program.value(({ type }) => type === 'listening')
          const { body, headers } = news()
          await deliver(at, { body, headers })
          await program.value(isForwarded)
          ok(verify({ headers: taken[0].rawHeaders, body }, { secret: 'the other secret' }))
        } finally {
          await program.stop()
        }
      }),
    )
  })

  test('a port that is in use, or a path that is none, ends it', async () => {
    const { handler } = target()
    await receiving(handler, (url) =>
      relaying(url, async ({ command }) => {
        const ended = async (...words) => {
          const { code, stdout } = await command('--forward', url, ...words)
          return [code, JSON.parse(stdout).code]
        }
        deepEqual(await ended('--port', new URL(url).port), [3, 'network'])
        deepEqual(await ended('--port', '0', '--path', 'hook'), [2, 'config_invalid'])
      }),
    )
  })

  test('list and redeliver make no file where there is none', async () => {
    for (const words of [['list'], ['redeliver', 'abc']]) {
      const { code, stderr } = await run(['relay', ...words, '--file', join(tmpdir(), 'no-such-file.sqlite')], { node })
      equal(code, 2)
      ok(stderr.includes('there is no file'), stderr)
    }
  })

  test('a file that is no inbox is said to be none', async () => {
    const { code, stderr } = await run(['relay', 'list', '--file', new URL(import.meta.url).pathname], { node })
    equal(code, 2)
    ok(stderr.includes('cannot open'), stderr)
  })
})

test('where the runtime has no SQLite, relay says what to do', {
  skip: process.getBuiltinModule('node:sqlite') && 'this Node.js has SQLite' && false,
}, async (t) => {
  if (process.getBuiltinModule('node:sqlite')) return t.diagnostic('this Node.js has SQLite')
  const { code, stderr } = await run(['relay', '--forward', 'http://127.0.0.1:1/', '--file', join(tmpdir(), `none-${process.pid}.sqlite`)])
  equal(code, 2)
  ok(stderr.includes('the relay needs SQLite in the runtime') && stderr.includes('22.13'), stderr)
})
