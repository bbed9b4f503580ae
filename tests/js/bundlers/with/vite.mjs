// Vite's production build.

import { build, createLogger } from 'vite'
import { chunksOf } from '../support/chunks.mjs'
import { pathOf } from '../support/package.mjs'

export const commonjs = true

export const variants = {
  'a browser': { platform: 'browser', module: true, options: {} },
  'a browser, not minified': { platform: 'browser', module: true, options: { minify: false } },
  Node: { platform: 'node', module: true, options: { ssr: true } },
  'Node, minified': { platform: 'node', module: true, options: { ssr: true, minify: true } },
}

export async function bundle(app, { options }) {
  const warnings = []
  const customLogger = { ...createLogger('silent'), warn: (text) => warnings.push(text), warnOnce: (text) => warnings.push(text) }
  const [{ output }] = [
    await build({
      root: pathOf('.'),
      configFile: false,
      customLogger,
      logLevel: 'warn',
      // A server's packages stay where they are by default; here there are none to stay with.
      ssr: { noExternal: true },
      build: { ...options, write: false, rolldownOptions: { input: pathOf(app) } },
    }),
  ].flat()
  return { ...chunksOf(output), warnings }
}
