// What things weigh, as a table.

import { table } from './text.mjs'

/** Bundles and WebAssembly. */
export function sizeSection(sizes) {
  const rows = Object.entries(sizes).map(([name, { raw, gzip, brotli }]) => [name, gzip, brotli, raw].map(String))
  return [
    '## Size, in bytes',
    'Each bundled by esbuild and minified, the WebAssembly in it unless it says otherwise. The gzip column is limited by `benches/size-budget.json`.',
    table(['what is imported', 'gzip', 'brotli', 'raw'], rows),
  ].join('\n\n')
}
