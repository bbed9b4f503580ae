// Verifies a recorded request in every way there is, and a forged one, whose code it tells.

import { createVerifier, sign, verify, verifyRequest, WebhookVerificationError } from 'drone-webhooks'
import { fetchRequest } from '../../suite/fetch-request.mjs'

globalThis.app = async ({ request, secret, now }) => {
  const verifier = createVerifier({ secret, clock: () => now })
  const { body } = request
  const deliveries = [
    verify(request, { secret, now }),
    verifier.verify(request),
    verifier.authenticate(request).finish(new TextEncoder().encode(body)),
    await verifyRequest(fetchRequest(request, body), { secret, now }),
    verifier.verify({ headers: sign({ body }, { secret, now }), body }),
  ]
  return { payloads: deliveries.map(({ payload }) => payload), refused: refusal(() => verifier.verify({ ...request, body: `${body} ` })) }
}

function refusal(run) {
  try {
    run()
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.code
    throw error
  }
}
