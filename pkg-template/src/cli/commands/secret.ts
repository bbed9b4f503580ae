/** `drone-webhooks secret`: 128 random bits, as Drone's documentation wants them. */
import type { Command } from '../args.js'
import { EXIT } from '../exit.js'

export const command: Command = {
  help: `\
Usage: drone-webhooks secret

Prints a new secret: 32 hexadecimal characters from the system's random generator, as
"openssl rand -hex 16" does. Drone and the receiver use the characters as they stand.

Examples
  drone-webhooks secret > drone.secret
  export DRONE_WEBHOOK_SECRET=$(drone-webhooks secret)
`,
  options: {},
  words: 0,
  async run(_args, out) {
    const bytes = crypto.getRandomValues(new Uint8Array(16))
    const secret = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    out.result(`${secret}\n`)
    out.value({ secret })
    return EXIT.done
  },
}
