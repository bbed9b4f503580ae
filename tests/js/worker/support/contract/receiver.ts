// The Worker of the contract: its handlers do as the deliveries say, and it dies at the step it is told. As inboxes/receiver.mjs does.

import { env } from 'cloudflare:workers'
import { createWebMiddleware, type Delivery, type Inbox, Webhooks } from 'drone-webhooks'
import { cloudflareInbox } from 'drone-webhooks/cloudflare'

export { DeliveryInbox } from 'drone-webhooks/cloudflare'

const { secret, dieAt, lifecycle, options } = env.SETTINGS
const { timeout, name = 'default', backoffMs = 0 } = options

// Longer than the leases of the contract.
const SLOW_MS = 2500

const post = (url: string, body: unknown) => env.HOST.fetch(url, { method: 'POST', body: JSON.stringify(body) })

const note = async (what: string, id: string, more = {}): Promise<number> =>
  (await post('https://host/note', { what, id, ...more })).json<number>()

// workerd follows the process that is killed a moment later; until then nothing may happen.
const A_MOMENT_MS = 60_000

/** It does not come back. */
async function die(): Promise<void> {
  await post('https://host/die', {}).catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, A_MOMENT_MS))
}

async function step(name: string): Promise<void> {
  if (dieAt === name) await die()
}

const inner = cloudflareInbox({
  // The object is not where the Worker is, and outlives it.
  object: { getByName: (name) => ({ fetch: (_, init) => env.HOST.fetch(`https://object/${name}`, init) }) },
  name,
  deadLetterQueue: 'drone-dead-letters',
  timeout,
  backoff: () => backoffMs,
})
const inbox: Inbox = {
  async accept(delivery) {
    await step('before it is accepted')
    const acceptance = await inner.accept(delivery)
    await step('after it is accepted')
    return acceptance
  },
  consume: (handle) =>
    inner.consume(async (delivery) => {
      await handle(delivery)
      await step('after it is handled')
    }),
  state: inner.state,
}

const webhooks = new Webhooks({ secret, inbox })

webhooks.onAny(async ({ id, body, payload }: Delivery) => {
  const before = await note('started', id)
  await step('while it is handled')
  const { script = ['ok'], number } = payload as { script?: string[]; number?: number }
  const what = script[Math.min(before, script.length - 1)] ?? 'ok'
  if (what === 'hang') await new Promise(() => {})
  if (what === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
  if (what.startsWith('wait')) await post('https://host/wait', { id })
  if (what.endsWith('die')) await die()
  if (what.endsWith('fail')) throw new Error(`no luck with ${number}`)
  const digest = await crypto.subtle.digest('SHA-256', typeof body === 'string' ? new TextEncoder().encode(body) : body)
  const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
  await note('finished', id, { sha256 })
})
if (lifecycle) {
  for (const name of ['build.completed', 'build.failed', 'build.fixed'] as const) {
    webhooks.on(name, async ({ id, payload }) => void (await note(`${name} ${payload.build?.number}`, id)))
  }
}

const commands: Record<string, (told: never) => unknown> = {
  deadLetters: async () => (await inner.deadLetters()).map((letter) => ({ ...letter, id: letter.delivery.id })),
  redeliver: ({ id }: { id: string }) => inner.redeliver(id),
  get: async ({ key }: { key: string }) => (await inner.state.get(key)) ?? null,
  compareAndSet: ({ key, expected, value, ttl }: { key: string; expected?: string; value: string; ttl?: number }) =>
    inner.state.compareAndSet(key, expected, value, { ttl }),
  /** Counts a value up, by comparison only. */
  async increment({ key, times }: { key: string; times: number }) {
    for (let done = 0; done < times; ) {
      const value = await inner.state.get(key)
      if (await inner.state.compareAndSet(key, value, String(Number(value ?? 0) + 1))) done += 1
    }
  },
}

const receive = createWebMiddleware(webhooks)

export default {
  async fetch(request, { DELIVERY_INBOX }, context) {
    const { hostname, pathname } = new URL(request.url)
    // Of the Worker that is there for its object only.
    if (hostname === 'object') return DELIVERY_INBOX.getByName(pathname.slice(1)).fetch(request)
    if (hostname === 'command') {
      const command = commands[pathname.slice(1)] as (told: unknown) => unknown
      return Response.json((await command(await request.json())) ?? null)
    }
    const response = await receive(request)
    context.waitUntil(step('after it is answered'))
    return response
  },
  async queue(batch) {
    await inner.queue(batch)
    await step('after its completion is recorded')
  },
} satisfies ExportedHandler<Env>
