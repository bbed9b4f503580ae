// The suite in Chromium, or in Chrome.

import { testBrowser } from './checks.mjs'
import { find } from './host.mjs'
import { open } from './puppeteer.mjs'

const executablePath = find(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'], 'CHROMIUM')

// Its own sandbox does not start as root, nor in many containers; the only pages it sees are ours.
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic']

await testBrowser('Chromium', {
  missing: executablePath ? undefined : 'no Chromium or Chrome on the path, and the variable CHROMIUM names none',
  open: () => open({ browser: 'chrome', executablePath, args }),
  is: / (Headless)?Chrome\/\d/,
})
