// GET /dead-letters lists what was given up, and why; POST /dead-letters?id=… puts one back on the queue. For those who know ADMIN_TOKEN.

import { env } from 'cloudflare:workers'
import type { CloudflareInbox } from 'drone-webhooks/cloudflare'

export async function manageDeadLetters(request: Request, inbox: CloudflareInbox): Promise<Response> {
  if (!isAdmin(request)) return new Response('Unauthorized\n', { status: 401 })
  if (request.method === 'POST') {
    const id = new URL(request.url).searchParams.get('id') ?? ''
    return (await inbox.redeliver(id)) ? new Response('Accepted\n', { status: 202 }) : new Response('Not Found\n', { status: 404 })
  }
  const letters = await inbox.deadLetters()
  return Response.json(letters.map(({ delivery, reason, attempts, diedAt }) => ({ reason, attempts, diedAt, delivery })))
}

function isAdmin({ headers }: Request): boolean {
  const encoder = new TextEncoder()
  const given = encoder.encode(headers.get('authorization') ?? '')
  const wanted = encoder.encode(`Bearer ${env.ADMIN_TOKEN}`)
  return Boolean(env.ADMIN_TOKEN) && given.length === wanted.length && crypto.subtle.timingSafeEqual(given, wanted)
}
