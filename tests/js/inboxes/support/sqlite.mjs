// SQLite files as stores of the contract.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const RUNTIMES = fileURLToPath(new URL('../../runtimes/node_modules/', import.meta.url))
const LOCK = fileURLToPath(new URL('lock.mjs', import.meta.url))
// Room for what is needed to start, not for what the contract calls large.
const SOME_ROOM = 200_000

// A write beyond the limit of fill() is to fail; not every runtime ignores the signal that else ends the process.
const WITHOUT_XFSZ = 'trap \'\' XFSZ; exec "$0" "$@"'

/** How programs are run in a runtime of tests/js/runtimes; `missing` says why they cannot be. */
export function command(runtime) {
  const [program, ...args] = {
    bun: ['bun/bin/bun.exe', 'run'],
    deno: ['deno/deno', 'run', '--allow-all'],
  }[runtime] ?? [`${runtime}/bin/node`]
  const missing = existsSync(RUNTIMES + program) ? undefined : `there is no ${program}: run npm ci in tests/js/runtimes`
  return { command: ['/bin/sh', '-c', WITHOUT_XFSZ, RUNTIMES + program, ...args], missing }
}

export function sqliteHarness(name, runtime) {
  return { name, command: command(runtime).command, open: (folder) => new SqliteStore(folder) }
}

class SqliteStore {
  #locker

  constructor(folder) {
    this.path = join(folder, 'inbox.sqlite')
    this.inbox = { module: new URL('../sqlite-inbox.mjs', import.meta.url).href, options: { path: this.path } }
  }

  /** There is nothing to stop but the file: somebody else has it locked. */
  async stop() {
    const [program, ...args] = command('node24').command
    this.#locker = spawn(program, [...args, LOCK, this.path], { stdio: ['pipe', 'pipe', 'inherit'] })
    const failed = once(this.#locker, 'close').then(() => Promise.reject(new Error('the file could not be locked')))
    failed.catch(() => {})
    await Promise.race([once(this.#locker.stdout, 'data'), failed])
  }

  async start() {
    const locker = this.#locker
    this.#locker = undefined
    locker.stdin.end()
    await once(locker, 'close')
  }

  /** A limit of the operating system (Linux): no file can grow beyond it. */
  fill({ pid }) {
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${SOME_ROOM}:`])
  }

  free({ pid }) {
    execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:'])
  }

  async close() {
    if (this.#locker) await this.start()
  }
}
