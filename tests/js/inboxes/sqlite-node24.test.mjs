// The SQLite inbox in Node.js 24.

import { sqliteContract } from './support/run.mjs'

sqliteContract('SQLite in Node.js 24', 'node24')
