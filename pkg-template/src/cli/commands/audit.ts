/** `drone-webhooks audit`: what a receiver wrongly accepts. */
import { type Args, type Command, urlOf } from '../args.js'
import { ATTACKS } from '../audit/attacks.js'
import { attack, type Finding, type Sent, sendGood, type Target } from '../audit/audit.js'
import { EXIT, network, usage } from '../exit.js'
import { type Output, show } from '../output.js'
import { readSecrets, SECRET_HELP, SECRET_OPTIONS } from '../secrets.js'

const WIDTH = Math.max(...ATTACKS.map(({ name }) => name.length))

export const command: Command = {
  help: `\
Usage: drone-webhooks audit URL

Attacks a receiver that has the given secret, ours or any other, and reports what it wrongly
accepts, each with its consequence. First a good delivery must be accepted, and one more
after the attacks: otherwise nothing can be concluded from refusals. It is judged by the
answer: 2xx is accepted, all else (and no answer) is refused.

What is accepted is handled by the receiver: builds of the repository drone-webhooks/audit,
which good deliveries call pending, and changed ones successful. Attack only receivers that are
yours, best a test instance.

  --only NAME          this attack only; may be given more than once
  --list               print the attacks, and send nothing
  --timeout SECONDS    how long to wait for an answer (default 10)
${SECRET_HELP}

Severities
  critical   anybody can do it who can reach the receiver
  high       whoever has seen a delivery, or another signature made with the secret
  low        no attack by itself; what is behind the receiver is weaker for it

Exits with 0 when nothing was wrongly accepted, 1 when something was, 3 when nobody answers,
4 when nothing can be concluded.

Examples
  drone-webhooks audit http://127.0.0.1:3000/hook
  drone-webhooks audit http://127.0.0.1:3000/hook --only body-changed --only replay-1-day
  drone-webhooks audit http://127.0.0.1:3000/hook --json | jq '.accepted[].name'
`,
  options: { ...SECRET_OPTIONS, only: 'texts', list: 'flag', timeout: 'text' },
  words: 1,
  async run(args, out) {
    if (args.flag('list')) return list(out)
    const only = onlyOf(args)
    const url = urlOf(args.words[0])
    const [secret] = await readSecrets(args)
    const target = { url, secret, timeout: args.seconds('timeout') ?? 10 }
    return audit(target, only, out)
  },
}

async function audit(target: Target, only: readonly string[], out: Output): Promise<number> {
  const before = await sendGood(target)
  if (before.why !== undefined) throw network(before.why)
  if (!before.accepted) return inconclusive(before, 'A good delivery was not accepted', [], out)
  out.line(show`${out.good('✓')} a good delivery is accepted ${out.dim(`(${before.status ?? ''})`)}`)
  out.line()
  const findings: Finding[] = []
  for await (const finding of attack(target, only)) {
    findings.push(finding)
    tell(finding, out)
  }
  out.line()
  const after = await sendGood(target)
  if (!after.accepted) return inconclusive(after, 'After the attacks, a good delivery was not accepted any more', findings, out)
  return conclude(findings, out)
}

function tell({ attack, accepted, status, why }: Finding, out: Output): void {
  const { name, what, severity, consequence } = attack
  const answer = out.dim(`(${status ?? why ?? ''})`)
  if (!accepted) {
    out.line(show`${out.good('✓')} ${name.padEnd(WIDTH)}  refused   ${what} ${answer}`)
    return
  }
  out.line(show`${out.bad('✗')} ${out.bold(name.padEnd(WIDTH))}  ${out.bad('ACCEPTED')}  ${what} ${answer}`)
  out.line(show`  ${''.padEnd(WIDTH)}  ${severity}: ${consequence}`)
}

function conclude(findings: readonly Finding[], out: Output): number {
  const accepted = findings.filter((finding) => finding.accepted)
  out.value({ ok: accepted.length === 0, conclusive: true, ...told(findings) })
  if (accepted.length === 0) out.line(show`${out.good('✓')} Nothing of ${findings.length} attacks was accepted.`)
  else out.line(show`${out.bad('✗')} ${accepted.length} of ${findings.length} attacks were accepted.`)
  if (accepted.length > 1 && accepted.length === findings.length) {
    out.line(
      show`It answers 2xx to everything. If it refuses silently, this cannot be seen from here: let it answer 401 to what it refuses.`,
    )
  }
  return accepted.length === 0 ? EXIT.done : EXIT.refused
}

function inconclusive({ status, why }: Sent, what: string, findings: readonly Finding[], out: Output): number {
  const answer = status === undefined ? (why ?? 'no answer') : `the answer was ${status}`
  out.value({ ok: false, conclusive: false, code: 'inconclusive', message: `${what}: ${answer}`, ...told(findings) })
  out.line(show`${out.warn('?')} ${what}: ${answer}. Nothing can be concluded.`)
  out.line(
    show`  Has it the same secret? Is this its path? Does it limit how often one may call? (drone-webhooks send says what it answers)`,
  )
  return EXIT.inconclusive
}

function told(findings: readonly Finding[]): object {
  return {
    accepted: findings.filter(({ accepted }) => accepted).map(describe),
    refused: findings.filter(({ accepted }) => !accepted).map(describe),
  }
}

function describe({ attack: { name, severity, what, consequence }, status, why }: Finding): object {
  return { name, severity, what, consequence, status: status ?? null, ...(why !== undefined && { why }) }
}

function onlyOf(args: Args): readonly string[] {
  const only = args.texts('only')
  const unknown = only.find((name) => !ATTACKS.some((attack) => attack.name === name))
  if (unknown !== undefined) throw usage(`there is no attack ${JSON.stringify(unknown)}: --list shows them`)
  return only
}

function list(out: Output): number {
  for (const { name, severity, what, consequence } of ATTACKS) {
    out.value({ name, severity, what, consequence })
    out.line(show`${out.bold(name.padEnd(WIDTH))}  ${severity.padEnd(8)}  ${what}`)
  }
  return EXIT.done
}
