//! The one issue about what needs a person.

use std::collections::BTreeSet;

use super::escape::line;
use super::fit::{LIMIT, length};
use super::title::TITLE;
use super::trouble::{Voice, item};
use crate::publish::notify::{Trouble, TroubleKind, Troubles};

/// What the issue is closed with.
pub const NOTHING_LEFT: &str = "Closed by pybump: nothing is left that needs a person.";

/// So much is left for what pybump remembers below the words, and so much more for each trouble.
const MARK: usize = 600;
const MARK_OF_ONE: usize = 60;

/// Title and body of the issue. The same troubles give the same bytes at any time.
pub fn notice(troubles: &Troubles) -> (String, String) {
    let list = &troubles.list;
    let room = LIMIT.saturating_sub(MARK + MARK_OF_ONE * list.len());
    let items: Vec<_> = list.iter().map(|trouble| format!("- {}\n", item(trouble, Voice::Markdown))).collect();
    let shown = (0..=items.len()).rev().find(|shown| length(&body(&items, *shown)) <= room).unwrap_or(0);
    (title(list), body(&items, shown))
}

fn title(list: &[Trouble]) -> String {
    let series: BTreeSet<_> = list.iter().filter_map(|trouble| trouble.key.as_ref()).collect();
    let rest = list.iter().filter(|trouble| trouble.key.is_none());
    let (configuration, rest): (Vec<_>, Vec<_>) = rest.partition(|trouble| trouble.kind == TroubleKind::Configuration);
    let counted = |count: usize, one: &str, more: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {more}")),
    };
    let things = [
        counted(series.len(), "series", "series"),
        counted(rest.len(), "artifact", "artifacts"),
        (!configuration.is_empty()).then(|| "the configuration".to_owned()),
    ];
    let things: Vec<_> = things.into_iter().flatten().collect();
    let needs = if series.len() + rest.len() + configuration.len() == 1 { "needs" } else { "need" };
    let things = match things.as_slice() {
        [rest @ .., end] if !rest.is_empty() => format!("{} and {end}", rest.join(", ")),
        things => things.concat(),
    };
    line(&format!("pybump: {things} {needs} a person"), TITLE)
}

/// The body with so many of the `items` in it.
fn body(items: &[String], shown: usize) -> String {
    let more = match items.len() - shown {
        0 => String::new(),
        more => format!("\nThere was no room for {more} more; `pybump check` tells.\n"),
    };
    format!(
        "What pybump cannot settle by itself, gravest first. Every other series goes on.\n\n{}{more}\n\
         `pybump check` says the same in a clone.\n\n\
         pybump keeps this issue: it is written anew when any of this changes, and closed when nothing is left. Closed by a \
         person, it stays closed until there is something new.",
        items[..shown].concat()
    )
}
