// Runs in Node, Deno and Bun: what to measure comes on stdin, the numbers go to stdout.

import process from 'node:process'
import { json } from 'node:stream/consumers'
import { measure } from './hot.mjs'

const { lanes, cases, hostHash, ...sampling } = await json(process.stdin)
// The package looks for node:crypto there; without it, it is as in a browser.
if (hostHash === false) process.getBuiltinModule = undefined

const contestants = []
for (const { name, module, form } of lanes) contestants.push({ name, form, contestant: await import(`./contestants/${module}.mjs`) })

const results = []
for (const each of cases) results.push({ ...each, lanes: await measure(contestants, { ...each, ...sampling }) })
process.stdout.write(JSON.stringify(results))
