// Runs the suite where there is no test runner to speak of, and tells what became of each test, as JSON can carry it.

import * as assert from './assert.mjs'
import { suite } from './index.mjs'

const TIMEOUT_MS = 30_000

/** Gives `{ area, name, error }[]`; no error where the test passed. One after the other, in the order of the suite. */
export async function run(lib, vectors) {
  const tests = []
  for (const [area, register] of Object.entries(suite)) {
    register(lib, { test: (name, body) => tests.push({ area, name, body }), assert, vectors })
  }
  const results = []
  for (const { area, name, body } of tests) results.push({ area, name, error: await errorOf(body) })
  return results
}

async function errorOf(body) {
  let timer
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it did not end within ${TIMEOUT_MS / 1000} seconds`)), TIMEOUT_MS)
    })
    await Promise.race([body(), late])
    return undefined
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack}` : String(error)
  } finally {
    clearTimeout(timer)
  }
}
