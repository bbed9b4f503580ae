// Every contestant in every runtime, one round each: that the harness works and that each verdict is right, not how long it takes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chromium } from '../browser.mjs'
import { all } from '../lanes.mjs'
import hot from '../parts/hot.mjs'
import runtimes from '../parts/runtimes.mjs'

const once = { rounds: 1, sampleMs: 0.1 }

function check(cases) {
  for (const { lanes } of cases) {
    assert.equal(lanes[0].name, 'drone-webhooks')
    assert.equal(lanes[0].ratio.median, 1)
    for (const { name, us } of lanes) assert.ok(us.median > 0, name)
  }
}

test('in Node.js 20 every contestant accepts what is good and refuses what is forged, at a small size and at a large one', async () => {
  const cases = await hot({ ...once, sizes: [512, 1_048_576] })
  assert.deepEqual(
    cases.map(({ bytes, forged, lanes }) => [bytes, forged, lanes.length]),
    [
      [512, false, all.length],
      [1_048_576, false, all.length],
      [512, true, all.length],
      [1_048_576, true, all.length],
    ],
  )
  check(cases)
})

test('so do those of the other runtimes, with node:crypto and without', async () => {
  const wheres = await runtimes(once)
  // With CI=true nothing may be missing.
  assert.equal(Object.keys(wheres).length, chromium === undefined && process.env.CI !== 'true' ? 6 : 7)
  for (const cases of Object.values(wheres)) check(cases)
  const peers = (where) => wheres[where][0].lanes.length
  assert.deepEqual(['Node.js 24', 'Deno 2', 'Bun 1'].map(peers), [all.length, all.length, all.length])
  // All but http-signature.
  assert.equal(peers('workerd, nodejs_compat'), all.length - 1)
})
