/** `drone-webhooks relay`: takes deliveries in at once, keeps them in a file, and forwards them until they have arrived. */
import type { Command } from '../args.js'
import { usage } from '../exit.js'
import { DEFAULT_FILE } from '../relay/file.js'
import { list, redeliver } from '../relay/letters.js'
import { DEFAULT_ATTEMPTS, DEFAULT_PORT, relay } from '../relay/run.js'
import { SECRET_HELP, SECRET_OPTIONS } from '../secrets.js'

export const command: Command = {
  help: `\
Usage: drone-webhooks relay --forward URL
       drone-webhooks relay list
       drone-webhooks relay redeliver ID

Drone sends each event once and waits for the answer inside the build. The relay takes it at
once, keeps it in a SQLite file, and forwards it until URL answers 2xx: a receiver may be slow,
or down. Only what is authentic is taken. It is forwarded at least once, signed anew (the date
would be too old after a while), with the delivery's id as Idempotency-Key.

  --forward URL        where deliveries go
  --file FILE          the SQLite file (default ${DEFAULT_FILE})
  --host HOST          where to listen (default 127.0.0.1; 0.0.0.0 for all networks)
  --port PORT          (default ${DEFAULT_PORT}; 0 for any that is free)
  --path PATH          take deliveries at this path only (default: every path)
  --attempts NUMBER    how often to try before a delivery is given up (default ${DEFAULT_ATTEMPTS}); the
                       pauses are 1, 2, 4, … seconds, at most 60
  --timeout SECONDS    how long URL may take to answer (default 30)
  --tolerance SECONDS  how far Date and clock may be apart (default 300)
  --forward-secret-env NAME
                       sign for URL with the secret in this environment variable
                       (default: the same secret)
${SECRET_HELP}

  relay list           what was given up, the latest first (--limit NUMBER, default 100)
  relay redeliver ID   try it again, as often as a new one; the beginning of an id is enough,
                       --all for all. A relay that runs on the same file does it within a second

It needs SQLite in the runtime: Node.js 22.13 or later, Deno 2.2, Bun.

Examples
  drone-webhooks relay --forward http://10.0.0.5:3000/hook --host 0.0.0.0 --path /hook
  drone-webhooks relay list --json | jq .id
  drone-webhooks relay redeliver 3f9a2c
`,
  options: {
    ...SECRET_OPTIONS,
    forward: 'text',
    file: 'text',
    host: 'text',
    port: 'text',
    path: 'text',
    attempts: 'text',
    timeout: 'text',
    tolerance: 'text',
    'forward-secret-env': 'text',
    limit: 'text',
    all: 'flag',
  },
  words: 2,
  async run(args, out) {
    const [action, id] = args.words
    if (action === undefined) return relay(args, out)
    if (action === 'list' && id === undefined) return list(args, out)
    if (action === 'redeliver' && (id !== undefined) !== args.flag('all')) return redeliver(id, args, out)
    throw usage('relay --forward URL, relay list, or relay redeliver ID')
  },
}
