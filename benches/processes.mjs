// The runtimes that are processes: where their programs are, and one job given to one of them.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const programs = fileURLToPath(new URL('../tests/js/runtimes/node_modules/', import.meta.url))
const exe = process.platform === 'win32' ? '.exe' : ''

const node = (major) => ({ title: `Node.js ${major}`, program: `${programs}node${major}/bin/node${exe}`, args: [] })

/** By the name that the command line and the report use. */
export const runtimes = {
  node20: node(20),
  node24: node(24),
  deno: {
    title: 'Deno 2',
    program: `${programs}deno/deno${exe}`,
    // http-signature reads the environment as it is imported.
    args: ['run', '--quiet', '--no-prompt', '--no-lock', '--node-modules-dir=manual', '--allow-env'],
  },
  bun: { title: 'Bun 1', program: `${programs}bun/bin/bun.exe`, args: ['run'] },
}

/** Runs a script of this folder in a runtime, gives it a job as JSON, and gives what it prints as JSON. */
export async function runIn(runtime, script, job, args = []) {
  const { program, args: own } = runtimes[runtime]
  if (!existsSync(program)) throw new Error(`there is no ${program}: run npm ci in tests/js/runtimes`)
  const child = spawn(program, [...own, ...args, script], { cwd: here, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', (status, signal) => resolve(signal ?? status)))
  child.stdin.end(JSON.stringify(job))
  const [printed, status] = await Promise.all([text(child.stdout), ended])
  if (status !== 0) throw new Error(`${script} in ${runtime} ended with ${status}`)
  return JSON.parse(printed)
}
