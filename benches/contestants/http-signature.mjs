// npm http-signature with the options that its source documents, and the digest by hand.

import { createHash } from 'node:crypto'
import httpSignature from 'http-signature'

export const scheme = 'drone'

const options = { algorithms: ['hmac-sha256'], headers: ['date', 'digest'], clockSkew: 300 }

/** Gives a function that says whether a request is accepted. */
export function prepare(secret) {
  return (request) => {
    try {
      const parsed = httpSignature.parseRequest(request, options)
      if (!httpSignature.verifyHMAC(parsed, secret)) return false
      return request.headers.digest === `SHA-256=${createHash('sha256').update(request.body).digest('base64')}`
    } catch {
      return false
    }
  }
}
