// Bodies like those of a Drone server: the fields, their order and their escapes as it writes them, the times near now.

export const SAMPLES = [
  ['build updated success', 'A build that succeeded'],
  ['build updated failure', 'A build that failed'],
  ['build updated running', 'A build that runs'],
  ['build updated killed', 'A build that was cancelled'],
  ['build created pending', 'A new build'],
  ['build created error', 'A build whose pipeline is broken'],
  ['repo enabled', 'A repository was enabled'],
  ['user created', 'A user was created'],
] as const

export type SampleName = (typeof SAMPLES)[number][0]

/** The body of a sample. */
export function sampleBody(name: SampleName, now = Date.now()): string {
  const [event = '', action = '', status = ''] = name.split(' ')
  const seconds = Math.floor(now / 1000)
  return goJson({ event, action, ...contentOf(event, action, status, seconds), system: SYSTEM })
}

// What Go's encoder escapes, and JSON.stringify does not.
const ESCAPED_BY_GO = /[<>&\u2028\u2029]/g

function goJson(value: unknown): string {
  return JSON.stringify(value).replace(ESCAPED_BY_GO, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const SYSTEM = { proto: 'https', host: 'drone.example.com', link: 'https://drone.example.com', version: '2.25.0' }
const FINAL = ['success', 'failure', 'error', 'killed']
const AFTER = '9f2b7d1c64e80a35d1f6c2be907a4413e5d8c6f0'
const BEFORE = '41d0c8a6be7f9253a1e4b60d8c5f37e2906ab1d4'

function contentOf(event: string, action: string, status: string, now: number): object {
  if (event === 'user') return { user: user(now, 'mona', 'mona@example.com') }
  if (event === 'repo') return { repo: repo(now) }
  const made = build(action, status, now)
  return action === 'created'
    ? { user: user(now, 'octocat', 'octocat@example.com'), repo: repo(now), build: made }
    : { repo: { ...repo(now), build: made }, build: made }
}

function user(now: number, login: string, email: string): object {
  const avatar = `https://git.example.com/avatars/${login}`
  const times = { synced: now - 3600, created: now - 86_400, updated: now - 86_400, last_login: now - 3600 }
  return { id: 1, login, email, machine: false, admin: false, active: true, avatar, syncing: false, ...times }
}

function repo(now: number): object {
  return {
    id: 7,
    uid: '101',
    user_id: 1,
    namespace: 'octocat',
    name: 'hello-world',
    slug: 'octocat/hello-world',
    scm: '',
    git_http_url: 'https://git.example.com/octocat/hello-world.git',
    git_ssh_url: 'git@git.example.com:octocat/hello-world.git',
    link: 'https://git.example.com/octocat/hello-world',
    default_branch: 'main',
    private: false,
    visibility: 'public',
    active: true,
    config_path: '.drone.yml',
    trusted: false,
    protected: false,
    ignore_forks: false,
    ignore_pull_requests: false,
    auto_cancel_pull_requests: false,
    auto_cancel_pushes: false,
    auto_cancel_running: false,
    timeout: 60,
    counter: 42,
    synced: now - 3600,
    created: now - 86_400,
    updated: now - 3600,
    version: 6,
    archived: false,
  }
}

function build(action: string, status: string, now: number): object {
  const started = status === 'pending' ? 0 : now - 95
  return {
    id: 311,
    repo_id: 7,
    trigger: '@hook',
    number: 42,
    status,
    ...(status === 'error' && { error: 'yaml: line 1: mapping values are not allowed in this context' }),
    event: 'push',
    action: '',
    link: `https://git.example.com/octocat/hello-world/compare/${BEFORE}...${AFTER}`,
    timestamp: 0,
    message: 'Parse <input> & say why it is refused\n',
    before: BEFORE,
    after: AFTER,
    ref: 'refs/heads/main',
    source_repo: '',
    source: 'main',
    target: 'main',
    author_login: 'octocat',
    author_name: 'The Octocat',
    author_email: 'octocat@example.com',
    author_avatar: 'https://git.example.com/avatars/octocat',
    sender: 'octocat',
    started,
    finished: FINAL.includes(status) ? now : 0,
    created: now - 97,
    updated: now,
    version: 3,
    ...(action === 'updated' && { stages: [stage(status, now)] }),
  }
}

function stage(status: string, now: number): object {
  const stopped = FINAL.includes(status) ? now : 0
  const step = (number: number, name: string, status: string, code: number) => ({
    id: 600 + number,
    step_id: 400,
    number,
    name,
    status,
    exit_code: code,
    started: now - 90,
    stopped,
    version: 4,
  })
  const code = { failure: 1, killed: 130 }[status] ?? 0
  return {
    id: 400,
    repo_id: 7,
    build_id: 311,
    number: 1,
    name: 'default',
    kind: 'pipeline',
    type: 'docker',
    status,
    errignore: false,
    exit_code: code,
    machine: 'runner-1',
    os: 'linux',
    arch: 'amd64',
    started: now - 95,
    stopped,
    created: now - 97,
    updated: now,
    version: 4,
    on_success: true,
    on_failure: false,
    steps: [step(1, 'clone', 'success', 0), step(2, 'test', status, code)],
  }
}
