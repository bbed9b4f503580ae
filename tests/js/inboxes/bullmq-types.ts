// What the compiler has to say to users of the BullMQ inbox, with the classes of both versions. Compiled by bullmq.test.mjs.

import { Queue, Worker } from 'bullmq'
import * as bullmq5 from 'bullmq5'
import { type Inbox, Webhooks } from 'drone-webhooks'
import { type BullmqInbox, bullmqInbox } from 'drone-webhooks/bullmq'
import { Redis } from 'ioredis'

const connection = { host: '127.0.0.1', port: 6379 }
const inbox: BullmqInbox = bullmqInbox({ Queue, Worker, connection })
new Webhooks({ secret: 'the secret', inbox })
export const inboxes: Inbox[] = [
  bullmqInbox({ Queue, Worker, connection: new Redis({ maxRetriesPerRequest: null }), concurrency: 4 }),
  bullmqInbox({ Queue: bullmq5.Queue, Worker: bullmq5.Worker, connection }),
  bullmqInbox({ Queue, Worker, connection: { url: 'redis://127.0.0.1' }, onDead: ({ id }, error) => console.error(id, error) }),
]

// @ts-expect-error: BullMQ would take the Redis of this machine.
bullmqInbox({ Queue, Worker })
// @ts-expect-error
bullmqInbox({ Queue, Worker, connection: 6379 })
// @ts-expect-error
bullmqInbox({ Queue: Worker, Worker: Queue, connection })
// @ts-expect-error
bullmqInbox({ Queue, Worker, connection, lease: '60' })
