// The package from CommonJS.

const { verify } = require('drone-webhooks')

globalThis.app = ({ request, secret, now }) => {
  const { id, event, action, payload } = verify(request, { secret, now })
  return { id, event, action, payload }
}
