// `npm create drone-webhook`: what it makes, and what it refuses.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import * as assert from '../suite/assert.mjs'
import { env, missing } from './support/node24.mjs'
import { create, installed, npm, pack, run, temporary, version } from './support/project.mjs'

// npm takes a second to say the same.
let program

const read = (...path) => readFileSync(join(...path), 'utf8')
const filesIn = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

async function refused(cwd, args, pattern, env) {
  const output = await run(program, args, { cwd, env, code: 1 })
  assert.ok(pattern.test(output), `no ${pattern} in: ${output}`)
  assert.ok(!output.includes('    at '), `a stack: ${output}`)
}

// util-linux has a program that makes a terminal.
const noTerminal = process.platform !== 'linux' && 'there is no terminal to be had without the script of util-linux'

/** The program at a terminal where somebody types these lines, each as an answer to a question, and then Ctrl-D. */
async function atTerminal(cwd, lines, code = 0) {
  const typing = spawn('script', ['--quiet', '--return', '--command', program, '/dev/null'], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  let asked = 0
  typing.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
    // A question ends with what is taken for no answer.
    const questions = output.match(/\? \(\S+\) /g)?.length ?? 0
    for (; asked < questions; asked++) typing.stdin.write(asked < lines.length ? `${lines[asked]}\n` : '\x04')
  })
  const [ended] = await once(typing, 'close')
  assert.equal(ended, code, output)
  return output
}

describe('npm create drone-webhook', { skip: missing }, () => {
  before(async () => {
    program = await installed()
  })

  for (const template of ['node', 'worker']) {
    test(`makes a project of the template ${template} that has its name everywhere`, async () => {
      const cwd = temporary()
      const output = await create(['build-hook', '--template', template], { cwd })
      assert.ok(output.includes('cd build-hook\n  npm install\n  npm test\n'), output)
      const folder = join(cwd, 'build-hook')
      const { name, dependencies } = JSON.parse(read(folder, 'package.json'))
      assert.equal(name, 'build-hook')
      assert.deepEqual(dependencies, { 'drone-webhooks': `^${version}` })
      assert.ok(read(folder, '.gitignore').includes('node_modules/'))
      assert.ok(read(folder, 'README.md').startsWith('# build-hook\n'))
      for (const { parentPath, name } of filesIn(folder)) {
        assert.ok(name !== '_gitignore', name)
        assert.ok(!read(parentPath, name).includes('my-receiver'), `${name} has the template's name`)
      }
    })
  }

  test('the template is node unless it is said otherwise', async () => {
    const cwd = temporary()
    await create(['build-hook'], { cwd })
    assert.ok(existsSync(join(cwd, 'build-hook/Dockerfile')))
  })

  test('an empty folder, and one with a new repository, are written into', async () => {
    const cwd = join(temporary(), 'here')
    mkdirSync(join(cwd, '.git'), { recursive: true })
    const output = await run(program, ['.'], { cwd })
    assert.ok(!output.includes('cd '), output)
    assert.equal(JSON.parse(read(cwd, 'package.json')).name, 'here')
  })

  test('a folder may be made some levels down', async () => {
    const cwd = temporary()
    await run(program, ['services/ci/build-hook'], { cwd })
    assert.equal(JSON.parse(read(cwd, 'services/ci/build-hook/package.json')).name, 'build-hook')
  })

  test('a folder with something in it is left as it is', async () => {
    const cwd = temporary()
    mkdirSync(join(cwd, 'full'))
    writeFileSync(join(cwd, 'full/notes.txt'), 'mine')
    await refused(cwd, ['full'], /error: "full" is not empty: "notes.txt" is in it/)
    assert.deepEqual(readdirSync(join(cwd, 'full')), ['notes.txt'])
  })

  test('a file and a link to nowhere are no folders', async () => {
    const cwd = temporary()
    writeFileSync(join(cwd, 'file'), 'mine')
    symlinkSync('nowhere', join(cwd, 'link'))
    await refused(cwd, ['file'], /error: "file" is there already, and no folder/)
    await refused(cwd, ['link'], /error: "link" is there already, and no folder/)
    assert.equal(read(cwd, 'file'), 'mine')
    assert.ok(!existsSync(join(cwd, 'nowhere')))
  })

  test('a folder that cannot be made is told of', async () => {
    const cwd = temporary()
    writeFileSync(join(cwd, 'file'), 'mine')
    await refused(cwd, ['file/below'], /error: "file\/below" could not be written: ENOTDIR/)
  })

  for (const name of ['My-App', 'my app', 'my_app', '1st', '-x', 'a--b', 'a-', '.hidden', 'größe', 'a'.repeat(51), 'a;b', '$(id)']) {
    test(`"${name}" is no name`, async () => {
      const cwd = temporary()
      await refused(cwd, ['--', name], /error: ".*" cannot be the name of a project: lower-case letters, digits and single hyphens/)
      assert.deepEqual(readdirSync(cwd), [])
    })
  }

  test('a template that is not there is refused, and nothing is written', async () => {
    const cwd = temporary()
    await refused(cwd, ['build-hook', '--template', 'deno'], /error: there is no template "deno": it is node or worker/)
    await refused(cwd, ['build-hook', '--template', 'toString'], /error: there is no template "toString"/)
    await refused(cwd, ['build-hook', '--template', '../..'], /error: there is no template/)
    assert.deepEqual(readdirSync(cwd), [])
  })

  test('options that are not known, two folders and none are refused with the usage', async () => {
    const cwd = temporary()
    await refused(cwd, ['build-hook', '--typescript'], /error: Unknown option '--typescript'.*npm create drone-webhook <folder>/s)
    await refused(cwd, ['build-hook', '--template'], /error: Option .*argument missing.*npm create drone-webhook <folder>/s)
    await refused(cwd, ['one', 'two'], /error: one folder at a time, not "one" and "two"/)
    await refused(cwd, [], /error: which folder\?.*npm create drone-webhook <folder>/s)
    await refused(cwd, [''], /error: which folder\?/)
    assert.deepEqual(readdirSync(cwd), [])
  })

  test('where npm has kept --template to itself, it says so', async () => {
    const cwd = temporary()
    await refused(cwd, ['build-hook'], /error: npm has kept --template to itself: write -- before it/, { npm_config_template: 'worker' })
    assert.deepEqual(readdirSync(cwd), [])
  })

  test('at a terminal it asks for what is missing, until the answers can be', { skip: noTerminal }, async () => {
    const cwd = temporary()
    const answers = ['My Hook', 'build-hook', 'deno', 'worker']
    const output = await atTerminal(cwd, answers)
    for (const words of ['"My Hook" cannot be the name', 'there is no template "deno"', 'build-hook: a receiver is ready.'])
      assert.ok(output.includes(words), output)
    assert.ok(existsSync(join(cwd, 'build-hook/wrangler.jsonc')))
  })

  test('at a terminal it takes nothing for an answer, and an end for an end', { skip: noTerminal }, async () => {
    const cwd = temporary()
    await atTerminal(cwd, ['', ''])
    assert.deepEqual(readdirSync(cwd), ['drone-webhook'])
    await atTerminal(cwd, ['other'], 1)
    assert.deepEqual(readdirSync(cwd), ['drone-webhook'])
  })

  test('--help shows how it is used, and writes nothing', async () => {
    const cwd = temporary()
    for (const help of ['--help', '-h']) {
      const output = await run(program, [help], { cwd })
      for (const word of ['npm create drone-webhook <folder>', '--template', 'node', 'worker']) assert.ok(output.includes(word), output)
    }
    assert.deepEqual(readdirSync(cwd), [])
  })

  test('the tarball holds the program, the templates and the licences, and nothing else', async () => {
    const output = await npm(['pack', await pack(), '--dry-run', '--json', '--loglevel', 'error'], { cwd: temporary() })
    const packed = Object.values(JSON.parse(output.slice(output.search(/^[[{]/m))))[0]
    const outside = packed.files.map(({ path }) => path).filter((path) => !path.startsWith('templates/'))
    assert.deepEqual(outside.sort(), ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'cli.js', 'package.json', 'project.js'])
  })
})
