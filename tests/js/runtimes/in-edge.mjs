// Runs in the edge runtime, bundled: the host calls `run` with the vectors as JSON, and gets the report as JSON.

import * as lib from 'drone-webhooks'
import * as explain from 'drone-webhooks/explain'
import * as slim from 'drone-webhooks/slim'
import wasm from 'drone-webhooks/wasm?module'
import { report } from './report.mjs'

// For tests that call them from outside.
globalThis.sign = lib.sign
globalThis.verify = lib.verify

globalThis.run = async (vectors) => JSON.stringify(await report({ lib, explain, slim, wasm }, JSON.parse(vectors)))
