// Redis through BullMQ: a durable server of its own, which is killed together with the receiver.

import { RedisServer } from '../../../tests/js/inboxes/redis.mjs'
import { ProcessStore } from '../process.mjs'

const INBOX = new URL('../../../tests/js/inboxes/bullmq-inbox.mjs', import.meta.url).href

export default async ({ folder, concurrency, ...more }) => {
  const server = await RedisServer.open(folder)
  return new RedisStore(server, {
    inbox: INBOX,
    options: { bullmq: 'bullmq', connection: server.connection, concurrency, lease: 2 },
    folder,
    ...more,
  })
}

class RedisStore extends ProcessStore {
  #server

  constructor(server, options) {
    super(options)
    this.#server = server
  }

  async kill() {
    await super.kill()
    await this.#server.stop('SIGKILL')
    await this.#server.start()
  }

  async close() {
    await super.kill()
    await this.#server.close()
  }
}
