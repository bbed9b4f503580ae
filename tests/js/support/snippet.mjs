// Runs one snippet of the README in a process of its own, and tells the test where it listens or what its receiver answers.

import { once } from 'node:events'
import { Server } from 'node:net'
import { pathToFileURL } from 'node:url'

// Any free port will do: the one that a snippet names may be taken.
const { listen } = Server.prototype
Server.prototype.listen = function (...given) {
  this.once('listening', () => process.send({ port: this.address().port }))
  return listen.call(this, 0, '127.0.0.1', ...given.filter((each) => typeof each === 'function'))
}

const [{ path, headers, body }] = await once(process, 'message')
const exported = await import(pathToFileURL(process.argv[2]))
const receive = exported.POST ?? exported.default?.fetch ?? exported.default

if (exported.handler) {
  // AWS Lambda behind an HTTP API.
  const event = { rawPath: path, headers, body: btoa(body), isBase64Encoded: true, requestContext: { http: { method: 'POST', path } } }
  const { statusCode } = await exported.handler(event)
  process.send({ status: statusCode })
} else if (typeof receive === 'function') {
  const request = new Request(`http://127.0.0.1${path}`, { method: 'POST', headers, body })
  // A Worker gets its environment as an argument.
  const { status } = await receive(request, process.env)
  process.send({ status })
}
