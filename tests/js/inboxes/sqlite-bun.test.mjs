// The SQLite inbox in Bun.

import { sqliteContract } from './support/run.mjs'

sqliteContract('SQLite in Bun', 'bun')
