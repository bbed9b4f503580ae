// Calls over a connection, in both directions: a line of JSON for each call and each answer.

import { once } from 'node:events'
import { createConnection } from 'node:net'
import { createInterface } from 'node:readline'

/** Connects to a port; `answer` is asked what the other side calls for. */
export async function connect(port, answer) {
  const socket = createConnection({ host: '127.0.0.1', port })
  await once(socket, 'connect')
  return new Side(socket, answer)
}

export class Side {
  #socket
  #calls = new Map()
  #count = 0

  constructor(socket, answer) {
    this.#socket = socket.on('error', () => {})
    socket.once('close', () => {
      for (const { reject } of this.#calls.values()) reject(new Error('the other side has ended'))
      this.#calls.clear()
    })
    const lines = createInterface({ input: socket }).on('error', () => {})
    lines.on('line', async (line) => {
      const { call, given, answered, value, error } = JSON.parse(line)
      if (answered !== undefined) return this.#answered(answered, value, error)
      try {
        this.#write({ answered: call, value: await answer(given) })
      } catch (error) {
        this.#write({ answered: call, error: error.message })
      }
    })
  }

  call(given) {
    if (this.#socket.destroyed) return Promise.reject(new Error('the other side has ended'))
    this.#count += 1
    const call = this.#count
    const answered = new Promise((resolve, reject) => this.#calls.set(call, { resolve, reject }))
    this.#write({ call, given })
    return answered
  }

  #answered(call, value, error) {
    const { resolve, reject } = this.#calls.get(call)
    this.#calls.delete(call)
    if (error === undefined) resolve(value)
    else reject(new Error(error))
  }

  #write(line) {
    this.#socket.write(`${JSON.stringify(line)}\n`)
  }
}
