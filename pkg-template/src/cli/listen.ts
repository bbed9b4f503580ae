/** A server of a command, until somebody ends the program. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import process from 'node:process'
import { network } from './exit.js'

/** How a command serves. */
export interface Listening {
  readonly host: string
  readonly port: number
  readonly handler: (request: IncomingMessage, response: ServerResponse) => unknown
  /** Called with where it listens, `http://127.0.0.1:8787`. */
  readonly ready: (origin: string) => void
}

/** Serves until the program is told to end (Ctrl-C, SIGTERM); rejects where the port is not to be had. */
export async function serveUntilStopped({ host, port, handler, ready }: Listening): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  const server = createServer(handler)
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', (error) => reject(network(whyNot(error, host, port))))
    server.listen(port, host)
  })
  ready(`http://${host.includes(':') ? `[${host}]` : host}:${server.address().port}`)
  await stopped
  const closed = new Promise<void>((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}

function whyNot(error: Error & { code?: string }, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} of ${host} is in use: give another with --port, or --port 0 for any that is free`
  if (error.code === 'EACCES') return `port ${port} may not be listened at: give one above 1023 with --port`
  return `cannot listen at ${host}:${port}: ${error.message}`
}
