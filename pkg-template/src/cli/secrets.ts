/** Where secrets come from: files, the environment, or somebody at a terminal; never the command line, which others can read. */
import { openSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { ReadStream } from 'node:tty'
import type { Args, Options } from './args.js'
import { messageOf, usage } from './exit.js'

/** The options of every command that needs a secret. */
export const SECRET_OPTIONS: Options = { 'secret-file': 'texts', 'secret-env': 'text' }

/** Their part of the help. */
export const SECRET_HELP = `\
  --secret-file FILE   the secret is what is in FILE, without its last line end; may be given
                       more than once, while a secret is being rotated
  --secret-env NAME    the secret is in this environment variable (default DRONE_WEBHOOK_SECRET)
                       without either, you are asked for it, and it is not shown`

const VARIABLE = 'DRONE_WEBHOOK_SECRET'

/** The secrets, the first one to sign with. */
export async function readSecrets(args: Args): Promise<readonly [Uint8Array, ...Uint8Array[]]> {
  const [first, ...others] = args.texts('secret-file').map(inFile)
  const name = args.text('secret-env')
  if (first !== undefined) {
    if (name !== undefined) throw usage('give --secret-file or --secret-env, not both')
    return [first, ...others]
  }
  const value = process.env[name ?? VARIABLE]
  if (value === undefined && name !== undefined) throw usage(`the environment variable ${name} is not set`)
  const secret = bytesOf(value ?? (await ask('Secret (DRONE_WEBHOOK_SECRET): ')))
  if (secret.length === 0) throw usage('the secret is empty, and with an empty secret anybody can sign')
  return [secret]
}

/** A file's bytes without the line end that editors put there. Nothing else is taken off: a blank may be part of a secret. */
function inFile(path: string): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw usage(`cannot read the secret: ${messageOf(error)}`)
  }
  let end = bytes.length
  if (bytes[end - 1] === 0x0a) end -= bytes[end - 2] === 0x0d ? 2 : 1
  if (end === 0) throw usage(`${path} is empty: it should hold the value of DRONE_WEBHOOK_SECRET`)
  return bytes.subarray(0, end)
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Asks on the terminal, without an echo; also while the request comes through a pipe. */
async function ask(question: string): Promise<string> {
  const terminal = openTerminal()
  if (terminal === undefined) {
    throw usage(`there is no secret: give --secret-file FILE, or set ${VARIABLE}; nobody can be asked, since there is no terminal`)
  }
  // First: what is typed ahead of the question would be shown.
  terminal.setRawMode(true)
  process.stderr.write(question)
  try {
    return await readHidden(terminal)
  } finally {
    process.stderr.write('\n')
    terminal.setRawMode(false)
    if (terminal === process.stdin) terminal.pause()
    else terminal.destroy()
  }
}

function openTerminal(): ReadStream | undefined {
  if (process.stdin.isTTY) return process.stdin
  try {
    return new ReadStream(openSync('/dev/tty', 'r'))
  } catch {
    return undefined
  }
}

function readHidden(terminal: ReadStream): Promise<string> {
  terminal.setEncoding('utf8')
  return new Promise((resolve, reject) => {
    let typed: string[] = []
    const done = (end: () => void) => {
      terminal.off('data', take)
      end()
    }
    const take = (text: string) => {
      for (const character of text) {
        if (character === '\r' || character === '\n' || character === '\x04') return done(() => resolve(typed.join('')))
        if (character === '\x03') return done(() => reject(usage('given up')))
        if (character === '\x7f' || character === '\b') typed.pop()
        else if (character === '\x15') typed = []
        else typed.push(character)
      }
      return undefined
    }
    terminal.on('data', take)
    terminal.on('end', () => done(() => reject(usage('given up'))))
    terminal.resume()
  })
}
