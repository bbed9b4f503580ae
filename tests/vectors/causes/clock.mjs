// Authentic requests at another time. The seconds are how much later than signed it is at the receiver.

import { named } from './case.mjs'

const HOUR = 3600
const DAY = 24 * HOUR
const STARTS = ['A-000', 'A-034', 'X-extensions-005', 'v1.0.1-00', 'B-two-endpoints-001']
const late = (cause, seconds, at) =>
  named(cause, STARTS[at % STARTS.length], `${seconds} s`, { code: seconds > 0 ? 'date_too_old' : 'date_in_future', now: seconds })

for (const [at, seconds] of [HOUR, -HOUR, 2 * HOUR + 12, -5.5 * HOUR, 8 * HOUR - 30, 14 * HOUR, -12 * HOUR + 30, -HOUR / 2].entries())
  late('time_zone', seconds, at)
for (const [at, seconds] of [301, 600, HOUR - 60, -301, -700, -3 * DAY, -15 * HOUR].entries()) late('clock_skew', seconds, at)
for (const [at, seconds] of [HOUR + 60, 3 * HOUR + 100, DAY, 30 * DAY, 365 * DAY, 15 * HOUR].entries()) late('replayed', seconds, at)
