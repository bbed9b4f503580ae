// The page in Chromium, or in Chrome.

import { find } from '../../tests/js/browsers/host.mjs'
import { open } from '../../tests/js/browsers/puppeteer.mjs'
import { testPage } from './checks.mjs'

const executablePath = find(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'], 'CHROMIUM')

// Its own sandbox does not start as root, nor in many containers; the only pages it sees are ours.
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic']

testPage('Chromium', {
  missing: executablePath ? undefined : 'no Chromium or Chrome on the path, and the variable CHROMIUM names none',
  open: () => open({ browser: 'chrome', executablePath, args }),
})
