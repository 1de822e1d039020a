//! The body about an alarm, whole.

use super::scene::*;
use crate::model::{Artifact, Sha256};
use crate::publish::wording::{AlarmFacts, alarm};
use crate::resolve::Alarm;

#[test]
fn an_alarm_has_both_digests_and_says_what_to_check() {
    let artifact = Artifact::source(&version("3.13.10"));
    let now = signed_by("thomas@python.org", &artifact, Sha256::of(b"other bytes"), "2025-12-04T01:02:03Z");
    let found = Alarm { now, recorded: Sha256::of(&bytes(&artifact)), accepted: None, doubt: None };
    let place = Place::new();
    let facts = AlarmFacts { key: key("3.13"), alarm: &found, branch: place.branch() };
    let wording = alarm(&facts, ENDING);
    assert_eq!(wording.title, "Review 3.13: Python-3.13.10.tar.xz changed under its version");
    insta::assert_snapshot!(wording.body, @r#"
    > [!CAUTION]
    > **Do not merge this because its checks are green.** The images would build from the new file either way; whether it is the right file is for a person to find out.

    Upstream now serves another `Python-3.13.10.tar.xz` than the one that 3.13 was built from. Released files do not change: either the release manager replaced it, which python.org would have to say, or someone else did. Until this is settled, 3.13 gets no updates, and its images cannot be built again: their Dockerfiles ask for the recorded digest. Other series go on.

    | In the manifest | |
    |---|---|
    | SHA-256 | `55f42d619de7578dd161c6e2df432262697955d106205ac4bfed202ce9e2e0af` |
    | Signer | not recorded; [the log's entries for this digest](https://search.sigstore.dev/?hash=55f42d619de7578dd161c6e2df432262697955d106205ac4bfed202ce9e2e0af) tell, if the file was signed with Sigstore |

    | Upstream now | |
    |---|---|
    | **[Python-3.13.10.tar.xz](https://www.python.org/ftp/python/3.13.10/Python-3.13.10.tar.xz)** | not downloaded: its bytes were not hashed |
    | SHA-256 | `a3ead5eedad5df82318c51685dbc1c147a36d1ff8584fc82de6b08d0bf63a795` |
    | Signer | `thomas@python.org` |
    | Issuer | `https://github.com/login/oauth` |
    | Signed | 2025-12-04 01:02 UTC, log entry [1041962](https://search.sigstore.dev/?logIndex=1041962) |
    | Name bound by | a signing time after the tag |

    The evidence beside the file holds: it is by the signer who is pinned for the series. That does not tell why it changed.

    > [!WARNING]
    > **Not built and not tested:** pybump builds no image. No workflow has run either: GitHub starts none for what is pushed with `GITHUB_TOKEN`. To start them, close this pull request and open it again. To have them start by themselves, give pybump the token of a GitHub App or of a person in `PYBUMP_GITHUB_TOKEN`.

    ### Before merging

    1. Look for an announcement: [the release's files](https://www.python.org/ftp/python/3.13.10/), [discuss.python.org](https://discuss.python.org/search?q=3.13.10), and ask the release manager by a way that this pull request does not name.
    2. See what upstream serves, and who signed it, with pybump and without:

       ```sh
       pybump verify 3.13.10
       curl -fsSL --remote-name-all \
         https://www.python.org/ftp/python/3.13.10/Python-3.13.10.tar.xz \
         https://www.python.org/ftp/python/3.13.10/Python-3.13.10.tar.xz.sigstore
       sha256sum Python-3.13.10.tar.xz
       # a3ead5eedad5df82318c51685dbc1c147a36d1ff8584fc82de6b08d0bf63a795
       python3 -m sigstore verify identity \
         --bundle Python-3.13.10.tar.xz.sigstore \
         --cert-identity thomas@python.org \
         --cert-oidc-issuer https://github.com/login/oauth \
         Python-3.13.10.tar.xz
       ```

    3. See when the recorded digest came in, and that this branch changes nothing else:

       ```sh
       git clone https://github.com/docker-library/python.git
       cd python
       git log -S 55f42d619de7578dd161c6e2df432262697955d106205ac4bfed202ce9e2e0af -- versions.json
       git fetch origin pybump/update
       git diff 8545fffc8545fffc8545fffc8545fffc8545fffc...FETCH_HEAD
       ```

    4. Compare the files themselves, where someone still has the old one: `diffoscope`, or unpack both.

    <!-- pybump: 0123456789abcdef -->
    "#);
}
