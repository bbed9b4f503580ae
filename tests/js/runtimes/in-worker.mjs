// Runs in workerd, bundled: the vectors come as a request, the report is its answer.

import * as lib from 'drone-webhooks'
import * as explain from 'drone-webhooks/explain'
import * as slim from 'drone-webhooks/slim'
import wasm from 'drone-webhooks/wasm'
import { report } from './report.mjs'

export default {
  async fetch(request) {
    return Response.json(await report({ lib, explain, slim, wasm }, await request.json()))
  },
}
