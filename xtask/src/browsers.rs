//! The browsers in which the core's own tests run, and the drivers that `wasm-pack test` speaks to.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use crate::tools::{self, cargo_tool};
use crate::workspace::Workspace;

const GECKODRIVER: &str = "0.37.1";

/// A browser, as the tools around it call it.
pub(crate) struct Browser {
    pub(crate) name: &'static str,
    /// What a variable may name, else what is looked for on the path.
    program: (&'static str, &'static [&'static str]),
    driver: fn(&Workspace) -> Result<PathBuf>,
    flags: [&'static str; 2],
    capability: &'static str,
}

pub(crate) const BROWSERS: [Browser; 2] = [
    Browser {
        name: "Chromium",
        program: ("CHROMIUM", &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]),
        driver: |_| program(("CHROMEDRIVER", &["chromedriver"])),
        flags: ["--chrome", "--chromedriver"],
        capability: "goog:chromeOptions",
    },
    Browser {
        name: "Firefox",
        program: ("FIREFOX", &["firefox", "firefox-esr"]),
        driver: |workspace| cargo_tool(workspace, "geckodriver", "geckodriver", GECKODRIVER),
        flags: ["--firefox", "--geckodriver"],
        capability: "moz:firefoxOptions",
    },
];

impl Browser {
    /// What `wasm-pack test` has to be told. An error says why the browser cannot be had.
    pub(crate) fn arguments(&self, workspace: &Workspace) -> Result<Arguments> {
        let browser = program(self.program)?;
        let driver = (self.driver)(workspace)?;
        let [here, by] = self.flags;
        let files = Files::new()?;
        // The drivers know fewer names of their browsers than there are.
        let capabilities = json!({ self.capability: { "binary": browser } });
        fs::write(files.capabilities(), capabilities.to_string())?;
        Ok(Arguments { words: ["--headless".into(), here.into(), by.into(), driver], files })
    }
}

fn program((variable, names): (&str, &[&str])) -> Result<PathBuf> {
    tools::find(variable, names).with_context(|| format!("no {} on the path, and the variable {variable} names none", names.join(", ")))
}

/// Arguments and variables; good for as long as this lives.
pub(crate) struct Arguments {
    pub(crate) words: [PathBuf; 4],
    files: Files,
}

impl Arguments {
    pub(crate) fn variables(&self) -> [(&'static str, PathBuf); 5] {
        [
            // Tests that do not say where they run are for Node.js otherwise.
            ("WASM_BINDGEN_USE_BROWSER", "1".into()),
            ("WASM_BINDGEN_TEST_WEBDRIVER_JSON", self.files.capabilities()),
            // Seconds; the defaults of 5 and 20 are short for a machine under load.
            ("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60".into()),
            ("WASM_BINDGEN_TEST_TIMEOUT", "120".into()),
            ("TMPDIR", self.files.0.clone()),
        ]
    }
}

/// A folder for what browsers leave behind: their drivers are ended before they can tidy up.
struct Files(PathBuf);

impl Files {
    fn new() -> Result<Self> {
        // Not in the target folder: a socket's path must be short.
        let folder = env::temp_dir().join(format!("drone-webhooks-{}", process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }

    fn capabilities(&self) -> PathBuf {
        self.0.join("webdriver.json")
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // A browser that is ending still writes.
        for _ in 0..50 {
            if fs::remove_dir_all(&self.0).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}
