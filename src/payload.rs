//! Drone's events, typed. Reached only through `Verified::payload`, so every value here is authentic.
//!
//! Every field is optional: servers from 1.0 to 2.25 write different ones. What is not known, or has another type than expected, is kept in `extra`;
//! an authentic delivery is not lost because a server changed a field. Times are seconds since 1970; 0 is Drone's "not yet".

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::error::{Reason, Rejection};

/// Takes a field out of the object; what does not fit stays there.
fn take<T: DeserializeOwned>(object: &mut Map<String, Value>, key: &str) -> Option<T> {
    let value = object.remove(key)?;
    let typed = T::deserialize(&value).ok();
    if typed.is_none() {
        object.insert(key.to_owned(), value);
    }
    typed
}

/// One JSON object of Drone's: its known fields, and the rest in `extra`. The key is written beside the field, so that it can be searched for.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $key:literal $(as $ts:literal)?,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])*
            #[serde(rename = $key, skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "typescript", ts(rename = $key, optional $(, type = $ts)?))]
            pub $field: Option<$type>,)*
            /// Fields that are not known here, or not of the type expected.
            #[serde(flatten)]
            #[cfg_attr(feature = "typescript", ts(skip))]
            pub extra: Map<String, Value>,
        }

        impl From<Map<String, Value>> for $name {
            fn from(mut object: Map<String, Value>) -> Self {
                Self { $($field: take(&mut object, $key),)* extra: object }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Map::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

object! {
    /// A user of the Drone server.
    User {
        /// The server's number for the user.
        id: i64 = "id" as "number",
        /// The login name at the source host.
        login: String = "login",
        /// The e-mail address; may be empty.
        email: String = "email",
        /// Whether it is an account for machines.
        machine: bool = "machine",
        /// Whether the user administers the server.
        admin: bool = "admin",
        /// Whether the account may be used.
        active: bool = "active",
        /// The picture's address; may be empty.
        avatar: String = "avatar",
        /// Whether the repositories are being synchronised.
        syncing: bool = "syncing",
        /// When they last were.
        synced: i64 = "synced" as "number",
        /// When the account was created.
        created: i64 = "created" as "number",
        /// When it last changed.
        updated: i64 = "updated" as "number",
        /// When the user last logged in; 0 for never.
        last_login: i64 = "last_login" as "number",
    }
}

object! {
    /// A repository.
    Repo {
        /// The server's number for the repository.
        id: i64 = "id" as "number",
        /// The source host's name for it, usually a number.
        uid: String = "uid",
        /// The number of the user who enabled it.
        user_id: i64 = "user_id" as "number",
        /// The owner: a user or an organisation.
        namespace: String = "namespace",
        /// The name without its owner.
        name: String = "name",
        /// `namespace/name`.
        slug: String = "slug",
        /// The kind of source control; empty means git.
        scm: String = "scm",
        /// The address to clone by HTTP.
        git_http_url: String = "git_http_url",
        /// The address to clone by SSH.
        git_ssh_url: String = "git_ssh_url",
        /// Its page at the source host.
        link: String = "link",
        /// The default branch.
        default_branch: String = "default_branch",
        /// Whether it is private.
        private: bool = "private",
        /// `public`, `private` or `internal`.
        visibility: String = "visibility",
        /// Whether it is enabled.
        active: bool = "active",
        /// The path of the pipeline's configuration.
        config_path: String = "config_path",
        /// Whether its pipelines may use privileged settings.
        trusted: bool = "trusted",
        /// Whether its configuration must be signed or approved.
        protected: bool = "protected",
        /// Whether forks build nothing.
        ignore_forks: bool = "ignore_forks",
        /// Whether pull requests build nothing.
        ignore_pull_requests: bool = "ignore_pull_requests",
        /// Whether a newer pull request's build cancels pending older ones.
        auto_cancel_pull_requests: bool = "auto_cancel_pull_requests",
        /// Whether a newer push cancels pending older builds.
        auto_cancel_pushes: bool = "auto_cancel_pushes",
        /// Whether running builds are cancelled as well.
        auto_cancel_running: bool = "auto_cancel_running",
        /// How many of its builds run at once; absent without a limit.
        throttle: i64 = "throttle" as "number",
        /// The longest a build may take, in minutes.
        timeout: i64 = "timeout" as "number",
        /// The last build's number.
        counter: i64 = "counter" as "number",
        /// When it was last synchronised.
        synced: i64 = "synced" as "number",
        /// When it was first seen.
        created: i64 = "created" as "number",
        /// When it last changed.
        updated: i64 = "updated" as "number",
        /// A counter of changes.
        version: i64 = "version" as "number",
        /// Whether it is archived at the source host.
        archived: bool = "archived",
        /// The build once more, in updates that come from a runner.
        build: Box<Build> = "build",
    }
}

object! {
    /// A build.
    Build {
        /// The server's number for the build.
        id: i64 = "id" as "number",
        /// The repository's number.
        repo_id: i64 = "repo_id" as "number",
        /// Who or what started it: a login, `@hook`, `@cron`.
        trigger: String = "trigger",
        /// The build's number in its repository.
        number: i64 = "number" as "number",
        /// The number of the build that was restarted or promoted.
        parent: i64 = "parent" as "number",
        /// Where it stands.
        status: BuildStatus = "status",
        /// Why there is no pipeline, for a build with status `error`.
        error: String = "error",
        /// `push`, `pull_request`, `tag`, `promote`, `rollback`, `cron` or `custom`. This is the build's own event, not the webhook's.
        event: String = "event",
        /// What happened to a pull request or a branch, such as `opened`; may be empty.
        action: String = "action",
        /// The commit or comparison at the source host.
        link: String = "link",
        /// The commit's time.
        timestamp: i64 = "timestamp" as "number",
        /// The title of a pull request.
        title: String = "title",
        /// The commit's message.
        message: String = "message",
        /// The commit before.
        before: String = "before",
        /// The commit that is built.
        after: String = "after",
        /// The git reference.
        reference: String = "ref",
        /// The repository that a pull request comes from.
        source_repo: String = "source_repo",
        /// The branch it comes from.
        source: String = "source",
        /// The branch it goes to.
        target: String = "target",
        /// The author's login.
        author_login: String = "author_login",
        /// The author's name.
        author_name: String = "author_name",
        /// The author's e-mail address.
        author_email: String = "author_email",
        /// The author's picture.
        author_avatar: String = "author_avatar",
        /// Who caused the build.
        sender: String = "sender",
        /// Parameters given by hand or by the source host.
        params: BTreeMap<String, String> = "params" as "Record<string, string>",
        /// The name of the schedule that started it.
        cron: String = "cron",
        /// The environment of a promotion or rollback.
        deploy_to: String = "deploy_to",
        /// The deployment's number at the source host.
        deploy_id: i64 = "deploy_id" as "number",
        /// Whether debugging was asked for.
        debug: bool = "debug",
        /// When it started; 0 for not yet.
        started: i64 = "started" as "number",
        /// When it finished; 0 for not yet, and for declined builds.
        finished: i64 = "finished" as "number",
        /// When it was created.
        created: i64 = "created" as "number",
        /// When it last changed.
        updated: i64 = "updated" as "number",
        /// A counter of changes.
        version: i64 = "version" as "number",
        /// The pipelines of the build; in updates only.
        stages: Vec<Stage> = "stages" as "Array<Stage>",
    }
}

object! {
    /// One pipeline of a build.
    Stage {
        /// The server's number for the stage.
        id: i64 = "id" as "number",
        /// The repository's number.
        repo_id: i64 = "repo_id" as "number",
        /// The build's number at the server.
        build_id: i64 = "build_id" as "number",
        /// The stage's number in its build.
        number: i64 = "number" as "number",
        /// The pipeline's name.
        name: String = "name",
        /// The kind of resource, `pipeline`.
        kind: String = "kind",
        /// The kind of runner, `docker`, `exec`, `kubernetes`, `ssh`.
        r#type: String = "type",
        /// Where it stands.
        status: BuildStatus = "status",
        /// Why it failed.
        error: String = "error",
        /// Whether its failure does not fail the build.
        errignore: bool = "errignore",
        /// The exit code.
        exit_code: i64 = "exit_code" as "number",
        /// The runner's host.
        machine: String = "machine",
        /// The operating system.
        os: String = "os",
        /// The processor's architecture.
        arch: String = "arch",
        /// The architecture's variant.
        variant: String = "variant",
        /// The kernel's version.
        kernel: String = "kernel",
        /// How many of its kind run at once.
        limit: i64 = "limit" as "number",
        /// How many of its kind run at once in the repository.
        throttle: i64 = "throttle" as "number",
        /// When it started; 0 for not yet.
        started: i64 = "started" as "number",
        /// When it stopped; 0 for not yet.
        stopped: i64 = "stopped" as "number",
        /// When it was created.
        created: i64 = "created" as "number",
        /// When it last changed.
        updated: i64 = "updated" as "number",
        /// A counter of changes.
        version: i64 = "version" as "number",
        /// Whether it runs after a success.
        on_success: bool = "on_success",
        /// Whether it runs after a failure.
        on_failure: bool = "on_failure",
        /// The names of stages that it waits for.
        depends_on: Vec<String> = "depends_on" as "Array<string>",
        /// What its runner must offer.
        labels: BTreeMap<String, String> = "labels" as "Record<string, string>",
        /// The steps, once the stage has been accepted.
        steps: Vec<Step> = "steps" as "Array<Step>",
    }
}

object! {
    /// One step of a pipeline.
    Step {
        /// The server's number for the step.
        id: i64 = "id" as "number",
        /// The stage's number at the server, in spite of the name.
        step_id: i64 = "step_id" as "number",
        /// The step's number in its stage.
        number: i64 = "number" as "number",
        /// The name.
        name: String = "name",
        /// Where it stands.
        status: BuildStatus = "status",
        /// Why it failed.
        error: String = "error",
        /// Whether its failure does not fail the stage.
        errignore: bool = "errignore",
        /// The exit code.
        exit_code: i64 = "exit_code" as "number",
        /// When it started; absent for not yet.
        started: i64 = "started" as "number",
        /// When it stopped; absent for not yet.
        stopped: i64 = "stopped" as "number",
        /// A counter of changes.
        version: i64 = "version" as "number",
        /// The names of steps that it waits for.
        depends_on: Vec<String> = "depends_on" as "Array<string>",
        /// The container's image.
        image: String = "image",
        /// Whether it runs beside the others, as a service.
        detached: bool = "detached",
        /// The schema of its card.
        schema: String = "schema",
    }
}

object! {
    /// The Drone server that sent the webhook (from 1.1 on).
    System {
        /// `http` or `https`.
        proto: String = "proto",
        /// The host's name.
        host: String = "host",
        /// The server's address.
        link: String = "link",
        /// The server's version.
        version: String = "version",
    }
}

object! {
    /// The body of a webhook.
    ///
    /// ```
    /// use drone_webhooks::payload::{BuildStatus, Payload};
    /// let payload: Payload = serde_json::from_str(r#"{"event":"build","action":"updated","build":{"status":"success","new_field":1}}"#)?;
    /// let build = payload.build.as_ref().ok_or("no build")?;
    /// assert_eq!(build.status, Some(BuildStatus::Success));
    /// assert_eq!(build.extra["new_field"], 1);
    /// assert!(payload.is_completed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Payload {
        /// `user`, `repo` or `build`. Servers before 1.2.2 leave it out: `Envelope::event` tells it all the same.
        event: String = "event",
        /// `created`, `updated`, `deleted`, `enabled` or `disabled`.
        action: String = "action",
        /// The user; with `build:created` the repository's owner, not the author.
        user: User = "user",
        /// The repository, of repository and build events.
        repo: Repo = "repo",
        /// The build, of build events.
        build: Build = "build",
        /// The sending server.
        system: System = "system",
    }
}

impl Payload {
    /// Reads a body that `Envelope::read` has accepted.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Rejection> {
        // The scanner has bounded the depth, at one level more than serde_json's own limit.
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        deserializer.disable_recursion_limit();
        let object =
            Map::deserialize(&mut deserializer).map_err(|error| Reason::PayloadMalformed { reason: "it cannot be read as JSON", offset: error.column() })?;
        Ok(Self::from(object))
    }

    /// `build.completed`, which Drone documents and never sends: a build whose status is final. It can come more than once for a build.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.build.as_ref().and_then(|build| build.status.as_ref()).is_some_and(BuildStatus::is_final)
    }
}

/// Where a build, a stage or a step stands. One that is not known here is kept as it came.
///
/// ```
/// use drone_webhooks::payload::BuildStatus;
/// assert!(BuildStatus::from("killed").is_final());
/// assert!(!BuildStatus::from("blocked").is_final());
/// assert_eq!(BuildStatus::from("later").as_str(), "later");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "BuildStatus"))]
#[non_exhaustive]
pub enum BuildStatus {
    /// Waits for a runner.
    Pending,
    /// Runs.
    Running,
    /// Final.
    Success,
    /// Final: a step failed.
    Failure,
    /// Final: it could not run, or has no valid pipeline.
    Error,
    /// Final: it was cancelled.
    Killed,
    /// Final: it was superseded or filtered.
    Skipped,
    /// Final: the approval was refused.
    Declined,
    /// Waits for an approval.
    Blocked,
    /// Waits for other stages.
    WaitingOnDependencies,
    /// One that this version does not know.
    Other(String),
}

impl BuildStatus {
    /// Those that have a name here.
    pub const KNOWN: &'static [Self] = &[
        Self::Pending,
        Self::Running,
        Self::Success,
        Self::Failure,
        Self::Error,
        Self::Killed,
        Self::Skipped,
        Self::Declined,
        Self::Blocked,
        Self::WaitingOnDependencies,
    ];

    /// As Drone writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Error => "error",
            Self::Killed => "killed",
            Self::Skipped => "skipped",
            Self::Declined => "declined",
            Self::Blocked => "blocked",
            Self::WaitingOnDependencies => "waiting_on_dependencies",
            Self::Other(text) => text,
        }
    }

    /// Whether nothing more is to come for it, but for repeats.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Failure | Self::Error | Self::Killed | Self::Skipped | Self::Declined)
    }
}

impl From<&str> for BuildStatus {
    fn from(text: &str) -> Self {
        Self::KNOWN.iter().find(|known| known.as_str() == text).cloned().unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

impl fmt::Display for BuildStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for BuildStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for BuildStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::from(text.as_str()))
    }
}
