//! What a webhook is told, in Slack's markup, which Mattermost and others read as well.

use super::trouble::{Voice, item};
use crate::config::RepositoryName;
use crate::publish::notify::{OpenPull, Trouble};

/// What has changed since a webhook was told last.
#[derive(Debug, Clone)]
pub struct Told<'a> {
    /// The image repository.
    pub repository: &'a RepositoryName,
    /// Troubles that are new, gravest first.
    pub new: Vec<&'a Trouble>,
    /// Those whose series was in other trouble before.
    pub changed: Vec<&'a Trouble>,
    /// Pull requests that are open now.
    pub opened: Vec<&'a OpenPull>,
    /// What is over.
    pub over: Vec<&'a str>,
}

/// Slack cuts a message some way above this many bytes.
const LONGEST: usize = 12_000;

/// The message. The same news give the same bytes.
pub fn news(told: &Told<'_>) -> String {
    let voice = Voice::Mrkdwn;
    let new = told.new.iter().map(|trouble| format!("• {}\n", item(trouble, voice)));
    let changed = told.changed.iter().map(|trouble| format!("• changed: {}\n", item(trouble, voice)));
    let opened = told.opened.iter().map(|pull| {
        let number = voice.number(pull.number, pull.url.as_deref());
        format!("• opened: {number} {}\n", voice.text(&pull.title))
    });
    let over = told.over.iter().map(|name| format!("• over: {}\n", voice.text(name)));
    let lines: Vec<_> = new.chain(changed).chain(opened).chain(over).collect();
    let mut text = format!("*pybump, {}*\n", told.repository);
    for (index, line) in lines.iter().enumerate() {
        if text.len() + line.len() > LONGEST {
            text.push_str(&format!("and {} more\n", lines.len() - index));
            break;
        }
        text.push_str(line);
    }
    text.trim_end().to_owned()
}
