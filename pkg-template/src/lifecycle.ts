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

// A repeated final update comes within minutes, but a dead letter is delivered again when somebody gets to it.
const REMEMBER_BUILD_SECONDS = 365 * 24 * 60 * 60
// A pull request or a tag is never heard of again; a branch that nothing was built on for so long starts anew.
const REMEMBER_BRANCH_SECONDS = 365 * 24 * 60 * 60
// Builds that end out of order are few; so many of a branch are remembered.
const REMEMBERED_RESULTS = 20

/** How a build of a branch ended, in the order in which that was learnt. */
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
  const failed = FAILED.includes(build?.status)
  const names = ['build.completed', ...(failed ? ['build.failed'] : [])]
  // Without a number every delivery is a build of its own.
  if (about === undefined) return names
  const claim = await claimed(delivery.id, about, state)
  const [id, outcome] = claim?.split(' ') ?? []
  if (id !== delivery.id) return []
  if (outcome !== undefined) return outcome === 'fixed' ? [...names, 'build.fixed'] : names
  if (!failed && build?.status !== SUCCEEDED) return names
  const fixed = await addResult({ number: about.number, failed, fixed: false }, about, state)
  // The branch may have forgotten the build when a dead letter is delivered again; what is told of it must stay the same.
  await state.compareAndSet(keyOf(about), id, `${id} ${fixed ? 'fixed' : 'told'}`, { ttl: REMEMBER_BUILD_SECONDS })
  return fixed ? [...names, 'build.fixed'] : names
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

function keyOf({ repo, number }: About): string {
  return `build ${repo} ${number}`
}

/** Who has ended the build: the first delivery to say so, and, once it is known, what that meant for the branch. */
async function claimed(id: string, about: About, state: State): Promise<string | undefined> {
  const key = keyOf(about)
  if (await state.compareAndSet(key, undefined, id, { ttl: REMEMBER_BUILD_SECONDS })) return id
  return state.get(key)
}

/** Adds a result to its branch and says whether it fixed it. One that was added before has its answer already. */
async function addResult(result: Result, { repo, line }: About, state: State): Promise<boolean> {
  const key = `branch ${repo} ${line}`
  for (;;) {
    const stored = await state.get(key)
    const results = stored === undefined ? [] : (JSON.parse(stored) as Result[])
    const known = results.find(({ number }) => number === result.number)
    if (known !== undefined) return known.fixed
    // Deliveries change places on their way (a Queue, several hands): a failure that is told of late wants its fix all the same. An
    // earlier build that succeeds after a later one has fixed nothing.
    const isLast = results.every(({ number }) => number < result.number)
    const fixed = isLast && !result.failed && isBroken(results)
    const added = [...results, { ...result, fixed }].slice(-REMEMBERED_RESULTS)
    if (await state.compareAndSet(key, stored, JSON.stringify(added), { ttl: REMEMBER_BRANCH_SECONDS })) return fixed
  }
}

/** Whether a failure was told of and no newer success since. */
function isBroken(results: readonly Result[]): boolean {
  let broken = false
  let latest = Number.NEGATIVE_INFINITY
  for (const { number, failed } of results) {
    if (failed) broken = true
    else if (number > latest) broken = false
    latest = Math.max(latest, number)
  }
  return broken
}
