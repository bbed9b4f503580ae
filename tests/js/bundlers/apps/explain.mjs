// Takes a signature apart and says what was signed.

import { parseSignature, signingString } from 'drone-webhooks/explain'

globalThis.app = ({ request }) => {
  const [, signature] = request.headers.find(([name]) => name.toLowerCase() === 'signature')
  const { headers } = parseSignature(signature)
  return { headers, signed: signingString(request, headers) }
}
