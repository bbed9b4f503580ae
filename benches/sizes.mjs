// What each way into the package weighs, bundled and minified, and the WebAssembly alone. Knows no limit.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
// Not node:zlib: what Node's build of it makes of the same bytes depends on the processor and on the version. pako is zlib as it was written.
import { gzip } from 'pako'

const here = fileURLToPath(new URL('.', import.meta.url))

const ENTRIES = {
  verify: `export { verify } from 'drone-webhooks'`,
  createVerifier: `export { createVerifier } from 'drone-webhooks'`,
  sign: `export { sign } from 'drone-webhooks'`,
  Webhooks: `export { Webhooks } from 'drone-webhooks'`,
  'Webhooks, createWebMiddleware': `export { createWebMiddleware, Webhooks } from 'drone-webhooks'`,
  'Webhooks, createNodeMiddleware': `export { createNodeMiddleware, Webhooks } from 'drone-webhooks'`,
  'drone-webhooks, all of it': `export * from 'drone-webhooks'`,
  'drone-webhooks/slim: verify, without the WebAssembly': `export { init, verify } from 'drone-webhooks/slim'`,
  'drone-webhooks/slim, all of it': `export * from 'drone-webhooks/slim'`,
  'drone-webhooks/explain': `export * from 'drone-webhooks/explain'`,
  'drone-webhooks/sqlite': `export * from 'drone-webhooks/sqlite'`,
  'drone-webhooks/bullmq': `export * from 'drone-webhooks/bullmq'`,
  'drone-webhooks/cloudflare': `export * from 'drone-webhooks/cloudflare'`,
}

/** By name `{ raw, gzip, brotli }`, in bytes. */
export async function sizes() {
  const verifier = readFileSync(new URL(import.meta.resolve('drone-webhooks/wasm')))
  const explain = readFileSync(new URL('explain_bg.wasm', import.meta.resolve('drone-webhooks/wasm')))
  const all = { 'verifier, WebAssembly alone': weigh(verifier), 'explain, WebAssembly alone': weigh(explain) }
  for (const [name, contents] of Object.entries(ENTRIES)) all[name] = weigh(await bundle(contents, { platform: 'browser' }))
  // Workers import the WebAssembly as a file, which is weighed above.
  all['verify in a Worker, without the WebAssembly'] = weigh(await bundle(ENTRIES.verify, { conditions: ['workerd', 'worker'] }))
  // Node.js, Deno and Bun load one file, in which the WebAssembly is denser as long as nothing compresses it.
  all['verify, for Node.js'] = weigh(await bundle(ENTRIES.verify, { platform: 'node' }))
  all['the file that Node.js loads'] = weigh(readFileSync(new URL(import.meta.resolve('drone-webhooks'))))
  return all
}

async function bundle(contents, options) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['*.wasm'],
    write: false,
    logLevel: 'error',
    ...options,
  })
  return outputFiles[0].contents
}

function weigh(bytes) {
  return { raw: bytes.length, gzip: gzip(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length }
}
