// A project as people get it: from the packed starter, with the packed library in place of the registry's.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Program } from '../../examples/support/program.mjs'
import * as assert from '../../suite/assert.mjs'
import { env } from './node24.mjs'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const starter = local('../../../../create/')

export const { version } = JSON.parse(readFileSync(`${starter}package.json`, 'utf8'))

/** The library, as `cargo xtask build` packs it. */
export const library = local(`../../../../target/npm/drone-webhooks-${version}.tgz`)

/** A temporary folder that is gone when the process is. */
export function temporary() {
  const folder = mkdtempSync(join(tmpdir(), 'starter-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a program to its end; gives what it printed. Fails where it fails, unless another code is expected. */
export async function run(command, args, { code = 0, ...options } = {}) {
  const program = new Program(command, args, { ...options, env: { ...env, ...options.env } })
  const ended = await program.ended
  assert.deepEqual(ended, { code, signal: null }, `${command} ${args.join(' ')}:\n${program.output}`)
  return program.output
}

/** npm with a cache of its own. */
export const npm = (args, { env: more, ...options }) =>
  run('npm', args, { ...options, env: { npm_config_cache: cache, npm_config_fund: 'false', npm_config_audit: 'false', ...more } })

const cache = temporary()
let packed

/** The starter's tarball. */
export function pack() {
  packed ??= (async () => {
    const folder = temporary()
    await npm(['pack', '--pack-destination', folder], { cwd: starter })
    return join(folder, `create-drone-webhook-${version}.tgz`)
  })()
  return packed
}

/** The program of the starter, installed from its tarball. */
export async function installed() {
  const folder = temporary()
  await npm(['install', '--offline', '--prefix', folder, await pack()], { cwd: folder })
  return join(folder, 'node_modules/.bin/create-drone-webhook')
}

/** `npm create drone-webhook`, as npm does it once it has the tarball; `options` are those of `run`. */
export async function create(args, options) {
  return npm(['exec', '--yes', '--offline', `--package=${await pack()}`, '--', 'create-drone-webhook', ...args], options)
}
