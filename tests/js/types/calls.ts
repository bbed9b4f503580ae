// What the functions take and give.

import {
  type Code,
  codes,
  createVerifier,
  createWebMiddleware,
  type Delivery,
  EXTENSION_HEADERS,
  type Inbox,
  memoryInbox,
  sign,
  type Verifier,
  verify,
  verifyRequest,
  Webhooks,
  WebhookVerificationError,
} from 'drone-webhooks'

const headers = { date: '', digest: '', signature: '' }
const body = '{}'
const bytes = new Uint8Array()

// Headers in every form.
verify({ headers, body }, { secret: 'secret' })
verify({ headers: new Headers(), body }, { secret: 'secret' })
verify({ headers: new Map([['date', '']]), body }, { secret: 'secret' })
verify({ headers: [['date', '']], body }, { secret: 'secret' })
verify({ headers: ['date', ''], body }, { secret: 'secret' })
verify({ headers: { date: ['', ''], digest: undefined }, body }, { secret: 'secret' })
// @ts-expect-error headers are no text
verify({ headers: 'Date: today', body }, { secret: 'secret' })
// @ts-expect-error there must be headers
verify({ body }, { secret: 'secret' })

// A body as bytes or as the text they stand for.
verify({ headers, body: bytes }, { secret: 'secret' })
verify({ headers, body: bytes.buffer }, { secret: 'secret' })
// @ts-expect-error a parsed body cannot be verified
verify({ headers, body: JSON.parse(body) as { event: string } }, { secret: 'secret' })
// @ts-expect-error there must be a body
verify({ headers }, { secret: 'secret' })
// @ts-expect-error null is no body
verify({ headers, body: null }, { secret: 'secret' })
// @ts-expect-error a view of other numbers is not bytes
verify({ headers, body: new Uint16Array() }, { secret: 'secret' })

// Secrets in every form.
verify({ headers, body }, { secret: bytes })
verify({ headers, body }, { secret: ['today', bytes] as const })
verify({ headers, body }, { secret: { 'hmac-key': 'secret', other: ['today', bytes] } })
// @ts-expect-error there must be a secret
verify({ headers, body }, {})
// @ts-expect-error one that may be missing is not one
verify({ headers, body }, { secret: undefined as string | undefined })
// @ts-expect-error
verify({ headers, body }, { secret: 12 })

// Options; undefined is as good as nothing, even with exactOptionalPropertyTypes.
const delivery: Delivery = verify(
  { headers, body, method: 'POST', url: '/hook' },
  { secret: 'secret', now: new Date(), tolerance: undefined },
)
verify({ headers, body, method: undefined, url: undefined }, { secret: 'secret', now: 0, requiredHeaders: EXTENSION_HEADERS })
// @ts-expect-error a time is a Date or milliseconds
verify({ headers, body }, { secret: 'secret', now: '2026-11-22' })
// @ts-expect-error no such option
verify({ headers, body }, { secret: 'secret', tolerence: 300 })

const verifier: Verifier = createVerifier({ secret: 'secret', maxBodyBytes: 1024, clock: () => Date.now() })
const finished: Delivery = verifier.authenticate({ headers }).finish(body)
// @ts-expect-error without the second phase there is no delivery
const half: Delivery = verifier.authenticate({ headers })

export async function fetching(request: Request): Promise<Delivery[]> {
  return [await verifyRequest(request, { secret: 'secret' }), await verifier.verifyRequest(request), finished, half, delivery]
}

const signed: { date: string; digest: string; signature: string } = sign({ body }, { secret: 'secret' })
sign(
  { body: bytes, headers, method: 'POST', url: '/' },
  { secret: bytes, now: 0, keyId: 'key', algorithm: 'hs2019', signedHeaders: ['date'], created: 0, expires: 1 },
)
verify({ headers: signed, body }, { secret: 'secret' })

try {
  verify({ headers, body }, { secret: 'secret' })
} catch (error) {
  if (error instanceof WebhookVerificationError) {
    const code: Code = error.code
    const status: number = error.status
    if (code === 'digest_mismatch') status.toFixed()
    // @ts-expect-error no such code
    if (code === 'digest_missmatch') status.toFixed()
  }
}
codes.signature_mismatch satisfies 401

// An inbox of one's own.
const inbox: Inbox = {
  accept: async ({ id }) => (id === '' ? 'duplicate' : 'accepted'),
  consume: (handle) => {
    void handle(delivery)
  },
}
// @ts-expect-error an inbox says accepted or duplicate
const wrong: Inbox = { accept: async () => 'fine', consume: () => {} }
new Webhooks({ secret: 'secret', inbox })
new Webhooks({ secret: 'secret', inbox: wrong })

const webhooks = new Webhooks({ secret: 'secret', inbox: memoryInbox({ capacity: 10, attempts: 3, backoff: (attempt) => attempt * 1000 }) })
export default { fetch: createWebMiddleware(webhooks, { path: '/hook' }) satisfies (request: Request) => Promise<Response> }
