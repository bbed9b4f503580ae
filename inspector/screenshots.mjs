// Writes screenshots/: the views that people look at. `npm run screenshots`, after `npm run build`.

import { fileURLToPath } from 'node:url'
import { openViews, SCHEMES, SIZES } from './tests/views.mjs'

const views = await openViews()
for (const name of ['authentic', 'refused', 'sign']) {
  for (const size of Object.keys(SIZES)) {
    for (const scheme of SCHEMES) {
      const page = await views.show(name, { size, scheme })
      const path = fileURLToPath(new URL(`screenshots/${name}-${size}-${scheme}.png`, import.meta.url))
      // What is seen at first; the rest is the same on each.
      await page.screenshot({ path, clip: { x: 0, y: 0, width: SIZES[size].width, height: size === '390' ? 1500 : 1100 } })
      await page.close()
    }
  }
}
await views.close()
