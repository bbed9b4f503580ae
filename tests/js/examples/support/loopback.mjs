// Loaded before an example in Node and Bun: whatever it asks for, it listens on a free port of 127.0.0.1, and says where.

if (globalThis.Bun) {
  const { serve } = Bun
  Bun.serve = (options) => serve({ ...options, port: 0, hostname: '127.0.0.1' })
} else {
  const { Server } = await import('node:net')
  const { listen } = Server.prototype
  Server.prototype.listen = function (...given) {
    this.once('listening', () => console.log(`listening on http://127.0.0.1:${this.address().port}`))
    return listen.call(this, 0, '127.0.0.1', ...given.filter((each) => typeof each === 'function'))
  }
}
