// Receivers as processes, seen from the tests: what they are sent, told, and what they have noted.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { sign, verify } from 'drone-webhooks'

const PROGRAM = fileURLToPath(new URL('../receiver.mjs', import.meta.url))
const SECRET = 'the secret of these tests'

let number = 0

/** A signed request, different from all before it, and signed now or `signedIn` seconds later; with the id of its delivery. */
export function request(payload = {}, { signedIn = 0 } = {}) {
  number += 1
  const body = JSON.stringify({ event: 'build', action: 'updated', number, ...payload })
  const options = { secret: SECRET, now: Date.now() + 1000 * signedIn }
  const { date, digest, signature } = sign({ body }, options)
  const headers = { Date: date, Digest: digest, Signature: signature, 'X-Drone-Event': 'build' }
  const { id } = verify({ headers, body }, options)
  return { headers, body, number, id, sha256: createHash('sha256').update(body).digest('hex') }
}

/** A delivery as inboxes store it, by an id of one letter or digit. */
export function record(letter, { signedAt = new Date().toISOString() } = {}) {
  const body = JSON.stringify({ event: 'build', action: 'updated' })
  return {
    version: 1,
    id: letter.repeat(64),
    event: 'build',
    action: 'updated',
    signedAt,
    keyId: '',
    signedHeaders: ['date', 'digest'],
    body,
  }
}

/** A folder of its own with the notes of all receivers in it; everything is ended and removed after `use`. */
export async function bench(harness, use) {
  const folder = mkdtempSync(join(tmpdir(), 'drone-webhooks-inbox-'))
  const made = new Bench(harness, folder)
  try {
    made.store = await harness.open(folder)
    return await use(made)
  } finally {
    await made.end()
    await made.store?.close?.()
    rmSync(folder, { recursive: true, force: true })
  }
}

class Bench {
  #receivers = []
  #changes = new EventEmitter().setMaxListeners(0)

  constructor(harness, folder) {
    this.harness = harness
    this.folder = folder
    this.log = join(folder, 'notes')
    writeFileSync(this.log, '')
  }

  /** Starts a receiver. `inbox` are the inbox's options; the others are those of receiver.mjs. */
  async start({ inbox = {}, ...options } = {}) {
    const { module, options: common } = this.store.inbox
    const settings = { inbox: { module, options: { ...common, ...inbox } }, log: this.log, secret: SECRET, ...options }
    const [program, ...args] = this.harness.command
    const child = spawn(program, [...args, PROGRAM, JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'pipe'] })
    const receiver = new Receiver(child, () => this.#changes.emit('change'))
    this.#receivers.push(receiver)
    await receiver.ready
    return receiver
  }

  /** What was noted so far, in the order in which it was. */
  notes(what, id) {
    const lines = readFileSync(this.log, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line)).filter((note) => (!what || note.what === what) && (!id || note.id === id))
  }

  count(what, id) {
    return this.notes(what, id).length
  }

  /** Waits until something has been noted so often. */
  until(what, id, times = 1) {
    return this.when(() => this.count(what, id) >= times)
  }

  /** Waits until it is so; asked again whenever a receiver has said something. */
  async when(isSo) {
    for (;;) {
      const change = once(this.#changes, 'change')
      if (isSo()) return
      await change
    }
  }

  async end() {
    for (const receiver of this.#receivers) receiver.kill()
    await Promise.all(this.#receivers.map((receiver) => receiver.ended))
  }
}

class Receiver {
  #child
  #port
  #numbers = 0
  #answers = new Map()
  /** All that it wrote to its standard error. */
  errors = ''

  constructor(child, changed) {
    this.#child = child
    this.pid = child.pid
    this.ended = once(child, 'close').then(([code, signal]) => {
      changed()
      for (const { reject } of this.#answers.values()) reject(new Error('the receiver has ended'))
      return signal ?? code
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.errors += text
      changed()
    })
    child.stdin.on('error', () => {})
    const started = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = JSON.parse(line)
        if (said.port) {
          this.#port = said.port
          resolve()
        }
        if (said.answer) this.#answered(said)
        changed()
      })
    })
    this.ready = Promise.race([started, this.ended.then((how) => Promise.reject(new Error(`no receiver (${how}): ${this.errors}`)))])
    this.ready.catch(() => {})
  }

  /** Sends a request and gives the status of its answer, or undefined where the receiver was gone before it. */
  send({ headers, body }) {
    return new Promise((resolve) => {
      const options = {
        host: '127.0.0.1',
        port: this.#port,
        method: 'POST',
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      }
      const sent = httpRequest({ ...options, agent: false }, (response) => {
        response.resume().on('error', () => {})
        resolve(response.statusCode)
      })
      sent.on('error', () => resolve(undefined)).end(body)
    })
  }

  /** Has a command of receiver.mjs done. */
  tell(command, more = {}) {
    this.#numbers += 1
    const number = this.#numbers
    this.#child.stdin.write(`${JSON.stringify({ ...more, number, command })}\n`)
    return new Promise((resolve, reject) => this.#answers.set(number, { resolve, reject }))
  }

  /** Dead letters, as soon as there are some. */
  async deadLetters() {
    for (;;) {
      const letters = await this.tell('deadLetters')
      if (letters.length > 0) return letters
    }
  }

  signal(name) {
    this.#child.kill(name)
  }

  kill() {
    this.#child.kill('SIGKILL')
  }

  #answered({ answer, value, error }) {
    const { resolve, reject } = this.#answers.get(answer)
    this.#answers.delete(answer)
    if (error === undefined) resolve(value)
    else reject(new Error(error))
  }
}
