// What of the package is bundled. Everything else is a module a file, so that other people's bundlers take what they need.

import { build } from 'esbuild'

const common = { bundle: true, format: 'esm', target: 'es2022', logLevel: 'warning' }
const platform = (name) => `./pkg-template/src/platform/${name}.ts`

// drone-webhooks/slim in one file: the package's own modules would bring the inline wasm along.
await build({
  ...common,
  entryPoints: ['pkg-template/src/slim.ts'],
  outfile: 'pkg/dist/slim.js',
  allowOverwrite: true,
  alias: { '#wasm': platform('slim') },
})

// For the condition `node`, which nearly only hosts without a bundler have: to find and read thirty small files takes four times as long as all the rest of a cold start.
await build({
  ...common,
  entryPoints: ['index', 'explain', 'inbox/bullmq', 'inbox/cloudflare', 'inbox/sqlite'].map((name) => `pkg-template/src/${name}.ts`),
  outbase: 'pkg-template/src',
  outdir: 'pkg/dist/node',
  // What two entries share is there once: they know each other's classes.
  splitting: true,
  chunkNames: 'shared-[hash]',
  alias: { '#wasm': platform('inline'), '#explain-wasm': platform('explain-inline') },
})
