// Memory over a long run, as a table.

import { table } from './text.mjs'

/** Before and after. */
export function memorySection({ verifications, refusals, codes, ways }) {
  const mb = (bytes) => (bytes / 1024 / 1024).toFixed(2)
  const rows = Object.entries(ways).map(([name, looks]) => {
    const [first, last] = [looks[0], looks.at(-1)]
    return [name, ...['wasm', 'heap', 'outside'].flatMap((what) => [mb(first[what]), mb(last[what])])]
  })
  return [
    '## Memory',
    `MB after the warm-up and at the end of ${group(verifications)} verifications and ${group(refusals)} refusals of each of ${codes} codes, in one process of Node.js 20; bodies up to the limit of 4 MB.`,
    table(['', 'WebAssembly', 'at the end', 'heap', 'at the end', 'outside of it', 'at the end'], rows),
  ].join('\n\n')
}

const group = (value) => value.toLocaleString('en')
