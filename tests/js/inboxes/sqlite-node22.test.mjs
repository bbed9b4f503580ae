// The SQLite inbox in Node.js 22.

import { sqliteContract } from './support/run.mjs'

sqliteContract('SQLite in Node.js 22', 'node22')
