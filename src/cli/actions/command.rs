//! Workflow commands: lines by which a program speaks to the runner.
//!
//! Follows `packages/core/src/command.ts` of actions/toolkit in what is escaped, and the runner's `ActionCommand.cs` in what
//! would be taken for a command.

use crate::report::Level;

/// Ends what [`group`] began.
pub const END_GROUP: &str = "::endgroup::\n";

/// A line by which the runner annotates the run with `text`, which may have several lines.
pub fn annotation(level: Level, title: &str, text: &str) -> String {
    let name = match level {
        Level::Notice => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    format!("::{name} title={}::{}\n", property(title), data(text))
}

/// A line by which the runner folds what follows, up to [`END_GROUP`].
pub fn group(title: &str) -> String {
    format!("::group::{}\n", data(title))
}

/// JSON of the same meaning that holds nothing that the runner would take for a command.
pub fn without_commands(json: &str) -> String {
    json.replace("##[", "#\\u0023[")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_end_a_command_or_its_property_is_escaped_as_the_toolkit_does() {
        assert_eq!(
            annotation(Level::Warning, "a:b,c%", "50 % of\r\n::error::x, y"),
            "::warning title=a%3Ab%2Cc%25::50 %25 of%0D%0A::error::x, y\n"
        );
        assert_eq!(group("a\nb"), "::group::a%0Ab\n");
    }

    proptest! {
        #[test]
        fn an_annotation_is_one_line_that_reads_back_as_its_text(title in "\\PC{0,20}|[:,%\r\n]{0,8}", text in "(?s).{0,40}|[:%\r\n]{0,8}") {
            let line = annotation(Level::Error, &title, &text);
            prop_assert_eq!(line.matches(['\n', '\r']).count(), 1);
            // As the runner reads it: the properties end at the first `::` behind the name.
            let rest = line.trim_end_matches('\n').strip_prefix("::error title=").unwrap();
            let (property, data) = rest.split_once("::").unwrap();
            let plain = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
            prop_assert_eq!(plain(property), title);
            prop_assert_eq!(data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%"), text);
        }

        #[test]
        fn json_without_commands_means_the_same(text in "[#\\[a\\\\\"u0023]{0,12}") {
            let json = serde_json::to_string_pretty(&[&text]).unwrap();
            let safe = without_commands(&json);
            prop_assert!(!safe.contains("##["));
            prop_assert_eq!(serde_json::from_str::<Vec<String>>(&safe).unwrap(), vec![text]);
        }
    }
}
