"""What Drone sends. Generated from src/payload.rs by `cargo xtask generate`. Do not edit.

Every field may be absent, and there may be others; that a field has the type which stands here is Drone's habit, and nothing that was verified.
"""

from __future__ import annotations

from typing import TypedDict

BuildStatus = str
"""Where a build, a stage or a step stands; a later Drone may have others. Known: `pending`, `running`, `success`, `failure`, `error`, `killed`, `skipped`, `declined`, `blocked`, `waiting_on_dependencies`."""

FINAL_STATUSES = ("success", "failure", "error", "killed", "skipped", "declined")
"""The statuses after which nothing more is to come, but for repeats."""


class User(TypedDict, total=False):
    """A user of the Drone server."""

    id: int
    """The server's number for the user."""
    login: str
    """The login name at the source host."""
    email: str
    """The e-mail address; may be empty."""
    machine: bool
    """Whether it is an account for machines."""
    admin: bool
    """Whether the user administers the server."""
    active: bool
    """Whether the account may be used."""
    avatar: str
    """The picture's address; may be empty."""
    syncing: bool
    """Whether the repositories are being synchronised."""
    synced: int
    """When they last were."""
    created: int
    """When the account was created."""
    updated: int
    """When it last changed."""
    last_login: int
    """When the user last logged in; 0 for never."""


class Repo(TypedDict, total=False):
    """A repository."""

    id: int
    """The server's number for the repository."""
    uid: str
    """The source host's name for it, usually a number."""
    user_id: int
    """The number of the user who enabled it."""
    namespace: str
    """The owner: a user or an organisation."""
    name: str
    """The name without its owner."""
    slug: str
    """`namespace/name`."""
    scm: str
    """The kind of source control; empty means git."""
    git_http_url: str
    """The address to clone by HTTP."""
    git_ssh_url: str
    """The address to clone by SSH."""
    link: str
    """Its page at the source host."""
    default_branch: str
    """The default branch."""
    private: bool
    """Whether it is private."""
    visibility: str
    """`public`, `private` or `internal`."""
    active: bool
    """Whether it is enabled."""
    config_path: str
    """The path of the pipeline's configuration."""
    trusted: bool
    """Whether its pipelines may use privileged settings."""
    protected: bool
    """Whether its configuration must be signed or approved."""
    ignore_forks: bool
    """Whether forks build nothing."""
    ignore_pull_requests: bool
    """Whether pull requests build nothing."""
    auto_cancel_pull_requests: bool
    """Whether a newer pull request's build cancels pending older ones."""
    auto_cancel_pushes: bool
    """Whether a newer push cancels pending older builds."""
    auto_cancel_running: bool
    """Whether running builds are cancelled as well."""
    throttle: int
    """How many of its builds run at once; absent without a limit."""
    timeout: int
    """The longest a build may take, in minutes."""
    counter: int
    """The last build's number."""
    synced: int
    """When it was last synchronised."""
    created: int
    """When it was first seen."""
    updated: int
    """When it last changed."""
    version: int
    """A counter of changes."""
    archived: bool
    """Whether it is archived at the source host."""
    build: Build
    """The build once more, in updates that come from a runner."""


class Build(TypedDict, total=False):
    """A build."""

    id: int
    """The server's number for the build."""
    repo_id: int
    """The repository's number."""
    trigger: str
    """Who or what started it: a login, `@hook`, `@cron`."""
    number: int
    """The build's number in its repository."""
    parent: int
    """The number of the build that was restarted or promoted."""
    status: BuildStatus
    """Where it stands."""
    error: str
    """Why there is no pipeline, for a build with status `error`."""
    event: str
    """`push`, `pull_request`, `tag`, `promote`, `rollback`, `cron` or `custom`. This is the build's own event, not the webhook's."""
    action: str
    """What happened to a pull request or a branch, such as `opened`; may be empty."""
    link: str
    """The commit or comparison at the source host."""
    timestamp: int
    """The commit's time."""
    title: str
    """The title of a pull request."""
    message: str
    """The commit's message."""
    before: str
    """The commit before."""
    after: str
    """The commit that is built."""
    ref: str
    """The git reference."""
    source_repo: str
    """The repository that a pull request comes from."""
    source: str
    """The branch it comes from."""
    target: str
    """The branch it goes to."""
    author_login: str
    """The author's login."""
    author_name: str
    """The author's name."""
    author_email: str
    """The author's e-mail address."""
    author_avatar: str
    """The author's picture."""
    sender: str
    """Who caused the build."""
    params: dict[str, str]
    """Parameters given by hand or by the source host."""
    cron: str
    """The name of the schedule that started it."""
    deploy_to: str
    """The environment of a promotion or rollback."""
    deploy_id: int
    """The deployment's number at the source host."""
    debug: bool
    """Whether debugging was asked for."""
    started: int
    """When it started; 0 for not yet."""
    finished: int
    """When it finished; 0 for not yet, and for declined builds."""
    created: int
    """When it was created."""
    updated: int
    """When it last changed."""
    version: int
    """A counter of changes."""
    stages: list[Stage]
    """The pipelines of the build; in updates only."""


class Stage(TypedDict, total=False):
    """One pipeline of a build."""

    id: int
    """The server's number for the stage."""
    repo_id: int
    """The repository's number."""
    build_id: int
    """The build's number at the server."""
    number: int
    """The stage's number in its build."""
    name: str
    """The pipeline's name."""
    kind: str
    """The kind of resource, `pipeline`."""
    type: str
    """The kind of runner, `docker`, `exec`, `kubernetes`, `ssh`."""
    status: BuildStatus
    """Where it stands."""
    error: str
    """Why it failed."""
    errignore: bool
    """Whether its failure does not fail the build."""
    exit_code: int
    """The exit code."""
    machine: str
    """The runner's host."""
    os: str
    """The operating system."""
    arch: str
    """The processor's architecture."""
    variant: str
    """The architecture's variant."""
    kernel: str
    """The kernel's version."""
    limit: int
    """How many of its kind run at once."""
    throttle: int
    """How many of its kind run at once in the repository."""
    started: int
    """When it started; 0 for not yet."""
    stopped: int
    """When it stopped; 0 for not yet."""
    created: int
    """When it was created."""
    updated: int
    """When it last changed."""
    version: int
    """A counter of changes."""
    on_success: bool
    """Whether it runs after a success."""
    on_failure: bool
    """Whether it runs after a failure."""
    depends_on: list[str]
    """The names of stages that it waits for."""
    labels: dict[str, str]
    """What its runner must offer."""
    steps: list[Step]
    """The steps, once the stage has been accepted."""


class Step(TypedDict, total=False):
    """One step of a pipeline."""

    id: int
    """The server's number for the step."""
    step_id: int
    """The stage's number at the server, in spite of the name."""
    number: int
    """The step's number in its stage."""
    name: str
    """The name."""
    status: BuildStatus
    """Where it stands."""
    error: str
    """Why it failed."""
    errignore: bool
    """Whether its failure does not fail the stage."""
    exit_code: int
    """The exit code."""
    started: int
    """When it started; absent for not yet."""
    stopped: int
    """When it stopped; absent for not yet."""
    version: int
    """A counter of changes."""
    depends_on: list[str]
    """The names of steps that it waits for."""
    image: str
    """The container's image."""
    detached: bool
    """Whether it runs beside the others, as a service."""
    schema: str
    """The schema of its card."""


class System(TypedDict, total=False):
    """The Drone server that sent the webhook (from 1.1 on)."""

    proto: str
    """`http` or `https`."""
    host: str
    """The host's name."""
    link: str
    """The server's address."""
    version: str
    """The server's version."""


class Payload(TypedDict, total=False):
    """The body of a webhook."""

    event: str
    """`user`, `repo` or `build`. Servers before 1.2.2 leave it out: `Envelope::event` tells it all the same."""
    action: str
    """`created`, `updated`, `deleted`, `enabled` or `disabled`."""
    user: User
    """The user; with `build:created` the repository's owner, not the author."""
    repo: Repo
    """The repository, of repository and build events."""
    build: Build
    """The build, of build events."""
    system: System
    """The sending server."""
