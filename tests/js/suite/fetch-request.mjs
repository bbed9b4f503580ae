// A fetch Request as a server's runtime would hand it over, in every runtime: browsers strip Date from a Request
// that a page makes, and some cannot give it a stream. There the two properties are put on the Request afterwards.

const ORIGIN = 'http://receiver.test'

export function fetchRequest({ method = 'POST', target = '/hook', headers }, body, path = target, more = {}) {
  const stream = body instanceof ReadableStream
  const hasBody = body !== null && body !== undefined && method !== 'GET'
  const request = new Request(new URL(path, ORIGIN), {
    method,
    headers: headers.filter(([name]) => !/^(host|content-length)$/i.test(name)),
    ...(hasBody && { body: stream && !takesStreams() ? 'stream' : body }),
    ...(stream && { duplex: 'half' }),
    ...more,
  })
  const wanted = new Headers(headers)
  for (const [name, value] of wanted) {
    if (request.headers.get(name) !== value) {
      Object.defineProperty(request, 'headers', { value: wanted })
      break
    }
  }
  if (stream && !takesStreams()) Object.defineProperty(request, 'body', { value: body })
  return request
}

let streams
function takesStreams() {
  streams ??= !new Request(ORIGIN, { method: 'POST', body: new ReadableStream(), duplex: 'half' }).headers.has('Content-Type')
  return streams
}

/** A stream of these bytes, `size` at a time. */
export function pieces(bytes, size) {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + size))
      at += size
    },
  })
}

/** A stream that never ends and counts how often it is asked for more. */
export function tooMuch(size) {
  const counted = { pulls: 0, cancelled: false }
  counted.stream = new ReadableStream(
    {
      pull(controller) {
        counted.pulls += 1
        controller.enqueue(new Uint8Array(size))
      },
      cancel() {
        counted.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return counted
}

/** One that never gives anything either: who reads it waits for ever. */
export function endless() {
  const counted = { pulls: 0, cancelled: false }
  counted.stream = new ReadableStream(
    {
      pull() {
        counted.pulls += 1
        return new Promise(() => {})
      },
      cancel() {
        counted.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return counted
}
