// Writes causes.json: recorded requests, corrupted as people corrupt them, and the cause that must be named.
//
//   node tests/vectors/causes.mjs            writes it
//   node tests/vectors/causes.mjs --check    compares, and exits 1 when it differs
//
// Like generate.mjs it is an oracle of its own: requests are signed anew by hand from node:crypto, causes are written down.

import { readFileSync, writeFileSync } from 'node:fs'
import { cases, check } from './causes/case.mjs'
import './causes/secret.mjs'
import './causes/signature.mjs'
import './causes/body.mjs'
import './causes/way.mjs'
import './causes/clock.mjs'
import './causes/several.mjs'

const file = new URL('causes.json', import.meta.url)
check()
const json = `[\n${cases.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`

if (!process.argv.includes('--check')) {
  writeFileSync(file, json)
} else if (json !== readFileSync(file, 'utf8')) {
  console.error('tests/vectors/causes.json is not what tests/vectors/causes.mjs writes; run it and commit the result')
  process.exit(1)
}
