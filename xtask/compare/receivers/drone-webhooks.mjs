// Ours, as the README shows it; the inbox is the default one, without its warning.

import { createNodeMiddleware, memoryInbox, Webhooks } from 'drone-webhooks'
import { secret, serve } from './serve.mjs'

const webhooks = new Webhooks({ secret, inbox: memoryInbox({ quiet: true }) })
webhooks.onAny(({ payload }) => payload)

serve(createNodeMiddleware(webhooks))
