// Bundles of Rollup, run in Node and in Chromium.

import { runs } from './support/runs.mjs'
import * as rollup from './with/rollup.mjs'

runs(rollup)
