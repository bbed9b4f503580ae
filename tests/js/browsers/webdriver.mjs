// Opens WebKit, by the protocol that its driver speaks.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { temporaryHome } from './host.mjs'

// In the page; the default of 30 seconds is short for a machine under load. The test runner has a limit for all of it.
const timeouts = { script: 100_000, pageLoad: 100_000 }

/** Starts it on a display of its own, which nobody sees. `evaluate` opens a page and gives what a promise there gives. */
export async function open({ driver, display }) {
  const port = await freePort()
  const { env } = temporaryHome(() => end(child))
  // A group of its own, so that all that it starts ends with it.
  const child = spawn(display, ['-a', driver, `--port=${port}`], { env, detached: true, stdio: ['ignore', 'ignore', 'inherit'] })
  const send = sender(port)
  try {
    await listening(child, send)
    const { sessionId } = await send('POST', '/session', { capabilities: { alwaysMatch: { timeouts } } })
    const session = (path, body) => send('POST', `/session/${sessionId}/${path}`, body)
    return {
      async evaluate(url, promise) {
        await session('url', { url })
        const script = `const [done] = arguments; ${promise}.then((value) => done({ value }), (error) => done({ error: String(error) }))`
        const { value, error } = await session('execute/async', { script, args: [] })
        if (error) throw new Error(error)
        return value
      },
      async close() {
        try {
          await send('DELETE', `/session/${sessionId}`)
        } finally {
          await ended(child)
        }
      },
    }
  } catch (error) {
    await ended(child)
    throw error
  }
}

function sender(port) {
  return async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) })
    const { value } = await answer.json()
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`)
    return value
  }
}

/** The driver does not tell when it listens, and cannot be given a port that is open already. */
async function listening(child, send) {
  for (;;) {
    try {
      return await send('GET', '/status')
    } catch (cause) {
      if (!runs(child)) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode ?? child.signalCode}`, { cause })
      await setTimeout(50)
    }
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

async function ended(child) {
  if (!runs(child)) return
  const exit = once(child, 'exit')
  end(child)
  await exit
}

function end(child) {
  if (runs(child)) process.kill(-child.pid)
}

const runs = ({ exitCode, signalCode }) => exitCode === null && signalCode === null
