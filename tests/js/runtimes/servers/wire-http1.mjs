// One exchange of HTTP/1.1, on a connection of its own. A header's value is bytes, one a character.

import { Client } from '../../support/sockets.mjs'

const chunkOf = (bytes) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])

export class Http1 {
  #client
  #chunked

  /** `length` is a number, 'chunked', or undefined: then it is not mentioned. */
  constructor(port, { method, path, headers, length }) {
    this.#client = new Client(port)
    this.#chunked = length === 'chunked'
    const framing = this.#chunked ? [['Transfer-Encoding', 'chunked']] : length === undefined ? [] : [['Content-Length', length]]
    const lines = [['Host', 'receiver.test'], ...headers, ...framing].map(([name, value]) => `${name}: ${value}`)
    this.writeRaw(Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1'))
  }

  writeRaw(bytes) {
    return this.#client.write(bytes)
  }

  write(bytes) {
    return this.writeRaw(this.#chunked ? chunkOf(bytes) : bytes)
  }

  end() {
    if (this.#chunked) this.writeRaw('0\r\n\r\n')
  }

  /** Says that nothing more comes, though the body is not complete. */
  endEarly() {
    this.#client.socket.end()
  }

  hangUp() {
    this.#client.socket.destroy()
  }

  reset() {
    this.#client.socket.resetAndDestroy()
  }

  /** Writes until it is cut off, or until the limit; true if it was. */
  async flood(piece, limit) {
    await this.#client.flood(this.#chunked ? chunkOf(piece) : piece, limit)
    return !this.#client.socket.writable
  }

  /** Its status is 'closed' where the connection ends without one. */
  answer() {
    return this.#client.answer().catch(() => ({ status: 'closed' }))
  }

  close() {
    this.hangUp()
  }
}
