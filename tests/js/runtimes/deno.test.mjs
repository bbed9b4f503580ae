// The suite in Deno, on the package as npm has installed it, and without any permission.

import { processRow } from './host.mjs'

await processRow('Deno 2', {
  file: process.platform === 'win32' ? 'deno/deno.exe' : 'deno/deno',
  args: ['run', '--quiet', '--no-prompt', '--no-lock', '--node-modules-dir=manual'],
  is: ({ deno, userAgent }) => deno?.startsWith('2.') && userAgent === `Deno/${deno}`,
})
