/** Functions that users give to be told of things. */

/** Calls one: what it throws, or rejects with, is dropped, for it must not change what is told of. */
export function tell(hook: () => unknown): void {
  try {
    Promise.resolve(hook()).catch(() => {})
  } catch {
    // A hook is for the receiver's own people; it has nowhere else to tell of its own failure.
  }
}
