// Runs in the page, called by whoever drives the browser. What these give has to be as JSON can carry it.

import { report } from '../runtimes/report.mjs'
import { options, sample, toVerify } from '../suite/requests.mjs'
import { run } from '../suite/run.mjs'

export const userAgent = async () => navigator.userAgent

/** The suite, and what is tested beside it. */
export async function all() {
  const names = ['drone-webhooks', 'drone-webhooks/explain', 'drone-webhooks/slim']
  const [lib, explain, slim] = await Promise.all(names.map((name) => import(name)))
  const vectors = await vectorsOf()
  // It insists on the type application/wasm.
  const wasm = await WebAssembly.compileStreaming(fetch(import.meta.resolve('drone-webhooks/wasm')))
  return report({ lib, explain, slim, wasm }, vectors, ({ test, assert }) => {
    test('slim: it passes the suite', async () => {
      const results = await run(slim, vectors)
      assert.deepEqual(
        results.filter(({ error }) => error),
        [],
      )
      assert.ok(results.length > 0, 'no test was run')
    })
  })
}

/** What becomes of an authentic request. */
export async function verify() {
  const { verify, WebhookVerificationError } = await import('drone-webhooks')
  const request = sample(await vectorsOf())
  try {
    return { event: verify(toVerify(request), options(request)).event }
  } catch (error) {
    return { error: String(error), refused: WebhookVerificationError.is(error) }
  }
}

async function vectorsOf() {
  const response = await fetch('/vectors.json')
  return response.json()
}
