// Makes inboxes in memory for receiver.mjs.

import { memoryInbox } from 'drone-webhooks'

export default ({ backoffMs = 0, ...options }) => memoryInbox({ backoff: () => backoffMs, quiet: true, ...options })
