#!/usr/bin/env node
// `npm create drone-webhook`: reads the command line, and asks a person for what is missing. project.js does the work.

import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { checkName, checkTemplate, createProject, ProjectError, TEMPLATES } from './project.js'

const USAGE = `Makes a receiver for the webhooks of Drone CI, with its tests.

  npm create drone-webhook <folder> -- [--template <name>]

  <folder>          is made, or is empty; its name becomes the project's
  --template, -t    ${Object.entries(TEMPLATES)
    .map(([name, about]) => `${name.padEnd(8)}${about}`)
    .join('\n                    ')}
  --help, -h        shows this

The template is node unless it is said otherwise. At a terminal it asks if nothing is said at all.
`

try {
  const { folder, template, help } = await settings()
  if (help) process.stdout.write(USAGE)
  else report(folder, template, createProject(folder, template))
} catch (error) {
  if (!(error instanceof ProjectError)) throw error
  console.error(`error: ${error.message}`)
  process.exitCode = 1
}

async function settings() {
  const { values, positionals } = parse(process.argv.slice(2))
  if (values.help) return { help: true }
  // Without the two hyphens npm takes options for its own, with a warning, and hands on the rest.
  if (values.template === undefined && process.env.npm_config_template !== undefined)
    throw new ProjectError(`npm has kept --template to itself: write -- before it\n\n${USAGE}`)
  if (positionals.length > 1) throw new ProjectError(`one folder at a time, not ${positionals.map((each) => `"${each}"`).join(' and ')}`)
  const folder = positionals[0] || undefined
  // Before anybody is asked anything.
  if (values.template !== undefined) checkTemplate(values.template)
  if (folder !== undefined) return { folder, template: values.template ?? 'node' }
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new ProjectError(`which folder?\n\n${USAGE}`)
  return ask(values.template)
}

function parse(args) {
  const options = { template: { type: 'string', short: 't' }, help: { type: 'boolean', short: 'h' } }
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new ProjectError(`${error.message}\n\n${USAGE}`)
  }
}

async function ask(template) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // Ctrl-C and Ctrl-D leave a question without an answer.
  terminal.once('close', () => process.exit(1))
  const question = async (text, fallback, check) => {
    for (;;) {
      const answer = (await terminal.question(`${text} (${fallback}) `)).trim() || fallback
      try {
        check(answer)
        return answer
      } catch (error) {
        if (!(error instanceof ProjectError)) throw error
        console.log(error.message)
      }
    }
  }
  const folder = await question('Folder?', 'drone-webhook', checkName)
  const chosen = template ?? (await question(`Template, ${Object.keys(TEMPLATES).join(' or ')}?`, 'node', checkTemplate))
  terminal.removeAllListeners('close').close()
  return { folder, template: chosen }
}

function report(folder, template, name) {
  const enter = folder === '.' ? '' : `  cd ${/[^\w./-]/.test(folder) ? `'${folder.replaceAll("'", "'\\''")}'` : folder}\n`
  const start = template === 'worker' ? 'echo DRONE_SECRET=secret > .dev.vars\n  npm run dev' : 'DRONE_SECRET=secret npm start'
  console.log(
    `${name}: a receiver is ready.\n\n${enter}  npm install\n  npm test\n  ${start}\n\nREADME.md there says how to set up the Drone server and how to deploy.`,
  )
}
