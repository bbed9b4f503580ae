//! TypeScript declarations of the payload types, made from the Rust types so that they cannot drift. For `cargo xtask generate`.

use ts_rs::{Config, TS};

use crate::payload::{Build, BuildStatus, Payload, Repo, Stage, Step, System, User};

/// The whole text of the npm package's `payload.ts`.
///
/// ```
/// assert!(drone_webhooks::typescript::declarations().contains("export interface Build {"));
/// ```
#[must_use]
pub fn declarations() -> String {
    let config = Config::default();
    let known: Vec<String> = BuildStatus::KNOWN.iter().map(|status| format!("'{status}'")).collect();
    let last: Vec<String> = BuildStatus::KNOWN.iter().filter(|status| status.is_final()).map(|status| format!("'{status}'")).collect();
    [
        "// Generated from src/payload.rs by `cargo xtask generate`. Do not edit.\n".to_owned(),
        format!(
            "/** Where a build, a stage or a step stands; a later Drone may have others. */\nexport type BuildStatus = {} | (string & {{}});\n",
            known.join(" | ")
        ),
        format!(
            "/** The statuses after which nothing more is to come, but for repeats. */\nexport const FINAL_STATUSES: readonly string[] = [{}];\n",
            last.join(", ")
        ),
        interface::<User>(&config),
        interface::<Repo>(&config),
        interface::<Build>(&config),
        interface::<Stage>(&config),
        interface::<Step>(&config),
        interface::<System>(&config),
        interface::<Payload>(&config),
    ]
    .join("\n")
}

fn interface<T: TS>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    let fields: String = T::inline(config).lines().map(line).collect();
    format!("/** {} */\nexport interface {} {{\n{fields}}}\n", one_line(&docs), T::name(config))
}

/// One line of what ts-rs prints, which has comments in three lines and the brackets anywhere.
fn line(printed: &str) -> String {
    let text = printed.trim_matches(['{', '}', ' ', ',']);
    match text.strip_prefix("* ") {
        Some(comment) => format!("  /** {comment} */\n"),
        None if text.is_empty() || text == "/**" || text == "*/" => String::new(),
        None => format!("  {text}\n"),
    }
}

fn one_line(docs: &str) -> String {
    docs.lines().filter_map(|line| line.trim().strip_prefix("* ")).take_while(|line| !line.starts_with("```")).collect::<Vec<_>>().join(" ")
}
