// A server on a loopback port, and a client that writes bytes and reads answers: HTTP/1.1 as it is on the line.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'

/** Serves `handler` while `use(server)` runs; whatever is still open is closed afterwards. */
export async function serving(handler, use) {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clients = []
  const open = () => {
    const client = new Client(server.address().port)
    clients.push(client)
    return client
  }
  const send = (...request) => open().send(...request)
  try {
    return await use({ server, open, send, port: server.address().port })
  } finally {
    for (const client of clients) client.socket.destroy()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
}

/** The bytes of a request, its length filled in where the headers leave it open. */
export function requestBytes({ method = 'POST', path = '/hook', headers = [], body = '' }) {
  const has = (name) => headers.some(([each]) => each.toLowerCase() === name)
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...(has('host') ? [] : ['Host: receiver.test']),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(has('content-length') || has('transfer-encoding') ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)])
}

export class Client {
  #received = Buffer.alloc(0)
  #waiting = []

  constructor(port) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.ended = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes])
      this.#deliver()
    })
    // A server that closes while we still write resets the connection; the answer has come before that.
    this.socket.on('error', () => {})
    this.ended.then(() => this.#deliver(true))
  }

  write(bytes) {
    return new Promise((resolve) => this.socket.write(bytes, resolve))
  }

  /** Sends one request and reads its answer. */
  send(request) {
    this.write(Buffer.isBuffer(request) ? request : requestBytes(request))
    return this.answer()
  }

  /** The next answer: status, headers (small names), body, and all its bytes but the date. */
  answer() {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#deliver(this.socket.closed)
    })
  }

  /** Writes rubbish until the server stops taking it; gives the number of bytes that went out. */
  async flood(piece, limit = 64 * 1024 * 1024) {
    let sent = 0
    while (sent < limit && this.socket.writable) {
      const room = this.socket.write(piece)
      sent += piece.length
      if (!room) await Promise.race([once(this.socket, 'drain').catch(() => {}), this.ended])
    }
    return sent
  }

  #deliver(over = false) {
    while (this.#waiting.length) {
      const parsed = parseAnswer(this.#received)
      if (!parsed) break
      this.#received = this.#received.subarray(parsed.length)
      this.#waiting.shift().resolve(parsed.answer)
    }
    if (over) for (const { reject } of this.#waiting.splice(0)) reject(new Error('the connection closed without an answer'))
  }
}

function parseAnswer(bytes) {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  if (headers['transfer-encoding']) throw new Error('the tests read answers with a length only')
  const length = end + 4 + Number(headers['content-length'] ?? 0)
  if (bytes.length < length) return undefined
  const whole = bytes.subarray(0, length).toString('latin1')
  const answer = {
    status: Number(first.split(' ')[1]),
    headers,
    body: bytes.subarray(end + 4, length).toString(),
    bytes: whole.replace(/\r\ndate: [^\r]*/i, ''),
  }
  return { answer, length }
}
