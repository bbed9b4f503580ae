// Memory stays flat: the short form of `cargo xtask bench memory`.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import memory, { growth } from '../parts/memory.mjs'

const look = (more) => ({ wasm: 65_536, heap: 10_000_000, outside: 0, arrayBuffers: 0, ...more })

test('memory of the module and of the heap stay flat over verifications, and refusals of every code', async () => {
  // Throws when they do not.
  const { codes, ways } = await memory({ quick: true })
  assert.equal(codes, 23)
  assert.equal(Object.keys(ways).length, 2)
})

test('one page more of the module, or half a megabyte more of the heap, is growth', () => {
  assert.deepEqual(growth([look(), look(), look()]), [])
  assert.deepEqual(growth([look(), look(), look({ wasm: 131_072 })]), ['wasm by 65536 bytes'])
  const leaking = [0, 1, 2, 3, 4, 5].map((each) => look({ heap: 10_000_000 + each * 200_000 }))
  assert.deepEqual(growth(leaking), ['heap by 600000 bytes'])
})

test('a heap that is larger at one look only has not grown', () => {
  assert.deepEqual(growth([look(), look(), look(), look(), look(), look({ heap: 20_000_000 })]), [])
})
