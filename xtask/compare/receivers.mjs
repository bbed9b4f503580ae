// The receivers, each a process of its own on a loopback port.

import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { version as ours } from './audit.mjs'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const GO = local('receivers/drone-go')
const GO_PROGRAM = local(`../../target/compare/drone-go${process.platform === 'win32' ? '.exe' : ''}`)

const httpSignature = `npm http-signature ${createRequire(import.meta.url)('http-signature/package.json').version}`
const required = (module) => new RegExp(`${module} (\\S+)`).exec(readFileSync(`${GO}/go.mod`, 'utf8'))[1]
const droneGo = `drone-go ${required('github.com/drone/drone-go')} with httpsignatures-go ${required('github.com/99designs/httpsignatures-go')}`

/** In the order of the table; `tested` is one line about each. */
export const receivers = [
  node('http-signature', 'http-signature', `${httpSignature}: \`parseRequest\` as its README shows it, and \`verifyHMAC\``),
  node('… and Digest', 'http-signature-digest', 'the same, and SHA-256 of the body compared with `Digest` by hand'),
  node(
    '… and options',
    'http-signature-options',
    "the same, and its options `algorithms: ['hmac-sha256']`, `headers: ['date', 'digest']`, `strict: true`",
  ),
  { title: 'drone-go', go: true, file: 'drone-go/main.go', tested: `${droneGo}: \`webhook.Handler\` of plugin/webhook` },
  node('node:crypto', 'by-hand', 'twenty lines by hand: HMAC over date and digest, SHA-256 of the body, both compared in constant time'),
  node('drone-webhooks', 'drone-webhooks', `drone-webhooks ${ours}: \`createNodeMiddleware\``),
]

function node(title, name, tested) {
  return { title, file: `${name}.mjs`, tested }
}

/** Before the receiver in Go is started. */
export async function buildGo() {
  await promisify(execFile)('go', ['build', '-o', GO_PROGRAM, '.'], { cwd: GO })
}

/** Starts one, with a secret of its own. */
export async function start({ title, go, file }) {
  const secret = randomBytes(16).toString('hex')
  const [program, args] = go ? [GO_PROGRAM, []] : [process.execPath, [local(`receivers/${file}`)]]
  const child = spawn(program, args, { env: { ...process.env, DRONE_WEBHOOK_SECRET: secret }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const { value: port } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  if (port === undefined) throw new Error(`the receiver ${title} has ended`)
  const end = async () => {
    child.kill()
    await ended
  }
  return { url: `http://127.0.0.1:${port}/hook`, secret, end }
}
