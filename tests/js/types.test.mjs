// Compiles what a TypeScript user may write, and what must not compile, against the installed package.

import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as assert from './suite/assert.mjs'

const run = promisify(execFile)
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc')

for (const [how, config] of [
  ['nodenext, by import and by require', 'tsconfig.json'],
  ['a bundler, without the types of Node', 'tsconfig.bundler.json'],
]) {
  test(`the types hold under ${how}`, async () => {
    const project = fileURLToPath(new URL(`types/${config}`, import.meta.url))
    await run(process.execPath, [tsc, '--noEmit', '--project', project]).catch(({ stdout }) => assert.ok(false, stdout))
  })
}
