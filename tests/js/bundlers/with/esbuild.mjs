// esbuild.

import { basename } from 'node:path'
import { build } from 'esbuild'
import { partsOf, pathOf } from '../support/package.mjs'

export const commonjs = true

export const variants = {
  'a browser': { platform: 'browser', options: {} },
  'a browser, minified': { platform: 'browser', options: { minify: true } },
  'Node, which is CommonJS by default': { platform: 'node', options: { outExtension: { '.js': '.cjs' } } },
  'Node, minified, as a module': {
    platform: 'node',
    module: true,
    options: { minify: true, format: 'esm', outExtension: { '.js': '.mjs' } },
  },
}

export async function bundle(app, { platform, options }) {
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: [pathOf(app)],
    bundle: true,
    platform,
    ...options,
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const outputs = Object.values(metafile.outputs)
  return {
    files: outputFiles.map(({ path, contents }) => ({ name: basename(path), bytes: contents })),
    parts: partsOf(outputs.flatMap(({ inputs }) => Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]))),
    imports: outputs.flatMap(({ imports }) => imports.map(({ path }) => path)),
    warnings: warnings.map(({ text }) => text),
  }
}
