// What Rollup and Rolldown tell of a bundle, which is the same.

import { partsOf } from './package.mjs'

export function chunksOf(output) {
  const chunks = output.filter(({ type }) => type === 'chunk')
  const names = new Set(chunks.map(({ fileName }) => fileName))
  return {
    files: output.map(({ fileName, code, source }) => ({ name: fileName, bytes: Buffer.from(code ?? source) })),
    parts: partsOf(chunks.flatMap(({ modules }) => Object.entries(modules).map(([path, { renderedLength }]) => [path, renderedLength]))),
    imports: chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]).filter((name) => !names.has(name)),
  }
}
