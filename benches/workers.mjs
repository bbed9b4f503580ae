// workerd, as miniflare starts it: a Worker of some contestants, and jobs for it.

import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const COMPATIBILITY_DATE = '2026-07-30'

const here = fileURLToPath(new URL('.', import.meta.url))
const { resolve } = createRequire(new URL('../tests/js/runtimes/package.json', import.meta.url))
const { Miniflare } = await import(resolve('miniflare'))

/** Starts a Worker, hands it over, and ends it. `use` is given a function that sends it a job and gives its answer. */
export async function withWorker(modules, compatibilityFlags, use) {
  const miniflare = new Miniflare({
    modules: await bundle(modules),
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags,
    host: '127.0.0.1',
    // It would be fetched.
    cf: false,
  })
  try {
    return await use(async (job) => {
      const response = await miniflare.dispatchFetch('http://worker.test/', { method: 'POST', body: JSON.stringify(job) })
      const text = await response.text()
      if (!response.ok) throw new Error(`workerd: ${text}`)
      return JSON.parse(text)
    })
  } finally {
    await miniflare.dispose()
  }
}

/** Bundled as wrangler does it, the wasm beside it. */
async function bundle(modules) {
  const imports = modules.map((name, at) => `import * as contestant${at} from './contestants/${name}.mjs'`)
  const names = modules.map((name, at) => `'${name}': contestant${at}`)
  const { outputFiles } = await build({
    stdin: {
      contents: `${imports.join('\n')}\nimport { worker } from './in-worker.mjs'\nexport default worker({ ${names.join(', ')} })`,
      resolveDir: here,
    },
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
    // Leaves the import in the code and puts the file beside it.
    loader: { '.wasm': 'copy' },
    assetNames: '[name]',
    outdir: 'out',
    write: false,
  })
  const isCode = ({ path }) => path.endsWith('.js')
  return [
    { type: 'ESModule', path: 'worker.mjs', contents: outputFiles.find(isCode).text },
    ...outputFiles.filter((file) => !isCode(file)).map(({ path, contents }) => ({ type: 'CompiledWasm', path: basename(path), contents })),
  ]
}
