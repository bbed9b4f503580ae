//! Maven, with a repository of its own in the target folder: what the Java host installs there is there for nobody else, and a test resolves it as from anywhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::report::Counts;
use crate::test::complete;
use crate::tools::find;
use crate::workspace::{Workspace, root};

/// A Maven and a Java compiler that were found.
pub(crate) struct Maven {
    program: PathBuf,
    repository: PathBuf,
}

impl Maven {
    /// `None` where either is missing.
    pub(crate) fn find(workspace: &Workspace) -> Option<Self> {
        find("JAVAC", &["javac"])?;
        Some(Self { program: find("MVN", &["mvn", "mvn.cmd"])?, repository: workspace.target.join("maven/repository") })
    }

    /// Runs a goal in a folder of the host, whose tests are counted; `.` is the host itself.
    pub(crate) fn tests(&self, folder: &str, goal: &str) -> Result<Counts> {
        let folder = root().join("hosts/java").join(folder);
        let reports = folder.join("target/surefire-reports");
        // Of a run before.
        if reports.exists() {
            fs::remove_dir_all(&reports)?;
        }
        let success = process::run(self.command(&folder).arg(goal)).is_ok();
        complete(counts(&reports)?, success)
    }

    /// Compiles with every warning an error.
    pub(crate) fn compile(&self) -> Command {
        let mut command = self.command(&root().join("hosts/java"));
        command.arg("test-compile");
        command
    }

    /// Runs a class of the host's tests.
    pub(crate) fn run(&self, class: &str) -> Result<()> {
        let host = root().join("hosts/java");
        let class_path = self.repository.with_file_name("class-path.txt");
        process::run(self.compile().arg("dependency:build-classpath").arg(format!("-Dmdep.outputFile={}", class_path.display())))?;
        let separator = if cfg!(windows) { ";" } else { ":" };
        let class_path = ["target/classes", "target/test-classes", &fs::read_to_string(&class_path)?].join(separator);
        process::run(process::program("java").current_dir(host).env("CLASSPATH", class_path).arg(class))
    }

    fn command(&self, folder: &Path) -> Command {
        let mut command = process::program(&self.program);
        command.current_dir(folder).args(["--batch-mode", "--quiet"]).arg(format!("-Dmaven.repo.local={}", self.repository.display()));
        command
    }
}

/// The sum of Surefire's reports.
fn counts(folder: &Path) -> Result<Counts> {
    let mut counts = Counts::default();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "xml") {
            let text = fs::read_to_string(&file)?;
            counts += of_report(&text).with_context(|| format!("{} is no report of Surefire's", file.display()))?;
        }
    }
    Ok(counts)
}

/// From the attributes of its root.
fn of_report(text: &str) -> Option<Counts> {
    let (_, root) = text.split_once("<testsuite ")?;
    let (root, _) = root.split_once('>')?;
    let number = |name: &str| root.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.parse::<u32>().ok();
    let (failed, skipped) = (number("errors")? + number("failures")?, number("skipped")?);
    Some(Counts { passed: number("tests")?.checked_sub(failed + skipped)?, failed, skipped })
}

#[cfg(test)]
mod tests {
    use super::{Counts, of_report};

    #[test]
    fn tests_of_surefire_count_and_errors_are_failures() {
        let report = "<?xml version=\"1.0\"?>\n<testsuite xmlns:x=\"y\" name=\"T\" time=\"0.1\" tests=\"9\" errors=\"1\" skipped=\"2\" failures=\"3\">\n<testcase tests=\"5\"/>";
        assert_eq!(of_report(report), Some(Counts { passed: 3, failed: 4, skipped: 2 }));
        assert_eq!(of_report("<html>"), None);
    }
}
