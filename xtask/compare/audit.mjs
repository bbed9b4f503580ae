// The command line's audit, as a person runs it, of the installed package.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const manifest = createRequire(import.meta.url).resolve('drone-webhooks/package.json')
const { bin, version } = JSON.parse(readFileSync(manifest, 'utf8'))
const PROGRAM = join(dirname(manifest), bin['drone-webhooks'])
// What the documentation of `audit` says of its exit codes.
const CONCLUSIVE = [0, 1]

export { version }

/** All attacks, in the order in which they are made. */
export async function attacks() {
  const { output } = await run(['audit', '--list', '--json'], {})
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** The names of what a receiver wrongly accepts. */
export async function audit({ url, secret }) {
  const { code, output, errors } = await run(['audit', url, '--json'], { DRONE_WEBHOOK_SECRET: secret })
  if (!CONCLUSIVE.includes(code)) throw new Error(`the audit of ${url} ended with ${code}: ${output}${errors}`)
  return JSON.parse(output).accepted.map(({ name }) => name)
}

function run(args, env) {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...env } }, (error, output, errors) => {
      resolve({ code: error ? error.code : 0, output, errors })
    })
  })
}
