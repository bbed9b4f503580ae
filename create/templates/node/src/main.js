// Starts the receiver, and stops it when it is asked to.

import { once } from 'node:events'
import { readConfig } from './config.js'
import { handle } from './handlers.js'
import { createReceiver } from './receiver.js'

try {
  const { secret, bind, database } = readConfig(process.env)
  const { server, stop } = createReceiver({ secret, database, register: handle })
  await once(server.listen(bind), 'listening')
  const { address, family, port } = server.address()
  console.log(`listening on http://${family === 'IPv6' ? `[${address}]` : address}:${port}/hook`)

  // The second time, it ends at once; what was accepted is in the database.
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop)
} catch (error) {
  console.error('cannot start:', error.message)
  process.exit(1)
}
