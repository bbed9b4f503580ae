// Writes refusals.json, the table of verdicts that every host runs.
//
//   node tests/vectors/generate.mjs            writes it
//   node tests/vectors/generate.mjs --check    compares, and exits 1 when it differs
//
// It is an oracle of its own: requests are signed by hand from node:crypto and the verdicts are written down,
// so nothing here may use this project's code.

import { readFileSync, writeFileSync } from 'node:fs'
import { cases } from './generate/case.mjs'
import { CODES, check } from './generate/check.mjs'
import { print } from './generate/print.mjs'
import './generate/cases/bounds.mjs'
import './generate/cases/signature.mjs'
import './generate/cases/key.mjs'
import './generate/cases/policy.mjs'
import './generate/cases/mac.mjs'
import './generate/cases/freshness.mjs'
import './generate/cases/digest.mjs'
import './generate/cases/payload.mjs'
import './generate/cases/setup.mjs'
import './generate/cases/order.mjs'

const file = new URL('refusals.json', import.meta.url)
const sorted = cases.toSorted((a, b) => CODES.indexOf(a.code) - CODES.indexOf(b.code))
const json = print(sorted)
check(sorted, json)

if (!process.argv.includes('--check')) {
  writeFileSync(file, json)
} else if (json !== current()) {
  console.error('tests/vectors/refusals.json is not what tests/vectors/generate.mjs writes; run it and commit the result')
  process.exit(1)
}

function current() {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
