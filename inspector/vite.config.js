// Builds the page into one file that opens from disk: dist/index.html, with its script and its styles in it and a policy that names their hashes.

import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { defineConfig } from 'vite'

// The package as it is published, before it is packed: the page goes into that.
const published = createRequire(new URL('../pkg/package.json', import.meta.url))

export default defineConfig({
  base: './',
  // The package's own #imports, as browsers take them.
  resolve: { conditions: ['browser'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['chrome111', 'firefox114', 'safari16.4'],
    modulePreload: false,
    assetsInlineLimit: Number.POSITIVE_INFINITY,
    rolldownOptions: { output: { codeSplitting: false } },
  },
  plugins: [
    {
      name: 'published-package',
      enforce: 'pre',
      resolveId: (id) => (/^drone-webhooks(\/|$)/.test(id) ? published.resolve(id) : undefined),
    },
    { name: 'one-file', enforce: 'post', generateBundle: (_, bundle) => inline(bundle) },
  ],
})

/** Puts everything into the page, and the policy before it. */
function inline(bundle) {
  const page = bundle['index.html']
  const only = (kind) => {
    const [name, ...others] = Object.keys(bundle).filter((name) => name.endsWith(kind))
    if (name === undefined || others.length > 0) throw new Error(`one file is to end with ${kind}: ${name}, ${others}`)
    const { code, source } = bundle[name]
    delete bundle[name]
    return { name, text: `\n${(code ?? source).trim()}\n` }
  }
  const script = only('.js')
  const style = only('.css')
  if (/<\/?script|<!--/i.test(script.text) || /<\//.test(style.text)) throw new Error('the script or the style would end its element')
  let html = page.source
  const replace = (from, to) => {
    if (html.split(from).length !== 2) throw new Error(`once, not otherwise, is to be there: ${from}`)
    html = html.replace(from, () => to)
  }
  replace(new RegExp(`\\s*<script [^>]*${script.name}[^>]*></script>`), '')
  replace(new RegExp(`<link [^>]*${style.name}[^>]*>`), `<style>${style.text}</style>`)
  // Behind all else, where its elements are there.
  replace('</body>', `<script type="module">${script.text}</script>\n</body>`)
  replace(
    '<meta charset="utf-8">',
    `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policy(script.text, style.text)}">`,
  )
  // The command line tool, which serves the page for its live tab, replaces these words.
  if (html.split("connect-src 'none'").length !== 2) throw new Error('the policy is to be found by its words')
  page.source = html
  if (Object.keys(bundle).length > 1) throw new Error(`files are left: ${Object.keys(bundle)}`)
}

function policy(script, style) {
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return [
    "default-src 'none'",
    `script-src ${hash(script)} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)}`,
    'img-src data:',
    // The page's own script once more, to check what is large.
    'worker-src blob:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    // No text can become HTML, whatever the code does.
    "require-trusted-types-for 'script'",
    'trusted-types worker',
  ].join('; ')
}
