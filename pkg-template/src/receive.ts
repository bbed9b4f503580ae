/** What a receiver does with a request and what it answers, the same on every server. The middlewares only get at requests and write answers. */
import type { Body } from './body.js'
import { configInvalid, kindOf, WebhookVerificationError } from './errors.js'
import { declaredLength, isBrokenOff } from './fetch.js'
import type { RequestHead } from './headers.js'
import { InboxError } from './inbox/inbox.js'
import type { PendingReception, Webhooks } from './webhooks.js'

/** Where a middleware listens. */
export interface MiddlewareOptions {
  /** The path, `/hook`; requests for others are answered 404. Default: every path. */
  readonly path?: string | undefined
}

/** A request, as a server has it. */
export interface Incoming extends RequestHead {
  readonly method: string
  /** The paths it can be said to be for: one, or two where a framework has cut off what was mounted. */
  readonly paths: readonly string[]
  readonly contentLength: string | null | undefined
  /** Reads the body: its bytes, or their number as soon as that is beyond `limit`. Rejects if it breaks off. */
  read(limit: number): Promise<Body | number>
}

/** What is sent back: the same for every refusal of a kind. */
export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether the body was read to its end. Where it was not, the connection is of no more use. */
  readonly read: boolean
}

const TEXT: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** The path to listen at, checked. */
export function pathOf(options: MiddlewareOptions): string | undefined {
  if (typeof options !== 'object' || options === null)
    throw configInvalid(`options must be an object such as { path: '/hook' }, not ${kindOf(options)}`)
  const { path } = options
  if (path === undefined || (typeof path === 'string' && path.startsWith('/'))) return path
  throw configInvalid(
    `path must be a string that starts with a slash, such as "/hook", not ${typeof path === 'string' ? JSON.stringify(path) : kindOf(path)}`,
  )
}

/** Throws `config_invalid` for what are no Webhooks; those of another copy of the package are. */
export function checkWebhooks(webhooks: Webhooks): void {
  if (typeof webhooks?.receptionOf !== 'function') throw configInvalid(`a middleware wants Webhooks, not ${kindOf(webhooks)}`)
}

/** The path of a URL or of a request's target. */
export function pathIn(url: string): string {
  const [path = ''] = url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)
  return path === '' ? '/' : path
}

/** Receives a request and says what to answer; undefined where nobody is there to be answered. Never rejects, whatever `describe` is given. */
export async function receive(webhooks: Webhooks, path: string | undefined, describe: () => Incoming): Promise<Answer | undefined> {
  let incoming: Incoming
  try {
    incoming = describe()
  } catch (error) {
    console.error('drone-webhooks:', error)
    return answer(500, false)
  }
  if (path !== undefined && !incoming.paths.includes(path)) return answer(404, false)
  if (incoming.method !== 'POST') return answer(405, false, { Allow: 'POST' })
  const { headers, method, url } = incoming
  let read = false
  try {
    const reception = webhooks.receptionOf({ headers, method, url })
    const body = await readBody(incoming, reception, webhooks.maxBodyBytes)
    if (body === undefined) return undefined
    read = true
    return answer((await reception.finish(body)) === 'accepted' ? 202 : 200, read)
  } catch (error) {
    const status = statusOf(error)
    // A body that does not match is refused like a forged header, to the byte, and so is its connection closed.
    return answer(status, read && status !== 401)
  }
}

/** The body, or undefined if it broke off. Throws the refusal of one that is too large, and does not read on. */
async function readBody(incoming: Incoming, reception: PendingReception, limit: number): Promise<Body | undefined> {
  const declared = declaredLength(incoming.contentLength)
  if (declared > limit) throw reception.refuseLength(declared)
  let body: Body | number
  try {
    body = await incoming.read(limit)
  } catch (error) {
    if (!WebhookVerificationError.is(error)) throw error
    reception.refuse(error)
    if (isBrokenOff(error)) return undefined
    throw error
  }
  if (typeof body === 'number') throw reception.refuseLength(body)
  return body
}

/** Also that of another copy of the package: of drone-webhooks/slim, say. */
function isInboxError(error: unknown): error is InboxError {
  return (
    error instanceof InboxError ||
    (error instanceof Error && /^Inbox(Full)?Error$/.test(error.name) && 'status' in error && error.status === 503)
  )
}

function statusOf(error: unknown): number {
  if (WebhookVerificationError.is(error) || isInboxError(error)) return error.status
  console.error('drone-webhooks:', error)
  return 500
}

function answer(status: number, read: boolean, headers: Record<string, string> = {}): Answer {
  return { status, text: `${TEXT[status] ?? status}\n`, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, read }
}
