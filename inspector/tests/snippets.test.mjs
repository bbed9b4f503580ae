// The fixes that the page shows, run: each as a program, on a recorded request.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { transformWithOxc } from 'vite'
import { find } from '../../tests/js/browsers/host.mjs'
import * as assert from '../../tests/js/suite/assert.mjs'
import { request, send, signed } from './requests.mjs'

const source = readFileSync(new URL('../src/data/snippets.ts', import.meta.url), 'utf8')
const { code } = await transformWithOxc(source, 'snippets.ts')
const { SNIPPETS } = await import(`data:text/javascript,${encodeURIComponent(code)}`)

const SECRET = 'd8fa5c314f7b1f5cac27d34e157e3459'
const { headers, body } = request('A-020')
const value = (name) => headers.find(([each]) => each === name)[1]
const folder = mkdtempSync(join(tmpdir(), 'drone-webhooks-'))
const file = (name, text) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const secretFile = file('secret', `${SECRET}\n`)
const bodyFile = file('body', body)
const values = [value('Date'), value('Digest'), SECRET, bodyFile, secretFile]
const options = { cwd: folder, timeout: 100_000, env: { ...process.env, SECRET_FILE: secretFile } }

async function run(program, words) {
  const { stdout } = await promisify(execFile)(program, words, options)
  return stdout.trim().split('\n')
}

/** What each program prints: the signature, whether a body is that of the digest, one that is not, the key, a date. */
function isRight([signature, own, other, key, date]) {
  assert.equal(signature, value('Signature'))
  assert.deepEqual([own.toLowerCase(), other.toLowerCase()], ['true', 'false'])
  assert.equal(key, SECRET)
  assert.ok(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(date), date)
}

const missing = (...names) => {
  const absent = names.filter((name) => find([name]) === undefined)
  return absent.length > 0 ? `not on the path: ${absent.join(', ')}` : undefined
}

describe('the fixes that the page shows', () => {
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('Python', { skip: missing('python3') }, async () => {
    const { body, secret, signing, clock } = SNIPPETS
    const program = `${body.python}
${signing.python}
${secret.python}
${clock.python}
import sys
_, date_, digest, secret, body = sys.argv[:5]
raw = Path(body).read_bytes()
print(signature(date_, digest, secret), is_digest_of(digest, raw), is_digest_of(digest, raw + b"\\n"), key.decode(), date, sep="\\n")
`
    isRight(await run('python3', [file('fix.py', program), ...values]))
  })

  test('Go', { skip: missing('go') }, async () => {
    const files = ['body', 'secret', 'signing', 'clock'].map((topic) => file(`${topic}.go`, `package main\n\n${SNIPPETS[topic].go}\n`))
    const main = `package main

import (
	"fmt"
	"os"
)

func main() {
	body, _ := os.ReadFile(os.Args[4])
	key, _ := readKey(os.Args[5])
	digest := os.Args[2]
	fmt.Printf("%s\\n%t\\n%t\\n%s\\n%s\\n", signature(os.Args[1], digest, os.Args[3]), isDigestOf(digest, body), isDigestOf(digest, append(body, 10)), key, date())
}
`
    isRight(await run('go', ['run', ...files, file('main.go', main), ...values]))
  })

  test('Java', { skip: missing('javac', 'java') }, async () => {
    const classes = { body: 'Digest', secret: 'Key', signing: 'Signer', clock: 'HttpDate' }
    const files = Object.entries(classes).map(([topic, name]) => file(`${name}.java`, SNIPPETS[topic].java))
    const main = `import java.nio.file.*;
class Main {
    public static void main(String[] args) throws Exception {
        byte[] body = Files.readAllBytes(Path.of(args[3]));
        System.out.println(Signer.signature(args[0], args[1], args[2]));
        System.out.println(Digest.isDigestOf(args[1], body));
        System.out.println(Digest.isDigestOf(args[1], java.util.Arrays.copyOf(body, body.length + 1)));
        System.out.println(new String(Key.readKey(Path.of(args[4]))));
        System.out.println(HttpDate.now());
    }
}
`
    await run('javac', ['-d', folder, ...files, file('Main.java', main)])
    isRight(await run('java', ['-cp', folder, 'Main', ...values]))
  })

  test('Node.js', async () => {
    linkPackage()
    const { secret, signing, clock } = SNIPPETS
    const program = `${secret.node}
${signing.node}
${clock.node}
const [, , date_, digest, given] = process.argv
console.log([signature(date_, digest, given), typeof verifier.verify, secret, date].join('\\n'))
`
    const [signature, verify, key, date] = await run(process.execPath, [file('fix.mjs', program), ...values])
    assert.equal(verify, 'function')
    isRight([signature, 'true', 'false', key, date])
  })

  test('Node.js, a receiver', async () => {
    linkPackage()
    const port = await freePort()
    const child = spawn(process.execPath, [file('receiver.mjs', SNIPPETS.body.node)], {
      cwd: folder,
      env: { ...process.env, DRONE_WEBHOOK_SECRET: SECRET, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const exit = once(child, 'exit')
    try {
      const fresh = signed(body, SECRET)
      assert.equal(await whenListening(child, () => send(`http://127.0.0.1:${port}`, fresh)), 202)
      assert.equal(await send(`http://127.0.0.1:${port}`, { ...fresh, body: `${body}\n` }), 401)
    } finally {
      child.kill()
      await exit
    }
  })
})

function linkPackage() {
  try {
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'), 'junction')
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

/** The program that is shown does not tell when it listens. */
async function whenListening(child, act) {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (child.exitCode !== null || error.cause?.code !== 'ECONNREFUSED') throw error
      await setTimeout(20)
    }
  }
}
