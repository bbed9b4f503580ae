// What a case of refusals.json stands for: its README has the form.

import { fromBase64 } from './bytes.mjs'

export function text(value) {
  if (typeof value === 'string') return value
  if ('repeat' in value) return text(value.repeat).repeat(value.times)
  if ('concat' in value) return value.concat.map(text).join('')
  throw new Error(`not a text value: ${JSON.stringify(value)}`)
}

/** Text stays text; `base64` gives bytes; `json`, `null` and `undefined` are what is no body. */
function body(value) {
  if (typeof value === 'string' || 'repeat' in value || 'concat' in value) return text(value)
  if ('base64' in value) return fromBase64(value.base64)
  if ('json' in value) return value.json
  if ('null' in value) return null
  if ('undefined' in value) return undefined
  throw new Error(`not a body: ${JSON.stringify(value)}`)
}

const headers = (lines) =>
  lines.flatMap((line) =>
    Array.isArray(line) ? [[line[0], text(line[1])]] : Array.from({ length: line.times }, () => [line.repeat[0], text(line.repeat[1])]),
  )

function secret(value) {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(secret)
  if ('hex' in value) return Uint8Array.from(value.hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  if ('keys' in value) return Object.fromEntries(Object.entries(value.keys).map(([keyId, each]) => [keyId, secret(each)]))
  throw new Error(`not a secret: ${JSON.stringify(value)}`)
}

/** A case as `verify` takes it. JSON has no NaN and no Infinity: they come as text. */
export function expand({ request, config, now }) {
  return {
    request: {
      ...(request.method !== undefined && { method: request.method }),
      ...(request.url !== undefined && { url: text(request.url) }),
      headers: headers(request.headers),
      body: body(request.body),
    },
    options: {
      ...config,
      secret: secret(config.secret),
      ...(config.tolerance !== undefined && { tolerance: Number(config.tolerance) }),
      now: Number(now) * 1000,
    },
  }
}

/** Every secret of a case that is long enough not to be in a message by chance. */
export function secretTexts({ config }) {
  const all = (value) => {
    if (typeof value === 'string') return [value]
    return value && typeof value === 'object' ? Object.values(value).flatMap(all) : []
  }
  return all(config.secret).filter((each) => each.length >= 16)
}
