// The receivers' Webhooks: they note what they refuse and what they accept.

import { Webhooks } from 'drone-webhooks'
import { accept, entryOf, MAX_BODY_BYTES, SECRET } from './log.mjs'

// Not memoryInbox: that is not for platforms that stop a program once it has answered.
const inbox = { accept: async ({ id }) => (accept(id) ? 'accepted' : 'duplicate'), consume() {} }

export const webhooks = new Webhooks({ secret: SECRET, maxBodyBytes: MAX_BODY_BYTES, inbox })

webhooks.onRefused(({ code }, { url }) => entryOf(url).refused.push(code))
