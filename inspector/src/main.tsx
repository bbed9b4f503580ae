// Puts the page together; in a worker, that which checks large requests.

import { render } from 'preact'
import { App } from './app.tsx'
import { serve } from './report/aside.ts'

if (typeof document === 'undefined') serve()
else render(<App />, document.getElementById('app') as HTMLElement)
