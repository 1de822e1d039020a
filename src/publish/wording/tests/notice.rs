//! The issue about what needs a person and the webhook's message: each kind whole, and nothing from outside at work in either.

use proptest::prelude::*;

use super::escape::{hostile, mentions, outside_code};
use super::scene::at;
use crate::publish::notify::{OpenPull, See, Trouble, TroubleKind, Troubles};
use crate::publish::wording::fit::{LIMIT, length};
use crate::publish::wording::{Told, news, notice};

fn trouble(kind: TroubleKind, key: &str, text: &str) -> Trouble {
    Trouble {
        kind,
        key: Some(key.to_owned()),
        code: "evidence-rejected".to_owned(),
        release: Some("3.14.3".to_owned()),
        text: text.to_owned(),
        since: Some(at("2026-02-03T14:03:05Z")),
        see: None,
        doubtful: false,
    }
}

fn see(number: u64, since: Option<&str>) -> See {
    let url = Some(format!("https://github.com/acme/python/pull/{number}"));
    See { number, url, since: since.map(at) }
}

fn all(list: impl IntoIterator<Item = Trouble>) -> Troubles {
    list.into_iter().fold(Troubles::default(), Troubles::with)
}

fn message(new: Vec<&Trouble>, opened: Vec<&OpenPull>, over: Vec<&str>) -> String {
    let repository = "acme/python".parse().unwrap();
    news(&Told { repository: &repository, new, changed: Vec::new(), opened, over })
}

#[test]
fn every_kind_says_since_when_why_and_what_to_do_gravest_first() {
    let rerolled = Trouble {
        key: None,
        see: Some(see(15, None)),
        ..trouble(TroubleKind::Alarm, "", "Python-3.13.2.tar.xz changed while it was proposed")
    };
    let list = [
        Trouble {
            see: Some(see(12, Some("2026-02-04T08:00:00Z"))),
            ..trouble(TroubleKind::Stale, "3.14", "pull request #12 open")
        },
        Trouble { release: None, ..trouble(TroubleKind::Stale, "3.9", "waiting on its files") },
        trouble(TroubleKind::Held, "3.12", "the bundle was signed by mallory@example.org"),
        Trouble::configuration("pybump.toml:2: unknown field `concurency`", Some(at("2026-02-05T00:00:00Z"))),
        Trouble { see: Some(see(14, None)), ..trouble(TroubleKind::Alarm, "3.11", "changed") },
        trouble(TroubleKind::Alarm, "3.10", "another digest"),
        rerolled,
    ];
    let (title, body) = notice(&all(list));
    insta::assert_snapshot!(title, @"pybump: 5 series, 1 artifact and the configuration need a person");
    insta::assert_snapshot!(body, @r"
    What pybump cannot settle by itself, gravest first. Every other series goes on.

    - **Alarm 3.11** since 2026-02-03 14:03 UTC: #14 has all of it. Build nothing from it before that is settled.
    - **Alarm 3.10** since 2026-02-03 14:03 UTC: another digest.
    - **Alarm**: `Python-3.13.2.tar.xz` changed while it was proposed; #15 has all of it.
    - **The configuration cannot be used** since 2026-02-05 00:00 UTC: `pybump.toml:2`: unknown field `concurency`. The one before stays in force until it is mended.
    - **Held 3.12** since 2026-02-03 14:03 UTC: the bundle was signed by `mallory@example.org`. Take this release over by no other way: ask its release manager, and see with `pybump signers --check` whether python.org names another signer than is pinned.
    - **Not merged 3.14**: 3.14.3 is out since 2026-02-03 14:03 UTC; #12 proposes it since 2026-02-04 08:00 UTC. Review it.
    - **Not merged 3.9**: the release is out since 2026-02-03 14:03 UTC: waiting on its files.

    `pybump check` says the same in a clone.

    pybump keeps this issue: it is written anew when any of this changes, and closed when nothing is left. Closed by a person, it stays closed until there is something new.
    ");
}

#[test]
fn however_many_troubles_the_body_and_its_mark_fit_and_it_says_what_is_left_out() {
    let long = "<a>`|".repeat(400);
    let list = (0..400).map(|minor| trouble(TroubleKind::Held, &format!("3.{minor}"), &format!("{minor} {long}")));
    let troubles = all(list);
    let (title, body) = notice(&troubles);
    let parts: usize = troubles.list.iter().flat_map(Trouble::parts).map(|part| part.len() + "\"\",".len()).sum();
    assert!(length(&body) + parts + 500 <= LIMIT && body.len() > 10_000, "{} and {parts}", body.len());
    assert!(body.contains("There was no room for ") && body.ends_with("until there is something new."));
    assert_eq!(title, "pybump: 400 series need a person");
    let message = message(troubles.list.iter().collect(), Vec::new(), Vec::new());
    assert!(message.len() < 13_000 && message.lines().last().unwrap().starts_with("and "), "{message}");
}

proptest! {
    #[test]
    fn no_text_from_outside_is_live_in_either(texts in proptest::collection::vec(hostile(), 4)) {
        let list: Vec<_> = [TroubleKind::Alarm, TroubleKind::Held, TroubleKind::Configuration, TroubleKind::Stale]
            .into_iter()
            .zip(&texts)
            .map(|(kind, text)| trouble(kind, "3.14", text))
            .collect();
        let pull = OpenPull {
            repository: "acme/python".to_owned(),
            number: 3,
            url: Some(format!("https://github.com/{}", texts[0])),
            title: texts[1].clone(),
        };
        let (title, body) = notice(&all(list.clone()));
        prop_assert_eq!(title, "pybump: 1 series needs a person");
        prop_assert_eq!(body.lines().count(), 10, "{:?}", &body);
        prop_assert!(!mentions(&body) && !outside_code(&body).contains(['<', '[', '#', '@', '!']), "{:?}", &body);

        let told = message(list.iter().collect(), vec![&pull], vec![&texts[2]]);
        prop_assert_eq!(told.lines().count(), 7, "{:?}", &told);
        // One link at most, and no `<!here>`: every other `<` and `>` is an entity, inside of code too.
        let links = usize::from(told.contains("|#3>"));
        prop_assert_eq!((told.matches('<').count(), told.matches('>').count()), (links, links), "{:?}", &told);
        prop_assert_eq!(told.matches('|').count(), links, "{:?}", &told);
        let bare = told.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
        prop_assert!(!bare.contains('&') && !mentions(&told), "{:?}", &told);
    }
}
