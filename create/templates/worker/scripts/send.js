// `npm run send -- failure`: sends the receiver a delivery as Drone would. The number and the address may follow.

import { sign } from 'drone-webhooks'

const [status = 'failure', number = '1', url = 'http://localhost:8787/hook'] = process.argv.slice(2)
const body = JSON.stringify({
  event: 'build',
  action: 'updated',
  repo: { id: 1, slug: 'octocat/hello-world', default_branch: 'main' },
  build: { number: Number(number), status, event: 'push', target: 'main' },
})
const headers = { 'content-type': 'application/json', 'x-drone-event': 'build', ...sign({ body }, { secret: process.env.DRONE_SECRET }) }
const response = await fetch(url, { method: 'POST', headers, body })
console.log(response.status, response.statusText)
