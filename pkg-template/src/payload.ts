// Generated from src/payload.rs by `cargo xtask generate`. Do not edit.

/** Where a build, a stage or a step stands; a later Drone may have others. */
export type BuildStatus = 'pending' | 'running' | 'success' | 'failure' | 'error' | 'killed' | 'skipped' | 'declined' | 'blocked' | 'waiting_on_dependencies' | (string & {});

/** The statuses after which nothing more is to come, but for repeats. */
export const FINAL_STATUSES: readonly string[] = ['success', 'failure', 'error', 'killed', 'skipped', 'declined'];

/** A user of the Drone server. */
export interface User {
  /** The server's number for the user. */
  id?: number
  /** The login name at the source host. */
  login?: string
  /** The e-mail address; may be empty. */
  email?: string
  /** Whether it is an account for machines. */
  machine?: boolean
  /** Whether the user administers the server. */
  admin?: boolean
  /** Whether the account may be used. */
  active?: boolean
  /** The picture's address; may be empty. */
  avatar?: string
  /** Whether the repositories are being synchronised. */
  syncing?: boolean
  /** When they last were. */
  synced?: number
  /** When the account was created. */
  created?: number
  /** When it last changed. */
  updated?: number
  /** When the user last logged in; 0 for never. */
  last_login?: number
}

/** A repository. */
export interface Repo {
  /** The server's number for the repository. */
  id?: number
  /** The source host's name for it, usually a number. */
  uid?: string
  /** The number of the user who enabled it. */
  user_id?: number
  /** The owner: a user or an organisation. */
  namespace?: string
  /** The name without its owner. */
  name?: string
  /** `namespace/name`. */
  slug?: string
  /** The kind of source control; empty means git. */
  scm?: string
  /** The address to clone by HTTP. */
  git_http_url?: string
  /** The address to clone by SSH. */
  git_ssh_url?: string
  /** Its page at the source host. */
  link?: string
  /** The default branch. */
  default_branch?: string
  /** Whether it is private. */
  private?: boolean
  /** `public`, `private` or `internal`. */
  visibility?: string
  /** Whether it is enabled. */
  active?: boolean
  /** The path of the pipeline's configuration. */
  config_path?: string
  /** Whether its pipelines may use privileged settings. */
  trusted?: boolean
  /** Whether its configuration must be signed or approved. */
  protected?: boolean
  /** Whether forks build nothing. */
  ignore_forks?: boolean
  /** Whether pull requests build nothing. */
  ignore_pull_requests?: boolean
  /** Whether a newer pull request's build cancels pending older ones. */
  auto_cancel_pull_requests?: boolean
  /** Whether a newer push cancels pending older builds. */
  auto_cancel_pushes?: boolean
  /** Whether running builds are cancelled as well. */
  auto_cancel_running?: boolean
  /** How many of its builds run at once; absent without a limit. */
  throttle?: number
  /** The longest a build may take, in minutes. */
  timeout?: number
  /** The last build's number. */
  counter?: number
  /** When it was last synchronised. */
  synced?: number
  /** When it was first seen. */
  created?: number
  /** When it last changed. */
  updated?: number
  /** A counter of changes. */
  version?: number
  /** Whether it is archived at the source host. */
  archived?: boolean
  /** The build once more, in updates that come from a runner. */
  build?: Build
}

/** A build. */
export interface Build {
  /** The server's number for the build. */
  id?: number
  /** The repository's number. */
  repo_id?: number
  /** Who or what started it: a login, `@hook`, `@cron`. */
  trigger?: string
  /** The build's number in its repository. */
  number?: number
  /** The number of the build that was restarted or promoted. */
  parent?: number
  /** Where it stands. */
  status?: BuildStatus
  /** Why there is no pipeline, for a build with status `error`. */
  error?: string
  /** `push`, `pull_request`, `tag`, `promote`, `rollback`, `cron` or `custom`. This is the build's own event, not the webhook's. */
  event?: string
  /** What happened to a pull request or a branch, such as `opened`; may be empty. */
  action?: string
  /** The commit or comparison at the source host. */
  link?: string
  /** The commit's time. */
  timestamp?: number
  /** The title of a pull request. */
  title?: string
  /** The commit's message. */
  message?: string
  /** The commit before. */
  before?: string
  /** The commit that is built. */
  after?: string
  /** The git reference. */
  ref?: string
  /** The repository that a pull request comes from. */
  source_repo?: string
  /** The branch it comes from. */
  source?: string
  /** The branch it goes to. */
  target?: string
  /** The author's login. */
  author_login?: string
  /** The author's name. */
  author_name?: string
  /** The author's e-mail address. */
  author_email?: string
  /** The author's picture. */
  author_avatar?: string
  /** Who caused the build. */
  sender?: string
  /** Parameters given by hand or by the source host. */
  params?: Record<string, string>
  /** The name of the schedule that started it. */
  cron?: string
  /** The environment of a promotion or rollback. */
  deploy_to?: string
  /** The deployment's number at the source host. */
  deploy_id?: number
  /** Whether debugging was asked for. */
  debug?: boolean
  /** When it started; 0 for not yet. */
  started?: number
  /** When it finished; 0 for not yet, and for declined builds. */
  finished?: number
  /** When it was created. */
  created?: number
  /** When it last changed. */
  updated?: number
  /** A counter of changes. */
  version?: number
  /** The pipelines of the build; in updates only. */
  stages?: Array<Stage>
}

/** One pipeline of a build. */
export interface Stage {
  /** The server's number for the stage. */
  id?: number
  /** The repository's number. */
  repo_id?: number
  /** The build's number at the server. */
  build_id?: number
  /** The stage's number in its build. */
  number?: number
  /** The pipeline's name. */
  name?: string
  /** The kind of resource, `pipeline`. */
  kind?: string
  /** The kind of runner, `docker`, `exec`, `kubernetes`, `ssh`. */
  type?: string
  /** Where it stands. */
  status?: BuildStatus
  /** Why it failed. */
  error?: string
  /** Whether its failure does not fail the build. */
  errignore?: boolean
  /** The exit code. */
  exit_code?: number
  /** The runner's host. */
  machine?: string
  /** The operating system. */
  os?: string
  /** The processor's architecture. */
  arch?: string
  /** The architecture's variant. */
  variant?: string
  /** The kernel's version. */
  kernel?: string
  /** How many of its kind run at once. */
  limit?: number
  /** How many of its kind run at once in the repository. */
  throttle?: number
  /** When it started; 0 for not yet. */
  started?: number
  /** When it stopped; 0 for not yet. */
  stopped?: number
  /** When it was created. */
  created?: number
  /** When it last changed. */
  updated?: number
  /** A counter of changes. */
  version?: number
  /** Whether it runs after a success. */
  on_success?: boolean
  /** Whether it runs after a failure. */
  on_failure?: boolean
  /** The names of stages that it waits for. */
  depends_on?: Array<string>
  /** What its runner must offer. */
  labels?: Record<string, string>
  /** The steps, once the stage has been accepted. */
  steps?: Array<Step>
}

/** One step of a pipeline. */
export interface Step {
  /** The server's number for the step. */
  id?: number
  /** The stage's number at the server, in spite of the name. */
  step_id?: number
  /** The step's number in its stage. */
  number?: number
  /** The name. */
  name?: string
  /** Where it stands. */
  status?: BuildStatus
  /** Why it failed. */
  error?: string
  /** Whether its failure does not fail the stage. */
  errignore?: boolean
  /** The exit code. */
  exit_code?: number
  /** When it started; absent for not yet. */
  started?: number
  /** When it stopped; absent for not yet. */
  stopped?: number
  /** A counter of changes. */
  version?: number
  /** The names of steps that it waits for. */
  depends_on?: Array<string>
  /** The container's image. */
  image?: string
  /** Whether it runs beside the others, as a service. */
  detached?: boolean
  /** The schema of its card. */
  schema?: string
}

/** The Drone server that sent the webhook (from 1.1 on). */
export interface System {
  /** `http` or `https`. */
  proto?: string
  /** The host's name. */
  host?: string
  /** The server's address. */
  link?: string
  /** The server's version. */
  version?: string
}

/** The body of a webhook. */
export interface Payload {
  /** `user`, `repo` or `build`. Servers before 1.2.2 leave it out: `Envelope::event` tells it all the same. */
  event?: string
  /** `created`, `updated`, `deleted`, `enabled` or `disabled`. */
  action?: string
  /** The user; with `build:created` the repository's owner, not the author. */
  user?: User
  /** The repository, of repository and build events. */
  repo?: Repo
  /** The build, of build events. */
  build?: Build
  /** The sending server. */
  system?: System
}
