// Runs the installed package's program in a process of its own, without a terminal unless one is asked for.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const manifest = createRequire(import.meta.url).resolve('drone-webhooks/package.json')
/** The folder of the package. */
export const root = dirname(manifest)
export const version = JSON.parse(readFileSync(manifest, 'utf8')).version
/** The script that the package names as its program. */
export const script = join(root, JSON.parse(readFileSync(manifest, 'utf8')).bin['drone-webhooks'])

export const SECRET = 'd8fa5c314f7b1f5cac27d34e157e3459'

const NODE24 = fileURLToPath(new URL('../../runtimes/node_modules/node24/bin/node', import.meta.url))

/** A Node.js that has SQLite: this one, or the one that the tests of the runtimes have installed; undefined where neither is there. */
export const nodeWithSqlite = process.getBuiltinModule('node:sqlite') ? process.execPath : existsSync(NODE24) ? NODE24 : undefined

/** Starts it; `DRONE_WEBHOOK_SECRET` is only what `env` says. */
export function start(words, { env = { DRONE_WEBHOOK_SECRET: SECRET }, cwd, node = process.execPath, program = script } = {}) {
  const { PATH, HOME } = process.env
  // Detached: a session of its own, in which there is no terminal to ask somebody at.
  return new Program(spawn(node, [program, ...words], { cwd, env: { PATH, HOME, ...env }, detached: true }))
}

/** Runs it to its end. */
export async function run(words, { input = '', ...options } = {}) {
  const program = start(words, options)
  program.child.stdin.on('error', () => {})
  program.child.stdin.end(input)
  return program.ended
}

class Program {
  stdout = ''
  stderr = ''
  #waiting = new Set()

  constructor(child) {
    this.child = child
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => {
        this[name] += text
        for (const look of this.#waiting) look()
      })
    }
    this.ended = once(child, 'close').then(([code, signal]) => {
      const end = { code: code ?? signal, stdout: this.stdout, stderr: this.stderr }
      for (const look of this.#waiting) look(end)
      return end
    })
  }

  /** The values that were written with --json so far. */
  get values() {
    return this.stdout.split('\n').slice(0, -1).map(JSON.parse)
  }

  /** The first value that is so, as soon as there is one. */
  value(is) {
    return this.#until(() => this.values.find(is))
  }

  /** As many values as are so, once there are. */
  valuesLike(is, count) {
    return this.#until(() => {
      const found = this.values.filter(is)
      return found.length >= count ? found : undefined
    })
  }

  #until(find) {
    return new Promise((resolve, reject) => {
      const look = (end) => {
        const found = find()
        if (found !== undefined) resolve(found)
        else if (end) reject(new Error(`it ended with ${end.code}\n${end.stdout}${end.stderr}`))
        else return
        this.#waiting.delete(look)
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** Ends it, gently by default, and gives what it has written. */
  stop(signal = 'SIGTERM') {
    this.child.kill(signal)
    return this.ended
  }
}
