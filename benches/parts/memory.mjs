// Memory of one process that verifies and refuses for long: with the host's hash, and all in WebAssembly.

import { runIn } from '../processes.mjs'

/** Numbers of one segment; one more, before the others, warms up. */
export const LONG = { segments: 10, verifications: 100_000, refusals: 10_000 }
export const SHORT = { segments: 6, verifications: 4000, refusals: 300 }

// Code is compiled and types are learnt for long; even one pointer kept a verdict would be many times as much.
const HEAP_ALLOWANCE = 512 * 1024

/** Gives `{ verifications, refusals, codes, ways: { name: looks } }`; the first look is the one after the warm-up. Throws when memory grows. */
export default async function memory({ quick }) {
  const job = quick ? SHORT : LONG
  const ways = {}
  let codes = 0
  for (const [name, hostHash] of Object.entries({ "with the host's hash": true, 'all in WebAssembly': false })) {
    console.error(`bench: memory, ${name}`)
    const found = await runIn('node20', 'memory-process.mjs', { ...job, hostHash }, ['--expose-gc'])
    ways[name] = found.looks
    codes = found.codes.length
  }
  const growing = Object.entries(ways).flatMap(([name, looks]) => growth(looks).map((text) => `${name}: ${text}`))
  if (growing.length > 0) throw new Error(`memory grows: ${growing.join('; ')}`)
  return { verifications: job.segments * job.verifications, refusals: job.segments * job.refusals, codes, ways }
}

/** What grew, in words. The module's memory may not grow at all after the warm-up; the heap is judged by the least of three looks. */
export function growth(looks) {
  const least = (some, what) => Math.min(...some.map((look) => look[what]))
  const grew = (what) => least(looks.slice(-3), what) - least(looks.slice(0, 3), what)
  const wasm = looks.at(-1).wasm - looks[0].wasm
  const told = ['heap', 'outside', 'arrayBuffers']
    .filter((what) => grew(what) > HEAP_ALLOWANCE)
    .map((what) => `${what} by ${grew(what)} bytes`)
  return wasm > 0 ? [`wasm by ${wasm} bytes`, ...told] : told
}
