//! OpenPGP as gpg judges it: the real signature of 3.13.5 and what is changed in it, and signatures of the demo's making.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use jiff::Timestamp;
use pybump::demo::authority::openpgp::{OpenPgpKey, SignatureFlaw};
use pybump::model::{ArtifactKind, Fingerprint, Series, Signers};
use pybump::verify::openpgp::{Keyring, OpenPgpDigest, OpenPgpState};
use tempfile::TempDir;

use crate::support::judges;
use crate::support::openpgp::made_at;
use crate::support::worlds::hours_ago;

/// gpg with a home of its own and the keys of `certificates`, none of them from outside.
struct Gnupg(TempDir);

impl Gnupg {
    fn with(certificates: &[&Path]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let gnupg = Self(home);
        for certificate in certificates {
            let output = gnupg.command().arg("--import").arg(certificate).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        gnupg
    }

    fn command(&self) -> Command {
        let mut command = Command::new("gpg");
        command.env("GNUPGHOME", self.0.path()).args(["--batch", "--no-autostart", "--status-fd", "1"]);
        command
    }

    /// The fingerprint of the primary key that made the signature in `asc` over `file`, if it is a good one. gpg judges
    /// keys as they are today: one that has expired since is good too, one that is revoked is not.
    fn signer(&self, asc: &Path, file: &Path) -> Option<String> {
        let output = self.command().arg("--verify").arg(asc).arg(file).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let valid = text.lines().find_map(|line| line.strip_prefix("[GNUPG:] VALIDSIG "))?;
        let good = text.lines().any(|line| ["GOODSIG", "EXPKEYSIG"].iter().any(|word| line.contains(word)));
        (good && output.status.success()).then(|| valid.split(' ').next_back().unwrap().to_owned())
    }
}

/// The primary key whose signature over `bytes` stands in `asc`, if it is one of `pinned`.
fn ours(keyring: &Keyring, pinned: &[Fingerprint], asc: &str, bytes: &[u8]) -> Option<String> {
    let OpenPgpState::Unchecked(claim) = keyring.judge(asc, pinned, Timestamp::now()).ok()? else { return None };
    let mut digest = OpenPgpDigest::new(*claim);
    bytes.chunks(1 << 16).for_each(|chunk| digest.update(chunk));
    Some(digest.finish().ok()?.primary().to_string())
}

#[test]
fn gnupg_says_the_same_of_the_real_release_and_of_what_is_changed_in_it() {
    if !judges::require(&["gpg", "PYBUMP_PYTHON_TARBALL", "PYBUMP_PYTHON_KEY"]) {
        return;
    }
    let variable = |name: &str| PathBuf::from(env::var_os(name).expect("it was just asked for"));
    let (tarball, key) = (variable("PYBUMP_PYTHON_TARBALL"), variable("PYBUMP_PYTHON_KEY"));
    let bytes = fs::read(&tarball).unwrap();
    let asc = fs::read_to_string(tarball.with_extension("xz.asc")).unwrap();
    let pinned = Signers::embedded().of(Series::new(3, 13), ArtifactKind::Source).unwrap().openpgp.clone();
    let folder = tempfile::tempdir().unwrap();
    let gnupg = Gnupg::with(&[&key]);
    let both = |asc: &str, bytes: &[u8]| {
        let [asc_file, file] = ["asc", "file"].map(|name| folder.path().join(name));
        fs::write(&asc_file, asc).unwrap();
        fs::write(&file, bytes).unwrap();
        (ours(&Keyring::embedded(), &pinned, asc, bytes), gnupg.signer(&asc_file, &file))
    };
    let signer = Some(pinned[0].to_string());
    assert_eq!(both(&asc, &bytes), (signer.clone(), signer));
    let mut changed = bytes.clone();
    changed[1 << 20] ^= 1;
    assert_eq!(both(&asc, &changed), (None, None));
    assert_eq!(both(&asc, &bytes[1..]), (None, None));
    assert_eq!(both(&asc[..asc.len() / 2], &bytes), (None, None));
    let line = asc.lines().nth(6).unwrap();
    assert_eq!(both(&asc.replace(line, &line.to_ascii_lowercase()), &bytes), (None, None));
}

#[test]
fn gnupg_says_the_same_of_keys_of_the_demos_making() {
    if !judges::require(&["gpg"]) {
        return;
    }
    let made = || OpenPgpKey::new(1, made_at()).unwrap();
    let statement = pybump::demo::authority::openpgp::Statement::new(hours_ago(40_000));
    let subkey = |agrees| made().with_subkey(3, &statement, agrees).unwrap();
    let cases = [
        (made(), None, true),
        (subkey(true), None, true),
        (subkey(false), None, false),
        (subkey(true).with_subkey_revoked(hours_ago(9000), false).unwrap(), None, false),
        (made().revoked(hours_ago(9000), false).unwrap(), None, false),
        (made(), Some(SignatureFlaw::Ends(60)), false),
        (OpenPgpKey::new(2, made_at()).unwrap(), Some(SignatureFlaw::Claims(id(&made()))), false),
    ];
    for (index, (key, flaw, good)) in cases.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let [certificate, asc, file] = ["certificate", "asc", "file"].map(|name| folder.path().join(name));
        // The stranger who claims the manager's key id is judged by the manager's key.
        let known = if matches!(flaw, Some(SignatureFlaw::Claims(_))) { &made() } else { key };
        fs::write(&certificate, known.certificate().unwrap()).unwrap();
        let text = key.sign(b"a release", hours_ago(100), flaw.as_ref()).unwrap();
        fs::write(&asc, &text).unwrap();
        fs::write(&file, "a release").unwrap();
        let mut keyring = Keyring::new();
        keyring.add(&known.fingerprint(), &known.certificate().unwrap()).unwrap();
        let ours = ours(&keyring, &[known.fingerprint()], &text, b"a release");
        let theirs = Gnupg::with(&[&certificate]).signer(&asc, &file);
        let expected = good.then(|| known.fingerprint().to_string());
        assert_eq!((&ours, &theirs), (&expected, &expected), "case {index}");
    }
}

fn id(key: &OpenPgpKey) -> String {
    key.fingerprint().to_string()[24..].to_owned()
}
