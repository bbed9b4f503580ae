// The inline wasm, in the text forms that it has, is the .wasm.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterEach, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import * as assert from './suite/assert.mjs'

const require = createRequire(import.meta.url)
const wasm = readFileSync(require.resolve('drone-webhooks/wasm'))
const part = (name) => import(pathToFileURL(require.resolve('drone-webhooks/package.json').replace('package.json', `dist/${name}.js`)))
const { compile, compileBase64 } = await part('platform/compile')

const { Buffer } = globalThis
const { Module } = WebAssembly

afterEach(() => {
  globalThis.Buffer = Buffer
  WebAssembly.Module = Module
})

/** The bytes that are compiled. */
function compiled(compile, text) {
  let given
  WebAssembly.Module = class extends Module {
    constructor(bytes) {
      super(bytes)
      given = bytes
    }
  }
  compile(text)
  return Buffer.from(given).toString('base64')
}

const expected = wasm.toString('base64')

test('in base64, by Buffer', () => {
  assert.equal(compiled(compileBase64, expected), expected)
})

test('in base64, by atob where there is no Buffer', () => {
  globalThis.Buffer = undefined
  assert.equal(compiled(compileBase64, expected), expected)
})

test('packed', async () => {
  const { packedWasm } = await part('wasm/core-inline')
  assert.equal(compiled(compile, packedWasm), expected)
})
