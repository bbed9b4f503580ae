// What became of each request, in a receiver: for the test, which asks for it at /log.

export const SECRET = 'the secret of the receivers'
export const MAX_BODY_BYTES = 256 * 1024

const entries = new Map()
const accepted = new Set()
const faults = []

const queryOf = (url) => new URL(url, 'http://receiver.test').searchParams

/** The entry of a request, by the `case` in its query. */
export function entryOf(url) {
  const name = queryOf(url).get('case') ?? ''
  if (!entries.has(name)) entries.set(name, { begun: false, refused: [] })
  return entries.get(name)
}

/** False for an id that was accepted before. */
export function accept(id) {
  const isNew = !accepted.has(id)
  accepted.add(id)
  return isNew
}

/** The entry, whether the delivery with the `id` in the query was accepted, and whatever went wrong where nobody looked. */
export const logOf = (url) => JSON.stringify({ ...entryOf(url), accepted: accepted.has(queryOf(url).get('id')), faults })

const fault = (kind) => (reason) => faults.push(`${kind}: ${reason?.stack ?? reason}`)

/** Notes what nobody caught. Every platform tells of it in one of these ways. */
export function watch() {
  for (const kind of ['uncaughtException', 'unhandledRejection']) globalThis.process?.on?.(kind, fault(kind))
  for (const kind of ['error', 'unhandledrejection']) {
    globalThis.addEventListener?.(kind, (event) => {
      event.preventDefault()
      fault(kind)(event.reason ?? event.error)
    })
  }
}
