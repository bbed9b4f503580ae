// A fresh process of Node.js: from the import to the first verdict, and on to the 1,000th. The job comes on stdin, the milliseconds go to stdout.

import { readFileSync, writeSync } from 'node:fs'
// Part of the program that is there already; what is measured by hand is the import of node:crypto.
import './contestants/by-hand.mjs'

const VERDICTS = 1000

const { module, secret, requests } = JSON.parse(readFileSync(0, 'utf8'))
for (const request of requests) request.body = Buffer.from(request.body)
const { performance } = globalThis

const start = performance.now()
const contestant = await import(`./contestants/${module}.mjs`)
const accepts = await contestant.prepare(secret)
let accepted = (await accepts(requests[0])) ? 1 : 0
const first = performance.now()
for (let verdict = 1; verdict < VERDICTS; verdict += 1) if (await accepts(requests[verdict % requests.length])) accepted += 1
const last = performance.now()

if (accepted !== VERDICTS) throw new Error(`${module}: ${VERDICTS - accepted} of ${VERDICTS} requests were refused`)
writeSync(1, JSON.stringify({ first: first - start, thousand: last - start }))
