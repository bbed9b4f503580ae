// Runs worker.mjs in workerd, with the compatibility flags that are the arguments. The worker has a socket of its own: miniflare's has another worker before it.

import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('worker.mjs', import.meta.url))],
  bundle: true,
  format: 'esm',
  conditions: ['workerd', 'worker', 'browser'],
  // Leaves the import in the code and puts the file beside it.
  loader: { '.wasm': 'copy' },
  outdir: 'out',
  write: false,
})
const [code, ...wasm] = outputFiles.sort((a, b) => a.path.endsWith('.wasm') - b.path.endsWith('.wasm'))

const miniflare = new Miniflare({
  modules: [
    { type: 'ESModule', path: 'worker.mjs', contents: code.text },
    ...wasm.map(({ path, contents }) => ({ type: 'CompiledWasm', path: basename(path), contents })),
  ],
  compatibilityDate: '2026-07-30',
  compatibilityFlags: process.argv.slice(2),
  host: '127.0.0.1',
  unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  // It would be fetched.
  cf: false,
  handleRuntimeStdio(stdout, stderr) {
    stdout.pipe(process.stderr)
    stderr.pipe(process.stderr)
  },
})
const { port } = await miniflare.unsafeGetDirectURL()
console.log(port)
process.stdin.resume().once('end', () => miniflare.dispose())
