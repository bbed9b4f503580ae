// What may become of a Request before the library gets it.

export const spoil = {
  async consumed(request) {
    await request.text()
    return request
  },
  locked(request) {
    request.body.getReader()
    return request
  },
  bodiless: (request) => remade(request, null),
  async broken(request) {
    const [first] = await halvesOf(request)
    return remade(request, streamOf([first], new Error('the line went dead')))
  },
  async 'aborted before'(request) {
    return remade(request, streamOf(await halvesOf(request)), AbortSignal.abort())
  },
  async 'aborted meanwhile'(request) {
    const abort = new AbortController()
    const [first, second] = await halvesOf(request)
    return remade(request, streamOf([first, () => abort.abort(), second]), abort.signal)
  },
  async 'aborted and broken'(request) {
    const abort = new AbortController()
    const [first] = await halvesOf(request)
    return remade(request, streamOf([first, () => abort.abort()], abort.signal), abort.signal)
  },
}

function remade({ url, method, headers }, body, signal) {
  return new Request(url, { method, headers, body, duplex: 'half', ...(signal && { signal }) })
}

async function halvesOf(request) {
  const bytes = new Uint8Array(await request.arrayBuffer())
  const middle = bytes.length >> 1
  return [bytes.slice(0, middle), bytes.slice(middle)]
}

/** A stream of these chunks, one at a time, in which functions are called as they are reached; it breaks with the error, or with the signal's reason. */
function streamOf(steps, broken) {
  const left = [...steps]
  return new ReadableStream({
    pull(controller) {
      while (typeof left[0] === 'function') left.shift()()
      if (left.length > 0) controller.enqueue(left.shift())
      else if (broken) controller.error(broken instanceof Error ? broken : broken.reason)
      else controller.close()
    },
  })
}
