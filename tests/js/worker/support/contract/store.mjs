// Cloudflare's side of the contract, one for each test: the Durable Object, in a workerd of its own, and the queue. Both outlive the Workers.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runtimes } from '../../../examples/support/runtimes.mjs'
import { bundle, optionsOf, readConfig } from '../example.mjs'
import { SWITCH, Switch } from '../switch.mjs'
import { Queue } from './queue.mjs'
import { Side } from './wire.mjs'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const require = createRequire(runtimes)

/** The harness of inboxes/contract.mjs. */
export function cloudflareHarness(name) {
  const worker = workerIn(mkdtempSync(join(tmpdir(), 'drone-worker-contract-')))
  return { name, command: [process.execPath, local('host.mjs')], open: () => CloudflareStore.open(worker) }
}

/** The Worker, bundled, and a workerd that is killed with the process that has started it (Linux): else it goes on for a while. */
function workerIn(root) {
  process.once('exit', () => rmSync(root, { recursive: true, force: true }))
  const modules = bundle(local('receiver.ts')).modules.map(({ type, path, contents }) => {
    writeFileSync(join(root, path), contents)
    return { type, path: join(root, path) }
  })
  const workerd = join(root, 'workerd.sh')
  const binary = createRequire(require.resolve('miniflare'))('workerd').default
  writeFileSync(workerd, `#!/bin/sh\nexec setpriv --pdeathsig KILL '${binary}' "$@"\n`)
  chmodSync(workerd, 0o755)
  const { queueProducers, queueConsumers, bindings, ...options } = optionsOf(readConfig())
  return { root, modules, workerd, options }
}

class CloudflareStore {
  static async open(worker) {
    const store = new CloudflareStore()
    await store.#open(worker)
    return store
  }

  #queue = new Queue()
  #takes = true
  #miniflare
  #server
  #sockets = new Set()

  async #open(worker) {
    const { Miniflare } = require('miniflare')
    this.#miniflare = new Miniflare({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      handleRuntimeStdio: () => {},
      workers: [
        {
          ...worker.options,
          modules: worker.modules,
          modulesRoot: worker.root,
          bindings: { SETTINGS: { secret: 'of the object only', options: {} } },
          serviceBindings: { DELIVERIES: { name: SWITCH, entrypoint: 'Switch' } },
        },
        Switch(undefined, worker.options.compatibilityDate, (message) => this.#send(message)),
      ],
    })
    await this.#miniflare.ready
    this.#server = createServer((socket) => this.#connected(socket))
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.inbox = { options: { platform: this.#server.address().port, worker } }
  }

  stop() {
    this.#takes = false
  }

  start() {
    this.#takes = true
  }

  // A queue that is full says so, and is the only one who does.
  fill() {
    this.stop()
  }

  free() {
    this.start()
  }

  /** The batches in hand have taken too long. */
  expire() {
    this.#queue.expire()
  }

  async close() {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await this.#miniflare.dispose()
  }

  #send(message) {
    if (!this.#takes) throw new Error('the queue takes nothing')
    this.#queue.send(message)
  }

  #connected(socket) {
    this.#sockets.add(socket)
    const side = new Side(socket, ({ hello, object, body }) => (hello ? this.#hello(hello, side, socket) : this.#object(object, body)))
  }

  #hello({ consumes, attempts = 5 }, side, socket) {
    this.#queue.retries = attempts - 1
    if (!consumes) return
    const leave = this.#queue.consume((queue, messages) => side.call({ queue, messages }))
    socket.once('close', leave)
  }

  async #object(path, body) {
    const response = await this.#miniflare.dispatchFetch(`http://object${path}`, { method: 'POST', body })
    return { status: response.status, text: await response.text() }
  }
}
