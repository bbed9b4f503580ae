//! The hosts of the portable module: their own tests, run by their own tools, and counted. Each installs what would be published and uses it as a newcomer would.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::maven::Maven;
use crate::portable;
use crate::process::{self, program};
use crate::report::Counts;
use crate::test::complete;
use crate::tools::find;
use crate::workspace::{Workspace, root};

/// What the linters of the hosts' languages say.
pub(crate) fn lint(workspace: &Workspace, fix: bool) -> Result<Vec<Command>> {
    Ok(go_lint().into_iter().chain(python_lint(workspace, fix)?).chain(java_lint(workspace)?).collect())
}

/// Go: everything under the race detector, the installation from a module proxy of its own included.
pub(crate) fn go(_: &Workspace) -> Result<Counts> {
    let (Some(go), Some(_)) = (find("GO", &["go"]), find("CC", &["gcc", "clang", "cc"])) else {
        return Ok(missing("Go", "Go 1.25 or later (https://go.dev/dl) and a C compiler, for the race detector"));
    };
    let mut command = in_host("go", go);
    command.args(["test", "-race", "-count=1", "-json", "./..."]).env("CGO_ENABLED", "1");
    go_tests(&mut command)
}

/// `cargo xtask bench go`: a verification beside one by hand.
pub(crate) fn go_bench() -> Result<()> {
    let go = find("GO", &["go"]).context("there is no Go")?;
    process::run(in_host("go", go).args(["run", "./internal/bench"]))
}

/// What go vet says of the Go host; nothing where Go is missing, which the tests tell. That it is formatted is one of its tests, since `gofmt -l` succeeds whatever it finds.
fn go_lint() -> Vec<Command> {
    let Some(go) = find("GO", &["go"]) else { return Vec::new() };
    let mut vet = in_host("go", go);
    vet.args(["vet", "./..."]);
    vec![vet]
}

/// Python: the wheel of the sdist is built and installed, and the tests run on what is installed.
pub(crate) fn python(workspace: &Workspace) -> Result<Counts> {
    let Some(environment) = PythonEnvironment::set_up(workspace)? else {
        return Ok(missing("Python", "Python 3.9 or later: https://www.python.org"));
    };
    let wheel = environment.build(&environment.folder.join("dist"))?;
    environment.install(&wheel)?;
    let mut command = in_host("python", environment.program("python"));
    command.args(["-m", "pytest", "-q"]).env("DRONE_WEBHOOKS_WHEEL", &wheel);
    let (success, output) = process::tee(&mut command)?;
    complete(Counts::of_pytest(&output), success)
}

/// `cargo xtask bench python`: a verification beside one by hand, with the installed wheel.
pub(crate) fn python_bench(workspace: &Workspace, options: &[&str]) -> Result<()> {
    let environment = PythonEnvironment::set_up(workspace)?.context("there is no Python")?;
    let wheel = environment.build(&environment.folder.join("dist"))?;
    environment.install(&wheel)?;
    process::run(in_host("python", environment.program("python")).arg("bench/bench.py").args(options))
}

/// What ruff and mypy say of the Python host; nothing where Python is missing, which the tests tell.
fn python_lint(workspace: &Workspace, fix: bool) -> Result<Vec<Command>> {
    let Some(environment) = PythonEnvironment::set_up(workspace)? else { return Ok(Vec::new()) };
    let command = |name: &str, arguments: &[&str]| {
        let mut command = in_host("python", environment.program(name));
        command.args(arguments);
        command
    };
    Ok(vec![
        command("ruff", if fix { &["format", "."] } else { &["format", "--check", "."] }),
        command("ruff", if fix { &["check", "--fix", "."] } else { &["check", "."] }),
        command("mypy", &[]),
    ])
}

/// A virtual environment in the target folder, with what the tests need.
struct PythonEnvironment {
    folder: PathBuf,
}

impl PythonEnvironment {
    /// Makes it, or brings it up to date; `None` where there is no Python.
    fn set_up(workspace: &Workspace) -> Result<Option<Self>> {
        let Some(python) = find("PYTHON", &["python3", "python"]) else { return Ok(None) };
        let environment = Self { folder: workspace.target.join("python") };
        let requirements = root().join("hosts/python/requirements-dev.txt");
        let (wanted, stamp) = (fs::read(&requirements)?, environment.folder.join("installed.txt"));
        if fs::read(&stamp).ok().as_ref() != Some(&wanted) {
            process::run(program(python).args(["-m", "venv", "--clear"]).arg(environment.folder.join("venv")))?;
            process::run(program(environment.program("python")).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&requirements))?;
            fs::write(&stamp, wanted)?;
        }
        Ok(Some(environment))
    }

    fn program(&self, name: &str) -> PathBuf {
        self.folder.join("venv").join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name).with_extension(env::consts::EXE_EXTENSION)
    }

    /// Makes the sdist, and of that the wheel.
    fn build(&self, folder: &Path) -> Result<PathBuf> {
        portable::place_committed()?;
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        process::run(in_host("python", self.program("python")).args(["-m", "build", "--no-isolation", "--outdir"]).arg(folder))?;
        let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        entries.into_iter().find(|file| file.extension().is_some_and(|extension| extension == "whl")).context("no wheel was built")
    }

    fn install(&self, wheel: &Path) -> Result<()> {
        process::run(program(self.program("python")).args(["-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps"]).arg(wheel))
    }
}

/// Java: built, tested and installed, and then used by projects that know nothing of this one.
pub(crate) fn java(workspace: &Workspace) -> Result<Counts> {
    let Some(maven) = Maven::find(workspace) else {
        return Ok(missing("Java", "a JDK from 17 on (https://adoptium.net) and Maven (https://maven.apache.org)"));
    };
    portable::place_committed()?;
    let mut counts = maven.tests(".", "install")?;
    counts += maven.tests("tests/installed", "test")?;
    counts += maven.tests("examples/spring-boot", "test")?;
    Ok(counts)
}

/// `cargo xtask bench java`: a verification beside one by hand.
pub(crate) fn java_bench(workspace: &Workspace) -> Result<()> {
    portable::place_committed()?;
    let maven = Maven::find(workspace).context("there is no JDK, or no Maven")?;
    maven.run("io.github.dronewebhooks.bench.Bench")?;
    maven.run("io.github.dronewebhooks.bench.Load")
}

/// javac with every warning an error; nothing where Java is missing, which the tests tell.
fn java_lint(workspace: &Workspace) -> Result<Vec<Command>> {
    let Some(maven) = Maven::find(workspace) else { return Ok(Vec::new()) };
    portable::place_committed()?;
    Ok(vec![maven.compile()])
}

/// A test that cannot be run is seen, and with CI=true it is a failure.
fn missing(host: &str, what: &str) -> Counts {
    println!("skipped: {host} is not tested, which needs {what}");
    Counts { skipped: 1, ..Counts::default() }
}

fn in_host(host: &str, name: PathBuf) -> Command {
    let mut command = program(name);
    command.current_dir(root().join("hosts").join(host));
    command
}

/// Thousands of tests: what is printed is what failed, and the line of each package.
fn go_tests(command: &mut Command) -> Result<Counts> {
    process::show(command);
    let mut child = command.stdout(Stdio::piped()).spawn().context("go cannot be started")?;
    let mut counts = Counts::default();
    let mut printed: HashMap<String, String> = HashMap::new();
    for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
        let line = line?;
        match serde_json::from_str::<Value>(&line) {
            Ok(event) => counts += go_event(&event, &mut printed),
            // What does not compile is told in plain text.
            Err(_) => println!("{line}"),
        }
    }
    complete(counts, child.wait()?.success())
}

/// One line of `go test -json`.
fn go_event(event: &Value, printed: &mut HashMap<String, String>) -> Counts {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    let test = text("Test");
    let output = printed.entry(test.to_owned()).or_default();
    let mut counts = Counts::default();
    match text("Action") {
        "output" | "build-output" if test.is_empty() => print!("{}", text("Output")),
        "output" => output.push_str(text("Output")),
        "pass" if !test.is_empty() => counts.passed = 1,
        "fail" if !test.is_empty() => counts.failed = 1,
        "skip" if !test.is_empty() => counts.skipped = 1,
        _ => {}
    }
    if counts.failed + counts.skipped > 0 {
        print!("{output}");
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_of_go_count_and_packages_do_not() {
        let lines = [
            r#"{"Action":"run","Package":"p","Test":"TestA"}"#,
            r#"{"Action":"output","Package":"p","Test":"TestA","Output":"why\n"}"#,
            r#"{"Action":"fail","Package":"p","Test":"TestA"}"#,
            r#"{"Action":"pass","Package":"p","Test":"TestB/one"}"#,
            r#"{"Action":"skip","Package":"p","Test":"TestC"}"#,
            r#"{"Action":"fail","Package":"p"}"#,
        ];
        let mut counts = Counts::default();
        let mut printed = HashMap::new();
        for line in lines {
            counts += go_event(&serde_json::from_str(line).unwrap(), &mut printed);
        }
        assert_eq!(counts, Counts { passed: 1, failed: 1, skipped: 1 });
        assert_eq!(printed["TestA"], "why\n");
    }
}
