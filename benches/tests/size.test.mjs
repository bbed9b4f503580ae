// No entry point has grown unseen, and the report says what each weighs.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzips, sizeBudget } from '../parts/size.mjs'
import { sizes } from '../sizes.mjs'

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))

test('every entry point weighs what its limit says, and no more', async () => {
  assert.deepEqual(sizeBudget.complaints(gzips(await sizes())), [])
})

test('the report has the sizes that are the limits', () => {
  assert.deepEqual(gzips(read('results.json').size.numbers), read('size-budget.json'))
})
