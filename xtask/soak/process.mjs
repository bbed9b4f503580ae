// A receiver as a process that can be killed: what stores are made of whose inbox runs in Node.js.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('receiver.mjs', import.meta.url))
// What Node.js says of node:sqlite and the like is not what is looked for here.
const QUIET = '--disable-warning=ExperimentalWarning'

/** A store, as soak.mjs wants it; `inbox` is the URL of a module that makes one of `options`. */
export class ProcessStore {
  #settings
  #node
  #child
  #lines

  constructor({ node = process.execPath, inbox, options, folder, secret, failing, handlingMs }) {
    this.#node = node
    this.notesFile = join(folder, 'notes')
    writeFileSync(this.notesFile, '')
    this.#settings = { inbox: { module: inbox, options }, secret, notes: this.notesFile, failing, handlingMs }
  }

  /** Starts it and gives the URL to send to. */
  async start() {
    this.#child = spawn(this.#node, [QUIET, PROGRAM, JSON.stringify(this.#settings)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    const { port } = await this.#line()
    return `http://127.0.0.1:${port}/hook`
  }

  /** Ends it as a crash does. */
  async kill() {
    const ended = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await ended
  }

  /** What the handlers have noted: pairs of what happened and the id of the delivery. */
  notes() {
    const lines = readFileSync(this.notesFile, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => line.split(' '))
  }

  deadLetters() {
    return this.#tell({ command: 'deadLetters' })
  }

  redeliver(id) {
    return this.#tell({ command: 'redeliver', id })
  }

  close() {
    return this.kill()
  }

  async #tell(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`)
    return (await this.#line()).value
  }

  async #line() {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('the receiver has ended')
    return JSON.parse(value)
  }
}
