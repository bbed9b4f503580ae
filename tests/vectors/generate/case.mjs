// `refused` and `accepted` add a case: a signed request, its receiver, and the verdict.

import { createHash } from 'node:crypto'
import { NOW, SECRET, sign, signingString } from './sign.mjs'

export const cases = []

/**
 * A request that is refused with `code`. Options: those of `sign` (what differs before signing), and
 * `onTheWay` (a change after signing, or several), `config`, `now`, `hosts`.
 */
export function refused(code, name, { config, now = NOW, hosts, onTheWay = [], ...signing } = {}) {
  const request = [onTheWay].flat().reduce((changed, change) => change(changed), sign(signing))
  const added = { name, code, ...(hosts && { hosts }), config: { secret: SECRET, ...config }, now, request }
  cases.push(added)
  return added
}

/** A request that is accepted; `expect` overrides what is expected of the delivery (undefined: nothing is). */
export function accepted(name, { expect, ...options } = {}) {
  const added = refused(null, name, options)
  const { keyId = 'hmac-key', list = ['date', 'digest'], created, expires } = options
  const string = signingString(list, added.request, { created, expires })
  const signedAt = list.includes('date') ? Date.parse(dateOf(string)) / 1000 : created
  added.expect = defined({ id: deliveryId(string), event: 'user', action: 'created', keyId, signedAt, signedHeaders: list, ...expect })
}

const dateOf = (string) => /^date: (.*)$/m.exec(string)[1]

const deliveryId = (string) => createHash('sha256').update(`drone-webhooks/delivery-id/v1\n${string}`).digest('hex')

const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
