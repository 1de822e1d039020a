//! One series by its subject, several in short, never too long.

use super::scene::*;
use crate::publish::wording::image;
use crate::resolve::{Change, Plan};

fn titled(changes: Vec<(&str, Change)>) -> String {
    let plan =
        Plan { series: changes.into_iter().map(|(key, change)| update(key, change)).collect(), incomplete: false };
    let commits: Vec<_> = plan.changes().map(|(key, _)| key.to_string()).collect();
    let commits: Vec<_> =
        commits.iter().map(|key| commit(&plan, key, &format!("Update {key} to what is new"))).collect();
    image(&facts(&plan, &commits, &Place::new(), &[]), ENDING).title
}

#[test]
fn the_title_is_the_only_commits_subject_or_the_steps() {
    let components =
        Change { components: vec![setuptools("79.0.0", "79.0.1"), get_pip(None, "c")], ..change("3.11.14", "3.11.14") };
    let only_a_checksum = change("3.10.19", "3.10.19");
    let several = vec![
        ("3.10", only_a_checksum),
        ("3.11", components),
        ("3.14", change("3.14.1", "3.14.2")),
        ("3.15-rc", change("3.15.0a2", "3.15.0a3")),
    ];
    assert_eq!(titled(vec![("3.14", change("3.14.1", "3.14.2"))]), "Update 3.14 to what is new");
    assert_eq!(
        titled(several),
        "Update 3.10, 3.11 to setuptools 79.0.1, get-pip cccccccc, 3.14 to 3.14.2, 3.15-rc to 3.15.0a3"
    );
}

#[test]
fn a_long_title_ends_in_how_many_more_there_are() {
    let keys: Vec<_> = (0..30).map(|minor| format!("3.{minor}")).collect();
    let title = titled(keys.iter().map(|key| (key.as_str(), change("3.14.1", "3.14.2"))).collect());
    assert!(title.starts_with("Update 3.0 to 3.14.2, 3.1 to 3.14.2, ") && title.ends_with(" and 22 more"), "{title}");
}
