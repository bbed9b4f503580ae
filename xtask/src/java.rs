//! What is generated for the Java host: the codes, and the payload as records. Knows no file.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use drone_webhooks::Code;

const GENERATED: &str = "by `cargo xtask generate`. Do not edit.";

/// `Code.java`.
pub(crate) fn codes() -> String {
    let constant = |code: &Code| {
        let (text, status) = (code.as_str(), code.status());
        format!("    /** {{@code {text}}}, answered {status}. */\n    {}(\"{text}\", {status})", text.to_uppercase())
    };
    let constants: Vec<String> = Code::ALL.iter().map(constant).collect();
    format!(
        r"// Generated from src/error.rs {GENERATED}
package io.github.dronewebhooks;

/** Why a request was refused: every code, in the order of verification, with the HTTP status that a receiver answers. */
public enum Code {{
{};

    private static final Code[] ALL = values();

    private final String text;
    private final int status;

    Code(String text, int status) {{
        this.text = text;
        this.status = status;
    }}

    /** The HTTP status to answer with. */
    public int status() {{
        return status;
    }}

    /** The code as it is written everywhere, such as {{@code digest_mismatch}}. */
    @Override
    public String toString() {{
        return text;
    }}

    /** The code that is written so; throws {{@link IllegalArgumentException}} for what is none. */
    public static Code of(String text) {{
        return valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }}

    /** The code of a verdict: 1 is the first. */
    static Code ofNumber(int number) {{
        return ALL[number - 1];
    }}
}}
",
        constants.join(",\n\n")
    )
}

/// A record for each object of the payload, by its name, from the TypeScript that is made of the Rust types.
pub(crate) fn payload(typescript: &str) -> Result<Vec<(String, String)>> {
    let mut records = Vec::new();
    let mut comment = "";
    let mut open: Option<Record> = None;
    for line in typescript.lines().map(str::trim) {
        if let Some(given) = line.strip_prefix("/** ").and_then(|rest| rest.strip_suffix(" */")) {
            comment = given;
        } else if let Some(name) = line.strip_prefix("export interface ").and_then(|rest| rest.strip_suffix(" {")) {
            open = Some(Record { name: class_name(name), comment: marked(comment), fields: Vec::new() });
        } else if let (Some((key, kind)), Some(record)) = (line.split_once("?: "), &mut open) {
            record.fields.push(Field::new(key, kind, comment).with_context(|| format!("the field {key}"))?);
        } else if line == "}" {
            records.extend(open.take().map(|record| (record.name.clone(), record.text(&final_statuses(typescript)))));
        }
    }
    Ok(records)
}

struct Record {
    name: String,
    comment: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    read: String,
    comment: String,
}

impl Record {
    fn text(&self, final_statuses: &str) -> String {
        let Self { name, comment, fields } = self;
        let lines = |each: &dyn Fn(&Field) -> String, between: &str| fields.iter().map(each).collect::<Vec<_>>().join(between);
        let params = lines(&|field| format!(" * @param {} {}", field.name, field.comment), "\n");
        let components = lines(&|field| format!("        {} {}", field.kind, field.name), ",\n");
        let reads = lines(&|field| format!("                {}", field.read), ",\n");
        let completed = if name == "Build" { completed(final_statuses) } else { String::new() };
        let imports = self.imports().iter().map(|import| format!("import {import};\n")).collect::<Vec<_>>().concat();
        format!(
            r"// Generated from src/payload.rs {GENERATED}
package io.github.dronewebhooks.payload;

{imports}
/**
 * {comment} Every field may be null: absent, or of a type that is not expected. Times are seconds since 1970.
 *
{params}
 * @param json the whole object, with what is not known here; not to be changed
 */
public record {name}(
{components},
        JsonNode json) {{
{completed}    /** Reads an object; null for what is none. */
    public static {name} of(JsonNode object) {{
        if (!object.isObject()) {{
            return null;
        }}
        var fields = new Fields(object);
        return new {name}(
{reads},
                object);
    }}
}}
"
        )
    }

    fn imports(&self) -> BTreeSet<&'static str> {
        let mut imports = BTreeSet::from(["com.fasterxml.jackson.databind.JsonNode"]);
        let of = |start: &str| self.fields.iter().any(|field| field.kind.starts_with(start));
        imports.extend(of("List<").then_some("java.util.List"));
        imports.extend(of("Map<").then_some("java.util.Map"));
        imports.extend((self.name == "Build").then_some("java.util.Set"));
        imports
    }
}

impl Field {
    fn new(key: &str, kind: &str, comment: &str) -> Result<Self> {
        let (kind, read) = kind_and_read(kind, key)?;
        Ok(Self { name: field_name(key), kind, read, comment: lower_first(marked(comment).trim_end_matches('.')) })
    }
}

fn completed(statuses: &str) -> String {
    format!(
        r"    private static final Set<String> FINAL_STATUSES = Set.of({statuses});

    /** Whether the build is at its end. Drone sends no event for that, and says it more than once. */
    public boolean isCompleted() {{
        return status != null && FINAL_STATUSES.contains(status);
    }}

"
    )
}

fn final_statuses(typescript: &str) -> String {
    let line = typescript.lines().find_map(|line| line.strip_prefix("export const FINAL_STATUSES: readonly string[] = ["));
    line.unwrap_or_default().trim_end_matches("];").replace('\'', "\"")
}

fn kind_and_read(typescript: &str, key: &str) -> Result<(String, String)> {
    let (kind, method) = match typescript {
        "number" => ("Long", "number"),
        "string" | "BuildStatus" => ("String", "text"),
        "boolean" => ("Boolean", "flag"),
        "Record<string, string>" => ("Map<String, String>", "textMap"),
        "Array<string>" => ("List<String>", "texts"),
        list if list.starts_with("Array<") => {
            let name = class_name(list.trim_start_matches("Array<").trim_end_matches('>'));
            return Ok((format!("List<{name}>"), format!("fields.list(\"{key}\", {name}::of)")));
        }
        name if name.chars().all(char::is_alphabetic) => {
            let name = class_name(name);
            return Ok((name.clone(), format!("fields.object(\"{key}\", {name}::of)")));
        }
        other => bail!("there is no Java for the type {other}"),
    };
    Ok((kind.to_owned(), format!("fields.{method}(\"{key}\")")))
}

/// Nobody wants to import another `System`.
fn class_name(name: &str) -> String {
    if name == "System" { "DroneSystem".to_owned() } else { name.to_owned() }
}

fn field_name(key: &str) -> String {
    match key {
        // Words of the language.
        "private" => "isPrivate".to_owned(),
        "protected" => "isProtected".to_owned(),
        _ => key.split('_').enumerate().map(|(at, word)| if at == 0 { word.to_owned() } else { upper_first(word) }).collect(),
    }
}

/// Rust's marks as Java's.
fn marked(comment: &str) -> String {
    let comment = comment.replace("Envelope::event", "Delivery.event()");
    comment.split('`').enumerate().map(|(at, part)| if at % 2 == 1 { format!("{{@code {part}}}") } else { part.to_owned() }).collect()
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}
