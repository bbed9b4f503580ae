// A Durable Object and a Queue, as in examples/cloudflare-worker: workerd is killed with the Worker and the Durable Object in it; the Queue is
// the platform's and goes on.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle, missing, optionsOf, readConfig } from '../../../tests/js/worker/support/example.mjs'
import { Queues } from './worker/queues.mjs'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const RECEIVER = local('worker/receiver.ts')
const HOST = local('worker/host.mjs')
const PRODUCER = 'drone-deliveries'

export default ({ folder, secret, failing, handlingMs, concurrency }) => {
  if (missing) throw new Error(missing)
  const root = join(folder, 'bundle')
  mkdirSync(root)
  const modules = bundle(RECEIVER).modules.map(({ type, path, contents }) => {
    writeFileSync(join(root, path), contents)
    return { type, path: join(root, path) }
  })
  const config = readConfig()
  // One batch at a time, so that it is known how many can be in hand.
  const consumers = config.queues.consumers.map((each) => ({ ...each, batch: concurrency ?? each.max_batch_size }))
  const notes = join(folder, 'notes')
  writeFileSync(notes, '')
  const settings = { secret, failing, handlingMs }
  return new WorkerStore({ consumers, notes, host: { modules, root, options: optionsOf(config), settings, notes, persist: folder } })
}

class WorkerStore {
  #host
  #notes
  #queues
  #child
  #url
  // Settled while the Worker runs.
  #up
  #nowUp
  #batches = new Map()
  #batch = 0

  constructor({ consumers, notes, host }) {
    this.#host = host
    this.#down()
    this.#notes = notes
    const dispatch = (queue, messages) => this.#dispatch(queue, messages)
    this.#queues = new Queues(consumers, { up: () => this.#up, dispatch })
  }

  async start() {
    // A group of its own, so that workerd can be killed with it.
    const child = fork(HOST, [JSON.stringify(this.#host)], { detached: true })
    const url = new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('the Worker has not started')))
      child.on('message', (message) => {
        if (message.url) resolve(message.url)
        else if (message.send) this.#send(child, message)
        else this.#batches.get(message.batch)?.resolve(message.result)
      })
    })
    this.#url = await url
    this.#child = child
    this.#nowUp()
    return new URL('/hook', this.#url).href
  }

  async kill() {
    const child = this.#child
    this.#down()
    const ended = once(child, 'exit')
    process.kill(-child.pid, 'SIGKILL')
    await ended
    for (const { reject } of this.#batches.values()) reject(new Error('the Worker was killed'))
    this.#batches.clear()
  }

  notes() {
    const lines = readFileSync(this.#notes, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => line.split(' '))
  }

  async deadLetters() {
    return (await fetch(this.#url)).json()
  }

  async redeliver(id) {
    return (await fetch(new URL(`/?id=${id}`, this.#url), { method: 'POST' })).json()
  }

  async close() {
    this.#queues.close()
    await this.kill()
  }

  #down() {
    this.#up = new Promise((resolve) => {
      this.#nowUp = resolve
    })
  }

  #send(child, { send, message }) {
    this.#queues.send(PRODUCER, message)
    // It may have been killed meanwhile: the message is on the queue all the same.
    if (child.connected) child.send({ sent: send })
  }

  #dispatch(queue, messages) {
    const child = this.#child
    if (!child.connected) return Promise.reject(new Error('the Worker was killed'))
    this.#batch += 1
    const batch = this.#batch
    return new Promise((resolve, reject) => {
      this.#batches.set(batch, { resolve, reject })
      child.send({ batch, queue, messages })
    }).finally(() => this.#batches.delete(batch))
  }
}
