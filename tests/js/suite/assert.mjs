// Just enough to assert with, in any runtime. A failed assertion is an AssertionError whose message shows both sides.

export class AssertionError extends Error {
  name = 'AssertionError'
}

const fail = (message) => {
  throw new AssertionError(message)
}

export function show(value) {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'symbol' || typeof value === 'function' || value === undefined) return String(value)
  if (value instanceof Error) return `${value.name}: ${value.code === undefined ? '' : `${value.code}: `}${value.message}`
  try {
    const text = JSON.stringify(value)
    return text.length > 600 ? `${text.slice(0, 600)}…` : text
  } catch {
    return String(value)
  }
}

function same(a, b) {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return sameKeys([...a], [...b])
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime())
  if (Array.isArray(a) !== Array.isArray(b)) return false
  return sameKeys(a, b)
}

function sameKeys(a, b) {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
}

export function ok(value, message = `expected something true, got ${show(value)}`) {
  if (!value) fail(message)
}

export function equal(actual, expected, about = '') {
  if (!Object.is(actual, expected)) fail(`${about && `${about}: `}expected ${show(expected)}, got ${show(actual)}`)
}

export function deepEqual(actual, expected, about = '') {
  if (!same(actual, expected)) fail(`${about && `${about}: `}expected ${show(expected)}, got ${show(actual)}`)
}

function hasCode(error, code, about) {
  if (error?.code !== code) fail(`${about && `${about}: `}expected the code ${code}, got ${show(error)}`)
  return error
}

/** Calls `run`, which must throw an error with this code; gives the error. */
export function throwsCode(run, code, about = '') {
  let value
  try {
    value = run()
  } catch (error) {
    return hasCode(error, code, about)
  }
  return fail(`${about && `${about}: `}expected the code ${code}, but nothing was thrown (got ${show(value)})`)
}

/** The same for a promise, or a function that gives one. */
export async function rejectsCode(promise, code, about = '') {
  let value
  try {
    value = await (typeof promise === 'function' ? promise() : promise)
  } catch (error) {
    return hasCode(error, code, about)
  }
  return fail(`${about && `${about}: `}expected the code ${code}, but nothing was thrown (got ${show(value)})`)
}
