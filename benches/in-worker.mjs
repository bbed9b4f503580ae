// Runs in workerd, bundled: what to measure comes as a request, the numbers are its answer.

import { measure } from './hot.mjs'

/** The Worker of these contestants, by name. */
export function worker(contestants) {
  return {
    async fetch(request) {
      return Response.json(await run(contestants, await request.json()))
    },
  }
}

async function run(contestants, { lanes, cases, ...sampling }) {
  const runners = lanes.map(({ name, module, form }) => ({ name, form, contestant: contestants[module] }))
  const results = []
  for (const each of cases) results.push({ ...each, lanes: await measure(runners, { ...each, ...sampling }) })
  return results
}
