/** What becomes of a build, told once, although Drone repeats itself: `build.completed`, `build.failed`, `build.fixed`. */
import { isCompleted } from './delivery.js'
import type { Delivery } from './events.js'
import type { State } from './inbox/state.js'
import type { Build, Repo } from './payload.js'

/** The names that are derived; Drone sends none of them. */
export const LIFECYCLE: ReadonlySet<string> = new Set(['build.completed', 'build.failed', 'build.fixed'])

// A cancelled, skipped or declined build says nothing about the code: it neither fails nor fixes a branch.
const FAILED: readonly unknown[] = ['failure', 'error']
const SUCCEEDED = 'success'

// A repeated final update comes within minutes; restarted builds have numbers of their own.
const REMEMBER_BUILD_SECONDS = 30 * 24 * 60 * 60
// A pull request or a tag is never heard of again; a branch that nothing was built on for so long starts anew.
const REMEMBER_BRANCH_SECONDS = 365 * 24 * 60 * 60
// Builds that end out of order are few; so many of a branch are remembered.
const REMEMBERED_RESULTS = 20

/** How a build of a branch ended, in the order of the builds' numbers. */
interface Result {
  readonly number: number
  readonly failed: boolean
  /** Whether it was the one that made the branch good again, when it was added. */
  readonly fixed: boolean
}

/**
 * Which of the derived names are due for a delivery. The same delivery gets the same answer however often it is asked for, so that
 * handlers can be repeated; other deliveries of the same build get none.
 */
export async function lifecycleOf(delivery: Delivery, state: State): Promise<readonly string[]> {
  if (delivery.event !== 'build' || !isCompleted(delivery.payload)) return []
  const { repo, build } = delivery.payload
  const about = whichBuild(repo, build)
  // Without a number every delivery is a build of its own.
  if (about !== undefined && !(await isFirst(delivery.id, about, state))) return []
  const failed = FAILED.includes(build?.status)
  if (!failed && build?.status !== SUCCEEDED) return ['build.completed']
  const fixed = about !== undefined && (await addResult({ number: about.number, failed, fixed: false }, about, state))
  return ['build.completed', ...(failed ? ['build.failed'] : []), ...(fixed ? ['build.fixed'] : [])]
}

interface About {
  readonly repo: string
  readonly number: number
  readonly line: string
}

function whichBuild(repo: Repo | undefined, build: Build | undefined): About | undefined {
  const number = build?.number
  const name = repo?.id ?? repo?.slug
  if (build === undefined || number === undefined || name === undefined) return undefined
  return { repo: String(name), number, line: lineOf(build) }
}

/** What a build is compared within: its branch; a pull request, a tag, and each target of promotions are lines of their own. */
function lineOf({ event, target, ref, deploy_to: deployTo }: Build): string {
  if (event === 'pull_request' || event === 'tag') return ref ?? `${event} ${target}`
  if (event === 'promote' || event === 'rollback') return `${deployTo} from ${target ?? ref}`
  return target ?? ref ?? ''
}

/** Whether this is the delivery that ended the build: the first of them, which is told so every time. */
async function isFirst(id: string, { repo, number }: About, state: State): Promise<boolean> {
  const key = `build ${repo} ${number}`
  if (await state.compareAndSet(key, undefined, id, { ttl: REMEMBER_BUILD_SECONDS })) return true
  return (await state.get(key)) === id
}

/** Adds a result to its branch and says whether it fixed it. One that was added before has its answer already. */
async function addResult(result: Result, { repo, line }: About, state: State): Promise<boolean> {
  const key = `branch ${repo} ${line}`
  for (;;) {
    const stored = await state.get(key)
    const results = stored === undefined ? [] : (JSON.parse(stored) as Result[])
    const known = results.find(({ number }) => number === result.number)
    if (known !== undefined) return known.fixed
    const last = results.at(-1)
    // An earlier build that ends after a later one changes nothing about how the branch stands.
    const isLast = last === undefined || last.number < result.number
    const fixed = isLast && !result.failed && last?.failed === true
    const added = [...results, { ...result, fixed }].sort((a, b) => a.number - b.number).slice(-REMEMBERED_RESULTS)
    if (await state.compareAndSet(key, stored, JSON.stringify(added), { ttl: REMEMBER_BRANCH_SECONDS })) return fixed
  }
}
