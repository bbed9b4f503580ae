// Is given the WebAssembly module by whoever starts it.

import { init, verify } from 'drone-webhooks/slim'

globalThis.app = ({ request, secret, now, module }) => {
  init(module)
  const { id, event, action, payload } = verify(request, { secret, now })
  return { id, event, action, payload }
}
