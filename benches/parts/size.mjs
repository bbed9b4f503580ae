// What each entry point weighs, and whether that is within the limits. With --write, what was found is the limit from now on.

import { budget } from '../budget.mjs'
import { sizes } from '../sizes.mjs'

/** After gzip, since that is what is downloaded; nothing may grow, and a gain of more than 1% is written down. */
export const sizeBudget = budget('size-budget.json', {
  unit: 'bytes after gzip',
  command: 'cargo xtask bench size --write',
  over: 0,
  under: 0.01,
})

/** The limited number of each. */
export const gzips = (all) => Object.fromEntries(Object.entries(all).map(([name, { gzip }]) => [name, gzip]))

/** Gives by name `{ raw, gzip, brotli }`. */
export default async function size({ write }) {
  const all = await sizes()
  const measured = gzips(all)
  if (write) sizeBudget.write(measured)
  const complaints = sizeBudget.complaints(measured)
  for (const complaint of complaints) console.error(complaint)
  if (complaints.length > 0) process.exitCode = 1
  return all
}
