//! What a run prints at its end: tables, sizes, counts of tests.

use std::fmt;
use std::io::Write;
use std::ops::AddAssign;

use flate2::Compression;
use flate2::write::GzEncoder;

/// How many tests did what.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

impl Counts {
    /// From what `cargo test` prints, one line a test binary: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn of_cargo(output: &str) -> Self {
        let mut counts = Self::default();
        for result in output.lines().filter_map(|line| line.strip_prefix("test result: ")) {
            let (_, numbers) = result.split_once(". ").unwrap_or_default();
            for (count, what) in numbers.split("; ").filter_map(|part| part.split_once(' ')) {
                counts.add(what, count);
            }
        }
        counts
    }

    /// From the closing lines of TAP by `node --test`: `# pass 3`.
    pub(crate) fn of_tap(output: &str) -> Self {
        let mut counts = Self::default();
        for (what, count) in output.lines().filter_map(|line| line.strip_prefix("# ")?.split_once(' ')) {
            counts.add(what, count);
        }
        counts
    }

    /// From the last line of pytest: `2 failed, 31 passed, 1 skipped in 64.07s (0:01:04)`.
    pub(crate) fn of_pytest(output: &str) -> Self {
        let mut counts = Self::default();
        let results = output.lines().rev().filter_map(|line| line.split_once(" in ")).map(|(results, _)| results);
        let results = results.into_iter().find(|results| results.starts_with(|first: char| first.is_ascii_digit())).unwrap_or_default();
        for (count, what) in results.split(", ").filter_map(|part| part.split_once(' ')) {
            counts.add(what, count);
        }
        counts
    }

    fn add(&mut self, what: &str, count: &str) {
        let Ok(count) = count.parse::<u32>() else { return };
        match what {
            "passed" | "pass" => self.passed += count,
            "failed" | "fail" | "cancelled" | "error" | "errors" => self.failed += count,
            "ignored" | "skipped" | "todo" => self.skipped += count,
            _ => {}
        }
    }
}

/// Rows under a heading; the first column is text, the others are numbers.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in rows {
        let aligned = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("  {cell:<width$}"),
            _ => format!("  {cell:>width$}"),
        });
        text += aligned.collect::<String>().trim_end();
        text.push('\n');
    }
    text
}

/// How many bytes a download of this takes.
pub(crate) fn gzip(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default().len()
}

#[cfg(test)]
mod tests {
    use super::{Counts, table};

    #[test]
    fn the_results_of_every_test_binary_count() {
        let output = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s\n\
                      test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(Counts::of_cargo(output), Counts { passed: 4, failed: 2, skipped: 1 });
    }

    #[test]
    fn the_closing_lines_of_tap_count_and_diagnostics_do_not() {
        let output = "ok 1 - works\n# a diagnostic\n# tests 9\n# suites 1\n# pass 5\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 1\n# duration_ms 12.5\n";
        assert_eq!(Counts::of_tap(output), Counts { passed: 5, failed: 2, skipped: 2 });
    }

    #[test]
    fn the_last_line_of_pytest_counts() {
        let output = "....F [100%]\nFAILED in 3 places\n1 failed, 5 passed, 2 skipped, 1 error in 64.56s (0:01:04)\n";
        assert_eq!(Counts::of_pytest(output), Counts { passed: 5, failed: 2, skipped: 2 });
    }

    #[test]
    fn what_is_skipped_is_said_only_when_there_is_something() {
        assert_eq!(Counts { passed: 2, failed: 0, skipped: 0 }.to_string(), "2 passed, 0 failed");
        assert_eq!(Counts { passed: 2, failed: 1, skipped: 3 }.to_string(), "2 passed, 1 failed, 3 skipped");
    }

    #[test]
    fn numbers_stand_under_one_another() {
        let rows = [["part", "passed"], ["rust", "7"]].map(|row| row.map(String::from));
        assert_eq!(table(&rows), "  part  passed\n  rust       7\n");
    }
}
