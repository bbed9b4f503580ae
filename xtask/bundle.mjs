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

// For the condition `node`, which nearly only hosts without a bundler have: there to find, read and parse the package is the longest part of a cold start.
const node = {
  ...common,
  alias: { '#wasm': platform('node'), '#explain-wasm': platform('explain-node') },
  loader: { '.wasm': 'base64' },
  // Names stay, and lines are short, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
}

// In one file: each more that an import leads to takes a millisecond.
await build({ ...node, entryPoints: ['pkg-template/src/index.ts'], outfile: 'pkg/dist/node/index.js' })

// The others take the classes that all must know from there.
const classesOfIndex = {
  name: 'classes-of-index',
  setup: ({ onResolve }) => onResolve({ filter: /\/(error|inbox)\.js$/ }, () => ({ path: './index.js', external: true })),
}
await build({
  ...node,
  entryPoints: ['explain', 'inbox/bullmq', 'inbox/cloudflare', 'inbox/sqlite'].map((name) => `pkg-template/src/${name}.ts`),
  outdir: 'pkg/dist/node',
  // All side by side, so that the way to the index is the same for every chunk.
  entryNames: '[name]',
  splitting: true,
  chunkNames: 'shared-[hash]',
  plugins: [classesOfIndex],
})
