// One process of Node.js 20: every size, good and forged, against all the others.

import { all } from '../lanes.mjs'
import { runIn } from '../processes.mjs'

export const SIZES = [512, 2048, 8192, 65_536, 1_048_576]

/** Gives `{ bytes, forged, lanes: { name, us, ratio }[] }[]`. */
export default function hot({ rounds, sampleMs, sizes = SIZES }) {
  const cases = [false, true].flatMap((forged) => sizes.map((bytes) => ({ bytes, forged })))
  return runIn('node20', 'in-process.mjs', { lanes: all, cases, rounds, sampleMs })
}
