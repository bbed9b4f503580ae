// Makes what a runtime has to say of the suite into tests of node:test, and into a row of the README's table.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { suite } from '../suite/index.mjs'

const folder = fileURLToPath(new URL('../../../target/runtimes/', import.meta.url))

/**
 * Runs the suite in a runtime. `run` gives what `suite/run.mjs` gives, from over there. `missing` says why the runtime cannot be had:
 * then its tests count as skipped, which CI does not accept.
 */
export async function runtime(name, { missing, run }) {
  const file = `${folder}${name.replaceAll(/[^\w.]+/g, '-')}.json`
  rmSync(file, { force: true })
  if (missing) return test(`${name}: the suite`, { skip: missing })
  let results
  try {
    results = await run()
  } catch (error) {
    return test(`${name}: the suite`, () => {
      throw error
    })
  }
  const areas = []
  for (const area of Object.keys(suite)) {
    const ofArea = results.filter((result) => result.area === area)
    areas.push({ name: area, passed: ofArea.filter(({ error }) => !error).length, all: ofArea.length })
    describe(`${name}: ${area}`, () => {
      test('it has tests', () => {
        if (ofArea.length === 0) throw new Error('none was run')
      })
      for (const { name, error } of ofArea) {
        test(name, () => {
          if (error) throw new Error(error)
        })
      }
    })
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, JSON.stringify({ name, areas }))
}
