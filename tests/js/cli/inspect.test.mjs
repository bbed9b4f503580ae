// drone-webhooks inspect: what is delivered is printed, and streamed to the page.

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, test } from 'node:test'
import { sign } from 'drone-webhooks'
import { deepEqual, equal, ok } from '../suite/assert.mjs'
import { root, run, SECRET, script, start } from './support/program.mjs'

const BODY = '{"event":"build","action":"updated","repo":{"slug":"octocat/hello-world"},"build":{"number":7,"status":"success"}}'

/** Runs it while `use` does something with it; it must end well. */
async function inspecting(use, options) {
  const program = start(['inspect', '--port', '0', '--json'], options)
  try {
    const { listening } = await program.value(({ listening }) => listening !== undefined)
    await use({ program, origin: listening })
  } finally {
    equal((await program.stop()).code, 0)
  }
}

/** A copy of the package with this page, or with none. */
async function withPackage(page, use) {
  const folder = mkdtempSync(join(tmpdir(), 'package-'))
  try {
    cpSync(root, folder, { recursive: true })
    rmSync(join(folder, 'inspector'), { recursive: true, force: true })
    if (page !== undefined) {
      mkdirSync(join(folder, 'inspector'))
      writeFileSync(join(folder, 'inspector/index.html'), page)
    }
    await use({ program: join(folder, relative(root, script)) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const post = (origin, body, headers = {}, options = { secret: SECRET }) =>
  fetch(`${origin}/hook?x=1`, { method: 'POST', body, headers: { ...sign({ body: BODY }, options), ...headers } })

/** The events of a stream, as long as somebody wants more. */
async function* events(origin, headers = {}) {
  const abort = new AbortController()
  const response = await fetch(`${origin}/events`, { headers, signal: abort.signal })
  equal(response.headers.get('content-type'), 'text/event-stream')
  let text = ''
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop()
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (data) yield JSON.parse(data)
      }
    }
  } finally {
    abort.abort()
  }
}

describe('inspect', () => {
  test('an authentic delivery is printed with what it is, and answered 202', async () => {
    await inspecting(async ({ program, origin }) => {
      equal((await post(origin, BODY)).status, 202)
      const { ok: good, code, event, action, subject, request, number, explanation } = await program.value(({ request }) => request)
      equal(explanation.ok, true)
      deepEqual(
        [good, code, event, action, subject, number],
        [true, null, 'build', 'updated', 'build updated octocat/hello-world #7 success', 1],
      )
      deepEqual([request.method, request.url, request.body], ['POST', '/hook?x=1', BODY])
    })
  })

  test('a refused one is answered as a receiver would, and printed with its body and why', async () => {
    await inspecting(async ({ program, origin }) => {
      const changed = BODY.replace('success', 'failure')
      equal((await post(origin, changed)).status, 401)
      const { code, request, explanation } = await program.value(({ request }) => request)
      deepEqual([code, request.body], ['digest_mismatch', changed])
      equal(explanation.ok, false)
      equal(explanation.causes[0].code, 'body_changed')
    })
  })

  test('nothing that it tells holds the secret, or the signature that would be right', async () => {
    await inspecting(async ({ program, origin }) => {
      await post(origin, BODY, {}, { secret: 'another' })
      await program.value(({ request }) => request)
      const { signature } = sign({ body: BODY }, { secret: SECRET, now: Date.parse(program.values[1].receivedAt) })
      ok(!program.stdout.includes(SECRET))
      ok(!program.stdout.includes(/signature="([^"]*)"/.exec(signature)[1]))
    })
  })

  test('a body that is no text is kept as bytes', async () => {
    await inspecting(async ({ program, origin }) => {
      await post(origin, Buffer.from([0xff, 0, 0xfe]))
      equal((await program.value(({ request }) => request)).request.bodyBase64, '/wD+')
    })
  })

  test('what a redirect made of a delivery is one too', async () => {
    await inspecting(async ({ program, origin }) => {
      equal((await fetch(`${origin}/`, { headers: sign({ body: BODY }, { secret: SECRET }) })).status, 401)
      equal((await program.value(({ request }) => request)).code, 'digest_mismatch')
    })
  })

  test('a body beyond 4 MiB is refused without being read', async () => {
    await inspecting(async ({ program, origin }) => {
      const answer = post(origin, 'x'.repeat(5 * 1024 * 1024)).catch(() => undefined)
      equal((await program.value(({ request }) => request)).code, 'body_too_large')
      await answer
    })
  })

  test('the stream gives what came before it was opened, and what comes after', async () => {
    await inspecting(async ({ origin }) => {
      await post(origin, BODY)
      const stream = events(origin)
      equal((await stream.next()).value.number, 1)
      await post(origin, BODY, { 'x-drone-event': 'user' })
      const { number, code } = (await stream.next()).value
      deepEqual([number, code], [2, 'event_mismatch'])
      await stream.return()
      const later = events(origin, { 'Last-Event-ID': '1' })
      equal((await later.next()).value.number, 2)
      await later.return()
    })
  })

  test('nobody follows it under another name than a loopback one, and no other page may read it', async () => {
    await inspecting(async ({ program, origin }) => {
      const { port } = new URL(origin)
      const status = (host, path) =>
        new Promise((resolve, reject) => {
          get({ port, host: '127.0.0.1', path, headers: { host } }, (response) => {
            response.destroy()
            resolve({ status: response.statusCode, headers: response.headers })
          }).on('error', reject)
        })
      equal((await status('evil.example', '/events')).status, 403)
      equal((await status('evil.example', '/')).status, 403)
      const { status: good, headers } = await status('localhost:1', '/events')
      deepEqual([good, headers['access-control-allow-origin'], headers['cross-origin-resource-policy']], [200, undefined, 'same-origin'])
      equal(program.values.length, 1)
    })
  })

  test('it serves the page, which may then connect to its own origin, and is told where the stream is', async () => {
    const page = `<!doctype html><html><head lang="en"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'none'"></head></html>`
    await withPackage(page, (options) =>
      inspecting(async ({ program, origin }) => {
        equal(program.values[0].page, `${origin}/`)
        const response = await fetch(`${origin}/`)
        deepEqual([response.status, response.headers.get('content-security-policy')], [200, "frame-ancestors 'none'"])
        equal(
          await response.text(),
          page
            .replace('<head lang="en">', '<head lang="en"><meta name="drone-webhooks-live" content="/events">')
            .replace("connect-src 'none'", "connect-src 'self'"),
        )
      }, options),
    )
  })

  test('where the package has no page it says so, and receives all the same', async () => {
    await withPackage(undefined, (options) =>
      inspecting(async ({ program, origin }) => {
        equal(program.values[0].page, null)
        const response = await fetch(`${origin}/`)
        equal(response.status, 404)
        ok((await response.text()).includes('not in this installation'))
        equal((await post(origin, BODY)).status, 202)
      }, options),
    )
  })

  test('for people, each delivery is a line in which nothing can hide', async () => {
    const program = start(['inspect', '--port', '0'])
    const origin = await new Promise((resolve) => {
      program.child.stdout.on('data', () => {
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(program.stdout)
        if (found) resolve(found[0])
      })
    })
    const body = BODY.replace('octocat/hello-world', 'a\\u001b[2Jb\\u202ec')
    await fetch(`${origin}/x`, { method: 'POST', body, headers: sign({ body }, { secret: SECRET }) })
    await fetch(`${origin}/x`, { method: 'POST', body })
    const { stdout } = await program.stop()
    ok(stdout.includes('build updated a\\x1b[2Jb\\u{202e}c #7 success'), stdout)
    ok(stdout.includes('POST /x  signature_missing'), stdout)
    ok(!stdout.includes('\x1b'))
  })

  test('a port that is in use is exit code 3', async () => {
    await inspecting(async ({ origin }) => {
      const { port } = new URL(origin)
      const { code, stderr } = await run(['inspect', '--port', port])
      equal(code, 3)
      ok(stderr.includes(`port ${port} of 127.0.0.1 is in use`), stderr)
    })
  })
})
