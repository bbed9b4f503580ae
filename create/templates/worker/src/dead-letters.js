// What was given up: GET /dead-letters lists it, POST /dead-letters?id=… has it tried again. Only with the secret ADMIN_TOKEN; without that, for nobody.

import { env } from 'cloudflare:workers'

export async function manageDeadLetters(request, inbox) {
  if (!isAdmin(request.headers.get('authorization') ?? '')) return new Response('Unauthorized\n', { status: 401 })
  if (request.method === 'GET') return Response.json(await inbox.deadLetters())
  if (request.method !== 'POST') return new Response('Method Not Allowed\n', { status: 405, headers: { Allow: 'GET, POST' } })
  const id = new URL(request.url).searchParams.get('id') ?? ''
  return (await inbox.redeliver(id)) ? new Response('Accepted\n', { status: 202 }) : new Response('Not Found\n', { status: 404 })
}

function isAdmin(authorization) {
  if (!env.ADMIN_TOKEN) return false
  const encoder = new TextEncoder()
  const [given, wanted] = [encoder.encode(authorization), encoder.encode(`Bearer ${env.ADMIN_TOKEN}`)]
  return given.length === wanted.length && crypto.subtle.timingSafeEqual(given, wanted)
}
