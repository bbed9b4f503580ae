// The servers, each a process in its real runtime, and how the test gets at one.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Http1 } from './wire-http1.mjs'
import { Http2 } from './wire-http2.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const exe = process.platform === 'win32' ? '.exe' : ''

const node = (major) => `node${major}/bin/node${exe}`
const majors = [20, 22, 24, 26]
const overHttp = { platform: 'node', doors: ['hook'], Wire: Http1 }
const web = { isWeb: true, doors: ['hook', 'verify'], Wire: Http1 }

// What workerd writes of requests that it refuses by itself, and of a sender that goes while it is answered.
const NOISE = /^workerd\/.*(?:invalid HTTP chunk size|invalid Content-Length header value|disconnected: ).*\nstack: .*\n/gm
const workerd = { ...web, platform: 'workerd', program: node(24), noise: NOISE }

// `drains`: of a body that nobody reads it takes and drops all there is, and does not end the connection.
export const servers = [
  ...majors.map((major) => ({ ...overHttp, name: `node:http, Node.js ${major}`, program: node(major), args: ['node.mjs'] })),
  ...majors.map((major) => ({
    ...overHttp,
    name: `node:http2, Node.js ${major}`,
    platform: 'h2c',
    Wire: Http2,
    program: node(major),
    args: ['node.mjs', 'h2c'],
  })),
  {
    ...web,
    name: 'Deno',
    platform: 'deno',
    program: `deno/deno${exe}`,
    args: ['run', '--quiet', '--no-prompt', '--no-lock', '--node-modules-dir=manual', '--allow-net=127.0.0.1', 'deno.mjs'],
    drains: true,
  },
  { ...web, name: 'Bun', platform: 'bun', program: 'bun/bin/bun.exe', args: ['run', 'bun.mjs'], drains: true },
  { ...workerd, name: 'workerd', args: ['workerd.mjs'] },
  { ...workerd, name: 'workerd, nodejs_compat', args: ['workerd.mjs', 'nodejs_compat'] },
].map((server) => ({ drains: false, ...server, program: fileURLToPath(new URL(`../node_modules/${server.program}`, import.meta.url)) }))

/** Why it cannot be had, if so. */
export const missing = ({ program }) => (existsSync(program) ? undefined : `there is no ${program}: run npm ci in tests/js/runtimes`)

export class Running {
  #process
  #Wire
  #port
  #written = ''
  #ended

  constructor({ program, args, Wire }) {
    this.#Wire = Wire
    this.#process = spawn(program, args, { cwd: here })
    this.#process.stderr.on('data', (bytes) => {
      this.#written += bytes
    })
    this.#ended = once(this.#process, 'close')
  }

  /** Until it listens. */
  async ready() {
    const [line] = await Promise.race([once(this.#process.stdout, 'data'), this.#ended.then(() => [Number.NaN])])
    this.#port = Number(line)
    if (!this.#port) throw new Error(`it did not start: ${this.#written}`)
  }

  begin({ method = 'POST', ...request }) {
    return new this.#Wire(this.#port, { method, ...request })
  }

  /** What is noted of a case and of a delivery. */
  async log(name, id) {
    const exchange = this.begin({ method: 'GET', path: `/log?case=${name}&id=${id}`, headers: [], length: undefined })
    const { status, body } = await exchange.answer()
    exchange.close()
    if (status !== 200) throw new Error(`the log was answered ${status}`)
    return JSON.parse(body)
  }

  /** Lets it end; gives its exit code, and what it wrote to its standard error. */
  async end() {
    this.#process.stdin.end()
    const [code] = await this.#ended
    return { code, written: this.#written }
  }
}
