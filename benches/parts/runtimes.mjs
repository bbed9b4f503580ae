// The other runtimes, at 2 KB, and everything in WebAssembly: where there is no host's hash, and in Node.js with it taken away.

import { chromium, inChromium } from '../browser.mjs'
import { all, named } from '../lanes.mjs'
import { runIn } from '../processes.mjs'
import { withWorker } from '../workers.mjs'

// The clock of workerd has whole milliseconds, and that of browsers is coarse: samples are ten times as long there, and of some milliseconds at the least.
const coarse = ({ rounds, sampleMs }) => ({ rounds: Math.min(rounds, 31), sampleMs: Math.max(10 * sampleMs, 4) })

// http-signature asks for Node's modules by names that a bundle for workerd does not resolve.
const inWorkers = all.filter(({ name }) => name !== 'http-signature')
const withoutNode = named('drone-webhooks', 'web-crypto')
const cases = [false, true].map((forged) => ({ bytes: 2048, forged }))
const smallToo = [{ bytes: 512, forged: false }, ...cases]

const inProcess = (runtime, more) => (sampling) => runIn(runtime, 'in-process.mjs', { lanes: all, cases, ...sampling, ...more })
const inWorker = (lanes, cases, flags) => (sampling) => inWorkerd(lanes, cases, flags, sampling)

const wheres = {
  'Node.js 24': inProcess('node24'),
  'Deno 2': inProcess('deno'),
  'Bun 1': inProcess('bun'),
  'workerd, nodejs_compat': inWorker(inWorkers, cases, ['nodejs_compat']),
  'workerd, all in WebAssembly': inWorker(withoutNode, smallToo, []),
  'Chromium, all in WebAssembly': (sampling) => inChromium({ lanes: withoutNode, cases: smallToo, ...coarse(sampling) }),
  'Node.js 20, all in WebAssembly': inProcess('node20', { cases: smallToo, hostHash: false }),
}

/** Gives by place what the hot path gives. */
export default async function runtimes(sampling) {
  const results = {}
  for (const [where, run] of Object.entries(wheres)) {
    if (where.startsWith('Chromium') && chromium === undefined) {
      console.error(`bench: skipped: ${where}: there is no Chromium; the variable CHROMIUM may name one`)
      continue
    }
    console.error(`bench: ${where}`)
    results[where] = await run(sampling)
  }
  return results
}

function inWorkerd(lanes, cases, flags, sampling) {
  const modules = [...new Set(lanes.map(({ module }) => module))]
  return withWorker(modules, flags, async (send) => {
    const results = []
    for (const each of cases) results.push(...(await send({ lanes, cases: [each], ...coarse(sampling) })))
    return results
  })
}
