// The installed package, as bundlers find it.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

export const wasm = readFileSync(createRequire(import.meta.url).resolve('drone-webhooks/wasm'))

/** The full path of an app. */
export const pathOf = (app) => fileURLToPath(new URL(`../apps/${app}`, import.meta.url))

/** Bytes by path, without what is not the package's and with the paths as they are in its dist/. */
export function partsOf(sizes) {
  const parts = {}
  for (const [path, bytes] of sizes) {
    const [, file] = path.replaceAll('\\', '/').split('node_modules/drone-webhooks/dist/')
    if (file !== undefined && bytes > 0) parts[file] = bytes
  }
  return parts
}
