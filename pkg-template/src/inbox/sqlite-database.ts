/** SQLite as the runtime has it: `node:sqlite`, or `bun:sqlite`. Knows no inbox. */
import { configInvalid } from '../errors.js'

type Value = string | number | null

/** A prepared statement; parameters by position. */
export interface Statement {
  run(...values: Value[]): { readonly changes: number | bigint }
  get(...values: Value[]): unknown
  all(...values: Value[]): unknown[]
}

/** An open file. */
export interface Database {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): void
}

// SQLITE_BUSY; the codes beyond the last byte say why.
const BUSY = 5

interface Host {
  process?: { getBuiltinModule?(name: string): Record<string, unknown> | undefined }
}

/** Opens the file, which is made where there is none. Throws `config_invalid` where the runtime has no SQLite. */
export function openDatabase(path: string): Database {
  const Database = builtin('node:sqlite', 'DatabaseSync') ?? builtin('bun:sqlite', 'Database')
  if (Database === undefined) {
    throw configInvalid(
      'sqliteInbox needs SQLite in the runtime: Node.js 22.13, Deno 2.2 or Bun; with an older one take bullmqInbox (Redis), memoryInbox, or an inbox of your own',
    )
  }
  return new Database(path)
}

function builtin(module: string, name: string): (new (path: string) => Database) | undefined {
  const found = (globalThis as Host).process?.getBuiltinModule?.(module)?.[name]
  return found as (new (path: string) => Database) | undefined
}

/** Whether somebody else has the file locked, so that it may go well the next time. */
export function isBusy(error: unknown): boolean {
  // node:sqlite and bun:sqlite; Deno's node:sqlite gives no number for what exec() throws.
  const { errcode, errno, message } = (error ?? {}) as { errcode?: number; errno?: number; message?: string }
  const number = errcode ?? errno
  return number === undefined ? message === 'database is locked' : (number & 0xff) === BUSY
}
