// Chromium without a window, as the browsers' tests open it: a page of some contestants, and a job for it.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { find } from '../tests/js/browsers/host.mjs'
import { open } from '../tests/js/browsers/puppeteer.mjs'
import { entry } from './entry.mjs'

/** The program, if there is one. */
export const chromium = find(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'], 'CHROMIUM')

// Its own sandbox does not start as root; the only page it sees is ours.
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic']

/** Measures there, and gives what `measureAll` gives. */
export async function inChromium(job) {
  const code = await bundle(job.lanes.map(({ module }) => module))
  const server = createServer((request, response) => {
    if (request.url === '/bench.js') response.setHeader('Content-Type', 'text/javascript').end(code)
    else response.setHeader('Content-Type', 'text/html').end('<!doctype html><script type="module" src="/bench.js"></script>')
  })
  // WebCrypto is only where the page is trusted, as one of this machine is.
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const browser = await open({ browser: 'chrome', executablePath: chromium, args: ARGUMENTS })
    try {
      return await browser.evaluate(`http://127.0.0.1:${server.address().port}/`, `measureJob(${JSON.stringify(job)})`)
    } finally {
      await browser.close()
    }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

async function bundle(modules) {
  const last = 'globalThis.measureJob = (job) => measureAll(contestants, job)'
  const { outputFiles } = await build({ ...entry(modules, './hot.mjs', 'measureAll', last), platform: 'browser' })
  return outputFiles[0].text
}
