// Functions to be called: they tell of it, so that no test has to sleep, or fail.

/** A function that remembers its calls; `next()` is the arguments of the first one that was not taken yet, when it comes. */
export function calls(answer = () => undefined) {
  const waiting = []
  const made = []
  const called = (...given) => {
    called.count += 1
    const taker = waiting.shift()
    if (taker) taker(given)
    else made.push(given)
    return answer(...given)
  }
  called.count = 0
  called.next = () => (made.length ? Promise.resolve(made.shift()) : new Promise((resolve) => waiting.push(resolve)))
  return called
}

export const throws = (message) => () => {
  throw new Error(message)
}

export const rejects = (message) => async () => {
  throw new Error(message)
}
