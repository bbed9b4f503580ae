// Runs the Worker of the contract in miniflare, as a process that can be killed; spoken to as inboxes/receiver.mjs is. The object and the
// queue are the store's, elsewhere. Its arguments are those of inboxes/receiver.mjs, after the path of that.

import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { runtimes } from '../../../examples/support/runtimes.mjs'
import { connect } from './wire.mjs'

const { inbox, log, secret, dieAt, lifecycle = false, idle = false } = JSON.parse(process.argv[3])
const { platform, worker, ...options } = inbox.options

process.env.MINIFLARE_WORKERD_PATH = worker.workerd
const { Miniflare, Response } = createRequire(runtimes)('miniflare')

const waiting = new Map()
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`)

/** On the disk before anything else happens; gives how often it was noted before. */
function note(what, id, more) {
  const before = readFileSync(log, 'utf8').split(`{"what":"${what}","id":"${id}"`).length - 1
  const file = openSync(log, 'a')
  appendFileSync(file, `${JSON.stringify({ what, id, pid: process.pid, ...more })}\n`)
  fsyncSync(file)
  closeSync(file)
  say({ noted: what, id })
  return before
}

async function answer(request) {
  const { hostname, pathname } = new URL(request.url)
  if (hostname === 'object') return ofPlatform(await platformSide.call({ object: pathname, body: await request.text() }))
  const { what, id, ...more } = await request.json()
  if (pathname === '/note') return Response.json(note(what, id, more))
  if (pathname === '/die') process.kill(process.pid, 'SIGKILL')
  await new Promise((resolve) => waiting.set(id, resolve))
  return new Response()
}

const ofPlatform = ({ status, text }) => new Response(text, { status })

const miniflare = new Miniflare({
  host: '127.0.0.1',
  port: 0,
  cf: false,
  ...worker.options,
  modules: worker.modules,
  modulesRoot: worker.root,
  bindings: { SETTINGS: { secret, lifecycle, options, ...(dieAt && { dieAt }) } },
  serviceBindings: { HOST: answer },
  handleRuntimeStdio: (stdout, stderr) => {
    for (const stream of [stdout, stderr]) stream.pipe(process.stderr)
  },
})
const { port } = new URL(await miniflare.ready)
const queueHandler = await miniflare.getWorker()

const platformSide = await connect(platform, async ({ queue, messages }) => {
  const given = messages.map((message) => ({ ...message, timestamp: new Date(message.timestamp) }))
  return queueHandler.queue(queue, given)
})

const input = createInterface({ input: process.stdin })
// Nobody is left to end it.
input.on('close', () => process.exit())
input.on('line', async (line) => {
  const { number, command, ...rest } = JSON.parse(line)
  try {
    say({ answer: number, value: await told(command, rest) })
  } catch (error) {
    say({ answer: number, error: String(error) })
  }
})

async function told(command, rest) {
  if (command === 'proceed') return waiting.get(rest.id)?.()
  if (command === 'close') {
    await miniflare.dispose()
    setImmediate(() => process.exit())
    return
  }
  const response = await miniflare.dispatchFetch(`http://command/${command}`, { method: 'POST', body: JSON.stringify(rest) })
  if (!response.ok) throw new Error(await response.text())
  return response.json()
}

// One that is to die with what it has accepted is not there for long enough to be handed a batch.
const accepts = idle || /accepted|answered/.test(dieAt ?? '')
await platformSide.call({ hello: { consumes: !accepts, attempts: options.attempts } })
say({ port: Number(port) })
