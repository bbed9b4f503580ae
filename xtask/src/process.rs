//! Running other programs: every command is shown, and a failure names the command.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Error, Result, anyhow, ensure};

use crate::workspace;

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    program(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
}

/// A script of an npm package in the root's `node_modules`.
pub(crate) fn node_module(script: &str) -> Command {
    let mut command = program("node");
    command.arg(Path::new("node_modules").join(script));
    command
}

/// npm; on Windows it is a script, which has to be named in full.
pub(crate) fn npm() -> Command {
    program(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// A program, started in the root of the workspace.
pub(crate) fn program(name: impl AsRef<Path>) -> Command {
    let mut command = Command::new(name.as_ref());
    command.current_dir(workspace::root());
    command
}

/// Runs a command whose output is for the reader.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    show(command);
    let status = command.status().map_err(|error| not_started(command, error))?;
    ensure!(status.success(), "`{}` failed ({status})", line(command));
    Ok(())
}

/// Runs a command for what it prints.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, error))?;
    ensure!(output.status.success(), "`{}` failed ({})", line(command), output.status);
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed something that is not text", line(command)))
}

/// Runs a command both for the reader and for what it prints; says whether it succeeded.
pub(crate) fn tee(command: &mut Command) -> Result<(bool, String)> {
    show(command);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, error))?;
    let mut text = String::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    Ok((child.wait()?.success(), text))
}

/// Shows a command as a person would type it.
pub(crate) fn show(command: &Command) {
    // What was printed before belongs above the command, also where stdout is a file.
    let _ = std::io::stdout().flush();
    eprintln!("$ {}", line(command));
}

/// The command as a person would type it.
fn line(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let words = std::iter::once(name).chain(command.get_args()).map(|word| {
        // The command runs in the root; a path into it reads better without.
        let word = Path::new(word).strip_prefix(workspace::root()).unwrap_or(Path::new(word));
        word.to_string_lossy()
    });
    words.collect::<Vec<_>>().join(" ")
}

fn not_started(command: &Command, error: std::io::Error) -> Error {
    let advice = match command.get_program().to_str() {
        Some("node" | "npm" | "npm.cmd") => "install Node.js 20.19 or later, from https://nodejs.org",
        Some("rustup") => "install it from https://rustup.rs",
        _ => "is it installed?",
    };
    match error.kind() {
        ErrorKind::NotFound => anyhow!("`{}` cannot be started, the program is not found: {advice}", line(command)),
        _ => Error::new(error).context(format!("`{}` cannot be started", line(command))),
    }
}
