// The small parts that every view uses.

import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'

/** A button that copies, and says that it did. */
export function Copy({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [said, say] = useState('')
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = async () => {
    say((await copied(text)) ? 'Copied' : 'Select it, and press Ctrl-C')
    clearTimeout(timer.current)
    timer.current = setTimeout(say, 2500, '')
  }
  return (
    <button type="button" class="button small" onClick={copy}>
      <span aria-live="polite">{said || label}</span>
    </button>
  )
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

interface ScrolledProps {
  readonly label: string
  readonly class?: string
  readonly children: ComponentChildren
}

/** What may be scrolled has to be reached by keyboard as well. */
export function Scrolled({ label, class: name = '', children }: ScrolledProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is how a part is scrolled without a mouse
    <section class={`scrolled ${name}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}

/** A block of text that can be copied, and scrolled by keyboard. `wrap`: its lines may be broken. */
export function Code({ text, label, wrap = false }: { text: string; label: string; wrap?: boolean }) {
  return (
    <figure class="code">
      <figcaption class="row between">
        <span class="note">{label}</span>
        <Copy text={text} />
      </figcaption>
      <Scrolled label={label} class={wrap ? 'text wrap' : 'text'}>
        {text}
      </Scrolled>
    </figure>
  )
}

export function Field({ label, hint, children }: { label: string; hint?: string; children: (id: string) => ComponentChildren }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint && <small>{hint}</small>}
    </div>
  )
}

export function Check({ label, checked, onChange }: { label: ComponentChildren; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  )
}

/** The secret: hidden, and never kept by the browser. */
export function Secret({ value, onChange, children }: { value: string; onChange: (secret: string) => void; children?: ComponentChildren }) {
  const [shown, show] = useState(false)
  const marked = value !== value.trim()
  return (
    <Field
      label="Secret"
      hint={marked ? 'It begins or ends with white space, which counts.' : 'DRONE_WEBHOOK_SECRET as it stands. It never leaves this page.'}
    >
      {(id) => (
        <div class="row">
          <input
            id={id}
            class="mono grow"
            // Its types know no field that changes its type.
            type={(shown ? 'text' : 'password') as 'password'}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={value}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
          <button type="button" class="button" aria-pressed={shown} onClick={() => show(!shown)}>
            Show
          </button>
          {children}
        </div>
      )}
    </Field>
  )
}

/** One of a few. */
export function Segments<T extends string>(props: {
  label: string
  value: T
  options: readonly (readonly [T, string])[]
  onChange: (value: T) => void
}) {
  const name = useId()
  return (
    <fieldset class="segments">
      <legend>{props.label}</legend>
      {props.options.map(([value, label]) => (
        <label key={value}>
          <input type="radio" name={name} value={value} checked={value === props.value} onChange={() => props.onChange(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}

export interface Tab {
  readonly id: string
  readonly label: ComponentChildren
  readonly panel: () => ComponentChildren
}

/** Tabs as the ARIA practices have them: one is in the tab order, arrows go to the others. */
export function Tabs({
  label,
  tabs,
  selected,
  onSelect,
}: {
  label: string
  tabs: readonly Tab[]
  selected: string
  onSelect: (id: string) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  const go = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === selected)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key]
    const tab = to === undefined ? undefined : tabs.at(to % tabs.length)
    if (!tab) return
    event.preventDefault()
    onSelect(tab.id)
    list.current?.querySelector<HTMLElement>(`#tab-${tab.id}`)?.focus()
  }
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={go}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`tab-${tab.id}`}
            aria-controls={`panel-${tab.id}`}
            aria-selected={tab.id === selected}
            tabIndex={tab.id === selected ? 0 : -1}
            onClick={() => onSelect(tab.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      {tabs.map((tab) => (
        <div key={tab.id} role="tabpanel" id={`panel-${tab.id}`} aria-labelledby={`tab-${tab.id}`} hidden={tab.id !== selected}>
          {tab.id === selected && tab.panel()}
        </div>
      ))}
    </>
  )
}
