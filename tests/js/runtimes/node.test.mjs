// The suite in every line of Node.js that is maintained, and the oldest one that the package takes.

import { processRow } from './host.mjs'

const exe = process.platform === 'win32' ? '.exe' : ''

for (const major of [20, 22, 24, 26]) {
  await processRow(`Node.js ${major}`, {
    file: `node${major}/bin/node${exe}`,
    is: ({ node, deno, bun, edge }) => node?.startsWith(`${major}.`) && !deno && !bun && !edge,
  })
}
