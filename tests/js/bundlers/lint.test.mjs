// What those who lint packages say of the tarball.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import * as assert from '../suite/assert.mjs'

const run = promisify(execFile)
const require = createRequire(import.meta.url)
const { name, version } = require('drone-webhooks/package.json')
const tarball = fileURLToPath(new URL(`../../../target/npm/${name}-${version}.tgz`, import.meta.url))

test('publint has not even a suggestion', async () => {
  const { buffer } = new Uint8Array(readFileSync(tarball))
  const { messages } = await publint({ pack: { tarball: buffer }, level: 'suggestion', strict: true })
  assert.deepEqual(messages, [])
})

test('attw finds the types of every entry point right, for importers that are modules', async () => {
  const attw = require.resolve('@arethetypeswrong/cli/package.json').replace('package.json', 'dist/index.js')
  const { stdout } = await run(process.execPath, [
    attw,
    tarball,
    '--profile',
    'esm-only',
    '--no-definitely-typed',
    '--format',
    'json',
  ]).catch(({ stdout }) => assert.ok(false, stdout))
  const { analysis } = JSON.parse(stdout)
  const { exports } = require('drone-webhooks/package.json')
  // An entry point that it does not look at would be right too.
  assert.deepEqual(Object.keys(analysis.entrypoints).sort(), Object.keys(exports).sort())
})
