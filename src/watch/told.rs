//! What a long-lived process says: a trouble when it begins and when it is over, not once a round.
//!
//! Owns which troubles are the same: numbers in their words do not count, for ages and attempts change. One trouble of many
//! repositories is told once a round.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::Level;

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// How bad it is.
    pub level: Level,
    /// In words.
    pub text: String,
}

/// What there is to tell of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A trouble that was not there before, and which repositories have it.
    Began(Complaint, Vec<String>),
    /// One that no repository has any more.
    Over(Complaint),
}

/// The troubles that were told of and are not over, by what makes them the same.
#[derive(Debug, Default)]
pub struct Troubles(BTreeMap<(Level, String), Known>);

#[derive(Debug)]
struct Known {
    complaint: Complaint,
    repositories: BTreeSet<String>,
}

impl Troubles {
    /// What is new once each of these `repositories` was looked at and said what it now says.
    pub fn after(&mut self, repositories: Vec<(String, Vec<Complaint>)>) -> Vec<News> {
        let mut news: BTreeMap<(Level, String), (Complaint, Vec<String>)> = BTreeMap::new();
        let looked_at: BTreeSet<_> = repositories.iter().map(|(name, _)| name.clone()).collect();
        let mut now: BTreeSet<(String, (Level, String))> = BTreeSet::new();
        for (name, complaints) in repositories {
            for complaint in complaints {
                let key = (complaint.level, skeleton(&complaint.text));
                now.insert((name.clone(), key.clone()));
                let known = Known { complaint: complaint.clone(), repositories: BTreeSet::new() };
                let known = self.0.entry(key.clone()).or_insert(known);
                if known.repositories.insert(name.clone()) {
                    news.entry(key).or_insert((complaint, Vec::new())).1.push(name.clone());
                }
            }
        }
        for (key, known) in &mut self.0 {
            known.repositories.retain(|name| !looked_at.contains(name) || now.contains(&(name.clone(), key.clone())));
        }
        let over: Vec<_> =
            self.0.iter().filter(|(_, known)| known.repositories.is_empty()).map(|(key, _)| key.clone()).collect();
        let over = over.into_iter().filter_map(|key| self.0.remove(&key)).map(|known| News::Over(known.complaint));
        let mut told: Vec<_> = news.into_values().map(|(complaint, names)| News::Began(complaint, names)).collect();
        told.extend(over);
        told
    }

    /// Forgets a repository that is not watched any more.
    pub fn forget(&mut self, name: &str) {
        self.0.retain(|_, known| {
            known.repositories.remove(name);
            !known.repositories.is_empty()
        });
    }
}

/// `text` without what changes while the trouble stays: numbers that stand alone, such as counts and ages. Versions, digests
/// and pull requests are no such numbers.
fn skeleton(text: &str) -> String {
    let number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let bare = |word: &str| word.trim_start_matches('(').trim_end_matches([')', ',', ';', ':']).to_owned();
    let words = text.split(' ').map(|word| if number(&bare(word)) { "0" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(repositories: &[(&str, &[&str])]) -> Vec<(String, Vec<Complaint>)> {
        let complaint = |text: &&str| Complaint { level: Level::Error, text: (*text).to_owned() };
        repositories.iter().map(|(name, texts)| ((*name).to_owned(), texts.iter().map(complaint).collect())).collect()
    }

    fn words(news: &[News]) -> Vec<String> {
        let word = |news: &News| match news {
            News::Began(complaint, names) => format!("{} in {}", complaint.text, names.join(" ")),
            News::Over(complaint) => format!("over: {}", complaint.text),
        };
        news.iter().map(word).collect()
    }

    #[test]
    fn a_trouble_is_told_when_it_begins_and_when_it_is_over() {
        let mut troubles = Troubles::default();
        let first =
            troubles.after(said(&[("a", &["no answer (asked 3 times)"]), ("b", &["no answer (asked 2 times)"])]));
        assert_eq!(words(&first), ["no answer (asked 3 times) in a b"]);
        for _ in 0..24 {
            let again = said(&[("a", &["no answer (asked 1 times)"]), ("b", &["no answer (asked 3 times)"])]);
            assert_eq!(words(&troubles.after(again)), [""; 0]);
        }
        // It is over when nobody has it any more, and a repository that was not looked at still has it.
        assert_eq!(words(&troubles.after(said(&[("a", &[])]))), [""; 0]);
        assert_eq!(words(&troubles.after(said(&[("b", &["held"])]))), ["held in b", "over: no answer (asked 3 times)"]);
        assert_eq!(words(&troubles.after(said(&[("b", &[])]))), ["over: held"]);
        assert_eq!(words(&troubles.after(said(&[("b", &["held"])]))), ["held in b"]);
        assert_eq!(words(&troubles.after(said(&[("c", &["held"])]))), ["held in c"]);
        troubles.forget("b");
        assert_eq!(words(&troubles.after(said(&[("b", &["held"])]))), ["held in b"]);
    }

    #[test]
    fn counts_and_ages_do_not_make_a_new_trouble_and_versions_do() {
        assert_eq!(skeleton("no answer (asked 3 times), 12 h old"), skeleton("no answer (asked 2 times), 9 h old"));
        for (one, other) in
            [("3.14.2 is held", "3.14.3 is held"), ("#12 is open", "#13 is open"), ("sha 12ab", "sha 13ab")]
        {
            assert_ne!(skeleton(one), skeleton(other));
        }
    }
}
