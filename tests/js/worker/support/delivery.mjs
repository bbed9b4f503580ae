// Deliveries of builds, signed as Drone signs them.

import { sign, verify } from 'drone-webhooks'
import { SECRETS } from './settings.mjs'

const secret = SECRETS.DRONE_WEBHOOK_SECRET

/** A build that has ended. Another `second` is another delivery of it. */
export function ended(number, status, { branch = 'main', message = 'a change', second = 0, signedWith = secret } = {}) {
  const repo = { id: 1, slug: 'octocat/hello-world', default_branch: 'main' }
  const build = { number, status, message, target: branch, event: 'push', ref: `refs/heads/${branch}` }
  const body = JSON.stringify({ event: 'build', action: 'updated', repo, build })
  const now = Date.now() - 1000 * second
  const headers = { 'Content-Type': 'application/json', 'X-Drone-Event': 'build', ...sign({ body }, { secret: signedWith, now }) }
  return {
    request: { method: 'POST', headers, body },
    get delivery() {
      return verify({ headers, body }, { secret })
    },
  }
}
