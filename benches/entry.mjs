// What is bundled for where there are no files: some contestants, and the code that they are handed to.

import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Options of esbuild for an entry point that has these `contestants` by name; `last` hands them to `use`, which `file` exports. */
export function entry(modules, file, use, last) {
  const imports = modules.map((name, at) => `import * as contestant${at} from './contestants/${name}.mjs'`)
  const names = modules.map((name, at) => `'${name}': contestant${at}`)
  const contents = [...imports, `import { ${use} } from '${file}'`, `const contestants = { ${names.join(', ')} }`, last]
  return { stdin: { contents: contents.join('\n'), resolveDir: here }, bundle: true, format: 'esm', write: false }
}
