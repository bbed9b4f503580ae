// Samples that contestants give in turn, and what there is to say of them. Knows no webhook.

/**
 * Measures contestants side by side: in every round each gives one sample, in an order drawn anew, so that what disturbs the machine
 * disturbs all of them alike. `run(times)` does the work so many times. Gives for each the microseconds of one time, a sample a round.
 */
export async function interleave(contestants, { rounds, sampleMs, now = () => performance.now() }) {
  const lanes = []
  for (const { name, run } of contestants) lanes.push({ name, run, times: await calibrate(run, sampleMs, now), samples: [] })
  for (let round = 0; round < rounds; round += 1) {
    for (const lane of shuffled(lanes)) {
      const start = now()
      await lane.run(lane.times)
      lane.samples.push(((now() - start) * 1000) / lane.times)
    }
  }
  return Object.fromEntries(lanes.map(({ name, samples }) => [name, samples]))
}

/** How many times fill a sample. It warms up besides: five samples long, since a compiler that is still at work is not what is measured. */
async function calibrate(run, sampleMs, now) {
  let times = 1
  for (let warm = 0; warm < 5; ) {
    const start = now()
    await run(times)
    const took = now() - start
    if (took >= sampleMs) warm += 1
    else times *= took * 2 < sampleMs ? 2 : 1.2
    times = Math.ceil(times)
  }
  return times
}

/** In an order drawn anew. */
export function shuffled(list) {
  const copy = [...list]
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1))
    ;[copy[at], copy[other]] = [copy[other], copy[at]]
  }
  return copy
}

/** Median and quartiles. */
export function spread(samples) {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (part) => {
    const place = part * (sorted.length - 1)
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
    return low + (high - low) * (place - Math.floor(place))
  }
  return { low: at(0.25), median: at(0.5), high: at(0.75) }
}

/** How many times as long the one takes as the other, round by round: both samples of a round met the same machine. */
export function ratio(samples, ours) {
  return spread(samples.map((sample, round) => sample / ours[round]))
}
