// Plays real and hostile requests at a real receiver, over HTTP on a loopback port, and says whether every answer was
// the expected one. `--keep` leaves the receiver running afterwards.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Client, requestBytes } from '../../tests/js/support/sockets.mjs'
import { attacks, genuine } from './attacks.mjs'
import { startReceiver } from './receiver.mjs'
import { asRecorded, secrets, signedAnew } from './recorded.mjs'
import { heading, hint, row, strong, summary } from './table.mjs'

const unknown = process.argv.slice(2).filter((option) => option !== '--keep')
if (unknown.length > 0) {
  console.error(`demo: I do not know ${unknown.join(' ')}; the only option is --keep`)
  process.exit(2)
}

const started = performance.now()
const secret = randomBytes(16).toString('hex')
const receiver = await startReceiver([secret, ...secrets])
const results = []

heading('Recorded', 'Requests of real Drone servers, 1.0.1 to 2.25.0, byte for byte; the receiver’s clock stands at their day.')
for (const each of asRecorded()) show(each, await play(each))

heading('Signed anew', 'The same bodies, signed this moment with today’s date and the receiver’s own secret; the clock is the real one.')
for (const each of signedAnew(secret)) show(each, await play(each))

heading('Attacks', 'What must not pass. After each one the unchanged request is sent and accepted, or the row is marked.')
for (const each of attacks) await attack(each)

const wrong = results.filter(({ good }) => !good).length
summary({
  total: results.length,
  wrong,
  counts: count(results.map(({ status }) => status ?? 'no answer')),
  median: median(results.map(({ ms }) => ms)),
  seconds: (performance.now() - started) / 1000,
})
if (wrong > 0) process.exitCode = 1

if (process.argv.includes('--keep')) await keep()
else receiver.close()

/** Sends one request; what came back, what the receiver made of it, and how long it took. */
async function play({ bytes, send = (client) => client.send(bytes), now }) {
  receiver.setClock(now)
  receiver.takeLast()
  const client = new Client(receiver.port)
  await once(client.socket, 'connect')
  const start = performance.now()
  try {
    const { status, cutOff } = await send(client)
    const ms = performance.now() - start
    const note = cutOff && `cut off, ${(receiver.bytesRead() / 1024).toFixed(0)} KiB read`
    return { status, note, ms, ...receiver.takeLast() }
  } catch (error) {
    return { status: undefined, note: error.message, ms: performance.now() - start, ...receiver.takeLast() }
  } finally {
    client.socket.destroy()
  }
}

function show({ name, status, code, note }, result, control) {
  const good = result.status === status && result.code === code && (control === undefined || control.status === 202)
  const expected =
    control !== undefined && control.status !== 202 ? `202 for the unchanged one, not ${control.status}` : `${status} ${code ?? ''}`
  results.push({ ...result, good })
  if (control) results.push({ ...control, good: control.status === 202 })
  row({ subject: '', ...result, name, good, expected, note: result.note ?? note })
}

async function attack(each) {
  const request = genuine(secret)
  const control = () => play({ bytes: requestBytes(request) })
  const hostile = () =>
    play({
      now: each.later && Date.now() + each.later,
      ...(each.send ? { send: (client) => each.send(request, client) } : { bytes: requestBytes(each.change(request)) }),
    })
  // A replay needs something to repeat.
  if (each.controlFirst) {
    const first = await control()
    show(each, await hostile(), first)
  } else {
    const result = await hostile()
    show(each, result, await control())
  }
}

async function keep() {
  receiver.setClock(undefined)
  await receiver.idle()
  const { headers, body } = genuine(secret)
  const url = `http://127.0.0.1:${receiver.port}/hook`
  receiver.webhooks.onAny((delivery) => console.log(`${delivery.event} ${delivery.action}: ${JSON.stringify(delivery.payload)}`))
  strong('\nThe receiver is still there')
  console.log(`  ${url}\n  its secret: ${secret}\n`)
  hint('Try it. The signature is good for five minutes; a second time it is a duplicate, and with one letter changed it is refused.\n')
  console.log(`curl -i ${url}${headers.map(([name, value]) => ` -H '${name}: ${value}'`).join('')} --data-binary '${body}'`)
  hint('\nCtrl-C ends it.')
  process.once('SIGINT', () => receiver.close())
}

function count(list) {
  const counts = {}
  for (const each of list) counts[each] = (counts[each] ?? 0) + 1
  return counts
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
