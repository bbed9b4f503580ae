// Runs a Worker as wrangler does: node worker.mjs <its file>. Bundled by the conditions of workerd, then run in it.

import { createRequire } from 'node:module'
import { build } from 'esbuild'
import { runtimes } from './runtimes.mjs'

const { Miniflare } = createRequire(runtimes)('miniflare')

const { outputFiles } = await build({
  entryPoints: [process.argv[2]],
  bundle: true,
  format: 'esm',
  write: false,
  outdir: '/',
  conditions: ['workerd', 'worker', 'browser'],
  external: ['cloudflare:*'],
  loader: { '.wasm': 'copy' },
})
const isWasm = ({ path }) => path.endsWith('.wasm')
// The one that is started comes first.
const files = [...outputFiles.filter((file) => !isWasm(file)), ...outputFiles.filter(isWasm)]

const miniflare = new Miniflare({
  host: '127.0.0.1',
  port: 0,
  modules: files.map(({ path, contents }) => ({ type: isWasm({ path }) ? 'CompiledWasm' : 'ESModule', path, contents })),
  modulesRoot: '/',
  compatibilityDate: '2026-07-01',
  bindings: { DRONE_WEBHOOK_SECRET: process.env.DRONE_WEBHOOK_SECRET },
  handleRuntimeStdio(stdout, stderr) {
    stdout.pipe(process.stdout)
    stderr.pipe(process.stderr)
  },
})
process.once('SIGTERM', () => miniflare.dispose())
console.log(`listening on ${await miniflare.ready}`)
