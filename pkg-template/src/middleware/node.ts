/** Receiving in node:http and what is built on it, such as express. */
import { type Body, checkBody, isBody } from '../body.js'
import { brokenOff, Chunks } from '../fetch.js'
import type { HeadersInput } from '../headers.js'
import { type Answer, checkWebhooks, type Incoming, type MiddlewareOptions, pathIn, pathOf, receive } from '../receive.js'
import type { Webhooks } from '../webhooks.js'

// What is used of node:http's classes, so that the declarations compile where @types/node is not installed.

/** A `http.IncomingMessage`, or what a framework made of it. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
  readonly rawHeaders: readonly string[]
  readonly readableDidRead?: boolean
  readonly readableEnded?: boolean
  readonly destroyed?: boolean
  on(event: string, listener: (value: unknown) => void): unknown
  off(event: string, listener: (value: unknown) => void): unknown
  pause(): unknown
  resume(): unknown
}

/** A `http.ServerResponse`. */
export interface NodeResponse {
  statusCode: number
  readonly headersSent: boolean
  setHeader(name: string, value: string): unknown
  end(text: string, callback?: () => void): unknown
}

/** Hands on to the next middleware of a framework. */
export type Next = (error?: unknown) => void

// What frameworks add.
interface FrameworkRequest extends NodeRequest {
  readonly originalUrl?: string
  readonly body?: unknown
  readonly rawBody?: unknown
  readonly httpVersionMajor?: number
  readonly stream?: { close?(code: number): void }
}

/**
 * A request listener for node:http, and a middleware for express and the like. Mount it before anything that parses bodies.
 *
 * It answers 202 for a delivery, 200 for one that was accepted before, and otherwise 404 (or `next()` where there is one), 405, 401, 413,
 * 422, 431, 500 or 503: only the status and its name. A forgery is answered before its body is read, and the connection is closed.
 *
 * Throws `config_invalid` for what are no Webhooks, and for a path that is none. What it returns never rejects.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { createNodeMiddleware, Webhooks } from 'drone-webhooks'
 *
 * const webhooks = new Webhooks({ secret: 'the secret' })
 * const server = createServer(createNodeMiddleware(webhooks, { path: '/hook' }))
 * ```
 */
export function createNodeMiddleware(
  webhooks: Webhooks,
  options: MiddlewareOptions = {},
): (request: NodeRequest, response: NodeResponse, next?: Next) => Promise<void> {
  checkWebhooks(webhooks)
  const path = pathOf(options)
  return async (request: FrameworkRequest, response, next) => {
    const answer = await receive(webhooks, path, () => incomingOf(request))
    if (response.headersSent) return
    // Nobody is there to be answered, but a stream of HTTP/2 stays open until somebody closes it. 8: CANCEL
    if (answer === undefined) request.stream?.close?.(8)
    else if (answer.status === 404 && next !== undefined) next()
    else send(request, response, answer)
  }
}

function incomingOf(request: FrameworkRequest): Incoming {
  const { method = '', url = '', originalUrl = url } = request
  return {
    method,
    url: originalUrl,
    paths: [pathIn(originalUrl), pathIn(url)],
    headers: headersOf(request),
    contentLength: oneOf(request.headers['content-length']),
    read: (limit) => readBody(request, limit),
  }
}

/** As they came; what only imitates a server's request may have no raw ones. */
function headersOf({ rawHeaders, headers }: NodeRequest): HeadersInput {
  return rawHeaders?.length > 0 ? rawHeaders : headers
}

function oneOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}

function send(request: FrameworkRequest, response: NodeResponse, { status, text, headers, read }: Answer): void {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (read) response.end(text)
  // HTTP/2 has streams to close, and no header for it.
  else if (request.httpVersionMajor === 2) response.end(text, () => request.stream?.close?.(0))
  else {
    // Node closes the socket once the answer is written, whatever the sender goes on writing.
    response.setHeader('Connection', 'close')
    response.end(text)
  }
}

/** The body; its length where that is beyond the limit. */
async function readBody(request: FrameworkRequest, limit: number): Promise<Body | number> {
  if (!request.readableDidRead && !request.readableEnded) return readStream(request, limit)
  // Somebody has read it: the bytes may have been kept.
  const { rawBody, body } = request
  if (isBody(rawBody)) return rawBody
  checkBody(body)
  return body
}

function readStream(request: NodeRequest, limit: number): Promise<Uint8Array | number> {
  // Not `for await`: leaving it early destroys the socket, and the answer with it.
  return new Promise((resolve, reject) => {
    const chunks = new Chunks(limit)
    const listeners = {
      data: (chunk: unknown) => {
        try {
          if (!chunks.add(chunk)) settle(() => resolve(chunks.length))
        } catch (error) {
          settle(() => reject(error))
        }
      },
      end: () => settle(() => resolve(chunks.joined())),
      error: (cause: unknown) => settle(() => reject(brokenOff(cause))),
      close: () => settle(() => reject(brokenOff(new Error('the sender has closed the connection')))),
    }
    const settle = (result: () => void) => {
      request.off('data', listeners.data)
      request.off('end', listeners.end)
      request.pause()
      result()
    }
    for (const [event, listener] of Object.entries(listeners)) request.on(event, listener)
    // A listener alone does not start what somebody has paused.
    request.resume()
    // Then none of the events comes any more.
    if (request.destroyed) listeners.close()
  })
}
