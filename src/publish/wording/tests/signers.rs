//! The body about signers, whole, and what a hostile page makes of it.

use super::scene::*;
use crate::model::{Series, SigstoreIdentity};
use crate::observe::keys::KeyFiles;
use crate::publish::image::SignerProposal;
use crate::publish::wording::{SignerFacts, signers};
use crate::resolve::signers::{Deviation, PinChange, SignedPart, SignerDifference};
use crate::sources::signer_pages::{PageText, ShownKey};

fn identity(address: &str) -> SigstoreIdentity {
    SigstoreIdentity { identity: address.to_owned(), issuer: "https://github.com/login/oauth".to_owned() }
}

fn manager(minor: u64, row: &str) -> (SignerDifference, PinChange) {
    let (series, found) = (Series::new(3, minor), identity("savannah@python.org"));
    let deviation = Deviation::Sigstore { pinned: Some(identity("hugo@python.org")), found: found.clone() };
    let evidence = Some(PageText::new(row));
    let difference = SignerDifference { part: SignedPart::Series(series), deviation, evidence };
    (difference, PinChange::Sigstore { series, identity: found })
}

fn proposal(changes: Vec<(SignerDifference, PinChange)>) -> SignerProposal {
    let keys = KeyFiles::default();
    SignerProposal { path: "state/signers.toml".into(), after: String::new(), changes, keys, incomplete: false }
}

#[test]
fn old_and_new_signers_stand_beside_the_pages_words_and_what_to_check() {
    let key = "7ED10B6531D7C8E1BC296021FC624643487034E5";
    let shown = ShownKey::Long(key[24..].to_owned());
    let deviation = Deviation::Key { pinned: Vec::new(), found: shown, person: "Steve Dower".to_owned() };
    let evidence = Some(PageText::new("Steve Dower (Windows binaries) (key id: FC62 4643 4870 34E5)"));
    let windows = SignerDifference { part: SignedPart::Windows, deviation, evidence };
    let windows = (windows, PinChange::WindowsKey { key: key.parse().unwrap() });
    let proposal =
        proposal(vec![manager(14, "3.14 · PEP 745 · savannah@python.org · https://github.com/login/oauth"), windows]);
    let place = Place::new();
    let wording = signers(&SignerFacts { proposal: &proposal, branch: place.branch() }, ENDING);
    assert_eq!(wording.title, "Update signers of 3.14, Windows");
    insta::assert_snapshot!(wording.body, @r"
    > [!CAUTION]
    > **Whoever is named in `state/signers.toml` can sign releases that pybump takes over.** Merge this if the persons named below are who python.org means, and not because a page said so once.

    python.org's pages name other signers than `state/signers.toml` does. Until this is settled, a release signed by anyone else than pinned is held.

    | Of | Pinned | Proposed |
    |---|---|---|
    | 3.14 | `hugo@python.org` by `https://github.com/login/oauth` | `savannah@python.org` by `https://github.com/login/oauth` |
    | Windows | nobody | also `7ED10B6531D7C8E1BC296021FC624643487034E5` |

    The rows as the pages have them:

    - 3.14, [the Sigstore page](https://www.python.org/downloads/metadata/sigstore/): `3.14 · PEP 745 · savannah@python.org · https://github.com/login/oauth`
    - Windows, [the OpenPGP page](https://www.python.org/downloads/metadata/pgp/): `Steve Dower (Windows binaries) (key id: FC62 4643 4870 34E5)`

    No pin is removed, and nothing but this file is changed.

    ### Before merging

    1. Look at the [Sigstore](https://www.python.org/downloads/metadata/sigstore/) and the [OpenPGP](https://www.python.org/downloads/metadata/pgp/) page yourself, from another network than the one pybump runs in.
    2. Look for an announcement: a new release manager is named in the PEP of the series' schedule and on [discuss.python.org](https://discuss.python.org/). Ask the person by a way that this pull request does not name.
    3. The Sigstore page names no persons: where `name` is an address in this branch, put the person's name there.
    4. The OpenPGP page shows ends of fingerprints; the whole ones are computed from the keys that keys.openpgp.org has. Compare them with another source:

       ```sh
       gpg --keyserver hkps://keyserver.ubuntu.com --recv-keys 7ED10B6531D7C8E1BC296021FC624643487034E5
       gpg --fingerprint 7ED10B6531D7C8E1BC296021FC624643487034E5
       ```

    ### Reproduce

    The tree, as long as the pages say the same:

    ```sh
    git clone https://github.com/docker-library/python.git
    cd python
    git checkout --quiet 8545fffc8545fffc8545fffc8545fffc8545fffc
    pybump signers --update
    git commit --all --message signers
    git rev-parse 'HEAD^{tree}'
    # 4b825dc64b825dc64b825dc64b825dc64b825dc6
    ```

    The branch:

    ```sh
    git fetch origin pybump/update
    git diff 8545fffc8545fffc8545fffc8545fffc8545fffc...FETCH_HEAD
    git rev-parse 'FETCH_HEAD^{tree}'
    # 4b825dc64b825dc64b825dc64b825dc64b825dc6
    ```

    <!-- pybump: 0123456789abcdef -->
    ");
}

#[test]
fn a_page_of_many_hostile_rows_neither_breaks_out_nor_overflows() {
    let row = "| `x` <b>@everyone</b> fixes #1 \u{202e} ``` | ".repeat(20);
    let proposal = proposal((0..2000).map(|minor| manager(minor, &row)).collect());
    let place = Place::new();
    let wording = signers(&SignerFacts { proposal: &proposal, branch: place.branch() }, ENDING);
    assert!(wording.body.len() <= 65_536 && wording.body.ends_with(ENDING), "{}", wording.body.len());
    assert!(wording.title.chars().count() <= 256, "{}", wording.title);
    assert!(wording.body.contains("There was no room for ") && wording.body.contains("### Reproduce"));
    for quote in wording.body.lines().filter(|line| line.starts_with("- 3.")) {
        assert_eq!(quote.matches('`').count(), 2, "{quote}");
        assert!(!quote.contains(" @") && !quote.contains(">@") && !quote.contains('\u{202e}'), "{quote}");
    }
}
