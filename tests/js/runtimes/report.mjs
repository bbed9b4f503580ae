// Runs inside a runtime: the suite, what is tested beside it, and what the runtime says of itself, all as JSON can carry it.

import * as assert from '../suite/assert.mjs'
import { verifyLarge } from '../suite/requests.mjs'
import { run } from '../suite/run.mjs'
import extras from './extras.mjs'

/** `libs` as in extras.mjs; `more` registers tests of one runtime alone. */
export async function report(libs, vectors, more = () => {}) {
  // Before anything is verified: the package keeps the way it has found.
  const count = countHostHashes()
  // Before the suite, which the host's hash is then used for.
  const hostHashes = count(() => verifyLarge(libs.lib))
  const suite = await run(libs.lib, vectors)
  const beside = []
  const test = (name, body) => beside.push({ name, body })
  extras(libs, { test, assert, vectors })
  more({ test, assert })
  return { identity: identity(), hostHashes, suite, beside: await results(beside) }
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

/** From now on: gives how often the host is asked for a hash while a function runs. */
function countHostHashes() {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  let count = 0
  for (const [owner, name] of [
    [crypto, 'hash'],
    [crypto, 'createHash'],
    [globalThis.Bun?.SHA256, 'hash'],
  ]) {
    const original = owner?.[name]
    if (original === undefined) continue
    owner[name] = (...given) => {
      count += 1
      return original.apply(owner, given)
    }
  }
  return (ask) => {
    const before = count
    ask()
    return count - before
  }
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
