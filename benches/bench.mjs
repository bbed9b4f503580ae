// Measures the parts that are named, or all of them, and writes the report. `cargo xtask bench` installs what this needs, and starts it.
//
//   node benches/bench.mjs [part…] [--quick] [--write]
//
// --quick: fewer rounds, for a first look, which is not kept. --write: what size and instructions find is their limit from now on.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { page, sectionOf } from './report/page.mjs'
import { picture } from './report/picture.mjs'

const PARTS = ['hot', 'runtimes', 'native', 'cold', 'size', 'memory']
const FULL = { rounds: 101, sampleMs: 5, starts: 41 }
const QUICK = { rounds: 15, sampleMs: 4, starts: 8 }

const file = (name) => new URL(name, import.meta.url)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((part) => !PARTS.includes(part))
if (unknown.length > 0) {
  console.error(`bench: there is no part ${unknown.join(', ')}: the parts are ${PARTS.join(', ')}`)
  process.exit(2)
}

const results = existsSync(file('results.json')) ? JSON.parse(readFileSync(file('results.json'), 'utf8')) : {}
for (const part of PARTS.filter((part) => positionals.length === 0 || positionals.includes(part))) {
  console.error(`bench: ${part}`)
  const { default: run } = await import(`./parts/${part}.mjs`)
  const numbers = await run({ ...(values.quick ? QUICK : FULL), ...values })
  results[part] = { machine: machine(), numbers }
  console.log(`\n${sectionOf(part, numbers)}\n`)
  // After each part: one that fails must not take the others with it.
  if (!values.quick) write()
}

function write() {
  const sorted = Object.fromEntries(PARTS.filter((part) => part in results).map((part) => [part, results[part]]))
  const json = JSON.stringify(sorted, rounded, 1)
  // From the numbers as they are kept, or a digit could differ when the page is made again.
  const kept = JSON.parse(json)
  writeFileSync(file('results.json'), `${json}\n`)
  writeFileSync(file('report.md'), page(kept))
  if (kept.hot !== undefined) writeFileSync(file('report.svg'), picture(kept.hot.numbers))
}

/** Four digits: more are noise. */
function rounded(_, value) {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
}

function machine() {
  const all = cpus()
  return `${all.length} cores of ${all[0]?.model.trim() ?? 'an unknown processor'}, ${process.platform}`
}
