// A program that runs beside the test, and what it prints.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** For anything at all to happen: long, since the machine may be busy. */
export const PATIENCE_MS = 30_000

const running = new Set()

// The test runner ends a file that takes too long; what it started must not outlive it.
process.once('SIGTERM', () => {
  for (const each of running) each.stop()
  process.exit(1)
})

export class Program {
  output = ''
  /** Settles when it has ended and all it printed is here. */
  ended
  #process
  #over = false
  #news = new EventTarget()

  constructor(command, args, options) {
    this.#process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    this.ended = once(this.#process, 'close').then(([code, signal]) => ({ code, signal }))
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.output += text
        this.#tell()
      })
    }
    running.add(this)
    const over = () => {
      running.delete(this)
      this.#over = true
      this.#tell()
    }
    this.ended.then(over, over)
  }

  /** Waits for output like that, and gives the match. Fails where the program ends without it, or does not come to it. */
  async printed(pattern) {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    for (;;) {
      const match = new RegExp(pattern).exec(this.output)
      if (match) return match
      if (this.#over || signal.aborted) throw new Error(`it has not printed ${pattern}:\n${this.output}`)
      await once(this.#news, 'news', { signal }).catch(() => {})
    }
  }

  /** Asks it to end; gives how it did. */
  stop() {
    this.#process.kill('SIGTERM')
    return this.ended
  }

  #tell() {
    this.#news.dispatchEvent(new Event('news'))
  }
}
