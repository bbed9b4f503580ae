/** For how long ids have to be remembered: the same for every inbox. */
import { checkSeconds, DEFAULT_TOLERANCE_SECONDS } from '../options.js'

/**
 * For how many seconds after its acceptance the id of a delivery is remembered: until its signed time, which may be as far in the future as
 * the tolerance says, and twice the tolerance after it, to the end of that second.
 */
export function rememberSeconds(tolerance: number | undefined): number {
  return 3 * checkSeconds(tolerance, 'tolerance', DEFAULT_TOLERANCE_SECONDS) + 1
}
