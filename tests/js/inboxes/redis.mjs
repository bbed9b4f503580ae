// A redis-server of its own for a test: durable, on a free port of the loopback, with its files in a folder that the test gives.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Redis } from 'ioredis'

// Room for what is needed to go on, not for what the contract calls large.
const SOME_ROOM = 200_000
const DURABLE = ['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction']

/** Why there is no Redis to try, if so. */
export const missing = spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'there is no redis-server: install Redis'

// Tests that are cut short leave no server behind: where nobody listens to these, a process ends without its exit event.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

/** A server that can be stopped, killed, paused and filled. */
export class RedisServer {
  #child
  #client
  #killed = () => this.#child?.kill('SIGKILL')

  static async open(folder) {
    const server = new RedisServer()
    server.folder = folder
    server.port = await freePort()
    server.connection = { host: '127.0.0.1', port: server.port }
    process.once('exit', server.#killed)
    await server.start()
    return server
  }

  /** It takes commands once this is done. */
  async start() {
    const place = ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.folder]
    this.#child = spawn('redis-server', [...place, ...DURABLE], { stdio: 'ignore' })
    this.#client = new Redis({ ...this.connection, retryStrategy: () => 50, maxRetriesPerRequest: null })
    this.#client.on('error', () => {})
    await Promise.race([this.#client.ping(), once(this.#child, 'exit').then(() => Promise.reject(new Error('redis-server did not start')))])
  }

  /** Orderly, or with SIGKILL. */
  async stop(signal = 'SIGTERM') {
    this.#client.disconnect()
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    child.kill(signal)
    await once(child, 'exit')
  }

  /** From now on it answers nothing, though connections stay. */
  pause() {
    this.#child.kill('SIGSTOP')
  }

  resume() {
    this.#child.kill('SIGCONT')
  }

  /** Sends a command. */
  call(...command) {
    return this.#client.call(...command)
  }

  async fill() {
    const [, used] = /used_memory:(\d+)/.exec(await this.#client.info('memory'))
    await this.call('CONFIG', 'SET', 'maxmemory', String(Number(used) + SOME_ROOM))
  }

  async free() {
    await this.call('CONFIG', 'SET', 'maxmemory', '0')
  }

  async close() {
    if (this.#child !== undefined) await this.stop('SIGKILL')
    process.off('exit', this.#killed)
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Redis as the contract's store, through the BullMQ of this package. */
export function redisHarness(name, bullmq) {
  const module = new URL('bullmq-inbox.mjs', import.meta.url).href
  const open = async (folder) => {
    const server = await RedisServer.open(folder)
    server.inbox = { module, options: { bullmq, connection: server.connection } }
    return server
  }
  return { name, command: [process.execPath], open }
}
