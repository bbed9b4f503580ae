// By hand with node:crypto and its one-shot hash, the fastest one that Node has.

import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto'
import { isFresh, parse } from './by-hand.mjs'

export const scheme = 'drone'

/** Gives a function that says whether a request is accepted. The key is made once, which the HMAC is a tenth faster for. */
export function prepare(secret) {
  const key = createSecretKey(secret, 'utf8')
  return ({ headers, body }) => {
    const signed = parse(headers)
    if (signed === undefined) return false
    const expected = createHmac('sha256', key).update(signed.text).digest()
    const mac = Buffer.from(signed.mac, 'base64')
    if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return false
    if (!isFresh(headers.date)) return false
    return signed.digest === `SHA-256=${hash('sha256', body, 'base64')}`
  }
}
