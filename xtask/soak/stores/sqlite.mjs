// SQLite, in Node.js 24.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProcessStore } from '../process.mjs'

const NODE = fileURLToPath(new URL('../../../tests/js/runtimes/node_modules/node24/bin/node', import.meta.url))
const INBOX = new URL('../../../tests/js/inboxes/sqlite-inbox.mjs', import.meta.url).href

export default ({ folder, concurrency, ...more }) => {
  const options = { path: join(folder, 'inbox.sqlite'), concurrency, lease: 2 }
  return new ProcessStore({ node: NODE, inbox: INBOX, options, folder, ...more })
}
