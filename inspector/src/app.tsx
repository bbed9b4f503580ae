// The page: its tabs, and what they have in common.

import { useEffect, useRef, useState } from 'preact/hooks'
import { DEFAULTS, type Report, type Settings } from './report/check.ts'
import { isLink, readLink } from './report/share.ts'
import { NOTHING, type Source } from './request/source.ts'
import { type Tab, Tabs } from './ui/controls.tsx'
import { ThemeToggle } from './ui/theme.tsx'
import { Inspect } from './views/inspect.tsx'
import { Live, useDeliveries } from './views/live.tsx'
import { Sign } from './views/sign.tsx'

/** What is inspected. `told`: what somebody else found; it is shown where this page cannot check. */
export interface Subject {
  readonly source: Source
  readonly told?: Report | undefined
  /** Parts of the request were left out, so that checking it would say nothing. */
  readonly incomplete?: boolean | undefined
}

export function App() {
  const [tab, select] = useState('inspect')
  const [subject, setSubject] = useState<Subject>({ source: NOTHING })
  const [settings, set] = useState<Settings>(DEFAULTS)
  const deliveries = useDeliveries()

  // What an example or a delivery sets is undone when somebody gives a request of their own: this is what was set before.
  const own = useRef<Settings | undefined>(undefined)
  const current = useRef(settings)
  current.current = settings

  const inspect = (next: Subject, changed: Partial<Settings> = {}) => {
    own.current ??= current.current
    setSubject(next)
    set({ ...own.current, ...changed })
    select('inspect')
  }
  const give = (source: Source) => {
    setSubject({ source })
    if (own.current) set(own.current)
    own.current = undefined
  }
  const change = (changed: Partial<Settings>) => {
    if (own.current) own.current = { ...own.current, ...changed }
    set({ ...current.current, ...changed })
  }
  useEffect(() => {
    const open = () => {
      if (isLink(location.hash)) readLink(location.hash).then(inspect)
    }
    open()
    addEventListener('hashchange', open)
    return () => removeEventListener('hashchange', open)
  }, [])

  const tabs: Tab[] = [
    {
      id: 'inspect',
      label: 'Inspect',
      panel: () => (
        <Inspect
          subject={subject}
          settings={settings}
          onSettings={change}
          onGive={give}
          onEdit={(source) => setSubject({ source })}
          onInspect={inspect}
        />
      ),
    },
    {
      id: 'sign',
      label: 'Sign',
      panel: () => <Sign secret={settings.secret} onSecret={(secret) => change({ secret })} onInspect={inspect} />,
    },
    {
      id: 'live',
      label: <>Live {deliveries.list.length > 0 && <span class="count">{deliveries.list.length}</span>}</>,
      panel: () => <Live deliveries={deliveries} onInspect={inspect} />,
    },
  ]
  return (
    <>
      <header class="top">
        <h1>
          <span class="logo" aria-hidden="true">
            ✓
          </span>
          drone-webhooks <span class="light">inspector</span>
        </h1>
        <p>Why was it refused? Paste a webhook of Drone CI, and see. Nothing leaves this page.</p>
        <ThemeToggle />
      </header>
      <main>
        <Tabs label="What to do" tabs={tabs} selected={tab} onSelect={select} />
      </main>
    </>
  )
}
