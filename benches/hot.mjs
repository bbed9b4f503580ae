// The hot path: a request in, a verdict out, again and again in one process. Runs in every runtime.

import { makeRequests, SECRET } from './requests.mjs'
import { interleave, ratio, spread } from './sampling.mjs'

// So many different ones that no cache for the last few is of use.
const REQUESTS = 64
// Of bodies that many times that many would not fit in memory.
const LARGEST_RING = 8 * 1024 * 1024

/** A job: every case by every lane, of modules by name. Gives the cases with what {@link measure} gives of each. */
export async function measureAll(modules, { lanes, cases, ...sampling }) {
  const contestants = lanes.map(({ name, module, form }) => ({ name, form, contestant: modules[module] }))
  const results = []
  for (const each of cases) results.push({ ...each, lanes: await measure(contestants, { ...each, ...sampling }) })
  return results
}

/**
 * One case: `contestants` is `{ name, contestant, form }[]`, of which the first is ours. Gives for each microseconds a verdict, and how
 * many times as long as ours it takes.
 */
export async function measure(contestants, { bytes, forged, rounds, sampleMs, now }) {
  const lanes = []
  for (const { name, contestant, form } of contestants) {
    const requests = await makeRequests(Math.min(REQUESTS, LARGEST_RING / bytes), { scheme: contestant.scheme, bytes, forged, form })
    lanes.push({ name, run: runner(name, await contestant.prepare(SECRET), requests, !forged) })
  }
  for (const { run } of lanes) await run(REQUESTS)
  const samples = await interleave(lanes, { rounds, sampleMs, now })
  const ours = samples[lanes[0].name]
  return lanes.map(({ name }) => ({ name, us: spread(samples[name]), ratio: ratio(samples[name], ours) }))
}

/** Goes round the requests, and fails when a single verdict is not the one that is right: what is wrong is not worth measuring. */
function runner(name, accepts, requests, right) {
  let next = 0
  const check = (verdicts, times) => {
    if (verdicts !== times) throw new Error(`${name}: ${times - verdicts} of ${times} requests were ${right ? 'refused' : 'accepted'}`)
  }
  const request = () => requests[next++ % requests.length]
  const isAsync = accepts(requests[0]) instanceof Promise
  if (!isAsync) {
    return (times) => {
      let verdicts = 0
      for (let time = 0; time < times; time += 1) if (accepts(request()) === right) verdicts += 1
      check(verdicts, times)
    }
  }
  return async (times) => {
    let verdicts = 0
    for (let time = 0; time < times; time += 1) if ((await accepts(request())) === right) verdicts += 1
    check(verdicts, times)
  }
}
