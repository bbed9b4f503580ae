// The same of HTTP/2 without TLS, by Node's client: it sends values as they are, and lists as several fields where it knows of no reason not to.

import { connect, constants } from 'node:http2'

export class Http2 {
  #session
  #stream
  #answer
  #cutOff

  constructor(port, { method, path, headers, length }) {
    this.#session = connect(`http://127.0.0.1:${port}`).on('error', () => {})
    const fields = { ':method': method, ':path': path, ...(typeof length === 'number' && { 'content-length': length }) }
    for (const [given, value] of headers) {
      const name = given.toLowerCase()
      fields[name] = name in fields ? [fields[name], value].flat() : value
    }
    this.#stream = this.#session.request(fields, { endStream: length === undefined }).on('error', () => {})
    this.#answer = this.#read()
    // Node's client keeps a stream that was reset open as long as there is something left to write.
    this.#cutOff = new Promise((resolve) => this.#stream.once('aborted', resolve).once('close', resolve))
  }

  async #read() {
    const answer = { status: 'closed', body: '' }
    this.#stream.on('data', (bytes) => {
      answer.body += bytes
    })
    this.#stream.once('response', (headers) => {
      answer.status = headers[':status']
    })
    await new Promise((resolve) => this.#stream.once('end', resolve).once('close', resolve))
    return answer
  }

  write(bytes) {
    return new Promise((resolve) => this.#stream.write(bytes, resolve))
  }

  end() {
    this.#stream.end()
  }

  endEarly() {
    this.#stream.end()
  }

  hangUp() {
    this.#session.destroy()
  }

  reset() {
    this.#stream.close(constants.NGHTTP2_CANCEL)
  }

  async flood(piece, limit) {
    for (let sent = 0; sent < limit && !this.#stream.aborted && !this.#stream.destroyed; sent += piece.length)
      await Promise.race([this.write(piece), this.#cutOff])
    return this.#stream.aborted || this.#stream.destroyed
  }

  answer() {
    return this.#answer
  }

  close() {
    this.hangUp()
  }
}
