// Code generated from src/payload.rs by `cargo xtask generate`. DO NOT EDIT.

package dronewebhooks

import "encoding/json"

// BuildStatus is where a build, a stage or a step stands; a later Drone may have others.
type BuildStatus string

// The statuses that are known.
const (
	StatusPending               BuildStatus = "pending"
	StatusRunning               BuildStatus = "running"
	StatusSuccess               BuildStatus = "success"
	StatusFailure               BuildStatus = "failure"
	StatusError                 BuildStatus = "error"
	StatusKilled                BuildStatus = "killed"
	StatusSkipped               BuildStatus = "skipped"
	StatusDeclined              BuildStatus = "declined"
	StatusBlocked               BuildStatus = "blocked"
	StatusWaitingOnDependencies BuildStatus = "waiting_on_dependencies"
)

// IsFinal tells whether nothing more is to come, but for repeats.
func (s BuildStatus) IsFinal() bool {
	switch s {
	case StatusSuccess, StatusFailure, StatusError, StatusKilled, StatusSkipped, StatusDeclined:
		return true
	default:
		return false
	}
}

// User is a user of the Drone server.
type User struct {
	// The server's number for the user.
	ID int64 `json:"id,omitzero"`

	// The login name at the source host.
	Login string `json:"login,omitzero"`

	// The e-mail address; may be empty.
	Email string `json:"email,omitzero"`

	// Whether it is an account for machines.
	Machine bool `json:"machine,omitzero"`

	// Whether the user administers the server.
	Admin bool `json:"admin,omitzero"`

	// Whether the account may be used.
	Active bool `json:"active,omitzero"`

	// The picture's address; may be empty.
	Avatar string `json:"avatar,omitzero"`

	// Whether the repositories are being synchronised.
	Syncing bool `json:"syncing,omitzero"`

	// When they last were.
	Synced int64 `json:"synced,omitzero"`

	// When the account was created.
	Created int64 `json:"created,omitzero"`

	// When it last changed.
	Updated int64 `json:"updated,omitzero"`

	// When the user last logged in; 0 for never.
	LastLogin int64 `json:"last_login,omitzero"`

	// Extra is what is not known here, or has another type than expected.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON reads what fits, and puts the rest into Extra.
func (o *User) UnmarshalJSON(data []byte) error { return readObject(data, o, &o.Extra) }

// Repo is a repository.
type Repo struct {
	// The server's number for the repository.
	ID int64 `json:"id,omitzero"`

	// The source host's name for it, usually a number.
	UID string `json:"uid,omitzero"`

	// The number of the user who enabled it.
	UserID int64 `json:"user_id,omitzero"`

	// The owner: a user or an organisation.
	Namespace string `json:"namespace,omitzero"`

	// The name without its owner.
	Name string `json:"name,omitzero"`

	// namespace/name.
	Slug string `json:"slug,omitzero"`

	// The kind of source control; empty means git.
	SCM string `json:"scm,omitzero"`

	// The address to clone by HTTP.
	GitHTTPURL string `json:"git_http_url,omitzero"`

	// The address to clone by SSH.
	GitSSHURL string `json:"git_ssh_url,omitzero"`

	// Its page at the source host.
	Link string `json:"link,omitzero"`

	// The default branch.
	DefaultBranch string `json:"default_branch,omitzero"`

	// Whether it is private.
	Private bool `json:"private,omitzero"`

	// public, private or internal.
	Visibility string `json:"visibility,omitzero"`

	// Whether it is enabled.
	Active bool `json:"active,omitzero"`

	// The path of the pipeline's configuration.
	ConfigPath string `json:"config_path,omitzero"`

	// Whether its pipelines may use privileged settings.
	Trusted bool `json:"trusted,omitzero"`

	// Whether its configuration must be signed or approved.
	Protected bool `json:"protected,omitzero"`

	// Whether forks build nothing.
	IgnoreForks bool `json:"ignore_forks,omitzero"`

	// Whether pull requests build nothing.
	IgnorePullRequests bool `json:"ignore_pull_requests,omitzero"`

	// Whether a newer pull request's build cancels pending older ones.
	AutoCancelPullRequests bool `json:"auto_cancel_pull_requests,omitzero"`

	// Whether a newer push cancels pending older builds.
	AutoCancelPushes bool `json:"auto_cancel_pushes,omitzero"`

	// Whether running builds are cancelled as well.
	AutoCancelRunning bool `json:"auto_cancel_running,omitzero"`

	// How many of its builds run at once; absent without a limit.
	Throttle int64 `json:"throttle,omitzero"`

	// The longest a build may take, in minutes.
	Timeout int64 `json:"timeout,omitzero"`

	// The last build's number.
	Counter int64 `json:"counter,omitzero"`

	// When it was last synchronised.
	Synced int64 `json:"synced,omitzero"`

	// When it was first seen.
	Created int64 `json:"created,omitzero"`

	// When it last changed.
	Updated int64 `json:"updated,omitzero"`

	// A counter of changes.
	Version int64 `json:"version,omitzero"`

	// Whether it is archived at the source host.
	Archived bool `json:"archived,omitzero"`

	// The build once more, in updates that come from a runner.
	Build *Build `json:"build,omitzero"`

	// Extra is what is not known here, or has another type than expected.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON reads what fits, and puts the rest into Extra.
func (o *Repo) UnmarshalJSON(data []byte) error { return readObject(data, o, &o.Extra) }

// Build is a build.
type Build struct {
	// The server's number for the build.
	ID int64 `json:"id,omitzero"`

	// The repository's number.
	RepoID int64 `json:"repo_id,omitzero"`

	// Who or what started it: a login, @hook, @cron.
	Trigger string `json:"trigger,omitzero"`

	// The build's number in its repository.
	Number int64 `json:"number,omitzero"`

	// The number of the build that was restarted or promoted.
	Parent int64 `json:"parent,omitzero"`

	// Where it stands.
	Status BuildStatus `json:"status,omitzero"`

	// Why there is no pipeline, for a build with status error.
	Error string `json:"error,omitzero"`

	// push, pull_request, tag, promote, rollback, cron or custom. This is the build's own event, not the webhook's.
	Event string `json:"event,omitzero"`

	// What happened to a pull request or a branch, such as opened; may be empty.
	Action string `json:"action,omitzero"`

	// The commit or comparison at the source host.
	Link string `json:"link,omitzero"`

	// The commit's time.
	Timestamp int64 `json:"timestamp,omitzero"`

	// The title of a pull request.
	Title string `json:"title,omitzero"`

	// The commit's message.
	Message string `json:"message,omitzero"`

	// The commit before.
	Before string `json:"before,omitzero"`

	// The commit that is built.
	After string `json:"after,omitzero"`

	// The git reference.
	Ref string `json:"ref,omitzero"`

	// The repository that a pull request comes from.
	SourceRepo string `json:"source_repo,omitzero"`

	// The branch it comes from.
	Source string `json:"source,omitzero"`

	// The branch it goes to.
	Target string `json:"target,omitzero"`

	// The author's login.
	AuthorLogin string `json:"author_login,omitzero"`

	// The author's name.
	AuthorName string `json:"author_name,omitzero"`

	// The author's e-mail address.
	AuthorEmail string `json:"author_email,omitzero"`

	// The author's picture.
	AuthorAvatar string `json:"author_avatar,omitzero"`

	// Who caused the build.
	Sender string `json:"sender,omitzero"`

	// Parameters given by hand or by the source host.
	Params map[string]string `json:"params,omitzero"`

	// The name of the schedule that started it.
	Cron string `json:"cron,omitzero"`

	// The environment of a promotion or rollback.
	DeployTo string `json:"deploy_to,omitzero"`

	// The deployment's number at the source host.
	DeployID int64 `json:"deploy_id,omitzero"`

	// Whether debugging was asked for.
	Debug bool `json:"debug,omitzero"`

	// When it started; 0 for not yet.
	Started int64 `json:"started,omitzero"`

	// When it finished; 0 for not yet, and for declined builds.
	Finished int64 `json:"finished,omitzero"`

	// When it was created.
	Created int64 `json:"created,omitzero"`

	// When it last changed.
	Updated int64 `json:"updated,omitzero"`

	// A counter of changes.
	Version int64 `json:"version,omitzero"`

	// The pipelines of the build; in updates only.
	Stages []Stage `json:"stages,omitzero"`

	// Extra is what is not known here, or has another type than expected.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON reads what fits, and puts the rest into Extra.
func (o *Build) UnmarshalJSON(data []byte) error { return readObject(data, o, &o.Extra) }

// Stage is one pipeline of a build.
type Stage struct {
	// The server's number for the stage.
	ID int64 `json:"id,omitzero"`

	// The repository's number.
	RepoID int64 `json:"repo_id,omitzero"`

	// The build's number at the server.
	BuildID int64 `json:"build_id,omitzero"`

	// The stage's number in its build.
	Number int64 `json:"number,omitzero"`

	// The pipeline's name.
	Name string `json:"name,omitzero"`

	// The kind of resource, pipeline.
	Kind string `json:"kind,omitzero"`

	// The kind of runner, docker, exec, kubernetes, ssh.
	Type string `json:"type,omitzero"`

	// Where it stands.
	Status BuildStatus `json:"status,omitzero"`

	// Why it failed.
	Error string `json:"error,omitzero"`

	// Whether its failure does not fail the build.
	Errignore bool `json:"errignore,omitzero"`

	// The exit code.
	ExitCode int64 `json:"exit_code,omitzero"`

	// The runner's host.
	Machine string `json:"machine,omitzero"`

	// The operating system.
	OS string `json:"os,omitzero"`

	// The processor's architecture.
	Arch string `json:"arch,omitzero"`

	// The architecture's variant.
	Variant string `json:"variant,omitzero"`

	// The kernel's version.
	Kernel string `json:"kernel,omitzero"`

	// How many of its kind run at once.
	Limit int64 `json:"limit,omitzero"`

	// How many of its kind run at once in the repository.
	Throttle int64 `json:"throttle,omitzero"`

	// When it started; 0 for not yet.
	Started int64 `json:"started,omitzero"`

	// When it stopped; 0 for not yet.
	Stopped int64 `json:"stopped,omitzero"`

	// When it was created.
	Created int64 `json:"created,omitzero"`

	// When it last changed.
	Updated int64 `json:"updated,omitzero"`

	// A counter of changes.
	Version int64 `json:"version,omitzero"`

	// Whether it runs after a success.
	OnSuccess bool `json:"on_success,omitzero"`

	// Whether it runs after a failure.
	OnFailure bool `json:"on_failure,omitzero"`

	// The names of stages that it waits for.
	DependsOn []string `json:"depends_on,omitzero"`

	// What its runner must offer.
	Labels map[string]string `json:"labels,omitzero"`

	// The steps, once the stage has been accepted.
	Steps []Step `json:"steps,omitzero"`

	// Extra is what is not known here, or has another type than expected.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON reads what fits, and puts the rest into Extra.
func (o *Stage) UnmarshalJSON(data []byte) error { return readObject(data, o, &o.Extra) }

// Step is one step of a pipeline.
type Step struct {
	// The server's number for the step.
	ID int64 `json:"id,omitzero"`

	// The stage's number at the server, in spite of the name.
	StepID int64 `json:"step_id,omitzero"`

	// The step's number in its stage.
	Number int64 `json:"number,omitzero"`

	// The name.
	Name string `json:"name,omitzero"`

	// Where it stands.
	Status BuildStatus `json:"status,omitzero"`

	// Why it failed.
	Error string `json:"error,omitzero"`

	// Whether its failure does not fail the stage.
	Errignore bool `json:"errignore,omitzero"`

	// The exit code.
	ExitCode int64 `json:"exit_code,omitzero"`

	// When it started; absent for not yet.
	Started int64 `json:"started,omitzero"`

	// When it stopped; absent for not yet.
	Stopped int64 `json:"stopped,omitzero"`

	// A counter of changes.
	Version int64 `json:"version,omitzero"`

	// The names of steps that it waits for.
	DependsOn []string `json:"depends_on,omitzero"`

	// The container's image.
	Image string `json:"image,omitzero"`

	// Whether it runs beside the others, as a service.
	Detached bool `json:"detached,omitzero"`

	// The schema of its card.
	Schema string `json:"schema,omitzero"`

	// Extra is what is not known here, or has another type than expected.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON reads what fits, and puts the rest into Extra.
func (o *Step) UnmarshalJSON(data []byte) error { return readObject(data, o, &o.Extra) }

// System is the Drone server that sent the webhook (from 1.1 on).
type System struct {
	// http or https.
	Proto string `json:"proto,omitzero"`

	// The host's name.
	Host string `json:"host,omitzero"`

	// The server's address.
	Link string `json:"link,omitzero"`

	// The server's version.
	Version string `json:"version,omitzero"`

	// Extra is what is not known here, or has another type than expected.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON reads what fits, and puts the rest into Extra.
func (o *System) UnmarshalJSON(data []byte) error { return readObject(data, o, &o.Extra) }

// Payload is the body of a webhook.
type Payload struct {
	// user, repo or build. Servers before 1.2.2 leave it out: Envelope::event tells it all the same.
	Event string `json:"event,omitzero"`

	// created, updated, deleted, enabled or disabled.
	Action string `json:"action,omitzero"`

	// The user; with build:created the repository's owner, not the author.
	User *User `json:"user,omitzero"`

	// The repository, of repository and build events.
	Repo *Repo `json:"repo,omitzero"`

	// The build, of build events.
	Build *Build `json:"build,omitzero"`

	// The sending server.
	System *System `json:"system,omitzero"`

	// Extra is what is not known here, or has another type than expected.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON reads what fits, and puts the rest into Extra.
func (o *Payload) UnmarshalJSON(data []byte) error { return readObject(data, o, &o.Extra) }
