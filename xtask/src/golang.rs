//! The Go that is made from the Rust types: the codes, and the payload as structs. Written as gofmt would have it, so that it needs no Go.

use std::fmt::Write;

use drone_webhooks::{Code, typescript};

const GENERATED: &str = "by `cargo xtask generate`. DO NOT EDIT.\n\npackage dronewebhooks\n";

/// Parts of names that Go writes in capitals.
const CAPITALS: [&str; 7] = ["id", "uid", "http", "ssh", "url", "scm", "os"];

/// The whole text of `codes.go`.
pub(crate) fn codes() -> String {
    let names: Vec<(String, &str, u16)> = Code::ALL.iter().map(|code| (name(code.as_str()), code.as_str(), code.status())).collect();
    let widest = names.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    let mut text = format!("// Code generated from src/error.rs {GENERATED}");
    text += "\n// Every code, in the order of verification; what is wrong with the set-up comes last.\nconst (\n";
    for (name, code, _) in &names {
        let _ = writeln!(text, "\tCode{name:widest$} Code = \"{code}\"");
    }
    text += ")\n\n// What an [*Error] is compared with, by [errors.Is].\nvar (\n";
    for (name, ..) in &names {
        let _ = writeln!(text, "\tErr{name:widest$} = &Error{{Code: Code{name}}}");
    }
    text += ")\n\n// The module's number for a code is its place here, counted from 1.\nvar codes = [...]struct {\n\tcode   Code\n\tstatus int\n}{\n";
    for (name, _, status) in &names {
        let _ = writeln!(text, "\t{{Code{name}, {status}}},");
    }
    text + "}\n"
}

/// The whole text of `payload.go`, from the declarations of the npm package.
pub(crate) fn payload() -> String {
    let declarations = typescript::declarations();
    let mut text = format!("// Code generated from src/payload.rs {GENERATED}\nimport \"encoding/json\"\n");
    text += &statuses(&declarations);
    let mut docs = String::new();
    let mut open = String::new();
    for line in declarations.lines() {
        if let Some(comment) = line.trim().strip_prefix("/** ").and_then(|rest| rest.strip_suffix(" */")) {
            comment.replace('`', "").clone_into(&mut docs);
        } else if let Some(found) = line.strip_prefix("export interface ").and_then(|rest| rest.strip_suffix(" {")) {
            found.clone_into(&mut open);
            let _ = writeln!(text, "\n// {open} is {}\ntype {open} struct {{", lower_first(&docs));
        } else if let Some((key, kind)) = line.trim().split_once("?: ") {
            let _ = writeln!(text, "\t// {docs}\n\t{} {} `json:\"{key},omitzero\"`\n", name(key), type_of(kind));
        } else if line == "}" && !open.is_empty() {
            text += "\t// Extra is what is not known here, or has another type than expected.\n\tExtra map[string]json.RawMessage `json:\"-\"`\n}\n";
            let _ = write!(
                text,
                "\n// UnmarshalJSON reads what fits, and puts the rest into Extra.\nfunc (o *{open}) UnmarshalJSON(data []byte) error {{ return readObject(data, o, &o.Extra) }}\n"
            );
            open.clear();
        }
    }
    text
}

/// The statuses as constants, and those that are final.
fn statuses(declarations: &str) -> String {
    let list = |start: &str| -> Vec<String> {
        let line = declarations.lines().find_map(|line| line.strip_prefix(start)).unwrap_or_default();
        line.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let (known, last) = (list("export type BuildStatus = "), list("export const FINAL_STATUSES"));
    let widest = known.iter().map(|status| name(status).len()).max().unwrap_or(0);
    let mut text = String::from("\n// BuildStatus is where a build, a stage or a step stands; a later Drone may have others.\ntype BuildStatus string\n");
    text += "\n// The statuses that are known.\nconst (\n";
    for status in &known {
        let _ = writeln!(text, "\tStatus{:widest$} BuildStatus = \"{status}\"", name(status));
    }
    text += ")\n\n// IsFinal tells whether nothing more is to come, but for repeats.\nfunc (s BuildStatus) IsFinal() bool {\n\tswitch s {\n\tcase ";
    text += &last.iter().map(|status| format!("Status{}", name(status))).collect::<Vec<_>>().join(", ");
    text + ":\n\t\treturn true\n\tdefault:\n\t\treturn false\n\t}\n}\n"
}

fn name(snake: &str) -> String {
    let word = |word: &str| match word {
        _ if CAPITALS.contains(&word) => word.to_uppercase(),
        _ => upper_first(word),
    };
    snake.split('_').map(word).collect()
}

/// Scalars as they are, where nothing and the empty value are the same; objects as pointers, nil where there is none.
fn type_of(kind: &str) -> String {
    match kind {
        "number" => "int64".to_owned(),
        "string" => "string".to_owned(),
        "boolean" => "bool".to_owned(),
        "BuildStatus" => "BuildStatus".to_owned(),
        "Record<string, string>" => "map[string]string".to_owned(),
        _ => match kind.strip_prefix("Array<").and_then(|rest| rest.strip_suffix('>')) {
            Some(of) => format!("[]{}", type_of(of).trim_start_matches('*')),
            None => format!("*{kind}"),
        },
    }
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}
