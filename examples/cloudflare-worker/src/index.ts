// Receives Drone's webhooks at the edge, and tells a chat of builds that fail and builds that are fixed.

import { env } from 'cloudflare:workers'
import { type BuildDelivery, createWebMiddleware, Webhooks } from 'drone-webhooks'
import { cloudflareInbox } from 'drone-webhooks/cloudflare'
import { manageDeadLetters } from './dead-letters.js'

// The Durable Object, which wrangler.jsonc names: the platform looks for its class here.
export { DeliveryInbox } from 'drone-webhooks/cloudflare'

const inbox = cloudflareInbox({ object: env.DELIVERY_INBOX, deadLetterQueue: 'drone-dead-letters' })
const webhooks = new Webhooks({ secret: env.DRONE_WEBHOOK_SECRET, inbox })

webhooks.on('build.failed', (delivery) => tell('failed', delivery))
webhooks.on('build.fixed', (delivery) => tell('is fixed', delivery))
webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

/** What it throws puts the delivery back on the queue. */
async function tell(what: string, { id, payload: { repo, build } }: BuildDelivery): Promise<void> {
  const response = await fetch(env.CHAT_URL, {
    method: 'POST',
    // At least once: after a fault the same delivery may come again, and has the same id.
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': id },
    body: JSON.stringify({ text: `${repo?.slug} #${build?.number} ${what}: ${build?.message}` }),
    // Where a redirect leads to, the message would be a GET without it, and answered all the same.
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`the chat answered ${response.status}`)
}

const receive = createWebMiddleware(webhooks, { path: '/hook' })

export default {
  fetch: (request) => (new URL(request.url).pathname === '/dead-letters' ? manageDeadLetters(request, inbox) : receive(request)),
  queue: (batch) => inbox.queue(batch),
} satisfies ExportedHandler
