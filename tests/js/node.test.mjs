// The suite in Node, on the package as it is installed, by import and by require.

import { createRequire } from 'node:module'
import { before, describe, test } from 'node:test'
import * as imported from 'drone-webhooks'
import * as assert from './suite/assert.mjs'
import { suite } from './suite/index.mjs'
import { verifyLarge } from './suite/requests.mjs'
import { vectors } from './support/vectors.mjs'

const required = createRequire(import.meta.url)('drone-webhooks')

for (const [how, lib] of Object.entries({ import: imported, require: required })) {
  for (const [area, register] of Object.entries(suite)) {
    describe(`${how}: ${area}`, () => {
      // Half of it begins with the module's hash, the other with the host's.
      if (how === 'require') before(() => verifyLarge(lib))
      register(lib, { test, assert, vectors })
    })
  }
}

test('import and require give the same functions', () => {
  const same = new Map(Object.entries(imported))
  assert.deepEqual(Object.keys(required).sort(), [...same.keys()].sort())
  for (const [name, value] of same) assert.ok(required[name] === value, name)
})
