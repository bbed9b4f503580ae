// The suite in Firefox.

import { testBrowser } from './checks.mjs'
import { find } from './host.mjs'
import { open } from './puppeteer.mjs'

const executablePath = find(['firefox', 'firefox-esr'], 'FIREFOX')

await testBrowser('Firefox', {
  missing: executablePath ? undefined : 'no Firefox on the path, and the variable FIREFOX names none',
  open: () => open({ browser: 'firefox', executablePath }),
  is: / Firefox\/\d/,
})
