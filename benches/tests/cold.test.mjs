// The cold starts, once each: that they work and that every verdict is right.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import cold from '../parts/cold.mjs'

test('every contestant starts in a fresh process of Node.js, and in a new isolate of workerd', async () => {
  const places = await cold({ starts: 1 })
  assert.deepEqual(
    Object.entries(places).map(([place, lanes]) => [place, lanes.length]),
    [
      ['node', 7],
      ['workerd, nodejs_compat', 3],
      ['workerd', 2],
    ],
  )
  for (const { name, first, thousand } of places.node) assert.ok(first.ms.median > 0 && thousand.ms.median > first.ms.median, name)
})
