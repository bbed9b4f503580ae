// Runs in Node, Deno and Bun: what to measure comes on stdin, the numbers go to stdout.

import process from 'node:process'
import { json } from 'node:stream/consumers'
import { measureAll } from './hot.mjs'

const { hostHash, ...job } = await json(process.stdin)
// The package looks for node:crypto there; without it, it is as in a browser.
if (hostHash === false) process.getBuiltinModule = undefined

const modules = {}
for (const { module } of job.lanes) modules[module] ??= await import(`./contestants/${module}.mjs`)
process.stdout.write(JSON.stringify(await measureAll(modules, job)))
