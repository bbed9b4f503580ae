/** The relay: takes in, keeps, forwards. */
import process from 'node:process'
import type { Delivery } from '../../events.js'
import type { InboxError } from '../../inbox/inbox.js'
import { toRecord } from '../../inbox/record.js'
import { createNodeMiddleware } from '../../middleware/node.js'
import { sign } from '../../sign.js'
import { Webhooks } from '../../webhooks.js'
import { type Args, urlOf } from '../args.js'
import { exchange } from '../client.js'
import { EXIT, messageOf, usage } from '../exit.js'
import { serveUntilStopped } from '../listen.js'
import { type Output, show } from '../output.js'
import { readSecrets } from '../secrets.js'
import { openInbox } from './file.js'
import { tellDelivery } from './tell.js'

export const DEFAULT_PORT = 8787
// With pauses that double up to a minute, a quarter of an hour.
export const DEFAULT_ATTEMPTS = 20
// The inbox renews it: it only says how soon a delivery is taken up again that was in hand when the program was killed.
const LEASE_SECONDS = 10

/** `relay --forward URL`, until somebody ends it. */
export async function relay(args: Args, out: Output): Promise<number> {
  if (args.text('forward') === undefined) throw usage('--forward URL is missing: where deliveries go')
  const url = urlOf(args.text('forward'))
  const path = args.text('path')
  const [port, tolerance, timeout] = [args.port('port') ?? DEFAULT_PORT, args.seconds('tolerance'), args.seconds('timeout') ?? 30]
  const attempts = args.count('attempts') ?? DEFAULT_ATTEMPTS
  if (attempts === 0) throw usage('--attempts wants 1 or more: with none a delivery would be taken and never forwarded')
  const secrets = await readSecrets(args)
  const forwardSecret = forwardSecretOf(args, secrets[0])
  const inbox = openInbox(args, {
    attempts,
    tolerance,
    timeout: timeout + 5,
    lease: LEASE_SECONDS,
    onDead: (delivery, error) => tellDelivery('given up', out.bad('✗'), delivery, reasonOf(error), out),
  })
  const webhooks = new Webhooks({ secret: secrets, tolerance, inbox })
  webhooks.onRefused(({ code, message }) => {
    out.value({ type: 'refused', code, message })
    out.line(show`${out.warn('!')} refused  ${code}  ${message}`)
  })
  webhooks.onInboxError((error, delivery) => lost(error, delivery, out))
  webhooks.onError((error, delivery) => tellDelivery('failed', out.warn('!'), delivery, reasonOf(error), out))
  webhooks.onAny(async (delivery) => {
    const status = await forward(delivery, url, forwardSecret, timeout)
    tellDelivery('forwarded', out.good('✓'), delivery, String(status), out)
  })
  try {
    await serveUntilStopped({
      host: args.text('host') ?? '127.0.0.1',
      port,
      handler: createNodeMiddleware(webhooks, { path }),
      ready: (origin) => {
        const at = `${origin}${path ?? '/hook'}`
        out.value({ type: 'listening', at, forward: url.origin + url.pathname })
        out.line(show`Taking deliveries at ${out.bold(at)}, for ${url.origin}${url.pathname}`)
      },
    })
  } finally {
    // Also where the port is not to be had: it would go on forwarding, and never end.
    await webhooks.close()
  }
  return EXIT.done
}

/** Sends it once; rejects for every answer but 2xx. */
async function forward(delivery: Delivery, url: URL, secret: string | Uint8Array, timeout: number): Promise<number> {
  const { id, body, event }: { id: string; body: Uint8Array; event: string | undefined } = delivery
  const { date, digest, signature } = sign({ body }, { secret })
  const headers: [string, string][] = [
    ['Content-Type', 'application/json'],
    ['Date', date],
    ['Digest', digest],
    ['Signature', signature],
    ...(event !== undefined && /^[\w-]+$/.test(event) ? [['X-Drone-Event', event] as [string, string]] : []),
    ['Idempotency-Key', id],
  ]
  const { status } = await exchange(url, { method: 'POST', headers, body }, timeout)
  if (status < 200 || status >= 300) throw new Error(`the answer was ${status}`)
  return status
}

function forwardSecretOf(args: Args, own: Uint8Array): string | Uint8Array {
  const name = args.text('forward-secret-env')
  if (name === undefined) return own
  const secret = process.env[name]
  if (secret === undefined || secret === '') throw usage(`the environment variable ${name} is not set, or empty`)
  return secret
}

/** The file could not take it, and the sender will not send it again: this is the only place where it still is. */
function lost(error: InboxError, delivery: Delivery, out: Output): void {
  const reason = messageOf(error.cause ?? error)
  out.value({ type: 'lost', id: delivery.id, detail: reason, record: toRecord(delivery) })
  out.note(show`${out.bad('✗')} not stored  ${delivery.id}  ${reason}: ${JSON.stringify(toRecord(delivery))}`)
}

function reasonOf(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : messageOf(error)
}
