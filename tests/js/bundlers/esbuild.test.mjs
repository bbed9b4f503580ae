// Bundles of esbuild, run in Node and in Chromium.

import { runs } from './support/runs.mjs'
import * as esbuild from './with/esbuild.mjs'

runs(esbuild)
