// Why: each cause with what shows it, and how to mend it in somebody's language.

import type { Cause } from 'drone-webhooks/explain'
import { useState } from 'preact/hooks'
import { LANGUAGES, type Language, snippetFor } from '../data/fixes.ts'
import { Code, Segments } from '../ui/controls.tsx'

export function Causes({ causes, code }: { causes: readonly Cause[]; code: string | undefined }) {
  const [language, setLanguage] = useState<Language>('node')
  if (causes.length === 0 && code === undefined) return null
  return (
    <section class="card stack" aria-labelledby="causes">
      <h2 id="causes">Why</h2>
      {causes.length === 0 && <p>None of the causes that are known here explains it. The step that failed says what was wrong.</p>}
      {causes.map((cause) => (
        <OneCause key={cause.code} cause={cause} language={language} onLanguage={setLanguage} />
      ))}
    </section>
  )
}

function OneCause({ cause, language, onLanguage }: { cause: Cause; language: Language; onLanguage: (language: Language) => void }) {
  const snippet = snippetFor(cause.code, language)
  return (
    <article class="cause">
      <h3>
        {cause.message} <code>{cause.code}</code> {cause.sender && <span class="badge">{cause.sender}</span>}
      </h3>
      <dl>
        <dt>Evidence</dt>
        <dd class="break">{cause.evidence}</dd>
        <dt>Fix</dt>
        <dd>{cause.fix}</dd>
      </dl>
      {snippet && (
        <>
          {!snippet.general && <Segments label="In code, for" value={language} options={LANGUAGES} onChange={onLanguage} />}
          <Code text={snippet.text} label={snippet.about} />
        </>
      )}
    </article>
  )
}
