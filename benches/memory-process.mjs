// One process of Node.js that verifies and refuses again and again, and looks at its memory in between. Needs --expose-gc.
// The job comes on stdin: `{ segments, verifications, refusals, hostHash }`, the numbers of one segment, and whether the host hashes bodies.
// The looks go to stdout.

import process from 'node:process'
import { json } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { expand } from '../tests/js/suite/cases.mjs'
import { memories } from '../tests/js/support/memories.mjs'
import { vectors } from '../tests/js/support/vectors.mjs'
import { makeRequests, SECRET } from './requests.mjs'

// The default bound of bodies; the largest body that is hashed at all.
const LIMIT = 4 * 1024 * 1024
const LARGE_EVERY = 10_000
// A case that is so slow, because of its size, has its turn only every so often; the others of its code come instead.
const SLOW_MS = 0.1
const SLOW_EVERY = 100

const { segments, verifications, refusals, hostHash } = await json(process.stdin)
// Without it, bodies up to the limit go through the memory of the module.
if (!hostHash) process.getBuiltinModule = undefined
const { createVerifier, verify, verifyRequest } = await import('drone-webhooks')

const ways = await waysToVerify()
const codes = codesToRefuse()
const looks = []
// The first one warms up.
for (let segment = 0; segment <= segments; segment += 1) {
  await verifyMany(verifications)
  for (const cases of codes.values()) refuseMany(cases, refusals)
  const found = await look()
  if (segment > 0) looks.push(found)
}
process.stdout.write(JSON.stringify({ looks, codes: [...codes.keys()] }))

/** What a receiver does with good requests, all sizes and forms. */
async function waysToVerify() {
  // The requests must not grow old.
  const now = Date.now()
  const verifier = createVerifier({ secret: SECRET, clock: () => now })
  const requests = []
  for (const bytes of [200, 512, 2048, 8192])
    for (const form of ['object', 'Headers']) requests.push(...(await makeRequests(16, { scheme: 'drone', bytes, form })))
  const [largest] = await makeRequests(1, { scheme: 'drone', bytes: LIMIT })
  const small = (at) => requests[at % requests.length]
  const fetched = ({ headers, body }) => new Request('http://hook.test/', { method: 'POST', headers, body })
  return {
    large: () => verifier.verify(largest),
    common: (at) => verifier.verify(small(at)),
    rare: [
      (at) => verifier.verify(small(at)).payload,
      (at) => verifier.verify(small(at)).id,
      (at) => verifier.authenticate(small(at)).finish(small(at).body),
      (at) => verify(small(at), { secret: SECRET, now }),
      (at) => verifier.verify({ ...small(at), body: small(at).body.toString() }),
      // One that is forgotten.
      (at) => createVerifier({ secret: SECRET, clock: () => now }).verify(small(at)),
      (at) => verifyRequest(fetched(small(at)), verifier),
    ],
  }
}

async function verifyMany(count) {
  for (let at = 0; at < count; at += 1) {
    if (at % LARGE_EVERY === 0) ways.large()
    else if (at % 100 === 0) await ways.rare[(at / 100) % ways.rare.length](at)
    else ways.common(at)
  }
}

/** By code, the cases of the table of refusals that JavaScript can meet, each by a verifier made for it and by one that is kept. */
function codesToRefuse() {
  const codes = new Map()
  for (const each of vectors.refusals) {
    if (each.code === null || each.hosts?.includes('js') === false) continue
    const cases = codes.get(each.code) ?? []
    codes.set(each.code, cases)
    for (const run of waysToRefuse(each)) cases.push({ code: each.code, run, every: 1 })
  }
  for (const cases of codes.values()) for (const each of cases) each.every = isSlow(each) ? SLOW_EVERY : 1
  for (const [code, cases] of codes) if (cases.every(({ every }) => every > 1)) throw new Error(`${code}: every case is slow`)
  return codes
}

function waysToRefuse(each) {
  const { request, options } = expand(each)
  // Bytes, as a server has them; the text of a lone surrogate has none.
  if (typeof request.body === 'string' && request.body.isWellFormed?.() !== false) request.body = Buffer.from(request.body)
  const once = () => verify(request, options).payload
  if (each.code === 'config_invalid') return [once]
  const { now, ...config } = options
  const kept = createVerifier({ ...config, clock: () => now })
  return [once, () => kept.verify(request).payload]
}

function isSlow(each) {
  for (let time = 0; time < 20; time += 1) refuse(each)
  const start = performance.now()
  for (let time = 0; time < 5; time += 1) refuse(each)
  return (performance.now() - start) / 5 > SLOW_MS
}

function refuseMany(cases, count) {
  let done = 0
  for (let turn = 0; done < count; turn += 1) {
    for (const each of cases) {
      if (turn % each.every !== 0 || done >= count) continue
      refuse(each)
      done += 1
    }
  }
}

function refuse({ code, run }) {
  let found = 'accepted'
  try {
    run()
  } catch (error) {
    found = error.code
  }
  if (found !== code) throw new Error(`${code} was ${found}`)
}

/** Memory in bytes, after what is garbage has been collected; twice, since finalizers make garbage of their own. */
async function look() {
  for (let time = 0; time < 3; time += 1) {
    await setImmediate()
    globalThis.gc()
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  if (memories.length === 0) throw new Error('no WebAssembly.Instance was made')
  const wasm = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0)
  return { wasm, heap: heapUsed, outside: external - wasm, arrayBuffers: arrayBuffers - wasm }
}
