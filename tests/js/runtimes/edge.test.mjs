// The suite in Vercel's edge runtime, set up as Next.js does it: modules come compiled from another realm, and here not even wasm may be compiled.

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { EdgeVM } from '@edge-runtime/vm'
import { build } from 'esbuild'
import { equal, throwsCode } from '../suite/assert.mjs'
import { bodyOf, forged, options, sample, toVerify, verifyLarge } from '../suite/requests.mjs'
import { vectors } from '../support/vectors.mjs'
import { checkNotInline, row, wasm } from './host.mjs'

const { code, inputs, modules } = await bundle()
const request = sample(vectors)

test('edge-light: the bundle imports the modules and has none inline', () => {
  checkNotInline({ code, inputs }, 'edge-light')
})

test('edge-light: nothing can be compiled in there', () => {
  const context = { bytes: wasm }
  const refused = { 'new WebAssembly.Module(bytes)': 'CompileError', 'eval("1")': 'EvalError', 'new Function("")': 'EvalError' }
  for (const [compiling, name] of Object.entries(refused)) {
    equal(edge(context).evaluate(`try { ${compiling}; 'it was compiled' } catch (error) { error.name }`), name, compiling)
  }
})

test('edge-light: what comes from another realm counts', () => {
  const { verify } = edge()
  const { id } = verify(toVerify(request), options(request))
  const { buffer } = bodyOf(request).slice()
  equal(verify({ headers: new Headers(request.headers), body: buffer }, options(request)).id, id)
  equal(verify({ headers: new Map(request.headers), body: request.body }, { ...options(request), secret: [request.secret] }).id, id)
  throwsCode(() => verify(toVerify(forged(request)), options(request)), 'signature_mismatch')
  throwsCode(() => verify({ ...toVerify(request), body: JSON.parse(request.body) }, options(request)), 'body_not_bytes')
})

test('edge-light: a process whose functions throw is no obstacle', () => {
  // As in Next.js: it has the names that Node's has.
  let asked = 0
  const getBuiltinModule = () => {
    asked += 1
    throw new Error('a Node.js API is used')
  }
  const lib = edge({ process: { env: {}, getBuiltinModule } })
  verifyLarge(lib)
  equal(asked, 1)
  const { verify } = lib
  equal(verify(toVerify(request), options(request)).payload.build.number, JSON.parse(request.body).build.number)
})

await row('edge-light (@edge-runtime/vm)', {
  report: async () => JSON.parse(await edge().run(JSON.stringify(vectors))),
  is: ({ edge, node, deno, bun }) => edge === 'edge-runtime' && !node && !deno && !bun,
  hashes: 'module',
})

/** The globals of a new runtime in which the bundle was run. */
function edge(more = {}) {
  const vm = new EdgeVM({
    codeGeneration: { strings: false, wasm: false },
    extend: (context) => {
      for (const [name, bytes] of modules) context[name] = new WebAssembly.Module(bytes)
      return Object.assign(context, more)
    },
  })
  vm.evaluate(code)
  return Object.assign(vm.context, { evaluate: (script) => vm.evaluate(script) })
}

async function bundle() {
  const modules = new Map()
  const wasmModules = {
    name: 'wasm?module',
    setup(build) {
      build.onResolve({ filter: /\?module$/ }, async ({ path, kind, importer, resolveDir }) => {
        const resolved = await build.resolve(path.replace(/\?module$/, ''), { kind, importer, resolveDir })
        return { ...resolved, namespace: 'wasm' }
      })
      build.onLoad({ filter: /./, namespace: 'wasm' }, ({ path }) => {
        const name = `wasm_${basename(path, '.wasm')}`
        modules.set(name, readFileSync(path))
        return { contents: `export default ${name}` }
      })
    },
  }
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('in-edge.mjs', import.meta.url))],
    bundle: true,
    format: 'iife',
    conditions: ['edge-light', 'worker'],
    plugins: [wasmModules],
    write: false,
    metafile: true,
  })
  return { code: outputFiles[0].text, inputs: Object.keys(metafile.inputs), modules }
}
