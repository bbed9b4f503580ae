// What things weigh, as a table.

import { table } from './text.mjs'

/** Bundles and WebAssembly. */
export function sizeSection(sizes) {
  const rows = Object.entries(sizes).map(([name, { raw, gzip, brotli }]) => [name, gzip, brotli, raw].map(String))
  const [verifier, explain] = ['verifier', 'explain'].map((name) => sizes[`${name}, WebAssembly alone`])
  const serde = `The module with serde, explain's, weighs ${explain.gzip - verifier.gzip} bytes more than the verifier's after gzip (${explain.raw - verifier.raw} raw), which is why it is apart.`
  return [
    '## Size, in bytes',
    'Each bundled by esbuild and minified, the WebAssembly in it unless it says otherwise. The gzip column is limited by `benches/size-budget.json`.',
    serde,
    table(['what is imported', 'gzip', 'brotli', 'raw'], rows),
  ].join('\n\n')
}
