// What is tested in every browser, on the file as it is built.

import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import { find } from '../../tests/js/browsers/host.mjs'
import * as assert from '../../tests/js/suite/assert.mjs'
import * as inPage from './in-page.mjs'
import { curl, har, headerLines, raw, request, send, signed } from './requests.mjs'
import { builtPage, inspectCommand, listener, verifyingReceiver } from './server.mjs'

const SECRET = 'd8fa5c314f7b1f5cac27d34e157e3459'
const build = request('A-020')
// Its words need escapes, its user has an e-mail address.
const unicode = request('A-003')

/** `open` starts the browser; `missing` says why it cannot be had. */
export function testPage(name, { missing, open }) {
  describe(name, { skip: missing }, () => {
    let browser
    let untouched
    const page = builtPage()
    before(async () => {
      untouched = await listener()
      browser = await open()
    })
    after(async () => {
      await browser?.close()
      await untouched?.close()
    })
    const run = (scenario, data, url = page) => browser.evaluate(url, inPage.script(scenario, data))

    test('each example is what it says, by its code and its cause', async () => {
      const seen = await run(inPage.examples)
      assert.equal(seen.length, 11)
      for (const { id, verdict, causes } of seen) {
        if (id === 'good') assert.equal(verdict, 'Authentic')
        else assert.equal(`${verdict.split(' ')[0]} ${causes[0]}`, `Refused ${id}`)
      }
    })

    test('a request is read from raw HTTP, curl and HAR', async () => {
      const texts = [raw(build), raw(build).replaceAll('\r\n', '\n'), curl(unicode), har(unicode)]
      for (const { verdict, recognised } of await run(inPage.pasted, { texts, secret: SECRET }))
        assert.equal(verdict, 'Authentic', recognised)
    })

    test('what is no request is said to be none, with what was recognised and what is missing', async () => {
      const texts = ['hello', 'POST /hook HTTP/1.1', '{"a":1}', '{', 'curl', '\0', 'Date: x', '']
      const seen = await run(inPage.pasted, { texts, secret: SECRET })
      assert.equal(seen[0].verdict, 'This is no request')
      assert.ok(/POST \/hook/.test(seen[1].recognised) && /Missing: headers/.test(seen[1].recognised), seen[1].recognised)
      assert.ok(/Missing: Digest, Signature, the body/.test(seen[6].recognised), seen[6].recognised)
      assert.equal(seen[7].verdict, 'Nothing to check yet')
    })

    test('without the secret all else is checked; with it the verdict is given, and the payload shown', async () => {
      const { without, wrong, right, payload, times, steps, ends } = await run(inPage.withAndWithoutSecret, {
        text: raw(build),
        secret: SECRET,
      })
      assert.equal(without.verdict, 'Give the secret')
      assert.deepEqual(wrong.causes, ['secret_wrong'])
      assert.equal(right.verdict, 'Authentic')
      assert.ok(payload.includes('octocat/hello-world'))
      assert.ok(times > 3, 'times are dates')
      assert.deepEqual(steps, Array(11).fill('passed'))
      assert.ok(/GMT\s*LF digest: .*=\s*\(no line feed at the end\)$/.test(ends), ends)
    })

    test('a cause has its evidence, and a fix in four languages', async () => {
      const { seen, evidence } = await run(inPage.fixes)
      assert.deepEqual(Object.keys(seen).sort(), ['go', 'java', 'node', 'python'])
      assert.ok(
        seen.node.includes('createNodeMiddleware') && seen.python.includes('hashlib') && seen.go.includes('sha256.Sum256'),
        seen.node,
      )
      assert.ok(seen.java.includes('MessageDigest'))
      assert.ok(evidence.includes('bytes'), evidence)
    })

    test('the step that decided is open, and each other opens', async () => {
      const { first, second, shown } = await run(inPage.opensSteps)
      assert.deepEqual(first, ['Body'])
      assert.deepEqual(second, ['Signature', 'Body'])
      assert.ok(shown.startsWith('Received'), shown)
    })

    test('a request is signed here, and inspected', async () => {
      const { curl, bad, inspected } = await run(inPage.signs)
      assert.ok(curl.startsWith("curl -i 'http://127.0.0.1:3000/hook'") && curl.includes('--data-binary'), curl.slice(0, 300))
      assert.ok(bad !== '')
      assert.equal(inspected.verdict, 'Authentic')
    })

    test('the curl command that is shown sends what a receiver takes, byte for byte', {
      skip: find(['curl']) ? false : 'no curl on the path',
    }, async () => {
      const receiver = await verifyingReceiver(SECRET)
      try {
        const body = `{"event":"build","action":"created","text":"it's <a> $HOME \\\\ \`x\`","last":"ä\\n"}`
        const command = await run(inPage.curlFor, { body, secret: SECRET, url: `${receiver.url}hook?a=b` })
        await promisify(execFile)('sh', ['-c', command], { timeout: 100_000 })
        assert.deepEqual(receiver.received, [body])
      } finally {
        await receiver.close()
      }
    })

    test('a link has neither secret nor signature nor e-mail addresses, and is not taken for a verdict', async () => {
      const broken = { ...unicode, body: JSON.stringify(JSON.parse(unicode.body), null, 1) }
      const { link, note, inside, opened, aside } = await run(inPage.shares, { text: raw(broken), secret: SECRET })
      const [, mac] = /signature="([^"]+)"/.exec(headerLines(unicode))
      const [email] = /[^"]+@[^"]+/.exec(JSON.stringify(JSON.parse(unicode.body).user.email).slice(1, -1))
      for (const hidden of [SECRET, mac, email, '@ex']) assert.ok(!inside.includes(hidden), `${hidden} in ${inside}`)
      assert.ok(inside.includes('body_reserialized'), inside.slice(-2000))
      assert.ok(link.includes('#request='), link.slice(0, 80))
      assert.ok(/Left out: the signature, e-mail addresses/.test(note), note)
      assert.equal(opened.verdict, 'Said to be refused digest_mismatch')
      assert.deepEqual(opened.causes, ['body_reserialized'])
      assert.ok(aside[0].includes('not checked here'), aside[0])
    })

    test('a link has no signature, however it was copied', async () => {
      const [, mac] = /signature="([^"]+)"/.exec(headerLines(unicode))
      const copies = [
        (line) => line.replaceAll('"', '\\"'),
        (line) => line.replaceAll('"', '""'),
        (line) => line.replaceAll('"', '“'),
        (line) => line.replace(mac, `${mac.slice(0, 20)} ${mac.slice(20)}`),
        (line) => line.replace('signature=', 'sig='),
      ]
      for (const copied of copies) {
        const text = raw(unicode).replace(/^Signature: .*$/m, copied)
        const { inside } = await run(inPage.shares, { text, secret: SECRET })
        for (const part of [mac, mac.slice(0, 20), mac.slice(20)]) assert.ok(!inside.includes(part), `${part} in ${inside}`)
      }
    })

    test('a link has no user info and no query values of a URL, unless they are signed, and says which', async () => {
      const url = '/hook?token=t0ps3cret&b4rew0rd&empty=#fr4gment'
      const hidden = ['t0ps3cret', 'b4rew0rd', 'fr4gment', 'us3r', 'pa55']
      const own = [
        ['X-Original-URL', url],
        ['Referer', 'https://us3r:pa55@ci.example.com/a?c=t0ps3cret'],
      ]
      const unsigned = signed('{}', SECRET)
      const away = await run(inPage.shares, {
        text: raw({ ...unsigned, target: url, headers: [...unsigned.headers, ...own] }),
        secret: SECRET,
      })
      for (const value of hidden) assert.ok(!away.inside.includes(value), `${value} in ${away.inside}`)
      assert.ok(away.inside.includes('/hook?token=left-out&left-out&empty='), away.inside)
      assert.ok(away.note.includes('user info and query values of URLs'), away.note)
      const line = signed('{}', SECRET, { method: 'POST', url, signedHeaders: ['date', 'digest', '(request-target)'] })
      const kept = await run(inPage.shares, { text: raw({ ...line, target: url }), secret: SECRET })
      assert.ok(kept.inside.includes('t0ps3cret'), kept.inside)
      assert.ok(kept.note.includes('In it, because it is signed: the whole URL'), kept.note)
    })

    test('a link that is damaged or hostile does nothing', async () => {
      const evil = '<img src=x onerror="hacked=1">'
      const step = { step: 'constructor', status: 'failed', code: evil, received: evil, computed: evil, message: evil }
      const report = {
        verdict: 'authentic',
        code: evil,
        steps: [step],
        signingString: evil,
        causes: [{ code: '__proto__', message: evil, evidence: evil, fix: evil }],
        now: 1e300,
      }
      const shared = { v: 1, request: { headers: [[evil, evil]], body: '{"__proto__":{"constructor":1}}' }, left: [evil], report }
      const packed = (text) => `#request=${deflateRawSync(text).toString('base64url')}`
      const links = [
        packed(JSON.stringify(shared)),
        packed(JSON.stringify({ ...shared, report: { ...report, steps: [1] } })),
        packed(JSON.stringify({ ...shared, request: 1 })),
        packed(`"${' '.repeat(60_000_000)}"`),

        '#request=AAAA',
        '#request=____',
        `#request=${'A'.repeat(50_000)}`,
        '#request=q1YqLkksKS1WslIqSy0qzszPU9JRKkvNyVGyUkrNTVWqBQA',
      ]
      const { seen, hacked, images } = await run(inPage.opensLinks, { links })
      // Whatever it says of itself, it is somebody's word.
      assert.ok(seen[0].verdict.startsWith('Said to be authentic'), seen[0].verdict)
      assert.deepEqual(
        seen.slice(1).map(({ verdict }) => verdict),
        links.slice(1).map(() => 'This is no request'),
      )
      assert.equal(hacked, false)
      assert.equal(images, 0)
    })

    test('nothing of a request becomes HTML, and only the web is linked to', async () => {
      const evil = '<img src=x onerror="hacked=1"><script>hacked=1</script>'
      const body = JSON.stringify({
        [evil]: evil,
        event: 'build',
        links: [
          'javascript:hacked=1',
          'data:text/html,x',
          'file:///etc/passwd',
          ' https://a.example',
          'https://a.example/b',
          'http://b.example',
        ],
        status: 'constructor',
        'last field': 1,
      })
      const evilRequest = signed(body, SECRET)
      evilRequest.headers.push([`X-${evil.slice(1, 4)}`, evil], ['X-Drone-Event', evil])
      const { hacked, foreign, links, text } = await run(inPage.shows, { text: raw(evilRequest) })
      assert.equal(hacked, false)
      assert.equal(foreign, 0)
      assert.deepEqual(
        links,
        ['https://a.example/b', 'http://b.example'].map((href) => ({ href, rel: 'noopener noreferrer nofollow', target: '_blank' })),
      )
      assert.ok(text.includes('<script>'))
    })

    for (const [name, verdict] of Object.entries({
      body: 'body_too_large',
      unexplained: 'digest_mismatch',
      binary: 'signature_missing',
      nuls: 'header_malformed',
      headers: 'headers_too_large',
      har: 'signature_missing',
      words: 'This is no request',
    })) {
      test(`large and strange: ${name} has an answer, and the page goes on meanwhile`, async (t) => {
        const { verdict: said, turns, answers, held, recognised } = await run(inPage.large, { name })
        assert.ok(said.endsWith(verdict), `${said} ${recognised}`)
        t.diagnostic(`${turns} turns meanwhile`)
        // A large body is searched in a worker.
        assert.equal(answers, ['body', 'unexplained', 'binary'].includes(name) ? 1 : 0)
        // What is large is shown by its beginning: a text field would be slow.
        if (!['nuls', 'headers'].includes(name)) assert.equal(held, 1)
      })
    }

    test('fields hold the same request, and change it byte for byte', async () => {
      const { headers, changed } = await run(inPage.fields, { text: raw(build), secret: SECRET })
      assert.equal(headers, headerLines(build))
      assert.deepEqual(changed.causes, ['body_newline_added'])
    })

    test('headers by themselves ask for their body', async () => {
      const { without, whole } = await run(inPage.bodyApart, { headers: headerLines(build), body: build.body, secret: SECRET })
      assert.ok(without.recognised.includes('Missing: the body'), without.recognised)
      assert.equal(whole.verdict, 'Authentic')
    })

    test('arrows, Home and End go through the tabs', async () => {
      const seen = await run(inPage.keys)
      const names = ['Sign', 'Live', 'Inspect', 'Live', 'Inspect', 'Live']
      assert.deepEqual(
        seen,
        names.map((name) => [name, `panel-${name.toLowerCase()}`]),
      )
    })

    test('it can be made dark, and light again', async () => {
      const { first, second, pressed } = await run(inPage.themes)
      assert.ok(first !== second)
      assert.equal(pressed, second === 'rgb(15, 19, 25)' ? 'true' : 'false')
    })

    test('from disk it loads nothing, and its policy lets it connect to nothing', async () => {
      await run(inPage.examples)
      const { loaded, reached, policy } = await run(inPage.network, { url: untouched.url })
      assert.deepEqual(loaded, [])
      assert.deepEqual(reached, [])
      assert.deepEqual(untouched.asked, [])
      assert.ok(policy.includes("connect-src 'none'") && !policy.includes('unsafe-inline'), policy)
      const hint = await run(inPage.liveFromDisk)
      assert.ok(hint.includes('npx drone-webhooks inspect'), hint)
    })

    test('served by the command it follows deliveries, and connects to its own origin only', async () => {
      const command = await inspectCommand(SECRET)
      try {
        const fresh = signed(build.body, SECRET)
        assert.equal(await send(command.origin, fresh), 202)
        assert.equal(await send(command.origin, { ...fresh, body: `${fresh.body}\n` }), 401)
        const { list, told, aside, checked, loaded } = await run(inPage.live, { count: 2, secret: SECRET }, `${command.origin}/`)
        assert.ok(list[0].includes('digest_mismatch') && list[1].includes('octocat/hello-world'), list.join('\n'))
        assert.equal(told.verdict, 'Said to be refused digest_mismatch')
        assert.deepEqual(told.causes, ['body_newline_added'])
        assert.ok(aside[0].startsWith('By the command'), aside[0])
        assert.equal(checked.verdict, 'Refused digest_mismatch')
        assert.deepEqual(
          loaded.filter((path) => path !== '/favicon.ico'),
          loaded.includes('/events') ? ['/events'] : [],
        )
        const { reached } = await run(inPage.network, { url: untouched.url }, `${command.origin}/`)
        assert.deepEqual(reached, [])
        assert.deepEqual(untouched.asked, [])
      } finally {
        await command.close()
      }
    })
  })
}
