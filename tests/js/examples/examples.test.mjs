// Runs the examples as a newcomer would, each in its runtime, and sends them deliveries over HTTP. nextjs.test.mjs has the one that is built first.

import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as assert from '../suite/assert.mjs'
import { Program } from './support/program.mjs'
import { env, receiver } from './support/receiver.mjs'
import { missing, program } from './support/runtimes.mjs'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const folder = local('../../../examples/')
const loopback = local('support/loopback.mjs')

const deno = { DENO_DIR: local('../../../target/deno'), DENO_NO_UPDATE_CHECK: '1', DENO_SERVE_ADDRESS: 'tcp:127.0.0.1:0' }
const run = (command, ...args) => new Program(command, args, { cwd: folder, env: { ...env, ...deno } })
const node = (...args) => run(process.execPath, ...args)

const inNode = (file) => node('--import', loopback, file)
const inBun = (file) => run(program('bun'), '--preload', loopback, file)
const inDeno = (file) => run(program('deno'), 'run', '--allow-net', '--allow-env', file)
const inWorkers = (file) => node(local('support/worker.mjs'), `${folder}${file}`)
const inLambda = (how) => (file) => node(local('support/lambda.mjs'), `${folder}${file}`, how)

const lambda = { again: 202, buffered: true }

const EXAMPLES = [
  ['node-http.mjs', { in: inNode, stops: true }],
  ['express.mjs', { in: inNode, route: true }],
  ['fastify.mjs', { in: inNode, route: true }],
  ['hono-node.mjs', { in: inNode, route: true }],
  ['hono-worker.mjs', { in: inWorkers, route: true, again: 202, skip: missing('miniflare') }],
  ['aws-lambda.mjs', { in: inLambda('base64'), ...lambda }, 'bodies in base64'],
  ['aws-lambda.mjs', { in: inLambda('text'), ...lambda }, 'bodies as text'],
  ['aws-lambda.mjs', { in: inLambda('rest'), ...lambda }, 'a REST API'],
  ['deno.ts', { in: inDeno, skip: missing('deno') }],
  ['bun.ts', { in: inBun, route: true, skip: missing('bun') }],
]

for (const [file, { in: start, ...expected }, variant] of EXAMPLES) {
  receiver(variant ? `${file}, ${variant}` : file, { start: () => start(file), ...expected })
}

test('deno.ts has no errors of type', { skip: missing('deno') }, async () => {
  const check = run(program('deno'), 'check', 'deno.ts')
  assert.deepEqual(await check.ended, { code: 0, signal: null }, check.output)
})

const shown = [
  ...readdirSync(folder).filter((name) => /\.(mjs|ts)$/.test(name)),
  ...readdirSync(`${folder}nextjs/app`, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `nextjs/app/${name}`),
]

test('every example is run', () => {
  const run = [...EXAMPLES.map(([file]) => file), 'nextjs/app/hook/route.ts']
  for (const file of shown) assert.ok(run.includes(file), file)
})

test('every example can be read at once: 15 to 60 lines', () => {
  for (const file of shown) {
    const lines = readFileSync(`${folder}${file}`, 'utf8').trimEnd().split('\n').length
    assert.ok(lines >= 15 && lines <= 60, `${file} has ${lines} lines`)
  }
})

test('examples/README.md lists every example', () => {
  const readme = readFileSync(`${folder}README.md`, 'utf8')
  for (const file of shown) assert.ok(readme.includes(`](${file})`), file)
})
