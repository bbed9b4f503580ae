// The page in WebKit, as WebKitGTK has it.

import { find } from '../../tests/js/browsers/host.mjs'
import { open } from '../../tests/js/browsers/webdriver.mjs'
import { testPage } from './checks.mjs'

const driver = find(['WebKitWebDriver'], 'WEBKIT_DRIVER')
const display = find(['xvfb-run'])
const programs = Object.entries({ WebKitWebDriver: driver, 'xvfb-run': display, xauth: find(['xauth']) })
const missing = programs.filter(([, path]) => path === undefined).map(([name]) => name)

testPage('WebKit', {
  missing: missing.length === 0 ? undefined : `not on the path: ${missing.join(', ')} (Debian's packages webkit2gtk-driver, xvfb, xauth)`,
  open: () => open({ driver, display }),
})
