// What tests/js/types holds, compiled by earlier compilers and in every way that they look for a package.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as assert from '../suite/assert.mjs'

const run = promisify(execFile)
const require = createRequire(import.meta.url)
const types = fileURLToPath(new URL('../types/', import.meta.url))
const typeRoots = [fileURLToPath(new URL('../../../node_modules/@types', import.meta.url))]

const everywhere = ['narrowing.ts', 'calls.ts', 'entries.ts']

const libraries = {
  browsers: { lib: ['es2023', 'dom', 'dom.iterable'], types: [], files: [...everywhere, 'wasm.ts'] },
  Node: { lib: ['es2023'], types: ['node'], files: [...everywhere, 'node.ts'] },
}

const resolutions = {
  nodenext: { module: 'nodenext', files: ['require.cts'] },
  // There a CommonJS file cannot require a module.
  node16: { module: 'node16', files: [] },
  bundler: { module: 'esnext', files: [] },
}

let folder

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'drone-webhooks-types-'))
})

after(() => rmSync(folder, { recursive: true }))

for (const name of ['typescript5', 'typescript6']) {
  describe(`TypeScript ${require(`${name}/package.json`).version}`, { concurrency: 2 }, () => {
    const tsc = require.resolve(`${name}/package.json`).replace('package.json', 'bin/tsc')
    for (const [moduleResolution, { module, files: more }] of Object.entries(resolutions)) {
      for (const [library, { files, ...options }] of Object.entries(libraries)) {
        test(`${moduleResolution}, with the types of ${library}`, async () => {
          const config = join(folder, `${name}-${moduleResolution}-${library}.json`)
          // All declarations are checked, but for those that come with the compiler.
          const compilerOptions = { ...options, module, moduleResolution, typeRoots, skipDefaultLibCheck: true }
          const paths = [...files, ...more].map((file) => join(types, file))
          writeFileSync(config, JSON.stringify({ extends: join(types, 'tsconfig.json'), compilerOptions, files: paths, include: [] }))
          await run(process.execPath, [tsc, '--project', config]).catch(({ stdout }) => assert.ok(false, stdout))
        })
      }
    }
  })
}
