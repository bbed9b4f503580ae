/** What must happen once, although deliveries can come more than once: small values that are changed by comparison. */

/**
 * Small values, each changed only by whoever knows what it was: what must happen once per build is decided by who changes it first.
 *
 * @example
 * ```ts
 * import { memoryState } from 'drone-webhooks'
 *
 * const state = memoryState()
 * console.log(await state.compareAndSet('build 7', undefined, 'told')) // true
 * console.log(await state.compareAndSet('build 7', undefined, 'told')) // false
 * ```
 */
export interface State {
  /** The value, or undefined where there is none, or none any more. */
  get(key: string): Promise<string | undefined>
  /**
   * Sets the value if it still is `expected` (undefined: there is none) and says whether it was; atomic. `ttl` is for how many seconds it
   * has to be remembered at least; without it, for ever.
   */
  compareAndSet(key: string, expected: string | undefined, value: string, options?: { readonly ttl?: number | undefined }): Promise<boolean>
}

// Some 10 MB.
const MOST_VALUES = 100_000

/**
 * Values in memory, gone with the process. The oldest are forgotten beyond 100000.
 *
 * @example
 * ```ts
 * import { memoryState } from 'drone-webhooks'
 *
 * const state = memoryState()
 * await state.compareAndSet('key', undefined, 'value')
 * console.log(await state.get('key')) // value
 * ```
 */
export function memoryState(clock: () => number = Date.now): State {
  const values = new Map<string, { value: string; expires: number }>()
  const read = (key: string): string | undefined => {
    const found = values.get(key)
    return found === undefined || found.expires < clock() ? undefined : found.value
  }
  return {
    get: async (key) => read(key),
    compareAndSet: async (key, expected, value, { ttl } = {}) => {
      if (read(key) !== expected) return false
      // At the end, so that what was changed last is forgotten last.
      values.delete(key)
      values.set(key, { value, expires: ttl === undefined ? Number.POSITIVE_INFINITY : clock() + 1000 * ttl })
      for (const oldest of values.keys()) {
        if (values.size <= MOST_VALUES) break
        values.delete(oldest)
      }
      return true
    },
  }
}
