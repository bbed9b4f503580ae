// The arithmetic of the samples and of the limits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { budget } from '../budget.mjs'
import { interleave, ratio, spread } from '../sampling.mjs'

test('the spread is the quartiles, between samples where none is there', () => {
  assert.deepEqual(spread([5, 1, 3, 2, 4]), { low: 2, median: 3, high: 4 })
  assert.deepEqual(spread([1, 2]), { low: 1.25, median: 1.5, high: 1.75 })
})

test('a ratio is of samples of one round, so that a slow round of both changes nothing', () => {
  assert.deepEqual(ratio([2, 20, 2], [1, 10, 1]), { low: 2, median: 2, high: 2 })
})

test('every round has a sample of each contestant, and time is told for one run', async () => {
  let ms = 0
  const lane = (name, cost) => ({
    name,
    run: (times) => {
      ms += cost * times
    },
  })
  const samples = await interleave([lane('slow', 0.5), lane('fast', 0.25)], { rounds: 3, sampleMs: 8, now: () => ms })
  assert.deepEqual(samples, { slow: [500, 500, 500], fast: [250, 250, 250] })
})

const limits = { unit: 'bytes', command: 'write', over: 0.03, under: 0.01 }

test('a budget has nothing to say within its limits, and says what to do beyond them', () => {
  const { complaints } = budget('tests/budget.json', limits)
  assert.deepEqual(complaints({ small: 1030, large: 99_000 }), [])
  assert.deepEqual(complaints({ small: 1031, large: 98_999 }), [
    'small: 1031 bytes, 3.1% over the limit of 1000: if that is worth it, raise the limit with `write`',
    'large: 98999 bytes, 1.0% under the limit of 100000: lower the limit with `write`, so that it is not lost again',
  ])
})

test('a budget says what is measured without a limit, and what has a limit and is not measured', () => {
  assert.deepEqual(budget('tests/budget.json', limits).complaints({ small: 1000, new: 7 }), [
    'large: there is a limit, and nothing was measured: `write` takes it out',
    'new: 7 bytes, and no limit: `write` writes it',
  ])
})
