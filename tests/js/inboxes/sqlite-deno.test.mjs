// The SQLite inbox in Deno.

import { sqliteContract } from './support/run.mjs'

sqliteContract('SQLite in Deno', 'deno')
