//! One WebAssembly file of the npm package: compiled, its glue generated, optimised, checked, and written beside the TypeScript.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::bare;
use crate::pack::pack;
use crate::process;
use crate::report;
use crate::snip::snip;
use crate::workspace::{CORE, Workspace};

/// What is made from the one crate.
pub(crate) const ARTIFACTS: &[Artifact] = &[
    // The verifier. A receiver loads it at every cold start, so it is kept small: serde's derived types alone would weigh three times the limit.
    Artifact { name: "core", features: "js", max_gzip: 25 * 1024, without: &["serde"], fast: false, takes_values: false },
    // For people who debug; loaded by who imports it. It tries a body of 5 MB in many forms, so it is made fast: half the time for a quarter more of its size.
    Artifact { name: "explain", features: "js-explain", max_gzip: 100 * 1024, without: &[], fast: true, takes_values: true },
];

/// One WebAssembly file.
pub(crate) struct Artifact {
    /// `{name}_bg.wasm`, `{name}_bg.wasm.d.ts`, and the glue if there is any: `{name}.js`, `{name}.d.ts`; `{name}-inline.js` holds the wasm as text.
    name: &'static str,
    /// Features of the crate, which is built without its default ones.
    features: &'static str,
    /// The most that the wasm may weigh, compressed.
    max_gzip: usize,
    /// Names that must not occur among the symbols.
    without: &'static [&'static str],
    /// Whether time counts for more than size.
    fast: bool,
    /// Whether its functions take or give text and objects, by the glue. If not, everything is a number, nothing formats, and there is no glue.
    takes_values: bool,
}

impl Artifact {
    /// Builds everything into a folder.
    pub(crate) fn build(&self, workspace: &Workspace, folder: &Path) -> Result<()> {
        let compiled = self.compile(workspace)?;
        self.check_symbols(&compiled)?;
        self.generate_glue(&compiled, folder)?;
        if self.takes_values {
            self.trust_module(folder)?;
            self.check_glue(folder)?;
        } else {
            self.bare(folder)?;
        }
        optimise(&self.wasm(folder), "-O4", &[])?;
        self.write_inline(folder)
    }

    /// The wasm in a folder.
    pub(crate) fn wasm(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}_bg.wasm", self.name))
    }

    fn compile(&self, workspace: &Workspace) -> Result<PathBuf> {
        // SHA-256 with SIMD, which every engine has had since 2023: a fifth faster than without, and 1.5 KB smaller after gzip.
        let simd = "-Ctarget-feature=+simd128";
        // LLVM inlines what it finds small, and repeats loops; after gzip a call and a loop are smaller.
        let sparse = format!("-Cllvm-args=-inline-threshold={}", if self.fast { 60 } else { 25 });
        let loops = "-Cllvm-args=-unroll-threshold=0";
        let flags: &[&str] = if self.fast { &[simd, &sparse] } else { &[simd, &sparse, loops] };
        let mut command = module_command(self.features, flags);
        if self.fast {
            command.args(["--config", "profile.wasm.opt-level = 3"]);
        }
        process::run(&mut command)?;
        Ok(workspace.target.join("wasm32-unknown-unknown/wasm").join(CORE.replace('-', "_")).with_extension("wasm"))
    }

    fn check_symbols(&self, compiled: &Path) -> Result<()> {
        let bytes = fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
        for name in self.without {
            let found = bytes.windows(name.len()).any(|window| window == name.as_bytes());
            ensure!(!found, "{} contains `{name}`: it was built with more than the features `{}`", self.name, self.features);
        }
        Ok(())
    }

    fn generate_glue(&self, compiled: &Path, folder: &Path) -> Result<()> {
        Bindgen::new()
            .input_path(compiled)
            .out_name(self.name)
            .web(true)?
            .typescript(true)
            .omit_default_module_path(true)
            // snip goes by the names; wasm-opt strips them.
            .remove_name_section(false)
            .remove_producers_section(true)
            .generate(folder)
            .with_context(|| format!("wasm-bindgen cannot process {}", compiled.display()))
    }

    /// What is given to the glue is a module, always. `instanceof` does not know those of another realm, which Next.js gives to edge functions.
    fn trust_module(&self, folder: &Path) -> Result<()> {
        const COMPILES: &str = "    if (!(module instanceof WebAssembly.Module)) {\n        module = new WebAssembly.Module(module);\n    }\n";
        let glue = folder.join(self.name).with_extension("js");
        let text = fs::read_to_string(&glue)?;
        ensure!(text.matches(COMPILES).count() == 1, "{} compiles modules in another way than expected", glue.display());
        fs::write(&glue, text.replace(COMPILES, "")).with_context(|| format!("cannot write {}", glue.display()))
    }

    /// The module without what serves panics and without imports, and no glue.
    fn bare(&self, folder: &Path) -> Result<()> {
        let wasm = self.wasm(folder);
        let snipped = snip(&fs::read(&wasm)?).with_context(|| format!("cannot cut the panics out of {}", wasm.display()))?;
        let bare = bare::module(&snipped).with_context(|| format!("cannot do without the imports of {}", wasm.display()))?;
        fs::write(&wasm, bare).with_context(|| format!("cannot write {}", wasm.display()))?;
        let types = wasm.with_extension("wasm.d.ts");
        fs::write(&types, bare::types(&fs::read_to_string(&types)?)).with_context(|| format!("cannot write {}", types.display()))?;
        let glue = folder.join(self.name);
        ["js", "d.ts"].iter().try_for_each(|extension| fs::remove_file(glue.with_extension(extension))).context("cannot remove the glue")
    }

    /// `import.meta` makes bundlers look for a file, and `require` refuses top-level await.
    fn check_glue(&self, folder: &Path) -> Result<()> {
        let glue = folder.join(self.name).with_extension("js");
        let text = fs::read_to_string(&glue)?;
        let awaits = |line: &str| !line.starts_with(char::is_whitespace) && line.contains("await ");
        ensure!(!text.contains("import.meta"), "{} contains `import.meta`, which bundlers follow", glue.display());
        ensure!(!text.lines().any(awaits), "{} has a top-level await, which `require` refuses", glue.display());
        Ok(())
    }

    /// Fails when the wasm is heavier than it may be.
    pub(crate) fn check_size(&self, folder: &Path) -> Result<()> {
        let size = report::gzip(&fs::read(self.wasm(folder))?);
        ensure!(size <= self.max_gzip, "{} is {size} bytes after gzip, more than its limit of {}", self.name, self.max_gzip);
        Ok(())
    }

    fn write_inline(&self, folder: &Path) -> Result<()> {
        let packed = pack(&fs::read(self.wasm(folder))?);
        let file = |extension: &str| folder.join(format!("{}-inline.{extension}", self.name));
        fs::write(file("js"), format!("export const packedWasm = '{packed}'\n"))?;
        fs::write(file("d.ts"), "export declare const packedWasm: string\n")?;
        Ok(())
    }
}

/// The cargo that compiles the crate with these features to WebAssembly, with these flags of rustc.
pub(crate) fn module_command(features: &str, flags: &[&str]) -> Command {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo"))).unwrap_or_default();
    // Panics name source files: not with the home of whoever builds, so that everyone's build is the same.
    let remap = format!("--remap-path-prefix={}=", home.display());
    // Nothing here recurses: 64 KiB of stack in place of 1 MiB that every instance would reserve.
    let flags = [&[remap.as_str()], flags, &["-Clink-arg=-zstack-size=65536"]].concat();
    let mut command = process::cargo();
    // `cargo build` would make the rlib too, and then cargo leaves out link-time optimisation, a quarter of the size.
    command.args(["rustc", "--package", CORE, "--lib", "--crate-type", "cdylib", "--target", "wasm32-unknown-unknown", "--profile", "wasm"]);
    command.args(["--no-default-features", "--features", features]);
    command.arg("--config").arg(format!("target.wasm32-unknown-unknown.rustflags = ['{}']", flags.join("', '")));
    command
}

/// Smaller and faster code, with the instructions that the module already declares and no others. After gzip -Os is half a percent smaller than -O4, and a few percent slower.
pub(crate) fn optimise(wasm: &Path, level: &str, more: &[&str]) -> Result<()> {
    let options = [level, "--detect-features", "--strip-target-features", "--strip-debug", "--strip-producers"];
    process::run(process::node_module("binaryen/bin/wasm-opt").args(options).args(more).arg(wasm).arg("-o").arg(wasm))
}
