// The settings, from environment variables. Throws for one that cannot be.

/** `host:port` as Go's servers take it: `:3000` is every address of the machine; IPv6 is in brackets, `[::1]:3000`. */
const BIND = /^(?:\[([\da-f:.]+)\]|([^:[\]]*)):(\d{1,5})$/i

export function readConfig({ DRONE_SECRET, DRONE_BIND = ':3000', DRONE_DATABASE = 'deliveries.sqlite' }) {
  if (!DRONE_SECRET) throw new Error('DRONE_SECRET is not set: it is the DRONE_WEBHOOK_SECRET of the Drone server')
  return { secret: DRONE_SECRET, bind: parseBind(DRONE_BIND), database: DRONE_DATABASE }
}

/** What `server.listen` takes. */
export function parseBind(text) {
  const [, ipv6, host, port] = BIND.exec(text) ?? []
  if (port === undefined || Number(port) > 65535) throw new Error(`DRONE_BIND is "${text}", and not like ":3000" or "127.0.0.1:3000"`)
  return { host: ipv6 || host || undefined, port: Number(port) }
}
