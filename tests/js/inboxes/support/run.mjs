// The contract for one runtime, several promises at a time: most of the time is spent waiting for leases.

import { describe, test } from 'node:test'
import * as assert from '../../suite/assert.mjs'
import { contract } from '../contract.mjs'
import { command, sqliteHarness } from './sqlite.mjs'

export function sqliteContract(name, runtime) {
  const { missing } = command(runtime)
  if (missing) test(name, { skip: missing }, () => {})
  else describe(name, { concurrency: 4 }, () => contract(sqliteHarness(name, runtime), { test, assert }))
}
