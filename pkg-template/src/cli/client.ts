/** Sends one request as it is: headers in their order and as often as they are given, which `fetch` does not let one do. Follows nothing. */
import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'

/** Header lines, in their order. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

/** What is sent. */
export interface Outgoing {
  readonly method: string
  readonly headers: HeaderList
  readonly body: Uint8Array
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly milliseconds: number
}

/** Rejects, with a message for people, where no answer comes. */
export function exchange(url: URL, outgoing: Outgoing, seconds: number): Promise<Answer> {
  const started = performance.now()
  const { method, body } = outgoing
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? overHttps : overHttp
    const request = send(bare(url), {
      method,
      headers: headersFor(url, outgoing),
      agent: false,
      signal: AbortSignal.timeout(1000 * seconds),
    })
    request.on('response', (response) => {
      // Nobody needs what it says, and it may never end.
      response.on('error', () => {})
      request.destroy()
      resolve({
        status: response.statusCode ?? 0,
        location: locationOf(response),
        milliseconds: Math.round(performance.now() - started),
      })
    })
    request.on('error', (error) => reject(new Error(explained(error, url, seconds))))
    request.end(body)
  })
}

function headersFor(url: URL, { headers, body, method }: Outgoing): string[] {
  const authorization = url.username === '' ? [] : ['Authorization', `Basic ${btoa(decodeURIComponent(`${url.username}:${url.password}`))}`]
  const length = method === 'GET' ? [] : ['Content-Length', String(body.length)]
  return ['Host', url.host, 'User-Agent', 'drone-webhooks', ...length, ...headers.flat(), ...authorization, 'Connection', 'close']
}

/** Without user and password: Node would make a second header of them. */
function bare(url: URL): URL {
  const copy = new URL(url)
  copy.username = ''
  copy.password = ''
  return copy
}

function locationOf({ headers: { location } }: IncomingMessage): string | undefined {
  return typeof location === 'string' ? location : location?.[0]
}

function explained(error: Error & { code?: string }, { host }: URL, seconds: number): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `no answer from ${host} within ${seconds} seconds`
  if (error.code === 'ECONNREFUSED') return `nobody listens at ${host}`
  if (error.code === 'ENOTFOUND') return `there is no host of the name ${host}`
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return `${host} closed the connection without an answer`
  return `${host} cannot be reached: ${error.message === '' ? (error.code ?? error.name) : error.message}`
}
