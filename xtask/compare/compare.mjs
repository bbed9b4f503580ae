// Runs `drone-webhooks audit` against receivers written with other libraries, and against ours, and writes what each accepts into
// docs/COMPARE.md. With --check it writes nothing, and fails where the page says something else.

import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { attacks, audit } from './audit.mjs'
import { acceptedIn, pageWith, tableOf } from './page.mjs'
import { buildGo, receivers, start } from './receivers.mjs'

const PAGE = new URL('../../docs/COMPARE.md', import.meta.url)

const options = process.argv.slice(2)
const unknown = options.filter((option) => option !== '--check')
if (unknown.length > 0) fail(2, `I do not know ${unknown.join(' ')}; the only option is --check`)

const page = readFileSync(PAGE, 'utf8')
const withGo = await hasGo()
if (!withGo && process.env.CI === 'true') fail(1, 'there is no go, and with CI=true nothing is skipped')

const columns = []
let skipped = 0
if (withGo) await buildGo()
for (const receiver of receivers) {
  const accepted = receiver.go && !withGo ? skip(receiver) : await compare(receiver)
  columns.push({ ...receiver, accepted })
}

const all = await attacks()
const expected = pageWith(page, tableOf(all, columns))
if (!options.includes('--check')) writeFileSync(PAGE, expected)
else if (page !== expected) fail(1, 'docs/COMPARE.md is not what was found: run `cargo xtask compare`')
console.log(`\n${columns.length - skipped} passed, 0 failed, ${skipped} skipped`)

async function compare(receiver) {
  const running = await start(receiver)
  try {
    const accepted = await audit(running)
    console.log(`${receiver.title}: ${accepted.length} accepted`)
    return accepted
  } finally {
    await running.end()
  }
}

/** What the page says of it stays. */
function skip({ title }) {
  skipped += 1
  console.log(`skipped: ${title}, since there is no go: its column is left as it is`)
  return acceptedIn(page, title)
}

async function hasGo() {
  try {
    await promisify(execFile)('go', ['version'])
    return true
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}

function fail(code, message) {
  console.error(`compare: ${message}`)
  process.exit(code)
}
