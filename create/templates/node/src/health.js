// Docker asks by this whether the receiver is well.

import { readConfig } from './config.js'

const { host, port } = readConfig(process.env).bind
// Where it listens everywhere, it does so here.
const everywhere = host === undefined || host === '0.0.0.0' || host === '::'
const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
const { ok } = await fetch(`http://${name}:${port}/healthz`)
process.exit(ok ? 0 : 1)
