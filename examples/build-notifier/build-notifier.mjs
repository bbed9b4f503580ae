// Tells a chat when a build on the default branch fails and when it is fixed: once per build, and after a crash too.
//
//   npm install drone-webhooks
//   DRONE_WEBHOOK_SECRET=… CHAT_URL=… node build-notifier.mjs    listens on http://localhost:3000/hook

import { createServer } from 'node:http'
import { createNodeMiddleware, Webhooks } from 'drone-webhooks'
import { sqliteInbox } from 'drone-webhooks/sqlite'

const { DRONE_WEBHOOK_SECRET: secret, CHAT_URL = '', DATABASE = 'build-notifier.sqlite', ATTEMPTS = 20, PORT = 3000 } = process.env
if (!URL.canParse(CHAT_URL)) throw new Error('CHAT_URL must be the address of an incoming webhook')

const inbox = sqliteInbox({
  path: DATABASE,
  attempts: Number(ATTEMPTS),
  lease: 10, // so many seconds after a crash, what was in hand is taken up again
  onDead: ({ id }) => console.error('given up:', id),
})
const webhooks = new Webhooks({ secret, inbox })

webhooks.on('build.failed', (delivery) => tell('failed', delivery))
webhooks.on('build.fixed', (delivery) => tell('is fixed', delivery))
webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

async function tell(what, { id, payload: { repo, build, system } }) {
  // A pull request and a promotion have the default branch for their target, and are not builds of it.
  const branch = repo?.default_branch
  if (!branch || build?.target !== branch || !['push', 'cron', 'custom'].includes(build.event)) return
  const page = system?.link ? `${system.link}/${repo.slug}/${build.number}` : build.link
  const text = `${repo.slug} #${build.number} ${what} on ${branch}: ${page}`
  const response = await fetch(CHAT_URL, {
    method: 'POST',
    // At least once: a crash between the chat's answer and the note of it sends the message again, under the same key.
    // A chat that knows the key drops the second one; Slack and Mattermost do not, and show it twice.
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': id },
    body: JSON.stringify({ text }),
    redirect: 'manual', // a redirected POST can become a GET, which posts nothing and looks like success
    signal: AbortSignal.timeout(10_000),
  })
  response.body?.cancel().catch(() => {}) // the status has said it all
  // What is thrown here or by fetch has the inbox try again, and give up after the last attempt.
  if (!response.ok) throw new Error(`the chat has answered ${response.status}`)
  console.log('told:', id, text)
}

if (process.argv.includes('--redeliver')) {
  for (const { delivery, reason } of await inbox.deadLetters()) {
    console.log('once more:', delivery.id, reason)
    await inbox.redeliver(delivery.id)
  }
}

const server = createServer(createNodeMiddleware(webhooks, { path: '/hook' })).listen(PORT)

// The message in hand is sent; the others wait in the file for the next start.
process.once('SIGTERM', () => server.close(() => webhooks.close()))
