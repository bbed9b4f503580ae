// The page in Firefox.

import { find } from '../../tests/js/browsers/host.mjs'
import { open } from '../../tests/js/browsers/puppeteer.mjs'
import { testPage } from './checks.mjs'

const executablePath = find(['firefox', 'firefox-esr'], 'FIREFOX')

testPage('Firefox', {
  missing: executablePath ? undefined : 'no Firefox on the path, and the variable FIREFOX names none',
  open: () => open({ browser: 'firefox', executablePath }),
})
