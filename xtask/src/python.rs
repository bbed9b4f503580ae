//! What is generated for the Python host: the table of refusals, and the payload as `TypedDict`s. Knows no file.

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};
use drone_webhooks::Code;

/// `codes.py`.
pub(crate) fn codes() -> String {
    let members: Vec<String> = Code::ALL.iter().map(|code| format!("    {} = (\"{code}\", {})\n", code.as_str().to_uppercase(), code.status())).collect();
    let members = members.concat();
    format!(
        r#""""Every code. Generated from src/error.rs by `cargo xtask generate`. Do not edit."""

from __future__ import annotations

from enum import Enum


class Code(str, Enum):
    """Why a request was refused, in the order of verification; equal to its name in lower case."""

    status: int
    """The HTTP status that a receiver answers."""

    def __new__(cls, name: str, status: int) -> Code:
        code = str.__new__(cls, name)
        code._value_ = name
        code.status = status
        return code

    def __str__(self) -> str:
        return str(self.value)

{members}

BY_NUMBER = dict(enumerate(Code, 1))
"""The codes by the numbers that the module gives."""
"#
    )
}

/// `payload.py`, from the TypeScript that is made of the Rust types.
pub(crate) fn payload(typescript: &str) -> Result<String> {
    let mut text = String::from(
        "\"\"\"What Drone sends. Generated from src/payload.rs by `cargo xtask generate`. Do not edit.\n\n\
         Every field may be absent, and there may be others; that a field has the type which stands here is Drone's habit, and nothing that was verified.\n\"\"\"\n\n\
         from __future__ import annotations\n\nfrom typing import TypedDict\n",
    );
    let mut comment = "";
    for line in typescript.lines().skip(1) {
        let line = line.trim();
        if let Some(given) = line.strip_prefix("/** ").and_then(|rest| rest.strip_suffix(" */")) {
            comment = given;
        } else if let Some(name) = line.strip_prefix("export interface ") {
            let name = name.trim_end_matches(" {");
            write!(text, "\n\nclass {name}(TypedDict, total=False):\n    \"\"\"{comment}\"\"\"\n\n")?;
        } else if let Some((name, kind)) = line.split_once("?: ") {
            let kind = python_type(kind).with_context(|| format!("the field {name}"))?;
            write!(text, "    {name}: {kind}\n    \"\"\"{comment}\"\"\"\n")?;
        } else if let Some(statuses) = line.strip_prefix("export type BuildStatus = ") {
            write!(
                text,
                "\nBuildStatus = str\n\"\"\"{comment} Known: {}.\"\"\"\n",
                statuses.replace(" | (string & {});", "").replace('\'', "`").replace(" | ", ", ")
            )?;
        } else if let Some(statuses) = line.strip_prefix("export const FINAL_STATUSES: readonly string[] = [") {
            write!(text, "\nFINAL_STATUSES = ({})\n\"\"\"{comment}\"\"\"\n", statuses.trim_end_matches("];").replace('\'', "\""))?;
        } else {
            ensure!(line.is_empty() || line == "}", "a line of TypeScript that has no Python: {line}");
        }
    }
    Ok(text)
}

fn python_type(typescript: &str) -> Result<String> {
    Ok(match typescript {
        "number" => "int".to_owned(),
        "string" => "str".to_owned(),
        "boolean" => "bool".to_owned(),
        "Record<string, string>" => "dict[str, str]".to_owned(),
        list if list.starts_with("Array<") => format!("list[{}]", python_type(list.trim_start_matches("Array<").trim_end_matches('>'))?),
        name if name.chars().all(char::is_alphabetic) => name.to_owned(),
        other => bail!("there is no Python for the type {other}"),
    })
}
