// Light or dark: as the system has it, until somebody chooses.

import { useEffect, useState } from 'preact/hooks'

const KEY = 'drone-webhooks-theme'

export function ThemeToggle() {
  const [theme, choose] = useState(remembered)
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const dark = (theme ?? system) === 'dark'
  useEffect(() => {
    if (theme) document.documentElement.dataset.theme = theme
    remember(theme)
  }, [theme])
  return (
    <button type="button" class="button quiet" aria-pressed={dark} onClick={() => choose(dark ? 'light' : 'dark')}>
      <span aria-hidden="true">{dark ? '☾' : '☀'}</span> Dark
    </button>
  )
}

// From disk some browsers refuse to keep anything.
function remembered(): string | undefined {
  try {
    const theme = localStorage.getItem(KEY)
    return theme === 'dark' || theme === 'light' ? theme : undefined
  } catch {
    return undefined
  }
}

function remember(theme: string | undefined): void {
  try {
    if (theme) localStorage.setItem(KEY, theme)
  } catch {
    // It is chosen anew next time.
  }
}
