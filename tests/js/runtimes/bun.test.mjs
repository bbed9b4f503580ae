// The suite in Bun.

import { processRow } from './host.mjs'

await processRow('Bun 1', {
  // Under this name on every platform.
  file: 'bun/bin/bun.exe',
  args: ['run'],
  is: ({ bun, userAgent }) => bun?.startsWith('1.') && userAgent === `Bun/${bun}`,
})
