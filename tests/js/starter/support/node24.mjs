// Programs in a Node that has SQLite, whatever the host is; each can be killed.

import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Program } from '../../examples/support/program.mjs'

const bin = fileURLToPath(new URL('../../runtimes/node_modules/node24/bin', import.meta.url))

/** Why it is not there, or false. */
export const missing = !existsSync(bin) && 'node24 is not installed: npm ci in tests/js/runtimes'

/** The environment in which `node` is of that version, also for npm, and in which `node --test` runs tests although one is running. */
export const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NODE_TEST_CONTEXT: undefined }

// A Program can only be asked to end. Whoever knows its number can kill it.
const SAY_PID = 'data:text/javascript,console.log("pid",process.pid)'

/** Starts node with these arguments. */
export function node(args, options) {
  return new Program(`${bin}/node`, ['--import', SAY_PID, ...args], { ...options, env: { ...env, ...options.env } })
}

/** Ends it as a crash does: at once, and without a word to it. */
export async function kill(program) {
  const [, pid] = await program.printed(/pid (\d+)/)
  process.kill(Number(pid), 'SIGKILL')
  await program.ended
}

/** The address that it says it listens on. */
export async function originOf(program) {
  const [, port] = await program.printed(/http:\/\/[^\s]+:(\d+)/)
  return `http://127.0.0.1:${port}`
}
