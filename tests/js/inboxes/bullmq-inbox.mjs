// Makes BullMQ inboxes for receiver.mjs, each with the version of BullMQ whose package it is told.

import { createRequire } from 'node:module'
import { bullmqInbox } from 'drone-webhooks/bullmq'

const require = createRequire(import.meta.url)

// BullMQ keeps the time itself.
export default ({ bullmq, backoffMs = 0, name, clock, ...options }) =>
  bullmqInbox({ ...require(bullmq), backoff: () => backoffMs, queue: name, ...options })
