// A bundle for Workers, which forbid compiling at run time: there the wasm stays a file that the bundle imports.

import { test } from 'node:test'
import { build } from 'esbuild'
import * as assert from '../suite/assert.mjs'
import { pathOf, wasm } from './support/package.mjs'

for (const app of ['verify.mjs', 'receiver.mjs']) {
  test(`under the condition workerd the wasm of ${app} is a file of its own`, async () => {
    const { outputFiles, metafile, warnings } = await build({
      entryPoints: [pathOf(app)],
      bundle: true,
      minify: true,
      format: 'esm',
      conditions: ['workerd', 'worker', 'browser'],
      loader: { '.wasm': 'copy' },
      outdir: 'out',
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    assert.deepEqual(warnings, [])
    const [script, file] = ['.js', '.wasm'].map((extension) => outputFiles.find(({ path }) => path.endsWith(extension)))
    assert.equal(outputFiles.length, 2)
    assert.ok(wasm.equals(file.contents), 'it is another file')
    const { inputs, imports } = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint)
    assert.equal(imports.length, 1)
    assert.ok(imports[0].path.endsWith('.wasm'), imports[0].path)
    assert.ok(!Object.keys(inputs).some((path) => path.includes('inline')), 'it is in the script too')
    assert.ok(script.text.includes('.wasm'))
  })
}
