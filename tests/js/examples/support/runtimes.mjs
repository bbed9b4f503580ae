// The runtimes that tests/js/runtimes installs.

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const runtimes = fileURLToPath(new URL('../../runtimes/package.json', import.meta.url))

const installed = fileURLToPath(new URL('../../runtimes/node_modules/', import.meta.url))

/** The program of that name. */
export const program = (name) => `${installed}.bin/${name}`

/** Why a package is not there, or false. */
export const missing = (name) => !existsSync(`${installed}${name}`) && `${name} is not installed: npm ci in tests/js/runtimes`
