// The limits of what grows unseen. A limit is what was measured when it was written, so growth, or a gain, is a decision that shows in a change.

import { readFileSync, writeFileSync } from 'node:fs'

/** A file of limits, one number a name. `command` writes it anew. */
export function budget(name, { unit, command, over, under }) {
  const file = new URL(name, import.meta.url)
  return {
    write: (measured) => writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`),

    /** What is to be said against the numbers, one line each; none when all is well. */
    complaints(measured) {
      const limits = JSON.parse(readFileSync(file, 'utf8'))
      const names = [...new Set([...Object.keys(limits), ...Object.keys(measured)])]
      return names.map((name) => complaint(name, limits[name], measured[name])).filter((text) => text !== undefined)
    },
  }

  function complaint(name, limit, found) {
    if (limit === undefined) return `${name}: ${found} ${unit}, and no limit: \`${command}\` writes it`
    if (found === undefined) return `${name}: there is a limit, and nothing was measured: \`${command}\` takes it out`
    const change = `${name}: ${found} ${unit}, ${percent(found / limit - 1)} the limit of ${limit}`
    if (found > limit * (1 + over)) return `${change}: if that is worth it, raise the limit with \`${command}\``
    if (found < limit * (1 - under)) return `${change}: lower the limit with \`${command}\`, so that it is not lost again`
    return undefined
  }
}

function percent(part) {
  return `${Math.abs(part * 100).toFixed(1)}% ${part > 0 ? 'over' : 'under'}`
}
