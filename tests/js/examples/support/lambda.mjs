// Puts a Lambda function behind HTTP, as AWS does: node lambda.mjs <its file> <how>. How is text or base64, as a function URL and an HTTP API
// hand bodies over, or rest, for the events of a REST API.

import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

const [file, how] = process.argv.slice(2)
const { handler } = await import(pathToFileURL(file))

/** Payload format 2.0: names of headers in lower case. */
const eventOf = ({ headers, method, url }, body) => ({
  version: '2.0',
  rawPath: url,
  headers,
  requestContext: { http: { method, path: url } },
  body: body.toString(how === 'base64' ? 'base64' : 'utf8'),
  isBase64Encoded: how === 'base64',
})

/** Payload format 1.0: names of headers as they came, and only one value where there were several. */
const restEventOf = ({ rawHeaders, method, url }, body) => {
  const names = rawHeaders.filter((_, at) => at % 2 === 0)
  const valuesOf = (name) => rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1] === name)
  return {
    resource: url,
    path: url,
    httpMethod: method,
    headers: Object.fromEntries(names.map((name) => [name, valuesOf(name).at(-1)])),
    multiValueHeaders: Object.fromEntries(names.map((name) => [name, valuesOf(name)])),
    body: body.toString(),
    isBase64Encoded: false,
  }
}

const server = createServer(async (request, response) => {
  const body = await buffer(request)
  const { statusCode } = await handler((how === 'rest' ? restEventOf : eventOf)(request, body))
  response.writeHead(statusCode).end()
})
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`))
