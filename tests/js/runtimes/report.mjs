// Runs inside a runtime: the suite, what is tested beside it, and what the runtime says of itself, all as JSON can carry it.

import * as assert from '../suite/assert.mjs'
import { options, sample, toVerify } from '../suite/requests.mjs'
import { run } from '../suite/run.mjs'
import extras from './extras.mjs'

/** `libs` as in extras.mjs; `more` registers tests of one runtime alone. */
export async function report(libs, vectors, more = () => {}) {
  const suite = await run(libs.lib, vectors)
  const beside = []
  const test = (name, body) => beside.push({ name, body })
  extras(libs, { test, assert, vectors })
  more({ test, assert })
  return { identity: identity(), hostHashes: hostHashes(libs.lib, vectors), suite, beside: await results(beside) }
}

function identity() {
  const { process, Deno, Bun, EdgeRuntime, navigator } = globalThis
  return {
    node: process?.versions?.node,
    deno: Deno?.version.deno,
    bun: Bun?.version,
    edge: EdgeRuntime,
    userAgent: navigator?.userAgent,
  }
}

/** How often the host is asked for a hash while one large body is verified. */
function hostHashes(lib, vectors) {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  const ways = [
    [crypto, 'hash'],
    [crypto, 'createHash'],
    [globalThis.Bun?.SHA256, 'hash'],
  ]
  const originals = ways.filter(([owner, name]) => owner?.[name]).map(([owner, name]) => ({ owner, name, original: owner[name] }))
  let count = 0
  for (const { owner, name, original } of originals) {
    owner[name] = (...given) => {
      count += 1
      return original.apply(owner, given)
    }
  }
  try {
    const request = sample(vectors)
    lib.verify(toVerify(request), options(request))
  } finally {
    for (const { owner, name, original } of originals) owner[name] = original
  }
  return count
}

async function results(tests) {
  const all = []
  for (const { name, body } of tests) {
    try {
      await body()
      all.push({ name })
    } catch (error) {
      all.push({ name, error: `${error.message}\n${error.stack}` })
    }
  }
  return all
}
