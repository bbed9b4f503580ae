// What this machine has, and what is left on it: nothing.

import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The path of a program: the one that the variable names, if there is one, or the first of these names on the path. */
export function find(names, variable) {
  const given = variable && process.env[variable]
  if (given) return given
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * A folder for all that a browser writes, and an environment that makes it write there. It goes when this process goes,
 * after `end`, which ends what still runs; so no test that fails or hangs leaves anything.
 */
export function temporaryHome(end = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'drone-webhooks-'))
  const remove = () => {
    end()
    // Those that were ended may still be writing.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
  }
  process.once('exit', remove)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      // After all others: puppeteer ends its browser there.
      process.off('exit', remove).once('exit', remove)
      process.exit(1)
    })
  }
  const given = Object.entries(process.env).filter(([name]) => !name.startsWith('XDG_'))
  return { folder, env: { ...Object.fromEntries(given), HOME: folder, TMPDIR: folder } }
}
