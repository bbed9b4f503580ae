// A Worker that runs in miniflare, and the chat that it tells.

import { once } from 'node:events'
import { createRequire } from 'node:module'
import { PATIENCE_MS } from '../../examples/support/program.mjs'
import { runtimes } from '../../examples/support/runtimes.mjs'
import { SECRETS } from './settings.mjs'
import { SWITCH, Switch } from './switch.mjs'

// Not before it is known to be there.
const miniflare = () => createRequire(runtimes)('miniflare')

/** The Worker while it runs. */
export class Worker {
  output = ''
  #miniflare
  #news = new EventTarget()

  /**
   * `options` are miniflare's, of `optionsOf`; `chat` answers what the Worker sends out; `queue`, if given, is asked before each message is
   * sent, and a rejection is the queue's; `persist` is a folder that outlives it.
   */
  constructor({ modules, options, chat, queue, persist }) {
    const worker = { ...options, modules, modulesRoot: '/', outboundService: (request) => this.#chat(chat, request) }
    const workers = [worker]
    if (queue) {
      const [[binding, producer]] = Object.entries(options.queueProducers)
      worker.queueProducers = {}
      worker.serviceBindings = { [binding]: { name: SWITCH, entrypoint: 'Switch' } }
      workers.push(Switch(producer, options.compatibilityDate, queue))
    }
    this.#miniflare = new (miniflare().Miniflare)({
      host: '127.0.0.1',
      port: 0,
      // It would be fetched.
      cf: false,
      workers,
      ...(persist && { durableObjectsPersist: persist }),
      handleRuntimeStdio: (stdout, stderr) => {
        for (const stream of [stdout, stderr]) {
          stream.setEncoding('utf8').on('data', (text) => {
            this.output += text
            this.#news.dispatchEvent(new Event('news'))
          })
        }
      },
    })
  }

  /** Sends a request, over HTTP. */
  async fetch(path, init) {
    const origin = await this.#miniflare.ready
    return fetch(new URL(path, origin), { signal: AbortSignal.timeout(PATIENCE_MS), ...init })
  }

  /** The dead letters, as its people see them. */
  async letters() {
    const response = await this.fetch('/dead-letters', { headers: { authorization: `Bearer ${SECRETS.ADMIN_TOKEN}` } })
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
    return response.json()
  }

  /** Puts one of them back; gives the status. */
  async redeliver(id, token = SECRETS.ADMIN_TOKEN) {
    const init = { method: 'POST', headers: { authorization: `Bearer ${token}` } }
    return (await this.fetch(`/dead-letters?id=${id}`, init)).status
  }

  /** Puts a message on the queue that does not come from the Worker. */
  async send(message) {
    const queue = await this.#miniflare.getQueueProducer('DELIVERIES')
    await queue.send(message)
  }

  /** Waits until it has logged that. */
  printed(pattern) {
    return this.#until(() => new RegExp(pattern).exec(this.output), `it has not printed ${pattern}`)
  }

  /** Waits until that many of the chat's messages are there; gives them. */
  async told(chat, count) {
    await this.#until(() => chat.messages.length >= count, `the chat was not told ${count} times`)
    return chat.messages
  }

  stop() {
    return this.#miniflare.dispose()
  }

  async #chat(chat, request) {
    const response = await chat.answer(request)
    this.#news.dispatchEvent(new Event('news'))
    return response
  }

  async #until(done, message) {
    const signal = AbortSignal.timeout(2 * PATIENCE_MS)
    for (;;) {
      const result = done()
      if (result) return result
      if (signal.aborted) throw new Error(`${message}:\n${this.output.slice(-5000)}`)
      await once(this.#news, 'news', { signal }).catch(() => {})
    }
  }
}

/** The chat that the example tells: answers with the statuses given, one after the other, then with 200. */
export class Chat {
  messages = []
  statuses

  constructor(...statuses) {
    this.statuses = statuses
  }

  async answer(request) {
    // Whoever has followed a redirect: the message is lost, and the answer is a good one.
    if (request.method !== 'POST') return new (miniflare().Response)()
    const { text } = await request.json()
    const status = this.statuses.shift() ?? this.always ?? 200
    this.messages.push({ id: request.headers.get('idempotency-key'), text, status })
    const headers = status === 302 ? { location: 'https://chat.test/elsewhere' } : {}
    return new (miniflare().Response)(null, { status, headers })
  }
}
