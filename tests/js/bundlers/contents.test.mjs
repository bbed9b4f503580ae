// Which of the package's files a bundle holds, as the bundler itself tells: what an app does not use must leave nothing behind.

import { describe, test } from 'node:test'
import * as assert from '../suite/assert.mjs'
import * as bundlers from './with/index.mjs'

const ERRORS = ['codes.js', 'error.js', 'errors.js']
const VERIFIER = ['body.js', 'core.js', 'delivery.js', 'fetch.js', 'hash.js', 'headers.js', 'options.js', 'prepare.js', 'verifier.js']
const WASM = ['platform/compile.js', 'platform/inline.js', 'wasm/core-inline.js']
const EXPLAIN = ['explain-core.js', 'explain.js', 'platform/explain-inline.js', 'wasm/explain-inline.js', 'wasm/explain.js']

const exactly = {
  'verify.mjs': [...ERRORS, ...VERIFIER, ...WASM, 'verify.js'],
  'explain.mjs': [...EXPLAIN, 'error.js', 'errors.js', 'headers.js', 'platform/compile.js'],
  // One file, so that it can come without the wasm.
  'slim.mjs': ['slim.js'],
}

for (const [bundler, { bundle, variants }] of Object.entries(bundlers)) {
  describe(bundler, () => {
    const partsOf = async (app) => Object.keys((await bundle(app, variants['a browser'])).parts).sort()

    for (const [app, files] of Object.entries(exactly)) {
      test(`${app} brings along what it uses and nothing else`, async () => assert.deepEqual(await partsOf(app), [...files].sort()))
    }

    test('a receiver for fetch leaves the one for Node behind, signing and drone-webhooks/explain', async () => {
      const parts = await partsOf('receiver.mjs')
      assert.ok(parts.includes('middleware/web.js'), parts.join(' '))
      for (const file of ['middleware/node.js', 'sign.js', 'verify.js', ...EXPLAIN]) assert.ok(!parts.includes(file), `${file} is in it`)
    })
  })
}
