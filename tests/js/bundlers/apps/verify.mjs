// Imports nothing but verify: the app that may weigh at most so much, and must not bring the rest of the package along.

import { verify } from 'drone-webhooks'

globalThis.app = ({ request, secret, now }) => {
  const { id, event, action, payload } = verify(request, { secret, now })
  return { id, event, action, payload }
}
