// Deliveries by curl, as somebody tries a receiver out.

import { originOf } from './node24.mjs'
import { run } from './project.mjs'

/** Sends a delivery to a program; gives the status of the answer. */
export async function curl(program, { headers, body }, path = '/hook') {
  const lines = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
  const settings = [
    '--silent',
    '--show-error',
    '--max-time',
    '30',
    '--noproxy',
    '*',
    '--output',
    '/dev/null',
    '--write-out',
    '%{http_code}',
  ]
  return Number(await run('curl', [...settings, ...lines, '--data-binary', body, `${await originOf(program)}${path}`]))
}
