// Rollup, with the plugin that everybody has who takes packages from npm.

import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'
import { chunksOf } from '../support/chunks.mjs'
import { pathOf } from '../support/package.mjs'

// It reads CommonJS only with one more plugin.
export const commonjs = false

export const variants = {
  'a browser': { platform: 'browser', module: true, output: {} },
  'a browser, as a script': { platform: 'browser', output: { format: 'iife' } },
  Node: { platform: 'node', module: true, output: { entryFileNames: '[name].mjs' } },
  'Node, as CommonJS': { platform: 'node', output: { format: 'cjs', entryFileNames: '[name].cjs' } },
}

export async function bundle(app, { platform, output }) {
  const warnings = []
  const build = await rollup({
    input: pathOf(app),
    plugins: [nodeResolve({ browser: platform === 'browser' })],
    onLog: (level, { message }) => level === 'warn' && warnings.push(message),
  })
  try {
    const { output: chunks } = await build.generate(output)
    return { ...chunksOf(chunks), warnings }
  } finally {
    await build.close()
  }
}
