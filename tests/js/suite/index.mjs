// The portable suite. Each part is `(lib, { test, assert, vectors }) => void` and registers its tests;
// a runner gives the library, its runtime's `test`, `./assert.mjs` and the vectors.

import delivery from './delivery.mjs'
import fetch from './fetch.mjs'
import inbox from './inbox.mjs'
import inputs from './inputs.mjs'
import lifecycle from './lifecycle.mjs'
import phases from './phases.mjs'
import recorded from './recorded.mjs'
import refusals from './refusals.mjs'
import sign from './sign.mjs'
import web from './web.mjs'
import webhooks from './webhooks.mjs'

export const suite = { recorded, refusals, inputs, phases, delivery, sign, fetch, webhooks, inbox, lifecycle, web }
