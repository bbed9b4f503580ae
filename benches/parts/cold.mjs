// Cold starts: fresh processes of Node.js 20, and new isolates of workerd, one of each contestant a round, in an order drawn anew.

import { named } from '../lanes.mjs'
import { runIn } from '../processes.mjs'
import { makeRequests, SECRET } from '../requests.mjs'
import { ratio, shuffled, spread } from '../sampling.mjs'
import { withWorkers } from '../workers.mjs'

const BYTES = 2048
const inProcess = named('drone-webhooks', 'node-hash', 'node-create-hash', 'http-signature', 'octokit', 'standardwebhooks', 'web-crypto')
const withNode = named('drone-webhooks', 'node-hash', 'web-crypto')
const withoutNode = named('drone-webhooks', 'web-crypto')

/** Gives `{ node: { name, first, thousand }[], 'workerd…': { name, first, second }[] }`: milliseconds and ratios. */
export default async function cold({ starts }) {
  const node = await processes(starts)
  return { node: compared(inProcess, node, ['first', 'thousand']), ...(await isolates(starts)) }
}

async function processes(starts) {
  const samples = empty(inProcess)
  // The first round fills the caches of the file system.
  for (let round = -1; round < starts; round += 1) {
    for (const { name, module } of shuffled(inProcess)) {
      const requests = await requestsFor(module)
      const sample = await runIn('node20', 'cold-process.mjs', { module, secret: SECRET, requests })
      if (round >= 0) samples[name].push(sample)
    }
  }
  return samples
}

async function requestsFor(module) {
  const { scheme } = await import(`../contestants/${module}.mjs`)
  const requests = await makeRequests(64, { scheme, bytes: BYTES })
  return requests.map((request) => ({ ...request, body: request.body.toString() }))
}

/** Each round is a new workerd, in which every contestant is a Worker of its own. */
async function isolates(starts) {
  const places = { 'workerd, nodejs_compat': [withNode, ['nodejs_compat']], workerd: [withoutNode, []] }
  const workers = Object.entries(places).flatMap(([place, [lanes, flags]]) => lanes.map((lane) => ({ ...lane, place, flags })))
  const samples = Object.fromEntries(Object.entries(places).map(([place, [lanes]]) => [place, empty(lanes)]))
  for (let round = 0; round < starts; round += 1) {
    await withWorkers(workers, async (send) => {
      for (const worker of shuffled(workers)) samples[worker.place][worker.name].push(await twice(send, worker))
    })
  }
  const each = Object.entries(samples).map(([place, those]) => [place, compared(places[place][0], those, ['first', 'second'])])
  return Object.fromEntries(each)
}

/** The first request of the isolate, and one more to compare with. */
async function twice(send, worker) {
  const [one, two] = await makeRequests(2, { scheme: 'drone', bytes: BYTES })
  return { first: await time(() => send(worker, one)), second: await time(() => send(worker, two)) }
}

async function time(run) {
  const start = performance.now()
  await run()
  return performance.now() - start
}

const empty = (lanes) => Object.fromEntries(lanes.map(({ name }) => [name, []]))

function compared(lanes, samples, measures) {
  const of = (name, measure) => samples[name].map((sample) => sample[measure])
  return lanes.map(({ name }) => ({
    name,
    ...Object.fromEntries(
      measures.map((measure) => [measure, { ms: spread(of(name, measure)), ratio: ratio(of(name, measure), of(lanes[0].name, measure)) }]),
    ),
  }))
}
