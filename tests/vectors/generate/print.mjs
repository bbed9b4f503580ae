// JSON that reads well in a diff: a field a line, a header a line. ASCII only, so that no character is invisible.

export function print(cases) {
  return `[\n${cases.map(printCase).join(',\n')}\n]\n`
}

function printCase({ name, code, hosts, config, now, request, expect }) {
  return block('', [...fields(' ', { name, code, hosts, config, now }), ` "request": ${printRequest(request)}`, ...fields(' ', { expect })])
}

function printRequest({ method, url, headers, body }) {
  return block(' ', [
    ...fields('  ', { method, url }),
    `  "headers": [${headers.map((line) => `\n   ${inline(line)}`).join(',')}${headers.length ? '\n  ' : ''}]`,
    ...fields('  ', { body }),
  ])
}

const block = (indent, inner) => `{\n${inner.join(',\n')}\n${indent}}`

/** The fields that are there, each on its line. */
const fields = (indent, object) =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${indent}"${name}": ${inline(value)}`)

function inline(value) {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (value === null || typeof value !== 'object') return string(value)
  return `{${Object.entries(value)
    .map(([name, field]) => `${string(name)}: ${inline(field)}`)
    .join(', ')}}`
}

const string = (value) =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
