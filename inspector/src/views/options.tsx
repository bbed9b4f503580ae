// The receiver: its secret, its clock, what it insists on.

import { DEFAULTS, type Settings } from '../report/check.ts'
import { Check, Field, Secret, Segments } from '../ui/controls.tsx'

export function Options({ settings, onSettings }: { settings: Settings; onSettings: (changed: Partial<Settings>) => void }) {
  return (
    <div class="card stack">
      <h2>Receiver</h2>
      <Secret value={settings.secret} onChange={(secret) => onSettings({ secret })} />
      <div class="row top">
        <Segments
          label="Clock"
          value={settings.clock}
          options={[
            ['date', 'The request’s Date'],
            ['now', 'Now'],
            ['chosen', 'Another'],
          ]}
          onChange={(clock) => onSettings({ clock, chosen: settings.chosen || new Date().toISOString().slice(0, 19) })}
        />
        {settings.clock === 'chosen' && (
          <Field label="Time, in UTC">
            {(id) => (
              <input
                id={id}
                type="datetime-local"
                step="1"
                value={settings.chosen}
                onInput={(event) => onSettings({ chosen: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
        <Field label="Tolerance, in seconds">
          {(id) => (
            <input
              id={id}
              type="number"
              class="short"
              min="0"
              max="86400"
              value={settings.tolerance}
              onInput={(event) => onSettings({ tolerance: toleranceOf(event.currentTarget.value) })}
            />
          )}
        </Field>
      </div>
      <Check
        label="A call of Drone to an extension: all five headers must be signed"
        checked={settings.extension}
        onChange={(extension) => onSettings({ extension })}
      />
      <Check
        label="Show the signature that this secret gives. Whoever has it can send this request, whoever made it"
        checked={settings.reveal}
        onChange={(reveal) => onSettings({ reveal })}
      />
    </div>
  )
}

function toleranceOf(text: string): number {
  const seconds = Number(text)
  return text.trim() === '' || !Number.isInteger(seconds) || seconds < 0 ? DEFAULTS.tolerance : seconds
}
