// The suite in workerd, the runtime of Cloudflare Workers: bundled as wrangler does it, with and without Node's modules.

import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { vectors } from '../support/vectors.mjs'
import { checkNotInline, row } from './host.mjs'

const COMPATIBILITY_DATE = '2026-07-30'

// It looks for the program as it is imported.
const { Miniflare, missing } = await import('miniflare').catch((error) => ({ missing: `miniflare cannot be had: ${error.message}` }))

const { code, inputs, modules } = await bundle()

test('workerd: the bundle imports the modules and has none inline', () => {
  checkNotInline({ code, inputs }, 'workerd')
})

const isWorkerd = ({ userAgent, deno, bun, edge }) => userAgent === 'Cloudflare-Workers' && !deno && !bun && !edge

await row('workerd', {
  missing,
  report: () => reportOf([]),
  is: (identity) => isWorkerd(identity) && !identity.node,
  hashes: 'module',
})

await row('workerd, nodejs_compat', {
  missing,
  report: () => reportOf(['nodejs_compat']),
  is: (identity) => isWorkerd(identity) && identity.node,
  hashes: 'host',
})

async function bundle() {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('in-worker.mjs', import.meta.url))],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    // Leaves the import in the code and puts the file beside it.
    loader: { '.wasm': 'copy' },
    assetNames: '[name]',
    outdir: 'out',
    write: false,
    metafile: true,
  })
  const { text } = outputFiles.find(({ path }) => path.endsWith('.js'))
  const wasm = outputFiles.filter(({ path }) => path.endsWith('.wasm'))
  return {
    code: text,
    inputs: Object.keys(metafile.inputs).filter((input) => !input.endsWith('.wasm')),
    modules: [
      { type: 'ESModule', path: 'in-worker.mjs', contents: text },
      ...wasm.map(({ path, contents }) => ({ type: 'CompiledWasm', path: basename(path), contents })),
    ],
  }
}

async function reportOf(compatibilityFlags) {
  const miniflare = new Miniflare({
    modules,
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags,
    host: '127.0.0.1',
    // It would be fetched.
    cf: false,
  })
  try {
    const response = await miniflare.dispatchFetch('http://worker.test/', { method: 'POST', body: JSON.stringify(vectors) })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return JSON.parse(text)
  } finally {
    await miniflare.dispose()
  }
}
