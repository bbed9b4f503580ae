// The apps that are bundled, what they are given, and what must become of it.

import { verify } from 'drone-webhooks'
import * as assert from '../../suite/assert.mjs'
import { header, sample, sentAt } from '../../suite/requests.mjs'
import { vectors } from '../../support/vectors.mjs'

const recorded = sample(vectors)
const { method, target, headers, body, secret } = recorded
const now = sentAt(recorded).getTime()

/** What crosses to another process or to a page as it is. */
export const given = { request: { method, target, url: target, headers, body }, secret, now }

// The package itself, not bundled, has been through the whole suite.
const { id, event, action } = verify(given.request, { secret, now })
const payload = JSON.parse(body)
const isDelivery = (result) => assert.deepEqual(result, { id, event, action, payload })

/** File name and what checks the answer. */
export const apps = {
  'verify.mjs': isDelivery,
  'recorded.mjs': ({ payloads, refused }) => {
    assert.deepEqual(payloads, Array(5).fill(payload))
    assert.equal(refused, 'digest_mismatch')
  },
  'receiver.mjs': ({ statuses, delivery }) => {
    assert.deepEqual(statuses, [202, 200, 401])
    assert.deepEqual(delivery, { event, action, payload })
  },
  'explain.mjs': (result) => {
    const signed = `date: ${header(recorded, 'date')}\ndigest: ${header(recorded, 'digest')}`
    assert.deepEqual(result, { headers: ['date', 'digest'], signed })
  },
  'slim.mjs': isDelivery,
  'required.cjs': isDelivery,
}
