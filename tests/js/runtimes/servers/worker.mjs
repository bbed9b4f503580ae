// The receiver as a Worker.

import { receive } from './web.mjs'

export default {
  fetch(request, _, context) {
    const response = receive(request)
    // workerd stops a handler whose client has reset the connection, unless it is told to wait: then nobody would hear of it.
    context.waitUntil(response)
    return response
  },
}
