// What is measured must be right: a wrong verdict ends the measuring.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as nodeHash from '../contestants/node-hash.mjs'
import { measure } from '../hot.mjs'

const careless = { scheme: 'drone', prepare: () => () => true }
const suspicious = { scheme: 'drone', prepare: () => async () => false }
const sampling = { bytes: 512, rounds: 1, sampleMs: 0.1 }

test('a contestant that accepts a forgery is not measured', async () => {
  const lanes = [{ name: 'careless', contestant: careless, form: 'object' }]
  await assert.rejects(measure(lanes, { ...sampling, forged: true }), { message: 'careless: 64 of 64 requests were accepted' })
})

test('a contestant that refuses a good request is not measured', async () => {
  const lanes = [{ name: 'suspicious', contestant: suspicious, form: 'object' }]
  await assert.rejects(measure(lanes, { ...sampling, forged: false }), { message: 'suspicious: 64 of 64 requests were refused' })
})

test('what is by hand refuses an old date, another digest and another signature', async () => {
  const { makeRequests, SECRET } = await import('../requests.mjs')
  const [good, other] = await makeRequests(2, { scheme: 'drone', bytes: 600 })
  const accepts = nodeHash.prepare(SECRET)
  assert.equal(accepts(good), true)
  assert.equal(accepts({ ...good, body: other.body }), false)
  assert.equal(accepts({ ...good, headers: { ...good.headers, signature: other.headers.signature } }), false)
  assert.equal(accepts({ ...good, headers: { ...good.headers, date: new Date(Date.now() - 400_000).toUTCString() } }), false)
})
