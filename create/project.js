// Makes a project from a template. Knows no command line.

import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The templates, and what each is for. */
export const TEMPLATES = {
  node: 'Node.js and Docker; deliveries wait in SQLite',
  worker: 'Cloudflare Workers; deliveries wait in a Queue',
}

/** Something that the person who asked can put right; the message says what. */
export class ProjectError extends Error {}

// What templates are called; they are projects themselves.
const PLACEHOLDER = 'my-receiver'
// A Queue's name ends with -dead and has 63 characters.
const LONGEST_NAME = 50
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

export function checkTemplate(template) {
  if (!Object.hasOwn(TEMPLATES, template))
    throw new ProjectError(`there is no template "${template}": it is ${Object.keys(TEMPLATES).join(' or ')}`)
}

/** The name of the project in a folder. The same rule for all templates: what npm, Docker and Cloudflare all take. */
export function checkName(folder) {
  const name = basename(resolve(folder))
  if (name.length <= LONGEST_NAME && NAME.test(name)) return name
  const rule = `lower-case letters, digits and single hyphens, a letter first, at most ${LONGEST_NAME} characters`
  throw new ProjectError(`"${name}" cannot be the name of a project: ${rule}, such as "${PLACEHOLDER}"`)
}

/** Writes the project; gives its name. What is there already is left as it is. */
export function createProject(folder, template) {
  checkTemplate(template)
  const name = checkName(folder)
  const target = resolve(folder)
  try {
    checkEmpty(target, folder)
    write(fileURLToPath(new URL(`templates/${template}`, import.meta.url)), target, name)
  } catch (error) {
    if (error instanceof ProjectError) throw error
    throw new ProjectError(`"${folder}" could not be written: ${error.message}`)
  }
  return name
}

function checkEmpty(target, folder) {
  if (lstatSync(target, { throwIfNoEntry: false }) === undefined) return
  if (!statSync(target, { throwIfNoEntry: false })?.isDirectory()) throw new ProjectError(`"${folder}" is there already, and no folder`)
  // A repository that was just made is as good as empty.
  const [entry] = readdirSync(target).filter((entry) => entry !== '.git')
  if (entry !== undefined) throw new ProjectError(`"${folder}" is not empty: "${entry}" is in it`)
}

function write(template, target, name) {
  mkdirSync(target, { recursive: true })
  for (const entry of readdirSync(template, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const source = join(entry.parentPath, entry.name)
    // npm leaves files of the right name out of packages.
    const file = join(target, relative(template, source)).replace(/_gitignore$/, '.gitignore')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, readFileSync(source, 'utf8').replaceAll(PLACEHOLDER, name), { flag: 'wx' })
  }
}
