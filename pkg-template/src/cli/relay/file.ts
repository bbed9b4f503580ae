/** The relay's SQLite file. */
import { existsSync } from 'node:fs'
import process from 'node:process'
import { type SqliteInbox, type SqliteInboxOptions, sqliteInbox } from '../../inbox/sqlite.js'
import type { Args } from '../args.js'
import { messageOf, usage } from '../exit.js'

export const DEFAULT_FILE = 'drone-webhooks.sqlite'

/** For those who look into it: there must be one. */
export function openExisting(args: Args): SqliteInbox {
  const path = args.text('file') ?? DEFAULT_FILE
  if (!existsSync(path)) throw usage(`there is no file ${path}: name the relay's own with --file`)
  return openInbox(args)
}

/** Opens it, and makes it where there is none. */
export function openInbox(args: Args, options: Omit<SqliteInboxOptions, 'path'> = {}): SqliteInbox {
  const path = args.text('file') ?? DEFAULT_FILE
  hideSqliteWarning()
  try {
    return sqliteInbox({ ...options, path })
  } catch (error) {
    const message = messageOf(error)
    if (/SQLite in the runtime/.test(message)) throw usage(withoutSqlite())
    throw usage(`cannot open ${path}: ${message}`)
  }
}

function withoutSqlite(): string {
  return `the relay needs SQLite in the runtime, and Node.js ${process.version} has none: run it with Node.js 22.13 or later, Deno 2.2 or Bun (npx -p node@24 -p drone-webhooks drone-webhooks relay …)`
}

/** Node.js calls its SQLite experimental on every start; other warnings stay. */
function hideSqliteWarning(): void {
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (!(warning.name === 'ExperimentalWarning' && /SQLite/.test(warning.message))) console.warn(String(warning))
  })
}
