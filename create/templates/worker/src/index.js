// The Worker. A delivery is verified and on the Queue before Drone is answered; handlers get it from there.

import { env } from 'cloudflare:workers'
import { createWebMiddleware, Webhooks } from 'drone-webhooks'
import { cloudflareInbox } from 'drone-webhooks/cloudflare'
import { manageDeadLetters } from './dead-letters.js'
import { handle } from './handlers.js'

// The platform looks for the class of the Durable Object here.
export { DeliveryInbox } from 'drone-webhooks/cloudflare'

const inbox = cloudflareInbox({ object: env.DELIVERY_INBOX, deadLetterQueue: 'my-receiver-dead' })
const webhooks = new Webhooks({ secret: env.DRONE_SECRET, inbox })
handle(webhooks)
webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

const receive = createWebMiddleware(webhooks, { path: '/hook' })

export default {
  fetch: (request) => (new URL(request.url).pathname === '/dead-letters' ? manageDeadLetters(request, inbox) : receive(request)),
  queue: (batch) => inbox.queue(batch),
}
