// How long senders wait for an answer while handlers take five seconds. Numbers to read, no verdict: they are the machine's as well.

import { setTimeout } from 'node:timers/promises'
import { bodyOf, send, signed } from './requests.mjs'

const REQUESTS = 1000
// Over 20 seconds, so that handlers begin and end meanwhile.
const EVERY_MS = 20
const HANDLING_MS = 5000
const CONCURRENCY = 50

export async function latency(open, secret) {
  const store = await open({ handlingMs: HANDLING_MS, failing: 0, concurrency: CONCURRENCY })
  const url = await store.start()
  const times = []
  try {
    // The first ones find code that was not run yet, and count all the same.
    for (let number = 0; number < REQUESTS; number += 1) {
      const request = signed(bodyOf(number), secret)
      const start = performance.now()
      const status = await send(url, request)
      if (status !== 202) throw new Error(`a delivery was answered ${status}`)
      times.push(performance.now() - start)
      await setTimeout(Math.max(0, EVERY_MS - times.at(-1)))
    }
  } finally {
    await store.close()
  }
  times.sort((a, b) => a - b)
  const at = (share) => Number(times[Math.ceil(share * times.length) - 1].toFixed(1))
  return { requests: REQUESTS, 'handlers, ms': HANDLING_MS, 'p50, ms': at(0.5), 'p99, ms': at(0.99), 'longest, ms': at(1) }
}
