// Runs in Node, Deno and Bun: the vectors come on stdin, the report goes to stdout.

import { createRequire } from 'node:module'
import process from 'node:process'
import { json } from 'node:stream/consumers'
import { report } from './report.mjs'

const require = createRequire(import.meta.url)
// Before import, which would do its work for it.
const required = require('drone-webhooks')
const lib = await import('drone-webhooks')
const explain = await import('drone-webhooks/explain')
const slim = await import('drone-webhooks/slim')

const { vectors, wasm } = await json(process.stdin)
const libs = { lib, explain, slim, wasm: Uint8Array.from(wasm) }

const result = await report(libs, vectors, ({ test, assert }) => {
  test('require gives the functions that import gives', () => {
    assert.deepEqual(Object.keys(required).sort(), Object.keys(lib).sort())
    for (const [name, value] of Object.entries(lib)) assert.ok(required[name] === value, name)
  })

  test('the module comes inline', () => {
    const inside = createRequire(require.resolve('drone-webhooks'))
    assert.ok(/[\\/]platform[\\/]inline\.js$/.test(inside.resolve('#wasm')), inside.resolve('#wasm'))
    assert.ok(/[\\/]platform[\\/]explain-inline\.js$/.test(inside.resolve('#explain-wasm')), inside.resolve('#explain-wasm'))
  })

  if (globalThis.Deno) {
    test('it needs no permission', () => {
      for (const name of ['read', 'write', 'net', 'env', 'sys', 'run', 'ffi', 'import']) {
        assert.ok(globalThis.Deno.permissions.querySync({ name }).state !== 'granted', name)
      }
    })
  }
})
process.stdout.write(JSON.stringify(result))
