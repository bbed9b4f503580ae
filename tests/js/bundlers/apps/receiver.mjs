// A receiver for servers that speak fetch: answers a request, the same once more, and a forged one.

import { createWebMiddleware, memoryInbox, Webhooks } from 'drone-webhooks'
import { fetchRequest } from '../../suite/fetch-request.mjs'

globalThis.app = async ({ request, secret, now }) => {
  const clock = () => now
  const webhooks = new Webhooks({ secret, clock, inbox: memoryInbox({ clock, quiet: true }) })
  const handled = new Promise((resolve) => {
    webhooks.onAny(({ event, action, payload }) => resolve({ event, action, payload }))
  })
  const receive = createWebMiddleware(webhooks, { path: request.target })
  const statuses = []
  for (const body of [request.body, request.body, `${request.body} `]) {
    const { status } = await receive(fetchRequest(request, body))
    statuses.push(status)
  }
  const delivery = await handled
  await webhooks.close()
  return { statuses, delivery }
}
