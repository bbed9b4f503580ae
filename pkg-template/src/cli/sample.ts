/** Bodies as a Drone server would send them now, made from recorded ones. */
import { usage } from './exit.js'
import { BUILD, BUILD_FIELDS, BUILDS, NEW_USER, RECORDED_AT, REPO, SYSTEM, USER } from './samples.js'

/** What a sample is of. */
export interface SampleName {
  readonly event: string
  readonly action: string
  /** Of a build. */
  readonly status?: string
}

/** Every build status of Drone. */
export const STATUSES = [
  'pending',
  'running',
  'success',
  'failure',
  'error',
  'killed',
  'skipped',
  'declined',
  'blocked',
  'waiting_on_dependencies',
]

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  user: ['created', 'deleted'],
  repo: ['enabled', 'disabled', 'deleted'],
  build: ['created', 'updated'],
}
// What a new build is; all else is an update.
const AT_START = ['pending', 'blocked', 'waiting_on_dependencies']

/** Everything that Drone sends: each event and action, and every status of a build. */
export const SAMPLES: readonly SampleName[] = [
  ...actionsOf('user'),
  ...actionsOf('repo'),
  { event: 'build', action: 'created', status: 'error' },
  ...STATUSES.map((status) => ({ event: 'build', action: AT_START.includes(status) ? 'created' : 'updated', status })),
]

/** The sample of an event (`build.updated`, `user.created`) and a status, as they were typed. */
export function sampleNamed(name: string | undefined, status: string | undefined): SampleName {
  if (status !== undefined && !STATUSES.includes(status))
    throw usage(`${JSON.stringify(status)} is no status of a build: ${STATUSES.join(', ')}`)
  const [event = '', action = ''] = (name ?? defaultName(status)).split(/[.:]/)
  const known = ACTIONS[event]
  if (known === undefined || !known.includes(action)) {
    throw usage(
      `${JSON.stringify(name)} is nothing that Drone sends: ${Object.keys(ACTIONS)
        .flatMap((event) => (ACTIONS[event] ?? []).map((action) => `${event}.${action}`))
        .join(', ')}`,
    )
  }
  if (event !== 'build') {
    if (status !== undefined) throw usage('--status is for builds')
    return { event, action }
  }
  return { event, action, status: status ?? (action === 'created' ? 'pending' : 'success') }
}

function defaultName(status: string | undefined): string {
  return status !== undefined && AT_START.includes(status) ? 'build.created' : 'build.updated'
}

function actionsOf(event: string): SampleName[] {
  return (ACTIONS[event] ?? []).map((action) => ({ event, action }))
}

/** The body, in the form of Go's encoder, with times near `now`. */
export function sampleBody(name: SampleName, now = Date.now()): Uint8Array {
  const later = Math.floor(now / 1000) - RECORDED_AT
  return new TextEncoder().encode(
    goJson({ event: name.event, action: name.action, ...(moved(contentOf(name), later) as object), system: SYSTEM }),
  )
}

function contentOf({ event, action, status = '' }: SampleName): object {
  if (event === 'user') return { user: NEW_USER }
  if (event === 'repo') return { repo: { ...REPO, active: action === 'enabled' || action === 'deleted' } }
  const { changes, twice } = BUILDS[`${action} ${status}`] ?? { changes: { ...stagesFor(action), status }, twice: false }
  const build = inOrder({ ...BUILD, ...changes })
  if (action === 'created') return { user: USER, repo: REPO, build }
  const { archived, ...repo } = REPO
  return { repo: twice ? { ...repo, build, archived } : REPO, build }
}

/** An update has stages, also to a status that was not recorded. */
function stagesFor(action: string): object {
  return action === 'updated' ? { stages: BUILDS['updated running']?.changes.stages } : {}
}

function inOrder(build: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(BUILD_FIELDS.filter((field) => field in build).map((field) => [field, build[field]]))
}

/** The same with all times so many seconds later. */
function moved(value: unknown, seconds: number): unknown {
  if (typeof value === 'number') return Math.abs(value - RECORDED_AT) < 3600 ? value + seconds : value
  if (Array.isArray(value)) return value.map((each) => moved(each, seconds))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, moved(each, seconds)]))
}

// What Go's encoder escapes, and JSON.stringify does not.
const ESCAPED_BY_GO = /[<>&\u2028\u2029]/g

/** JSON as Drone writes it. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(ESCAPED_BY_GO, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
