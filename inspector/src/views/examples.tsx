// Examples, one click away.

import { EXAMPLES, type Example } from '../data/examples.ts'
import { sourceOf } from '../request/source.ts'
import type { OnInspect } from './inspect.tsx'

export function Examples({ onInspect }: { onInspect: OnInspect }) {
  const take = ({ label, make }: Example) => {
    const { request, settings } = make()
    onInspect({ source: sourceOf(request, `the example “${label}”`) }, settings)
  }
  return (
    <section class="examples" aria-labelledby="examples">
      <h2 id="examples">Examples</h2>
      <ul>
        {EXAMPLES.map((example) => (
          <li key={example.id}>
            <button
              type="button"
              class={`chip ${example.id === 'good' ? 'good' : ''}`}
              data-example={example.id}
              onClick={() => take(example)}
            >
              {example.label}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
