// A chat with an incoming webhook, which can be down in several ways.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { PATIENCE_MS } from '../../examples/support/program.mjs'

export class Chat {
  /** The messages that were taken. */
  messages = []
  /** The Idempotency-Keys of all attempts. */
  keys = []
  /** What it does with a message: the status to answer, or undefined to leave the sender without an answer. */
  answer = () => 200
  #news = new EventTarget()
  #port = 0

  async start() {
    this.server = createServer((request, response) => this.#take(request, response))
    this.server.listen(this.#port, '127.0.0.1')
    await once(this.server, 'listening')
    this.#port = this.server.address().port
    this.url = `http://127.0.0.1:${this.#port}/services/T0/B0/XXXX`
    return this
  }

  /** From now on connections are refused; `start` has it back in the same place. */
  async stop() {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** Waits until a condition holds; it is asked after each attempt. */
  async until(condition) {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    while (!condition(this)) {
      if (signal.aborted) throw new Error(`the chat waits in vain; it has ${JSON.stringify(this.messages)} of ${this.keys.length} attempts`)
      await once(this.#news, 'news', { signal }).catch(() => {})
    }
  }

  async #take(request, response) {
    const { text, ...others } = await json(request)
    const fine = request.method === 'POST' && request.headers['content-type'] === 'application/json' && Object.keys(others).length === 0
    const status = fine ? this.answer(text) : 400
    if (status === 200) this.messages.push(text)
    this.keys.push(request.headers['idempotency-key'])
    if (status !== undefined) response.writeHead(status, status === 301 ? { Location: '/elsewhere' } : {}).end('ok')
    this.#news.dispatchEvent(new Event('news'))
  }
}
