// What the package weighs in a minified bundle for browsers, after gzip.

import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import * as assert from '../suite/assert.mjs'
import { apps } from './support/apps.mjs'
import { bundle, variants } from './with/esbuild.mjs'

const LIMIT = 30 * 1024

test('an app that imports only verify is at most 30 KB, with the wasm in it', async (context) => {
  const sizes = {}
  for (const app of Object.keys(apps)) {
    const { files } = await bundle(app, variants['a browser, minified'])
    const { bytes } = files[0]
    sizes[app] = gzipSync(bytes, { level: 9 }).length
    context.diagnostic(`${app}: ${bytes.length} bytes, ${sizes[app]} after gzip`)
  }
  assert.ok(sizes['verify.mjs'] <= LIMIT, `${sizes['verify.mjs']} bytes are more than ${LIMIT}`)
})
