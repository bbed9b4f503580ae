// The report says what was measured.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { page } from '../report/page.mjs'
import { picture } from '../report/picture.mjs'

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const results = JSON.parse(read('results.json'))

test('the page and the picture are made from the numbers beside them', () => {
  assert.equal(read('report.md'), page(results))
  assert.equal(read('report.svg'), picture(results.hot.numbers))
})
