// The page that the suite runs in and all that it loads, on a loopback port: the package as it is installed, without a bundler.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname } from 'node:path'
import { vectors } from '../support/vectors.mjs'

const root = new URL('../../../', import.meta.url)
const PACKAGE = 'node_modules/drone-webhooks'
const SERVED = [PACKAGE, 'tests/js/suite', 'tests/js/runtimes/report.mjs', 'tests/js/runtimes/extras.mjs', 'tests/js/browsers/page.mjs']
const CONDITIONS = new Set(['browser', 'import', 'default'])
const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' }

/** Serves it. `url` is of a page that may only do what a strict policy allows; at `urlWithoutWasm` that is still less. */
export async function serve() {
  const files = new Map(SERVED.flatMap(filesOf).map((file) => [`/${file}`, () => answer(TYPES[extname(file)], read(file))]))
  files.set('/vectors.json', () => answer(TYPES['.json'], JSON.stringify(vectors)))
  files.set('/', () => page("'wasm-unsafe-eval'"))
  files.set('/without-wasm', () => page(''))
  // What is not in the map is not there: no path leads out of it.
  const server = createServer((request, response) => {
    const { status, headers, body } = files.get(request.url)?.() ?? { status: 404, headers: {}, body: '' }
    response.writeHead(status, headers).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}/`
  return { url, urlWithoutWasm: `${url}without-wasm`, close: () => close(server) }
}

async function close(server) {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}

const read = (file) => readFileSync(new URL(file, root))

function filesOf(path) {
  if (statSync(new URL(path, root)).isFile()) return [path]
  const folder = new URL(`${path}/`, root)
  return readdirSync(folder).flatMap((name) => filesOf(`${path}/${name}`))
}

function answer(type, body, headers) {
  return { status: 200, headers: { 'Content-Type': type ?? 'application/octet-stream', ...headers }, body }
}

/** An import map has to stand in the page itself, so the policy names its hash. */
function page(sources) {
  const map = JSON.stringify(importMap(JSON.parse(read(`${PACKAGE}/package.json`))))
  const hash = createHash('sha256').update(map).digest('base64')
  const html = `<!doctype html>
<meta charset="utf-8">
<title>drone-webhooks</title>
<script type="importmap">${map}</script>
`
  const policy = `default-src 'none'; connect-src 'self'; script-src 'self' 'sha256-${hash}' ${sources}`
  return answer('text/html', html, {
    'Content-Security-Policy': policy,
    // Without these a page has no SharedArrayBuffer, which is to be refused.
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  })
}

/** From the package's own package.json, so that what is tested is what it says. */
function importMap({ name, exports, imports }) {
  const paths = (entries, nameOf) => Object.fromEntries(Object.entries(entries).map(([key, entry]) => [nameOf(key), path(target(entry))]))
  const path = (file) => new URL(`${PACKAGE}/${file}`, 'file:///').pathname
  return {
    imports: paths(exports, (key) => name + key.slice(1)),
    // Names with # are for the package alone.
    scopes: { [path('')]: paths(imports, (key) => key) },
  }
}

/** The first condition that holds decides, as in Node.js and in bundlers. */
function target(entry) {
  if (typeof entry === 'string') return entry
  for (const [condition, nested] of Object.entries(entry)) {
    const found = CONDITIONS.has(condition) && target(nested)
    if (found) return found
  }
}
