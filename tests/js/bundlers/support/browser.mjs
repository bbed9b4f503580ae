// Runs bundles in Chromium: each in a page of its own, which allows no script but the bundle, and no eval.

import { createServer } from 'node:http'
import puppeteer from 'puppeteer-core'
import { find } from '../../browsers/host.mjs'
import { wasm } from './package.mjs'

const executable = find(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'], 'CHROMIUM')

/** Why there is no Chromium to be had; false where there is. */
export const missing = executable === undefined && 'there is no chromium on the path; CHROMIUM may name one'

const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:"

/** Starts it. Whoever does closes it. Its profile is a new folder that goes with it. */
export async function open() {
  const browser = await puppeteer.launch({
    executablePath: executable,
    args: [
      // Root has no sandbox.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  })
  return { run: (file, module, given) => run(browser, { file, module, given }), close: () => browser.close() }
}

async function run(browser, { file, module, given }) {
  const server = createServer((request, response) => answer(request, response, { file, module }))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const context = await browser.createBrowserContext()
  try {
    const page = await context.newPage()
    const complaints = listen(page)
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    const result = await page.evaluate(ask, given).catch((error) => complaints.push(String(error)))
    if (complaints.length > 0) throw new Error(complaints.join('\n'))
    return result
  } finally {
    await context.close()
    server.close()
  }
}

/** In the page. */
async function ask(given) {
  const module = await WebAssembly.compileStreaming(fetch('/core.wasm'))
  return globalThis.app({ ...given, module })
}

function listen(page) {
  const complaints = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
  return complaints
}

function answer({ url }, response, { file, module }) {
  const html = `<!doctype html><link rel="icon" href="data:,"><script src="/app.js" ${module ? 'type="module"' : ''}></script>`
  const found = {
    '/': ['text/html; charset=utf-8', html],
    '/app.js': ['text/javascript; charset=utf-8', file.bytes],
    '/core.wasm': ['application/wasm', wasm],
  }[url]
  if (found === undefined) return response.writeHead(404).end()
  const [type, content] = found
  response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': POLICY }).end(content)
}
