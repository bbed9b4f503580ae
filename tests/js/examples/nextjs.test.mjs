// Builds the Next.js example with its own compiler and types, as `npm run build` does, starts it, and sends it deliveries over HTTP.

import { cpSync, existsSync, rmSync } from 'node:fs'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as assert from '../suite/assert.mjs'
import { Program } from './support/program.mjs'
import { env, receiver } from './support/receiver.mjs'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const folder = local('../../../examples/nextjs/')
const next = `${folder}node_modules/next/dist/bin/next`

const clean = () => {
  for (const made of ['.next', 'next-env.d.ts', 'node_modules/drone-webhooks']) rmSync(`${folder}${made}`, { recursive: true, force: true })
}

async function start() {
  clean()
  // As if it were installed there: the bundler looks at nothing outside of the project.
  cpSync(local('../../../node_modules/drone-webhooks'), `${folder}node_modules/drone-webhooks`, { recursive: true })
  await build()
  return run(env, 'start', '--hostname', '127.0.0.1', '--port', '0')
}

/** Where an app is built, the secret need not be there. */
async function build() {
  const { DRONE_WEBHOOK_SECRET: _, ...withoutSecret } = env
  const building = run(withoutSecret, 'build')
  assert.deepEqual(await building.ended, { code: 0, signal: null }, building.output)
}

const run = (env, ...args) => new Program(process.execPath, [next, ...args], { cwd: folder, env: { ...env, NEXT_TELEMETRY_DISABLED: '1' } })

receiver('nextjs', { start, again: 202, skip: !existsSync(next) && 'next is not installed: npm ci in examples/nextjs' })

after(clean)
