/** For how long ids have to be remembered: the same for every inbox. */
import { checkSeconds, DEFAULT_TOLERANCE_SECONDS } from '../options.js'

/** What inboxes that outlive the process remember, where nothing else is said. */
const DEFAULT_REMEMBER_SECONDS = 24 * 60 * 60

/** For how many seconds ids are remembered: as the options say, and never less than a replay could be accepted. */
export function rememberSecondsOf({ tolerance, remember }: { tolerance?: number | undefined; remember?: number | undefined }): number {
  return Math.max(rememberSeconds(tolerance), checkSeconds(remember, 'remember', DEFAULT_REMEMBER_SECONDS))
}

/**
 * For how many seconds after its acceptance the id of a delivery is remembered at least: until its signed time, which may be as far in the
 * future as the tolerance says, and twice the tolerance after it, to the end of that second.
 */
export function rememberSeconds(tolerance: number | undefined): number {
  return 3 * checkSeconds(tolerance, 'tolerance', DEFAULT_TOLERANCE_SECONDS) + 1
}
