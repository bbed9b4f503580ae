// The platform's Queues, which outlive the Worker: miniflare's are in the process that the soak kills. They do what Cloudflare says of
// its own: hand out batches, take back what was not acknowledged, and move to the dead-letter queue what was taken back too often.

import { randomUUID } from 'node:crypto'

// After a Worker has died with them, messages come again at once.
const AGAIN_MS = 100

export class Queues {
  #queues = new Map()
  #up
  #dispatch
  #closed = false

  /**
   * `consumers` are those of wrangler's configuration, each with the size of its batches; `up()` waits until there is a Worker, and
   * `dispatch(queue, messages)` hands a batch to it, and rejects where it dies.
   */
  constructor(consumers, { up, dispatch }) {
    this.#up = up
    this.#dispatch = dispatch
    for (const { queue, max_retries: retries, dead_letter_queue: dead, batch } of consumers) {
      this.#queues.set(queue, { retries, dead, batch, waiting: [], wake: () => {} })
      this.#consume(queue)
    }
  }

  send(queue, body) {
    this.#put(queue, { id: randomUUID(), timestamp: Date.now(), attempts: 0, body })
  }

  close() {
    this.#closed = true
    for (const { wake } of this.#queues.values()) wake()
  }

  #put(name, message) {
    const queue = this.#queues.get(name)
    queue.waiting.push(message)
    queue.wake()
  }

  async #consume(name) {
    const queue = this.#queues.get(name)
    while (!this.#closed) {
      await this.#up()
      const messages = queue.waiting.splice(0, queue.batch)
      if (messages.length > 0) await this.#handOut(name, queue, messages)
      else
        await new Promise((resolve) => {
          queue.wake = resolve
        })
    }
  }

  async #handOut(name, queue, messages) {
    for (const message of messages) message.attempts += 1
    let result
    try {
      result = await this.#dispatch(name, messages)
    } catch {
      result = { outcome: 'exception' }
    }
    const again = new Map(result.retryMessages?.map(({ msgId, delaySeconds }) => [msgId, 1000 * (delaySeconds ?? 0)]))
    for (const message of messages) {
      if (result.outcome === 'ok' && !again.has(message.id)) continue
      if (message.attempts > queue.retries) {
        if (queue.dead) this.#put(queue.dead, { ...message, attempts: 0 })
        else console.error(`the platform has dropped a message of ${name}`)
      } else setTimeout(() => this.#put(name, message), again.get(message.id) ?? AGAIN_MS)
    }
  }
}
