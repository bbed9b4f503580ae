// The receiver in Bun.

import { receive } from './web.mjs'

const { port } = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: receive })
console.log(port)
process.stdin.resume().once('end', () => process.exit())
