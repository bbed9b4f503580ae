// Bundles of Vite, run in Node and in Chromium.

import { runs } from './support/runs.mjs'
import * as vite from './with/vite.mjs'

runs(vite)
