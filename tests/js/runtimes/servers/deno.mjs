// The receiver in Deno. It ends with its standard input, as all of them do: so none is left behind by a test that was cut short.

import process from 'node:process'
import { receive } from './web.mjs'

Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: ({ port }) => console.log(port) }, receive)
process.stdin.resume().once('end', () => process.exit())
