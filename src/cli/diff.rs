//! Edits as a unified diff that `git apply` takes.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use similar::TextDiff;

use crate::layout::Edit;

/// The diff between the files below `root` as they are and as `edits` leave them.
pub fn unified(root: &Path, edits: &[Edit]) -> io::Result<String> {
    let mut text = String::new();
    for edit in edits {
        let (path, after) = match edit {
            Edit::Write { path, text } => (path, Some(text.as_str())),
            Edit::Remove { path } => (path, None),
        };
        let before = match fs::read(root.join(path)) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let name = |prefix: &str, there: bool| {
            if there { format!("{prefix}/{}", path.display()) } else { "/dev/null".to_owned() }
        };
        writeln!(text, "diff --git a/{0} b/{0}", path.display()).map_err(io::Error::other)?;
        match (&before, after) {
            (None, Some(_)) => text.push_str("new file mode 100644\n"),
            (Some(_), None) => text.push_str("deleted file mode 100644\n"),
            _ => {}
        }
        let diff = TextDiff::from_lines(before.as_deref().unwrap_or_default(), after.unwrap_or_default());
        let header = (name("a", before.is_some()), name("b", after.is_some()));
        let unified = diff.unified_diff().context_radius(3).header(&header.0, &header.1).to_string();
        text.push_str(&unified);
    }
    Ok(text)
}

/// The diff between the text of one file as it is and as it is wanted.
pub fn of_file(file: &Path, before: &str, after: &str) -> String {
    let name = file.display().to_string();
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(3).header(&name, &name).to_string()
}

/// `diff` in colours.
pub fn colored(diff: &str) -> String {
    diff.split_inclusive('\n').map(styled).collect()
}

/// A line of a diff in the colours that git has for it; the writer strips them where they are not wanted.
fn styled(line: &str) -> String {
    let color = match line.as_bytes().first() {
        Some(b'+') if !line.starts_with("+++ ") => AnsiColor::Green,
        Some(b'-') if !line.starts_with("--- ") => AnsiColor::Red,
        Some(b'@') => AnsiColor::Cyan,
        _ => return line.to_owned(),
    };
    let style = Style::new().fg_color(Some(color.into()));
    let text = line.trim_end_matches('\n');
    format!("{style}{text}{style:#}{}", &line[text.len()..])
}
