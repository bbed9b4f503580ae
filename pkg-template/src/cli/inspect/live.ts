/**
 * The inspector's page with its live tab: the page at `/`, a stream of server-sent events at `/events`. Both only for this machine's own
 * browsers, under a loopback name: another name that leads here is another site's trick (DNS rebinding) to read what was delivered.
 */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { utf8 } from '../input.js'
import type { Examined } from './examine.js'

const PAGE = new URL('../../../inspector/index.html', import.meta.url)
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i

// What a page that is opened late gets to see.
const KEPT_DELIVERIES = 100
const KEPT_CHARACTERS = 32 * 1024 * 1024

/** The page and its stream. */
export class LiveTab {
  /** Undefined where the package has none. */
  readonly page: string | undefined = readPage()
  readonly #followers = new Set<ServerResponse>()
  #kept: { readonly number: number; readonly text: string }[] = []

  /** Answers what is for the page; false for what is a delivery. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', headers } = request
    if (method !== 'GET' || (url !== '/' && url !== '/events' && url !== '/favicon.ico')) return false
    // A delivery that a redirect has turned into a GET still has its signature, and is to be seen.
    if (headers.signature !== undefined) return false
    if (!LOOPBACK.test(String(headers.host))) answer(response, 403, 'text/plain', 'Open this page as http://127.0.0.1\n')
    else if (url === '/events') this.#follow(request, response)
    else if (url === '/' && this.page !== undefined) answer(response, 200, 'text/html', this.page)
    else
      answer(
        response,
        404,
        'text/plain',
        url === '/' ? 'The inspector’s page is not in this installation. Deliveries are sent here by POST.\n' : '',
      )
    return true
  }

  /** Tells all who follow. */
  add(examined: Examined): void {
    const text = `id: ${examined.number}\nevent: delivery\ndata: ${JSON.stringify(examined)}\n\n`
    this.#kept.push({ number: examined.number, text })
    let characters = this.#kept.reduce((sum, { text }) => sum + text.length, 0)
    while (this.#kept.length > KEPT_DELIVERIES || (characters > KEPT_CHARACTERS && this.#kept.length > 1)) {
      characters -= this.#kept.shift()?.text.length ?? 0
    }
    for (const follower of this.#followers) follower.write(text)
  }

  #follow(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' })
    // After a broken connection the browser says what it has seen.
    const seen = Number(request.headers['last-event-id'] ?? 0)
    response.write(
      `retry: 1000\n\n${this.#kept
        .filter(({ number }) => !(number <= seen))
        .map(({ text }) => text)
        .join('')}`,
    )
    this.#followers.add(response)
    response.on('close', () => this.#followers.delete(response))
  }
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "frame-ancestors 'none'",
} as const

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8` }).end(text)
}

/** The page, allowed to connect to its own origin, and told where the stream is: from disk it may connect to nothing. */
function readPage(): string | undefined {
  let html: string
  try {
    html = utf8(readFileSync(PAGE)) ?? ''
  } catch {
    return undefined
  }
  return html
    .replace("connect-src 'none'", "connect-src 'self'")
    .replace(/<head[^>]*>/, '$&<meta name="drone-webhooks-live" content="/events">')
}
