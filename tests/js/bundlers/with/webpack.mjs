// webpack.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import webpack from 'webpack'
import { partsOf, pathOf } from '../support/package.mjs'

export const commonjs = true

const web = { platform: 'browser', options: { target: 'web' } }
const filename = 'main.cjs'
const node = { platform: 'node', options: { target: 'node' }, output: { filename } }

export const variants = {
  'a browser': web,
  // Its default devtool is eval, which the page does not allow.
  'a browser, for development': { ...web, options: { ...web.options, mode: 'development', devtool: false } },
  Node: node,
  'Node, as a CommonJS library': { ...node, output: { filename, library: { type: 'commonjs2' } } },
}

export async function bundle(app, { options, output }) {
  const folder = mkdtempSync(join(tmpdir(), 'drone-webhooks-webpack-'))
  try {
    // What weighs how much is for the benches to say.
    const compiler = webpack({
      mode: 'production',
      performance: { hints: false },
      ...options,
      entry: pathOf(app),
      output: { path: folder, ...output },
    })
    const stats = await promisify(compiler.run.bind(compiler))()
    await promisify(compiler.close.bind(compiler))()
    const modules = modulesOf(stats)
    return {
      files: readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) })),
      parts: partsOf(modules.map(({ nameForCondition, size }) => [nameForCondition ?? '', size])),
      imports: modules.flatMap(({ identifier }) => /^external .*"(.+)"$/.exec(identifier)?.[1] ?? []),
      warnings: [...stats.compilation.errors, ...stats.compilation.warnings].map(({ message }) => message),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const ALL = { all: false, modules: true, modulesSpace: Infinity, nestedModules: true, nestedModulesSpace: Infinity }

/** All modules, also those that it has made one of. */
function modulesOf(stats) {
  return stats.toJson(ALL).modules.flatMap((module) => module.modules ?? [module])
}
