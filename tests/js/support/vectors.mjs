// Reads tests/vectors for the runners that have a file system.

import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = process.env.DRONE_WEBHOOKS_VECTORS ?? realpathSync(fileURLToPath(new URL('../../vectors', import.meta.url)))

const json = (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))

export const vectors = {
  recorded: [...json('recorded/drone-2.25.0.json'), ...json('recorded/drone-older.json')],
  refusals: json('refusals.json'),
}

/** Requests as the bytes on the socket: name and bytes. */
export const raw = readdirSync(`${folder}/recorded/raw`)
  .filter((name) => name.endsWith('.http'))
  .map((name) => ({ name: name.slice(0, -'.http'.length), bytes: readFileSync(`${folder}/recorded/raw/${name}`) }))
