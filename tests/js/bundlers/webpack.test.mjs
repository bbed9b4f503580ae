// Bundles of webpack, run in Node and in Chromium.

import { runs } from './support/runs.mjs'
import * as webpack from './with/webpack.mjs'

runs(webpack)
