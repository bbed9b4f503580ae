// The Worker that the soak runs and kills: handlers that fail now and then, or take their time, and tell of it.

import { env } from 'cloudflare:workers'
import { createWebMiddleware, Webhooks } from 'drone-webhooks'
import { cloudflareInbox } from 'drone-webhooks/cloudflare'

export { DeliveryInbox } from 'drone-webhooks/cloudflare'

const { secret, failing, handlingMs } = env.SETTINGS
const inbox = cloudflareInbox({ object: env.DELIVERY_INBOX, deadLetterQueue: 'drone-dead-letters' })
const webhooks = new Webhooks({ secret, inbox })

const note = (what: string, id: string) => env.NOTES.fetch('https://notes/', { method: 'POST', body: `${what} ${id}\n` })

webhooks.onAny(async ({ id }) => {
  await note('started', id)
  if (handlingMs > 0) await new Promise((resolve) => setTimeout(resolve, handlingMs))
  if (Math.random() < failing) {
    await note('failed', id)
    throw new Error('one of those that fail')
  }
  await note('finished', id)
})
// They fail on purpose. What the inbox cannot take is answered 503, and counted.
webhooks.onError(() => {})

const receive = createWebMiddleware(webhooks, { path: '/hook' })

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/hook') return receive(request)
    if (request.method === 'POST') return Response.json(await inbox.redeliver(searchParams.get('id') ?? ''))
    const letters = await inbox.deadLetters(1000)
    return Response.json(letters.map(({ delivery, reason }) => ({ id: delivery.id, reason })))
  },
  queue: (batch) => inbox.queue(batch),
} satisfies ExportedHandler
