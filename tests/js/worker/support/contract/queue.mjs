// A queue of the platform's, which outlives the Workers that consume it: miniflare's end with theirs. It does what Cloudflare says of its
// own: batches, messages that are put back, and those that were too often move to the dead-letter queue. A batch whose Worker has ended
// comes again; one Worker has one batch at a time.

import { randomUUID } from 'node:crypto'

const DELIVERIES = 'drone-deliveries'
const DEAD = 'drone-dead-letters'
const BATCH = 5
const DEAD_RETRIES = 100

export class Queue {
  /** How often a message is handed out again. */
  retries = 4
  #waiting = { [DELIVERIES]: [], [DEAD]: [] }
  #consumers = new Set()
  #inHand = new Set()

  send(body) {
    this.#put(DELIVERIES, { id: randomUUID(), timestamp: Date.now(), attempts: 0, body })
  }

  /** `handOut(queue, messages)` gives workerd's answer, and rejects where the Worker has ended. Gives a function that takes it away. */
  consume(handOut) {
    const consumer = { handOut, idle: true }
    this.#consumers.add(consumer)
    this.#wake()
    return () => this.#consumers.delete(consumer)
  }

  /** What is in hand has taken too long: it is handed out again, and whoever has it is not listened to any more. */
  expire() {
    for (const giveUp of this.#inHand) giveUp()
  }

  #put(queue, message) {
    this.#waiting[queue].push(message)
    this.#wake()
  }

  #wake() {
    for (const consumer of this.#consumers) if (consumer.idle) this.#serve(consumer)
  }

  async #serve(consumer) {
    consumer.idle = false
    while (this.#consumers.has(consumer)) {
      const queue = [DEAD, DELIVERIES].find((each) => this.#waiting[each].length > 0)
      if (queue === undefined) break
      await this.#handOut(consumer, queue, this.#waiting[queue].splice(0, BATCH))
    }
    consumer.idle = true
  }

  async #handOut(consumer, queue, messages) {
    for (const message of messages) message.attempts += 1
    const failed = () => {
      this.#consumers.delete(consumer)
      return { outcome: 'exception' }
    }
    let giveUp
    const expired = new Promise((resolve) => {
      giveUp = () => resolve(failed())
    })
    this.#inHand.add(giveUp)
    const answered = consumer.handOut(queue, messages).catch(failed)
    const { outcome, retryMessages = [] } = await Promise.race([answered, expired])
    this.#inHand.delete(giveUp)
    const again = new Map(retryMessages.map(({ msgId, delaySeconds = 0 }) => [msgId, 1000 * delaySeconds]))
    for (const message of messages) {
      if (outcome === 'ok' && !again.has(message.id)) continue
      if (message.attempts <= (queue === DEAD ? DEAD_RETRIES : this.retries)) {
        setTimeout(() => this.#put(queue, message), again.get(message.id) ?? 0)
      } else if (queue === DELIVERIES) this.#put(DEAD, { ...message, attempts: 0 })
    }
  }
}
