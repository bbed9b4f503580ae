/** What a delivery is about, in a few words. */
import type { Delivery } from '../events.js'
import type { Payload } from '../payload.js'

/** `build updated octocat/hello-world #4 success`. Not escaped. */
export function subject({ event, action, payload }: Pick<Delivery, 'event' | 'action' | 'payload'>): string {
  const { build, repo, user } = payload as Payload
  // The types say what Drone sends; an authentic body may hold anything else.
  const words: unknown[] = [
    event,
    action,
    event === 'user' ? user?.login : repo?.slug,
    typeof build?.number === 'number' && `#${build.number}`,
    build?.status,
  ]
  const text = words.filter((word) => typeof word === 'string' && word !== '').join(' ')
  return text === '' ? 'no webhook (a call to an extension)' : text
}
