// workerd, as miniflare starts it: a Worker of some contestants, and jobs for it.

import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { build } from 'esbuild'
import { entry } from './entry.mjs'

const COMPATIBILITY_DATE = '2026-07-30'

const { resolve } = createRequire(new URL('../tests/js/runtimes/package.json', import.meta.url))
const { Miniflare } = await import(resolve('miniflare'))

/** Starts a Worker of these modules, hands it over, and ends it. `use` is given a function that sends it a job and gives its answer. */
export function withWorker(modules, flags, use) {
  return withMiniflare({ ...settings(flags), modules: bundle(modules) }, (miniflare) => {
    return use(async (job) => {
      const response = await miniflare.dispatchFetch('http://worker.test/', { method: 'POST', body: JSON.stringify(job) })
      const text = await response.text()
      if (!response.ok) throw new Error(`workerd: ${text}`)
      return JSON.parse(text)
    })
  })
}

/** Starts a workerd with a Worker for each `{ module, flags }`. `use` is given a function that sends a good webhook to one of them. */
export function withWorkers(workers, use) {
  const hosts = new Map(workers.map((worker, at) => [worker, `worker${at}.test`]))
  const each = workers.map((worker) => {
    const host = hosts.get(worker)
    return { ...settings(worker.flags), name: host.replace('.', '-'), routes: [`${host}/*`], modules: bundle([worker.module]) }
  })
  const neighbour = { ...settings([]), name: 'neighbour', modules: [{ type: 'ESModule', path: 'neighbour.mjs', contents: NEIGHBOUR }] }
  return withMiniflare({ workers: [neighbour, ...each] }, async (miniflare) => {
    // What is new about workerd itself is not the isolate's.
    for (let time = 0; time < 5; time += 1) await (await miniflare.dispatchFetch('http://neighbour.test/')).text()
    return use(async (worker, { method, headers, body }) => {
      const response = await miniflare.dispatchFetch(`http://${hosts.get(worker)}/`, { method, headers: withoutHost(headers), body })
      if (response.status !== 204) throw new Error(`workerd: ${worker.name} gave ${response.status}: ${await response.text()}`)
    })
  })
}

const NEIGHBOUR = `export default { fetch: () => new Response('here') }`

// They are of the connection, and fetch has its own.
const withoutHost = ({ host: _, 'content-length': __, ...headers }) => headers

const settings = (compatibilityFlags) => ({ compatibilityDate: COMPATIBILITY_DATE, compatibilityFlags })

async function withMiniflare(options, use) {
  const { workers, ...one } = options
  const resolved = workers ? { workers: await Promise.all(workers.map(bundled)) } : await bundled(one)
  // cf would be fetched.
  const miniflare = new Miniflare({ ...resolved, host: '127.0.0.1', cf: false })
  try {
    return await use(miniflare)
  } finally {
    await miniflare.dispose()
  }
}

const bundled = async (worker) => ({ ...worker, modules: await worker.modules })

/** Bundled as wrangler does it, the wasm beside it. */
async function bundle(modules) {
  const { outputFiles } = await build({
    ...entry(modules, './in-worker.mjs', 'worker', 'export default worker(contestants)'),
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
    // Leaves the import in the code and puts the file beside it.
    loader: { '.wasm': 'copy' },
    assetNames: '[name]',
    outdir: 'out',
  })
  const isCode = ({ path }) => path.endsWith('.js')
  return [
    { type: 'ESModule', path: 'worker.mjs', contents: outputFiles.find(isCode).text },
    ...outputFiles.filter((file) => !isCode(file)).map(({ path, contents }) => ({ type: 'CompiledWasm', path: basename(path), contents })),
  ]
}
