// Runs in workerd, bundled: what to measure comes as a request, the numbers are its answer. Or a webhook comes, and its answer is the verdict.

import { measureAll } from './hot.mjs'
import { SECRET } from './requests.mjs'

/** The Worker of these contestants, by name. A webhook goes to the first. */
export function worker(contestants) {
  let verdictOn
  return {
    async fetch(request) {
      if (!request.headers.has('signature')) return Response.json(await measureAll(contestants, await request.json()))
      verdictOn ??= await Object.values(contestants)[0].prepare(SECRET)
      const headers = Object.fromEntries(request.headers)
      const body = new Uint8Array(await request.arrayBuffer())
      return new Response(null, { status: (await verdictOn({ headers, body })) ? 204 : 401 })
    },
  }
}
