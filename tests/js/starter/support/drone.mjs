// A Drone server, as far as a receiver can tell: what a real one has sent, with other numbers, and signed anew.

import { sign } from 'drone-webhooks'
import { PATIENCE_MS } from '../../examples/support/program.mjs'
import { vectors } from '../../support/vectors.mjs'

export const secret = '8a1f0c6e94d2b7355be0d7c2f9a46e13'

const { body: recorded } = vectors.recorded.find(({ name }) => name.includes('build-updated-failure'))
const { build: template, ...rest } = JSON.parse(recorded)

/** An update of a build. The repository's default branch is main. */
export function update(number, fields, { signedWith = secret } = {}) {
  const build = { ...template, number, event: 'push', target: 'main', ref: 'refs/heads/main', ...fields }
  const body = JSON.stringify({ ...rest, build })
  const headers = { 'content-type': 'application/json', 'x-drone-event': 'build', ...sign({ body }, { secret: signedWith }) }
  return { headers, body }
}

/** Sends it; gives the status of the answer. */
export async function send(origin, { headers, body }) {
  const response = await fetch(`${origin}/hook`, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) })
  await response.body?.cancel()
  return response.status
}
