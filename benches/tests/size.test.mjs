// No entry point has grown unseen.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzips, sizeBudget } from '../parts/size.mjs'
import { sizes } from '../sizes.mjs'

test('every entry point weighs what its limit says, and no more', async () => {
  assert.deepEqual(sizeBudget.complaints(gzips(await sizes())), [])
})
