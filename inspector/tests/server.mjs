// What the page is driven with: the file as it was built, the command line tool of the installed package with that file in it, a port that must stay untouched.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { verify } from 'drone-webhooks'

const root = new URL('../../', import.meta.url)
const PAGE = fileURLToPath(new URL('inspector/dist/index.html', root))

/** The address of the built file. */
export function builtPage() {
  if (!existsSync(PAGE)) throw new Error('the page is not built: npm run build, in inspector/')
  return pathToFileURL(PAGE).href
}

/** A server that remembers who asked. */
export async function listener() {
  const asked = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${server.address().port}/`, asked, close: () => close(server) }
}

/** A receiver that keeps the bodies of what is authentic. */
export async function verifyingReceiver(secret) {
  const received = []
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    verify({ headers: request.headers, body }, { secret })
    received.push(body.toString())
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${server.address().port}/`, received, close: () => close(server) }
}

async function close(server) {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}

/** `drone-webhooks inspect`, of the package that is installed, with the page that is built. */
export async function inspectCommand(secret) {
  const folder = mkdtempSync(join(tmpdir(), 'drone-webhooks-'))
  const installed = join(folder, 'drone-webhooks')
  cpSync(fileURLToPath(new URL('node_modules/drone-webhooks', root)), installed, { recursive: true })
  mkdirSync(join(installed, 'inspector'), { recursive: true })
  cpSync(PAGE, join(installed, 'inspector', 'index.html'))
  const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const child = spawn(process.execPath, [join(installed, bin['drone-webhooks']), 'inspect', '--port', '0', '--json', '--no-open'], {
    env: { ...process.env, DRONE_WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const [first] = await once(createInterface(child.stdout), 'line')
  const { listening } = JSON.parse(first)
  return {
    origin: listening,
    async close() {
      child.kill()
      await exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
