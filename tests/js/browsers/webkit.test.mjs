// The suite in WebKit, as WebKitGTK has it.

import { testBrowser } from './checks.mjs'
import { find } from './host.mjs'
import { open } from './webdriver.mjs'

const driver = find(['WebKitWebDriver'], 'WEBKIT_DRIVER')
const display = find(['xvfb-run'])
const programs = Object.entries({ WebKitWebDriver: driver, 'xvfb-run': display, xauth: find(['xauth']) })
const missing = programs.filter(([, path]) => path === undefined).map(([name]) => name)

await testBrowser('WebKit', {
  missing: missing.length === 0 ? undefined : `not on the path: ${missing.join(', ')} (Debian's packages webkit2gtk-driver, xvfb, xauth)`,
  open: () => open({ driver, display }),
  // Chromium says AppleWebKit too.
  is: / AppleWebKit\/[\d.]+ \(KHTML, like Gecko\) Version\//,
})
