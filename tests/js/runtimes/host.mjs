// What the test files of this folder share: a row of the table with the tests beside it, and runtimes that are processes.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { equal, ok, show } from '../suite/assert.mjs'
import { runtime } from '../support/runtime.mjs'
import { vectors } from '../support/vectors.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

export const wasm = readFileSync(fileURLToPath(import.meta.resolve('drone-webhooks/wasm')))

/**
 * The suite in one runtime, and beside it what has no place in the table. `report` gives what report.mjs gives, from over there;
 * `is` says whether that is the runtime it ought to be; `hashes` who hashes large bodies, the host or the module.
 */
export async function row(name, { missing, report, is, hashes }) {
  let reported
  const run = async () => {
    const answer = await report()
    ok(is(answer.identity), `this is not ${name}: ${show(answer.identity)}`)
    reported = answer
    return answer.suite
  }
  await runtime(name, { missing, run })
  if (reported === undefined) return
  describe(`${name}: beside the suite`, () => {
    for (const { name, error } of reported.beside) {
      test(name, () => {
        if (error) throw new Error(error)
      })
    }
    test(`large bodies are hashed by the ${hashes}`, () => {
      equal(reported.hostHashes > 0 ? 'host' : 'module', hashes)
    })
  })
}

/** A row for a runtime that is a program: `file` in node_modules, which runs in-process.mjs after these arguments. */
export function processRow(name, { file, args = [], is }) {
  const program = `${here}node_modules/${file}`
  const missing = existsSync(program) ? undefined : `there is no ${file}: run npm ci in tests/js/runtimes`
  return row(name, { missing, report: () => reportOf(program, args), is, hashes: 'host' })
}

function reportOf(program, args) {
  const input = JSON.stringify({ vectors, wasm: [...wasm] })
  const limits = { timeout: 100_000, maxBuffer: 64 * 1024 * 1024 }
  const { error, status, signal, stdout, stderr } = spawnSync(program, [...args, 'in-process.mjs'], {
    cwd: here,
    input,
    encoding: 'utf8',
    ...limits,
  })
  if (error) throw error
  ok(status === 0, `it ended with ${signal ?? status}:\n${stderr}`)
  return JSON.parse(stdout)
}

/** Fails where the module is in the code, as text, or where the inline platform is. */
export function checkNotInline({ code, inputs }, platform) {
  const platforms = inputs.filter((input) => input.includes('/platform/')).map((input) => input.replace(/.*\/platform\//, ''))
  for (const wanted of [`${platform}.js`, `explain-${platform}.js`])
    ok(platforms.includes(wanted), `${wanted} is not in ${show(platforms)}`)
  equal(inputs.filter((input) => /inline[^/]*$/.test(input)).length, 0, 'inline modules')
  for (const encoding of ['hex', 'base64'])
    ok(!code.includes(wasm.subarray(0, 30).toString(encoding)), `the module is in the bundle in ${encoding}`)
}
