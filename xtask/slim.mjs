// Bundles drone-webhooks/slim into one file: the package's own modules would bring the inline wasm along.

import { build } from 'esbuild'

await build({
  entryPoints: ['pkg-template/src/slim.ts'],
  outfile: 'pkg/dist/slim.js',
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  alias: { '#wasm': './pkg-template/src/platform/slim.ts' },
  logLevel: 'warning',
})
