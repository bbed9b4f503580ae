// A queue that can be out of order: it asks the test, and then hands over to the real one.

import { createRequire } from 'node:module'
import { runtimes } from '../../examples/support/runtimes.mjs'

export const SWITCH = 'queue-switch'

const CODE = `
import { WorkerEntrypoint } from 'cloudflare:workers'

export class Switch extends WorkerEntrypoint {
  async send(message, options) {
    const answer = await this.env.ASK.fetch('https://test/', { method: 'POST', body: JSON.stringify(message) })
    if (!answer.ok) throw new Error(await answer.text())
    return this.env.QUEUE?.send(message, options)
  }
}

export default {}
`

/** Miniflare's options for it. `ask` is called with each message before `producer`, if there is one, sends it. */
export function Switch(producer, compatibilityDate, ask) {
  const { Response } = createRequire(runtimes)('miniflare')
  return {
    name: SWITCH,
    modules: [{ type: 'ESModule', path: 'switch.mjs', contents: CODE }],
    modulesRoot: '/',
    compatibilityDate,
    ...(producer && { queueProducers: { QUEUE: producer } }),
    serviceBindings: {
      ASK: async (request) => {
        try {
          await ask(await request.json())
          return new Response()
        } catch (error) {
          return new Response(error.message, { status: 503 })
        }
      },
    },
  }
}
