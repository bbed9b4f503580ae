// The program comes with the package, and with nothing else: who imports the package does not load it.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { deepEqual, equal, ok } from '../suite/assert.mjs'
import { root, script } from './support/program.mjs'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Every module that a module leads to, by its own imports and the package's. */
function reached(start) {
  const found = new Set()
  const look = (file) => {
    if (found.has(file)) return
    found.add(file)
    if (!file.endsWith('.js') || !existsSync(file)) return
    // Examples in comments import too.
    const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
    for (const [, name] of code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      if (name.startsWith('.')) look(resolve(dirname(file), name))
      else if (name.startsWith('#')) for (const target of Object.values(manifest.imports[name])) look(join(root, target))
      else found.add(name)
    }
  }
  look(start)
  return [...found]
}

describe('the package', () => {
  test('its program can be started as it is', () => {
    equal(readFileSync(script, 'utf8').split('\n')[0], '#!/usr/bin/env node')
    ok(statSync(script).mode & 0o100, 'it is not executable')
  })

  test('no entry point leads to the program', () => {
    for (const [name, target] of Object.entries(manifest.exports)) {
      const file = join(root, target.default ?? target)
      const modules = reached(file)
      ok(!file.endsWith('.js') || modules.length >= 1)
      deepEqual(
        modules.filter((module) => module.startsWith(join(root, 'dist/cli'))),
        [],
        name,
      )
    }
  })

  test('the program leads to the package and to Node.js only', () => {
    const outside = reached(script).filter((module) => !module.startsWith(root) && !module.startsWith('node:'))
    deepEqual(outside, [])
    ok(reached(script).includes(join(root, 'dist/verify.js')))
  })
})
