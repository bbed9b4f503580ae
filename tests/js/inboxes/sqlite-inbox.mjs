// Makes SQLite inboxes for receiver.mjs.

import { sqliteInbox } from 'drone-webhooks/sqlite'

export default ({ backoffMs = 0, ...options }) => sqliteInbox({ backoff: () => backoffMs, ...options })
