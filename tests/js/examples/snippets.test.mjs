// Runs what README.md and the guides in docs/ show. Every js, ts and py fence has a comment before it, <!-- test: what it is about -->, and so
// may sh ones. Those find the files of docs/delivery/ where they run; comments at the end of a sh one are what it prints.
//
// A snippet of js or ts is a module. One that listens is sent a delivery, one that exports a receiver (POST, fetch, handler, or a function
// by default) is called with one, and both must answer 202; others must run to their end. DRONE_WEBHOOK_SECRET is in the
// environment, and is what deliveries are signed with.

import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sign } from 'drone-webhooks'
import * as assert from '../suite/assert.mjs'

const run = promisify(execFile)
const local = (path) => fileURLToPath(new URL(path, import.meta.url))

const SECRET = '0c4b2a7f9e1d3856b7a0c9e8f1d2436a'
const env = { ...process.env, DRONE_WEBHOOK_SECRET: SECRET, PORT: '0' }

const FENCE = /(?:<!-- test: (?<name>.+?) -->\n+)?^```(?<language>js|ts|sh|py)\b.*\n(?<code>[\s\S]*?)^```$/gm

/** What a page shows. */
function snippetsOf(text) {
  return [...text.matchAll(FENCE)].map(({ groups, index }, at) => ({
    ...groups,
    file: `${at}-${groups.language}`,
    line: text.slice(0, index).split('\n').length,
  }))
}

const guides = readdirSync(local('../../../docs')).filter((name) => name.endsWith('.md'))
for (const page of ['README.md', ...guides.map((name) => `docs/${name}`)]) {
  const snippets = snippetsOf(readFileSync(local(`../../../${page}`), 'utf8'))
  if (snippets.length > 0) describe(page, () => testPage(snippets))
}

function testPage(snippets) {
  const tested = snippets.filter(({ name }) => name)
  let folder

  before(async () => {
    // Below the root, where its packages are found.
    mkdirSync(local('../../../target'), { recursive: true })
    folder = mkdtempSync(local('../../../target/readme-'))
    writeFileSync(`${folder}/package.json`, '{"type":"module"}')
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(tsconfig))
    for (const { language, file, code } of tested) writeFileSync(`${folder}/${file}.${language}`, code)
    for (const name of ['body.json', 'request.http']) copyFileSync(local(`../../../docs/delivery/${name}`), `${folder}/${name}`)
    if (tested.some(({ language }) => language === 'ts')) await compile()
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  test('every snippet but those of the shell is tested', () => {
    for (const { name, language, line } of snippets) assert.ok(name || language === 'sh', `line ${line}: no <!-- test: … --> before it`)
    assert.ok(tested.length > 0, 'there is none')
  })

  for (const snippet of tested) {
    const skip = !existsSync(nodeFor(snippet)) && 'tests/js/runtimes is not installed, and this Node.js has no SQLite'
    const play = { sh: shell, py: python, js: module, ts: module }[snippet.language]
    test(`${snippet.language}: ${snippet.name}`, { timeout: 60_000, skip }, () => play(snippet))
  }

  /** The Node.js that runs it: one that has SQLite, where it is wanted. */
  function nodeFor({ code }) {
    const fine = !code.includes('drone-webhooks/sqlite') || process.getBuiltinModule('node:sqlite') !== undefined
    return fine ? process.execPath : local('../runtimes/node_modules/node24/bin/node')
  }

  const tsconfig = {
    compilerOptions: { module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: true, types: ['node'] },
    include: ['*.ts'],
  }

  async function compile() {
    const tsc = createRequire(import.meta.url)
      .resolve('typescript/package.json')
      .replace('package.json', 'bin/tsc')
    await run(process.execPath, [tsc, '--project', folder]).catch(({ stdout }) => assert.ok(false, stdout))
  }

  async function shell({ code }) {
    const { stdout } = await run('sh', ['-euc', code], { cwd: folder, env })
    const expected = /(?:^# .*\n)+$/m.exec(code)?.[0].replaceAll(/^# /gm, '')
    if (expected !== undefined) assert.equal(stdout, expected)
  }

  function python({ file }) {
    return run('python3', [`${file}.py`], { cwd: folder, env })
  }

  async function module({ file, code }) {
    const child = fork(local('../support/snippet.mjs'), [`${folder}/${file}.js`], {
      cwd: folder,
      env,
      silent: true,
      execPath: nodeFor({ code }),
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        output += text
      })
    const delivery = deliveryFor(code)
    child.send(delivery)
    const ended = once(child, 'exit').then(([exit]) => ({ exit }))
    try {
      const first = await Promise.race([once(child, 'message').then(([message]) => message), ended])
      const { exit, status } = first.port === undefined ? first : await post(first.port, delivery)
      assert.equal(exit ?? 0, 0, output)
      if (first.exit === undefined) assert.equal(status, 202, output)
      else assert.ok(!/\blisten\(/.test(code), `it ended without listening\n${output}`)
    } finally {
      child.kill()
      await ended
    }
  }

  /** A delivery to the first path that the snippet names. */
  function deliveryFor(code) {
    const body = '{"event":"build","action":"updated","repo":{"slug":"octocat/hello-world"},"build":{"number":1,"status":"success"}}'
    const path = /['"`](\/[\w/-]*)['"`]/.exec(code)?.[1] ?? '/'
    return { path, body, headers: { 'content-type': 'application/json', 'x-drone-event': 'build', ...sign({ body }, { secret: SECRET }) } }
  }

  const post = (port, { path, body, headers }) => fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })
}
