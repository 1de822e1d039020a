//! Renders a template with gawk and jq.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pybump::template::Variables;

/// Renders `template`, a file, with `manifest`, a file, as jq does it; the error is what gawk or jq printed.
///
/// Needs gawk and jq on the `PATH`. Includes are looked for in the template's folder.
pub fn render(template: &Path, manifest: &Path, variables: &Variables<'_>) -> Result<String, String> {
    let compiler = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/jq-template.awk");
    let program = output(bare("gawk").arg("-f").arg(compiler).arg(template))?;
    let scratch = tempfile::tempdir().expect("a folder for the program");
    let program_file = scratch.path().join("program.jq");
    fs::write(&program_file, program).expect("the program is written");

    let folder = template.parent().expect("a template is in a folder");
    let mut jq = bare("jq");
    jq.env("version", variables.version).env("variant", variables.variant);
    if let Some(windows) = &variables.windows {
        jq.env("windowsVariant", windows.variant).env("windowsRelease", windows.release);
    }
    jq.arg("-L").arg(folder).arg("--join-output").arg("--from-file").arg(program_file).arg(manifest);
    output(&mut jq)
}

/// The program without any environment: jq shows its own to templates.
fn bare(program: &str) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/bin"));
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    let mut command = Command::new(found.unwrap_or_else(|| program.into()));
    command.env_clear();
    command
}

fn output(command: &mut Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = command.output().expect("the judge runs");
    if status.success() {
        Ok(String::from_utf8(stdout).expect("the judge prints UTF-8"))
    } else {
        Err(String::from_utf8_lossy(&stderr).into_owned())
    }
}
