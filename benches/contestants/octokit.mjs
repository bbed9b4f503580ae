// @octokit/webhooks-methods: GitHub's scheme, an HMAC over the body. No date, so no freshness; it wants text.

import { verify } from '@octokit/webhooks-methods'

export const scheme = 'github'

/** Gives a function that says whether a request is accepted. */
export function prepare(secret) {
  return ({ headers, body }) => verify(secret, body.toString(), headers['x-hub-signature-256'])
}
