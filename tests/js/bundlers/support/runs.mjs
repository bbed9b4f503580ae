// Bundles the apps as one bundler does by default, from the installed package by its name, and runs every bundle.

import { isBuiltin } from 'node:module'
import { after, before, test } from 'node:test'
import * as assert from '../../suite/assert.mjs'
import { apps, given } from './apps.mjs'
import { missing, open } from './browser.mjs'
import { runInNode } from './node.mjs'

/** Registers the tests. A file for each bundler, since Node 20 limits the time of a file. */
export function runs({ bundle, variants, commonjs }) {
  let browser

  before(async () => {
    if (!missing) browser = await open()
  })

  after(() => browser?.close())

  for (const [name, variant] of Object.entries(variants)) {
    for (const [app, check] of Object.entries(apps)) {
      if (!commonjs && app.endsWith('.cjs')) continue
      test(`${app} for ${name}`, async (context) => {
        const { files, imports, warnings } = await bundle(app, variant)
        assert.deepEqual(warnings, [])
        // The wasm is in it, and nothing has to be carried along.
        assert.equal(files.length, 1, files.map(({ name }) => name).join(' '))
        checkImports(variant.platform, imports)
        if (variant.platform === 'node') check(await runInNode(files[0], given))
        else if (missing) context.skip(missing)
        else check(await browser.run(files[0], variant.module, given))
      })
    }
  }
}

/** Nothing at all in a browser. In Node a bundler's own helpers may want Node's modules. */
function checkImports(platform, imports) {
  if (platform === 'node') assert.ok(imports.every(isBuiltin), imports.join(' '))
  else assert.deepEqual(imports, [])
}
