// The inline wasm is decoded by whatever the platform has for hex.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterEach, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import * as assert from './suite/assert.mjs'

const require = createRequire(import.meta.url)
const wasm = readFileSync(require.resolve('drone-webhooks/wasm'))
const { compile } = await import(
  pathToFileURL(require.resolve('drone-webhooks/package.json').replace('package.json', 'dist/platform/compile.js'))
)

const { Buffer } = globalThis
const { fromHex } = Uint8Array
const names = (module) => WebAssembly.Module.exports(module).map(({ name }) => name)

/** The platform as it is, but for these. */
function platform(buffer, hex) {
  globalThis.Buffer = buffer
  Uint8Array.fromHex = hex
}

afterEach(() => {
  globalThis.Buffer = Buffer
  if (fromHex) Uint8Array.fromHex = fromHex
  else delete Uint8Array.fromHex
})

const hex = wasm.toString('hex')
const expected = names(new WebAssembly.Module(wasm))

test('by Buffer', () => {
  platform(Buffer, undefined)
  assert.deepEqual(names(compile(hex)), expected)
})

test('by Uint8Array.fromHex where there is no Buffer', () => {
  let asked
  platform(undefined, (text) => {
    asked = text
    return Uint8Array.from(wasm)
  })
  assert.deepEqual(names(compile(hex)), expected)
  assert.ok(asked === hex, 'it was not asked')
})

test('by hand where there is neither', () => {
  platform(undefined, undefined)
  assert.deepEqual(names(compile(hex)), expected)
})
