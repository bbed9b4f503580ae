// `npm run dead-letters` lists what was given up; with `-- --redeliver` it is tried once more, by the receiver that runs or the next one.

import { sqliteInbox } from 'drone-webhooks/sqlite'
import { readConfig } from './config.js'

const inbox = sqliteInbox({ path: readConfig(process.env).database })
for (const { delivery, reason, attempts, diedAt } of await inbox.deadLetters(1000)) {
  console.log(diedAt.toISOString(), delivery.id, `${delivery.event}.${delivery.action}`, `(attempts: ${attempts})`, reason)
  if (process.argv.includes('--redeliver')) await inbox.redeliver(delivery.id)
}
