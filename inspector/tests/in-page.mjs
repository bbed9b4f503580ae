// What happens in the page: each of these runs there, so it may use nothing but its arguments. Drivers take text only.

/** The text of a script: what `scenario` gives, with helpers for the page and data. */
export const script = (scenario, data = {}) => `(async () => (${scenario})(await (${helpers})(), ${JSON.stringify(data)}))()`

async function helpers() {
  const until = async (what, condition) => {
    for (let turns = 0; turns < 3000; turns += 1) {
      const found = condition()
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error(`it never came: ${what}\n${document.body.innerText.slice(0, 2000)}`)
  }
  const all = (selector) => [...document.querySelectorAll(selector)]
  const one = (selector) => until(selector, () => document.querySelector(selector))
  const text = (selector) => document.querySelector(selector)?.innerText.trim().replace(/\s+/g, ' ')
  const named = (selector, name) => until(`${selector} ${name}`, () => all(selector).find((each) => each.innerText.trim() === name))
  const field = async (label) => document.getElementById((await named('label', label)).htmlFor)
  const enter = (element, value) => {
    const proto = { TEXTAREA: HTMLTextAreaElement, SELECT: HTMLSelectElement }[element.tagName] ?? HTMLInputElement
    Object.getOwnPropertyDescriptor(proto.prototype, 'value').set.call(element, value)
    element.dispatchEvent(new Event(element.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }))
  }
  /** Does it, and waits until the page has an answer that is about it. */
  const result = async (act) => {
    await act()
    await new Promise((resolve) => setTimeout(resolve, 60))
    await until('an answer', () => document.querySelector('[aria-busy="false"]'))
    return {
      verdict: text('.verdict h2'),
      message: text('.verdict p'),
      causes: all('.cause h3 code').map((code) => code.innerText),
      recognised: text('.note[role="status"]'),
    }
  }
  const paste = (value) => result(async () => enter(await field('Raw HTTP, curl or HAR'), value))
  const secret = (value) => result(async () => enter(await field('Secret'), value))
  const example = (id) => result(async () => (await one(`[data-example="${id}"]`)).click())
  const press = async (name) => (await named('button', name)).click()
  const tab = async (name) => (await until(name, () => all('[role="tab"]').find((each) => each.innerText.trim().startsWith(name)))).click()
  const drop = (content) => {
    const data = new DataTransfer()
    data.items.add(new File([content], 'saved'))
    return result(async () =>
      (await one('.card')).dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })),
    )
  }
  await one('h1')
  return { until, all, one, text, named, field, enter, result, paste, secret, example, press, tab, drop }
}

/** Every example, and what is said of it. */
export async function examples(page) {
  const seen = []
  for (const id of page.all('[data-example]').map((each) => each.dataset.example)) seen.push({ id, ...(await page.example(id)) })
  return seen
}

/** What is said of texts that are pasted. */
export async function pasted(page, { texts, secret }) {
  await page.secret(secret)
  const seen = []
  for (const text of texts) seen.push(await page.paste(text))
  return seen
}

export async function withAndWithoutSecret(page, { text, secret }) {
  const without = await page.paste(text)
  const wrong = await page.secret(`${secret}0`)
  const right = await page.secret(secret)
  const payload = page.text('.tree')
  const times = page.all('.tree time').length
  const steps = page.all('.steps li').map((li) => li.className)
  const ends = page.text('section[aria-label="The signing string"]')
  return { without, wrong, right, payload, times, steps, ends }
}

/** The fix of a cause in every language. */
export async function fixes(page) {
  await page.example('body_reserialized')
  const seen = {}
  for (const radio of page.all('.cause input[type="radio"]')) {
    radio.click()
    await page.until('the language', () => radio.checked)
    seen[radio.value] = await page.until('a snippet', () => page.text('.cause .text'))
    await new Promise((resolve) => setTimeout(resolve, 60))
    seen[radio.value] = page.text('.cause .text')
  }
  return { seen, evidence: page.text('.cause dd') }
}

export async function opensSteps(page) {
  await page.example('body_reserialized')
  const open = () => page.all('.steps details[open] .name').map((name) => name.innerText.split(',')[0].trim())
  const first = open()
  page.all('.steps summary')[7].click()
  await page.until('two open steps', () => open().length === 2)
  return { first, second: open(), shown: page.text('.steps li:nth-child(8) dl') }
}

export async function signs(page) {
  await page.tab('Sign')
  await page.press('New')
  const curl = await page.until('a command', () => page.text('.code .text'))
  const problem = async (url) => {
    page.enter(await page.field('Address of the receiver'), url)
    return page.until('a problem', () => page.text('.card p[role="status"]'))
  }
  const bad = await problem('nowhere')
  page.enter(await page.field('Address of the receiver'), 'http://127.0.0.1:3000/a?b=c')
  await page.named('button', 'Inspect it')
  const inspected = await page.result(() => page.press('Inspect it'))
  return { curl, bad, inspected }
}

/** The command that is shown for a body and a receiver. */
export async function curlFor(page, { body, secret, url }) {
  await page.tab('Sign')
  page.enter(await page.field('Secret'), secret)
  page.enter(await page.field('Address of the receiver'), url)
  page.enter(await page.field('Body'), body)
  return page.until('the command', () => {
    const command = document.querySelector('.code .text')?.textContent
    return command?.includes(url) && command.includes('--data-binary') && command.includes('last') && command
  })
}

/** Makes a link, then opens it. */
export async function shares(page, { text, secret }) {
  await page.secret(secret)
  await page.paste(text)
  const summary = await page.until('the card', () => page.all('.fold summary').find((each) => each.innerText.includes('Share')))
  summary.click()
  const link = (await page.until('a link', () => page.all('input[readonly]')[0])).value
  const note = page.text('.fold .note')
  // What is in it, by another way than the page's own.
  const packed = Uint8Array.from(atob(link.split('=')[1].replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  const inside = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text()
  const opened = await page.result(() => {
    location.hash = link.slice(link.indexOf('#'))
    return page.until('what the link says', () => page.text('.verdict h2')?.startsWith('Said'))
  })
  const aside = page.all('.verdict .aside').map((each) => each.innerText)
  return { link, note, inside, opened, aside }
}

/** Words in a link may be any. */
export async function opensLinks(page, { links }) {
  const seen = []
  for (const link of links) seen.push(await page.paste(link))
  return { seen, hacked: 'hacked' in globalThis, images: page.all('img, iframe, object, embed').length, scripts: page.all('script').length }
}

/** Words of a request that would be something else in HTML. */
export async function shows(page, { text }) {
  await page.paste(text)
  page.all('details').forEach((each) => {
    each.open = true
  })
  await page.until('all fields', () => page.text('.tree').includes('last field'))
  return {
    hacked: 'hacked' in globalThis,
    foreign: page.all('#app img, #app script, #app iframe, #app style, #app b b').length,
    links: page.all('.tree a').map((link) => ({ href: link.getAttribute('href'), rel: link.rel, target: link.target })),
    text: page.text('.tree'),
  }
}

/** A large request: whether the page goes on meanwhile. */
export async function large(page, { name }) {
  const head = 'POST /hook HTTP/1.1\r\nDate: Sun, 22 Nov 2026 06:11:54 GMT\r\n'
  const signature =
    'Digest: SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\r\nSignature: keyId="k",algorithm="hmac-sha256",signature="NHbtbdexAEVbq25j/wnWyxvZ79CcHERigVwln5OiD98=",headers="date digest"\r\n'
  const contents = {
    body: () => `${head}${signature}\r\n{"list":[${'{"a":"x<y>","n":1.50,"é":[1,2,3]},'.repeat(150_000)}1]}`,
    unexplained: () => `${head}${signature}\r\n{"list":[${'{"a":"x<y>","n":1.50,"é":[1,2,3]},'.repeat(110_000)}1]}`,
    binary: () => new Blob([head, '\r\n', Uint8Array.from({ length: 5_000_000 }, (_, at) => (at * 7919) >> 3)]),
    nuls: () => `${head}\0: \0\r\nSignature: a\0b\r\n\r\n${'\0'.repeat(1000)}`,
    headers: () => `${head}${Array.from({ length: 10_000 }, (_, at) => `X-${at}: value\r\n`).join('')}\r\n{}`,
    har: () => {
      const request = {
        method: 'POST',
        url: 'http://ci.example.com/hook',
        headers: [{ name: 'Date', value: 'x' }],
        postData: { text: 'x'.repeat(5000) },
      }
      return JSON.stringify({ log: { entries: Array.from({ length: 1000 }, () => ({ request })) } })
    },
    words: () => 'lorem ipsum '.repeat(450_000),
  }
  const content = contents[name]()
  let turns = 0
  let answers = 0
  const timer = setInterval(() => {
    turns += 1
  }, 5)
  globalThis.Worker = class extends Worker {
    constructor(...words) {
      super(...words)
      this.addEventListener('message', () => {
        answers += 1
      })
    }
  }
  page.drop(content)
  await page.until('an answer', () => !/Nothing to check|Checking/.test(page.text('.verdict h2')))
  clearInterval(timer)
  return {
    verdict: page.text('.verdict h2'),
    turns,
    answers,
    held: page.all('.held').length,
    recognised: page.text('.note[role="status"]'),
  }
}

/** By keyboard: arrows go through the tabs. */
export async function keys(page) {
  const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  const first = await page.one('[role="tab"]')
  first.focus()
  const seen = []
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'End', 'Home', 'ArrowLeft']) {
    press(key)
    await new Promise((resolve) => setTimeout(resolve, 60))
    seen.push([
      document.activeElement.innerText,
      page
        .all('[role="tabpanel"]:not([hidden])')
        .map((panel) => panel.id)
        .join(),
    ])
  }
  return seen
}

/** By fields: the same request again, then another body. */
export async function fields(page, { text, secret }) {
  await page.secret(secret)
  await page.paste(text)
  await page.named('label', 'Fields').then((label) => label.click())
  const headers = (await page.field('Headers, one a line')).value
  const body = await page.field('Body, exactly as it arrived')
  const changed = await page.result(() => page.enter(body, `${body.value}\n`))
  return { headers, changed }
}

/** A list of headers without a body, as developer tools copy it, and then the body. */
export async function bodyApart(page, { headers, body, secret }) {
  await page.secret(secret)
  const without = await page.paste(headers)
  const whole = await page.result(async () => page.enter(await page.field('The body, exactly as it arrived'), body))
  return { without, whole }
}

/** What the page has loaded, and what it may load. */
export async function network(page, { url }) {
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
  const attempts = {
    fetch: () => fetch(url),
    image: () => new Promise((resolve, reject) => Object.assign(new Image(), { onload: resolve, onerror: reject, src: `${url}image` })),
    events: () => new Promise((resolve, reject) => Object.assign(new EventSource(`${url}events`), { onopen: resolve, onerror: reject })),
    beacon: async () => {
      if (!navigator.sendBeacon(url)) throw new Error('refused')
      await new Promise((resolve) => setTimeout(resolve, 300))
      throw new Error('taken, which says nothing')
    },
  }
  const reached = []
  for (const [name, attempt] of Object.entries(attempts))
    await attempt().then(
      () => reached.push(name),
      () => {},
    )
  return { loaded, reached, policy: (await page.one('meta[http-equiv]')).content }
}

/** The live tab, when `count` deliveries have come. */
export async function live(page, { count, secret }) {
  await page.tab('Live')
  await page.until('deliveries', () => page.all('.delivery').length >= count)
  const list = page.all('.delivery').map((each) => each.innerText.trim().replace(/\s+/g, ' '))
  const told = await page.result(() => page.all('.delivery')[0].click())
  const aside = page.all('.verdict .aside').map((each) => each.innerText)
  const checked = await page.secret(secret)
  return { list, told, aside, checked, loaded: performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname) }
}

/** What somebody who opened only the file is told. */
export async function liveFromDisk(page) {
  await page.tab('Live')
  return page.until('a hint', () => page.text('#panel-live'))
}

/** Light and dark. */
export async function themes(page) {
  const back = () => getComputedStyle(document.body).backgroundColor
  const first = back()
  const toggle = await page.until('the toggle', () => page.all('button').find((button) => button.innerText.includes('Dark')))
  toggle.click()
  await page.until('other colours', () => back() !== first)
  return { first, second: back(), pressed: toggle.getAttribute('aria-pressed') }
}
