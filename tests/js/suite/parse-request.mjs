// `parseRequest`, `compareSigningStrings` and `visible`, in any runtime. `lib` is the entry `drone-webhooks/explain`.

export default (lib, { test, assert, vectors, main }) => {
  const { parseRequest, explain, compareSigningStrings, visible } = lib
  const text = (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const recorded = (start) => vectors.recorded.find(({ name }) => name.startsWith(start))
  const signedAt = ({ headers }) => new Date(headers.find(([name]) => name.toLowerCase() === 'date')[1])

  /** What was read is the request, and verifies. */
  const reads = (parsed, request, kind, { body = true } = {}) => {
    assert.ok(parsed.ok, parsed.message)
    assert.equal(parsed.kind, kind)
    const sent = new Map(parsed.headers.map(([name, value]) => [name.toLowerCase(), value]))
    for (const [name, value] of request.headers) assert.equal(sent.get(name.toLowerCase()), value, name)
    if (!body) return
    assert.equal(text(parsed.body), request.body)
    const { ok, code } = explain(parsed, { secret: request.secret, now: signedAt(request) })
    assert.ok(ok, code)
  }

  const raw = ({ method, target, headers, body }, end = '\r\n') =>
    [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), '', body].join(end)

  const requests = ['A-000', 'A-034', 'A-035', 'X-extensions-005', 'A-105'].map(recorded)

  test('raw HTTP is read from text and from bytes, with either line end', () => {
    for (const request of requests) {
      for (const end of ['\r\n', '\n']) {
        reads(parseRequest(raw(request, end)), request, 'http')
        reads(parseRequest(new TextEncoder().encode(raw(request, end))), request, 'http')
      }
      reads(parseRequest(`\ufeff\n${raw(request)}`), request, 'http')
      const { method, url } = parseRequest(raw(request))
      assert.deepEqual([method, url], [request.method, request.target])
    }
  })

  test('a line end that an editor put behind the body is none of it, where Content-Length says so, and that is said', () => {
    const request = recorded('A-000')
    for (const end of ['\n', '\r\n']) {
      const parsed = parseRequest(`${raw(request)}${end}`)
      reads(parsed, request, 'http')
      assert.equal(parsed.lineEnd, end)
      assert.ok(parsed.recognised.some((said) => said.includes('left out')))
      const { steps } = explain(parsed, { secret: request.secret, now: signedAt(request) })
      assert.ok(steps.find(({ step }) => step === 'body').message.includes('left out'))
    }
    assert.equal(parseRequest(raw(request)).lineEnd, undefined)
    for (const end of ['\n\n', '\r', ' ']) assert.equal(parseRequest(`${raw(request)}${end}`).body.length, request.body.length + end.length)
    const without = { ...request, headers: request.headers.filter(([name]) => name !== 'Content-Length') }
    const parsed = parseRequest(`${raw(without)}\n`)
    assert.equal(parsed.lineEnd, undefined)
    assert.equal(explain(parsed, { secret: request.secret, now: signedAt(request) }).causes[0].code, 'body_newline_added')
  })

  test('a line end that a proxy put behind the body, and counted, is told as that, also below one of an editor', () => {
    const request = recorded('A-000')
    const length = String(new TextEncoder().encode(request.body).length + 1)
    const headers = request.headers.map(([name, value]) => [name, name === 'Content-Length' ? length : value])
    for (const end of ['', '\n', '\r\n']) {
      const parsed = parseRequest(`${raw({ ...request, headers, body: `${request.body}\n` })}${end}`)
      assert.equal(parsed.lineEnd, end === '' ? undefined : end)
      const { code, causes } = explain(parsed, { secret: request.secret, now: signedAt(request) })
      assert.equal(code, 'digest_mismatch')
      assert.deepEqual(
        causes.map((cause) => cause.code),
        ['body_newline_added'],
      )
    }
  })

  test('an empty line that was not copied is not missed before JSON', () => {
    const request = recorded('A-000')
    reads(parseRequest(raw(request, '\n').replace('\n\n', '\n')), request, 'http')
  })

  test('what curl -v shows is read, and so are chunks', () => {
    const request = recorded('A-000')
    const { method, target, headers, body } = request
    const marked = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), ''].map((line) => `> ${line}`)
    reads(parseRequest([...marked, body].join('\n')), request, 'http')
    const chunks = `64\r\n${body.slice(0, 100)}\r\n${(body.length - 100).toString(16)};a=b\r\n${body.slice(100)}\r\n0\r\n\r\n`
    reads(parseRequest(raw({ ...request, headers: [...headers, ['Transfer-Encoding', 'chunked']], body: chunks })), request, 'http')
  })

  test('a binary body stays as it is', () => {
    const body = Uint8Array.from({ length: 256 }, (_, at) => at)
    const head = new TextEncoder().encode('POST / HTTP/1.1\r\nX-A: b\r\n\r\n')
    const parsed = parseRequest(Uint8Array.from([...head, ...body]))
    assert.deepEqual([...parsed.body], [...body])
    assert.deepEqual([...parseRequest(Uint8Array.from([...head, ...body]).buffer).body], [...body])
  })

  const single = (word) => `'${word.replaceAll("'", "'\\''")}'`
  const double = (word) => `"${word.replace(/["\\$`]/g, '\\$&')}"`
  const dollar = (word) =>
    `$'${word.replace(/[\\']/g, '\\$&').replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`
  const bytewise = (word) =>
    `$'${Array.from(new TextEncoder().encode(word), (byte) => (byte < 0x80 && byte !== 0x27 && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)).join('')}'`

  test('a curl command line is read, whatever its quotes', () => {
    for (const request of requests) {
      for (const quote of [single, double, dollar, bytewise]) {
        const { target, headers, body } = request
        const words = headers.flatMap(([name, value]) => ['-H', quote(`${name}: ${value}`)])
        for (const [data, between] of [
          ['--data-raw', ' \\\n  '],
          ['--data-binary', ' '],
          ['-d', ' \\\r\n '],
        ]) {
          const line = ['curl', quote(`https://example.com${target}`), ...words, data, quote(body)].join(between)
          const parsed = parseRequest(line)
          reads(parsed, request, 'curl')
          assert.deepEqual([parsed.method, parsed.url], ['POST', `https://example.com${target}`])
        }
      }
    }
  })

  test('what Chrome copies for the shell of Windows is read', () => {
    const request = recorded('A-000')
    const word = (text) => `^"${text.replaceAll('"', '^\\^"').replaceAll('%', '^%^')}^"`
    const words = request.headers.flatMap(([name, value]) => ['-H', word(`${name}: ${value}`)])
    reads(parseRequest(['curl', word('http://x/'), ...words, '--data-raw', word(request.body)].join(' ^\r\n ')), request, 'curl')
  })

  test("curl's options are read as curl reads them", () => {
    const headers = (line) => parseRequest(line).headers
    const parsed = parseRequest(
      `$ curl -sSLkX PUT --compressed -o out -H'A: b' -H "C:d" --header E\\:f -A agent -m 5 http://x/ -d a -d b # -H 'G: h'`,
    )
    assert.deepEqual(parsed.headers, [
      ['A', 'b'],
      ['C', 'd'],
      ['E', 'f'],
      ['User-Agent', 'agent'],
    ])
    assert.deepEqual([parsed.method, parsed.url, text(parsed.body)], ['PUT', 'http://x/', 'a&b'])
    assert.deepEqual(headers(`curl -H 'A;' -H 'B:' -H 'C: d' x`), [
      ['A', ''],
      ['C', 'd'],
    ])
    assert.deepEqual(headers(`curl --json '{}' x`), [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json'],
    ])
    assert.equal(parseRequest(`curl -H 'A: b' x`).method, 'GET')
    assert.equal(text(parseRequest(`curl -H A:b x -d $'\\101\\x42\\u0043\\n\\'' `).body), "ABC\n'")
    const elsewhere = parseRequest(`curl -H 'A: b' x --data-binary @body.json`)
    assert.equal(elsewhere.body, undefined)
    assert.ok(elsewhere.missing.includes('the body') && elsewhere.recognised.join().includes('body.json'))
  })

  const har = ({ method, target, headers, body }) => ({
    request: {
      method,
      url: `https://example.com${target}`,
      headers: headers.map(([name, value]) => ({ name, value })),
      ...(body !== '' && { postData: { mimeType: 'application/json', text: body } }),
    },
    response: { headers: [{ name: 'Date', value: 'other' }] },
  })

  test('a HAR file, an entry of it and its request are read', () => {
    for (const request of requests) {
      const entry = har(request)
      const unsigned = { request: { method: 'GET', url: '/', headers: [{ name: 'A', value: 'b' }] } }
      const file = { log: { version: '1.2', entries: [unsigned, entry] } }
      for (const value of [file, entry, entry.request]) reads(parseRequest(JSON.stringify(value, null, 2)), request, 'har')
      assert.deepEqual(parseRequest(JSON.stringify(file), { index: 0 }).headers, [['A', 'b']])
      assert.deepEqual(parseRequest(JSON.stringify(file), { index: 2 }).missing, ['entry 2'])
    }
  })

  test('an event of AWS Lambda and other objects with headers are read', () => {
    for (const request of requests) {
      const { headers, body, target } = request
      const base64 = btoa(Array.from(new TextEncoder().encode(body), (byte) => String.fromCharCode(byte)).join(''))
      const event = { rawPath: target, headers: Object.fromEntries(headers), body }
      reads(parseRequest(JSON.stringify(event)), request, 'json')
      reads(parseRequest(JSON.stringify({ ...event, body: base64, isBase64Encoded: true })), request, 'json')
      reads(parseRequest(JSON.stringify({ headers, body })), request, 'json')
      for (const value of [headers, Object.fromEntries(headers)])
        reads(parseRequest(JSON.stringify(value)), request, 'json', { body: false })
    }
  })

  test('copied headers are read, in every layout', () => {
    for (const request of requests) {
      const { headers } = request
      for (const [between, indent] of [
        [': ', ''],
        [':', '  '],
        [':\n', ''],
      ]) {
        const parsed = parseRequest(headers.map(([name, value]) => `${indent}${name}${between}${value}`).join('\n'))
        reads(parsed, request, 'headers', { body: false })
        assert.deepEqual(parsed.missing, ['the body'])
      }
    }
    const parsed = parseRequest(':method: POST\n:path: /hook\ndate: x')
    assert.deepEqual([parsed.method, parsed.url, parsed.headers], ['POST', '/hook', [['date', 'x']]])
  })

  test('typographic quotation marks are made plain, remembered, and named', () => {
    const request = recorded('A-000')
    const curly = (line) => line.replace(/"([^"]*)"/g, '“$1”')
    const inHeader = { ...request, headers: request.headers.map(([name, value]) => [name, curly(value)]) }
    const options = { secret: request.secret, now: signedAt(request) }
    const parsed = parseRequest(raw(inHeader))
    assert.deepEqual(parsed.typographicQuotes, ['signature'])
    reads(parsed, request, 'http')
    assert.deepEqual(
      explain(parsed, options).causes.map(({ code }) => code),
      ['typographic_quotes'],
    )
    const words = request.headers.map(([name, value]) => `-H ‘${name}: ${value}’`)
    const command = parseRequest(`curl x ${words.join(' ')} -d ‘${request.body}’`)
    assert.deepEqual(command.typographicQuotes, ['command'])
    reads(command, request, 'curl')
    assert.deepEqual(parseRequest(raw(request)).typographicQuotes, [])
  })

  test('what is no request says what was recognised, and what is missing', () => {
    for (const [input, recognised, missing] of [
      ['', '', 'headers'],
      [' \n\t', '', 'headers'],
      ['hello', '', 'headers'],
      ['https://example.com/hook', '', 'headers'],
      ['POST /hook HTTP/1.1\r\n\r\n{}', 'request line', 'headers'],
      ['{"event":"user","action":"created"}', 'webhook', 'headers'],
      ['{"a":', '', 'headers'],
      ['[1,2]', 'list', 'headers'],
      ['{"log":{"entries":[]}}', 'HAR', 'entry 0'],
      ['{"request":{"headers":[]}}', 'HAR', 'headers'],
      ['curl https://example.com', 'curl', 'headers'],
      ['curl', 'curl', 'headers'],
      [new Uint8Array([0, 1, 2, 255]), '', 'headers'],
      [undefined, '', 'headers'],
      [{}, '', 'headers'],
    ]) {
      const parsed = parseRequest(input)
      assert.equal(parsed.ok, false, String(input))
      assert.ok(parsed.message.length > 0)
      assert.ok(parsed.recognised.join().includes(recognised), `${input}: ${parsed.recognised}`)
      assert.deepEqual(parsed.missing, [missing], String(input))
    }
    for (const many of [`curl ${'-H a:b '.repeat(50_001)}`, JSON.stringify(Array(50_001).fill(['a', 'b']))])
      assert.equal(parseRequest(many).message, 'it has 50001 headers, and at most 50000 are read')
    assert.deepEqual(parseRequest('X-Drone-Event: user').missing, ['Date', 'Digest', 'Signature', 'the body'])
  })

  test('large and hostile pastes are read in time', () => {
    const request = recorded('A-105')
    const time = (name, run) => {
      const start = performance.now()
      const value = run()
      const took = performance.now() - start
      // A quarter of it is what a busy machine takes.
      assert.ok(took < 4000, `${name} took ${took} ms`)
      return value
    }
    const entries = Array.from({ length: 75 }, () => har(request))
    reads(
      time('a HAR of 5 MB', () => parseRequest(JSON.stringify({ log: { entries } }))),
      request,
      'har',
    )
    const many = Array.from({ length: 10_000 }, (_, at) => `X-${at}: ${'\0'.repeat(at % 3)}`).join('\n')
    assert.equal(time('10,000 headers', () => parseRequest(many)).headers.length, 10_000)
    for (const [name, text] of Object.entries({
      'one line': 'a'.repeat(5e6),
      colons: ':'.repeat(5e6),
      blanks: ' '.repeat(5e6),
      'line feeds': '\n'.repeat(5e6),
      lines: 'a\n'.repeat(2e6),
      folds: `a: b\n${' c\n'.repeat(1e6)}`,
      'a value of blanks': `a: ${' '.repeat(5e6)}b\n`,
      quotes: `curl ${'"'.repeat(5e6)}`,
      'typographic quotes': `curl ${'“'.repeat(2e6)}`,
      backslashes: `curl ${'\\'.repeat(5e6)}`,
      dollars: `curl ${"$'".repeat(2e6)}`,
      'words of curl': `curl ${'-H a:b '.repeat(5e5)}`,
      'a deep list': '['.repeat(5e6),
      NULs: '\0'.repeat(5e6),
      markers: `> a: b\n${'> \r'.repeat(1e6)}`,
    })) {
      time(name, () => parseRequest(text))
    }
  })

  test('the first difference of two signing strings is shown, with what nobody sees', () => {
    const right = 'date: Sun, 22 Nov 2026 06:11:53 GMT\ndigest: SHA-256=a'
    assert.equal(compareSigningStrings(right, right).equal, true)
    for (const [wrong, line, column, expected, actual] of [
      [`${right}\n`, 2, 18, '(the end)', '␊'],
      [right.replace('\n', '\r\n'), 1, 36, '␊digest:␠SHA-256=a', '␍␊digest:␠SHA-256=a'],
      [right.replace('\n', ', '), 1, 36, '␊digest:␠SHA-256=a', ',␠digest:␠SHA-256=a'],
      [right.replace('digest', 'Digest'), 2, 1, 'digest:␠SHA-256=a', 'Digest:␠SHA-256=a'],
      ['', 1, 1, 'date:␠Sun,␠22␠Nov␠2026␠0', '(the end)'],
    ]) {
      const difference = compareSigningStrings(right, wrong)
      assert.deepEqual([difference.line, difference.column, difference.expected, difference.actual], [line, column, expected, actual])
      assert.equal(difference.equal, false)
      assert.ok(difference.message.includes(actual))
      assert.equal(right.slice(0, difference.offset), wrong.slice(0, difference.offset))
    }
    assert.equal(visible('\0\u007f\u200b\ufeff\u{1f600}é'), '␀␡⟨U+200B⟩⟨U+FEFF⟩😀é')
  })

  test('what was read from a signed request is what sign made', () => {
    const body = '{"event":"user","action":"created"}'
    const now = 1_795_327_913_000
    const headers = Object.entries(main.sign({ body }, { secret: 's', now }))
    assert.ok(explain(parseRequest(raw({ method: 'POST', target: '/', headers, body })), { secret: 's', now }).ok)
  })

  test('whatever is pasted is answered in time, also 5 MB of it', () => {
    const answers = (name, run, check) => {
      const start = performance.now()
      const parsed = run()
      const took = performance.now() - start
      check(parsed)
      // A second, on the slow machines of CI.
      assert.ok(took < 4000, `${name} took ${took} ms`)
    }
    const all = Uint8Array.from({ length: 1.25e6 }, (_, at) => at % 251)
    const escapes = (digits, prefix) =>
      Array.from(all, (value) => `\\${prefix}${value.toString(digits === 2 ? 16 : 8).padStart(digits, '0')}`).join('')
    for (const [name, data] of [
      ['hex', escapes(2, 'x')],
      ['octal', escapes(3, '')],
    ]) {
      const command = `curl -H 'a: b' --data-binary $'${data}'`
      answers(
        `curl, ${name}`,
        () => parseRequest(command),
        ({ body }) => assert.ok(body.length === all.length && body.every((value, at) => value === all[at])),
      )
    }
    answers(
      'curl, line ends',
      () => parseRequest(`curl -H 'a: b' --data-binary $'${'\\n'.repeat(2.5e6)}'`),
      ({ body }) => assert.equal(body.length, 2.5e6),
    )
    answers(
      'chunks of a byte',
      () => parseRequest(`a: b\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(8e5)}0\r\n\r\n`),
      ({ body }) => assert.equal(body.length, 8e5),
    )
    answers(
      'Latin-1',
      () => parseRequest(new Uint8Array(5e6).fill(0xe9)),
      ({ ok }) => assert.equal(ok, false),
    )
    answers(
      'base64',
      () => parseRequest(JSON.stringify({ headers: { a: 'b' }, isBase64Encoded: true, body: 'AAAA'.repeat(1.25e6) })),
      ({ body }) => assert.equal(body.length, 3.75e6),
    )
    for (const line of ['a: b\n', ' b\n', 'a:\nb\n']) {
      answers(
        'a million lines',
        () => parseRequest(`a: b\n${line.repeat(5e6 / line.length)}`),
        ({ ok, message }) => assert.ok(!ok && message.includes('50000 lines'), message),
      )
    }
    answers(
      '10,000 headers',
      () => parseRequest(Array.from({ length: 10_000 }, (_, at) => `x-${at}: \0é“`).join('\r\n')),
      ({ headers }) => assert.equal(headers.length, 10_000),
    )
  })
}
