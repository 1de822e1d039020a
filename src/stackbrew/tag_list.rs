//! The tag list: "Supported tags and respective Dockerfile links", as docker-library/docs renders it.
//!
//! Owns the list as values and as markdown, and its place in a README, between two markers. Refuses to guess that
//! place.

use schemars::JsonSchema;
use serde::Serialize;

use super::library::{Entry, Library};
use super::rules::Rules;

/// The tag list of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TagList {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// A Dockerfile each, newest series first.
    pub simple: Vec<TagLink>,
    /// Tags that several Dockerfiles share, by the set that shares them, in order of first appearance.
    pub shared: Vec<SharedTags>,
}

/// Tags of one Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TagLink {
    /// With the registry in front, where one is given.
    pub tags: Vec<String>,
    /// The Dockerfile at its commit, where the repository's host has pages.
    pub url: Option<String>,
    /// The Dockerfile's folder.
    pub directory: String,
    /// The newest commit that touched it or a file it copies.
    pub commit: String,
    /// Where it is built.
    pub architectures: Vec<String>,
}

/// Tags that lead to one of several Dockerfiles, by architecture or Windows version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SharedTags {
    /// With the registry in front, where one is given.
    pub tags: Vec<String>,
    /// The Dockerfiles, each by its first simple tag.
    pub dockerfiles: Vec<TagLink>,
}

impl TagList {
    /// The tag list of `library`; each tag becomes `PREFIX:TAG` where there is a prefix.
    pub fn of(library: &Library, rules: &Rules, prefix: Option<&str>) -> Self {
        let named = |tag: &String| prefix.map_or_else(|| tag.clone(), |prefix| format!("{prefix}:{tag}"));
        let link = |entry: &Entry, tags: &[String]| TagLink {
            tags: tags.iter().map(named).collect(),
            url: rules.page(&entry.commit, &format!("{}/Dockerfile", entry.directory)),
            directory: entry.directory.clone(),
            commit: entry.commit.to_string(),
            architectures: entry.architectures.iter().map(ToString::to_string).collect(),
        };
        let shared = groups(&library.entries).into_iter().map(|(tags, entries)| SharedTags {
            tags: tags.into_iter().map(named).collect(),
            dockerfiles: entries.into_iter().map(|entry| link(entry, &entry.tags[..1])).collect(),
        });
        Self {
            schema: 1,
            simple: library.entries.iter().map(|entry| link(entry, &entry.tags)).collect(),
            shared: shared.collect(),
        }
    }

    /// The list as docker-library/docs has it: headings only where tags are shared, lists indented by tabs.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        let shares = !self.shared.is_empty();
        if shares {
            text.push_str("## Simple Tags\n\n");
        }
        let simple: Vec<_> = self.simple.iter().map(|link| format!("-\t{}\n", link.markdown())).collect();
        text.push_str(&simple.join("\n"));
        if shares {
            text.push_str("\n## Shared Tags\n");
        }
        for group in &self.shared {
            text.push_str(&format!("\n-\t{}:\n\n", code(&group.tags)));
            for link in &group.dockerfiles {
                text.push_str(&format!("\t-\t{}\n", link.markdown()));
            }
        }
        text
    }
}

impl TagLink {
    fn markdown(&self) -> String {
        let tags = code(&self.tags);
        self.url.as_ref().map_or_else(|| tags.clone(), |url| format!("[{tags}]({url})"))
    }
}

fn code(tags: &[String]) -> String {
    tags.iter().map(|tag| format!("`{tag}`")).collect::<Vec<_>>().join(", ")
}

/// The shared tags by the set of entries that has them.
fn groups(entries: &[Entry]) -> Vec<(Vec<&String>, Vec<&Entry>)> {
    let mut groups: Vec<(Vec<&String>, Vec<&Entry>)> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for tag in entries.iter().flat_map(|entry| &entry.shared_tags).filter(|tag| seen.insert(*tag)) {
        let sharing: Vec<_> = entries.iter().filter(|entry| entry.shared_tags.contains(tag)).collect();
        match groups.iter_mut().find(|(_, known)| *known == sharing) {
            Some((tags, _)) => tags.push(tag),
            None => groups.push((vec![tag], sharing)),
        }
    }
    groups
}

/// What stands before the list in a README.
pub const START: &str = "<!-- pybump tags -->";
/// What stands after it.
pub const END: &str = "<!-- /pybump tags -->";

/// A README without a place for the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}; the tag list goes between two lines, each of them once:\n\n{START}\n{END}\n")]
pub struct ReadmeError {
    problem: String,
}

/// `readme` with `list` between the markers; every other byte stays. Line ends are the opening marker's.
pub fn in_readme(readme: &str, list: &str) -> Result<String, ReadmeError> {
    let once = |marker: &str| {
        let mut places = readme.match_indices(marker).map(|(at, _)| at);
        match (places.next(), places.next()) {
            (Some(at), None) => Ok(at),
            (None, _) => Err(ReadmeError { problem: format!("there is no {marker}") }),
            (Some(_), Some(_)) => Err(ReadmeError { problem: format!("{marker} stands there more than once") }),
        }
    };
    let (start, end) = (once(START)? + START.len(), once(END)?);
    if end < start {
        return Err(ReadmeError { problem: format!("{END} stands before {START}") });
    }
    let line_end = if readme[start..].starts_with("\r\n") { "\r\n" } else { "\n" };
    let block = format!("\n\n{}\n\n", list.trim_end()).replace('\n', line_end);
    Ok(format!("{}{block}{}", &readme[..start], &readme[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let readme = "# x\n\n<!-- pybump tags -->\nold\n<!-- /pybump tags -->\n\ttail  ";
        let new = in_readme(readme, "-\ta\n").unwrap();
        assert_eq!(new, "# x\n\n<!-- pybump tags -->\n\n-\ta\n\n<!-- /pybump tags -->\n\ttail  ");
        assert_eq!(in_readme(&new, "-\ta\n").unwrap(), new);
        let crlf = in_readme(&readme.replace('\n', "\r\n"), "-\ta\n").unwrap();
        assert_eq!(crlf, new.replace('\n', "\r\n"));
    }

    #[test]
    fn missing_and_doubled_markers_are_errors_that_say_what_to_add() {
        let error = |readme: &str| in_readme(readme, "x").unwrap_err().to_string();
        insta::assert_snapshot!(error(""), @r"
        there is no <!-- pybump tags -->; the tag list goes between two lines, each of them once:

        <!-- pybump tags -->
        <!-- /pybump tags -->
        ");
        assert!(error(START).starts_with("there is no <!-- /pybump tags -->;"));
        assert!(error(&format!("{START}{START}{END}")).contains("more than once"));
        assert!(error(&format!("{END}{START}")).contains("stands before"));
    }

    proptest::proptest! {
        #[test]
        fn bytes_around_the_markers_stay(before in "[^<]{0,20}", old in "[^<]{0,20}", after in "[^<]{0,20}") {
            let new = in_readme(&format!("{before}{START}{old}{END}{after}"), "-\tx\n").unwrap();
            let (head, tail) = (format!("{before}{START}"), format!("{END}{after}"));
            proptest::prop_assert!(new.starts_with(&head) && new.ends_with(&tail));
        }
    }
}
