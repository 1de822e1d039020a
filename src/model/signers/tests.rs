//! That the embedded pins are whole, that the artifact's own signer counts first, and that what is ambiguous is refused.

use super::*;

#[test]
fn embedded_signers_cover_every_series_from_3_7_to_3_17() {
    let signers = Signers::embedded();
    for minor in 7..=17 {
        for kind in ArtifactKind::ALL {
            let pins = signers.of(Series::new(3, minor), kind).unwrap();
            assert!(pins.sigstore.is_some());
            assert_eq!(pins.openpgp.is_empty(), minor >= 14, "3.{minor} {kind}");
            assert_eq!(pins.policy.requires(super::super::EvidenceKind::Sigstore), minor >= 14, "3.{minor}");
        }
    }
    assert!(signers.of(Series::new(3, 18), ArtifactKind::Source).is_none());
}

#[test]
fn windows_installers_have_an_openpgp_signer_of_their_own() {
    let signers = Signers::embedded();
    let of = |kind| signers.of(Series::new(3, 13), kind).unwrap();
    let (source, windows) = (of(ArtifactKind::Source), of(ArtifactKind::Windows));
    assert_eq!(source.sigstore, windows.sigstore);
    assert_eq!(windows.openpgp[0].to_string(), "7ED10B6531D7C8E1BC296021FC624643487034E5");
    assert_ne!(source.openpgp, windows.openpgp);
}

fn entry(name: &str, identity: &str, issuer: &str) -> String {
    format!(
        "[[signer]]\nname = \"{name}\"\nseries = [\"3.14\"]\nsigstore = {{ identity = \"{identity}\", issuer = \"{issuer}\" }}\n"
    )
}

fn refused(entries: &str) -> String {
    Signers::parse(&format!("schema = 1\n{entries}")).unwrap_err().to_string()
}

#[test]
fn shifted_or_doubled_signers_are_refused() {
    let good = entry("A", "a@b.org", "https://c.org");
    insta::assert_snapshot!(refused(&entry("A", "https://c.org", "")), @r#"A: expected an e-mail address as Sigstore identity, found "https://c.org""#);
    insta::assert_snapshot!(refused(&entry("A", "a@b.org", "http://c.org")), @r#"A: expected an https URL as Sigstore issuer, found "http://c.org""#);
    insta::assert_snapshot!(refused(&entry("A", "a@b.org", "https://u:p@c.org")), @r#"A: expected an https URL as Sigstore issuer, found "https://u:p@c.org""#);
    insta::assert_snapshot!(refused(&format!("{good}{}", entry("B", "b@b.org", "https://c.org"))), @"series 3.14 has two signers of all artifacts with Sigstore, A and B; it has one");
    insta::assert_snapshot!(refused("[[signer]]\nname = \"A\"\nseries = [\"3.14\"]\n"), @"A has neither a Sigstore identity nor an OpenPGP key; give one, or remove the signer");
    assert!(matches!(Signers::parse("schema = 2\nsigner = []"), Err(SignersError::Schema(2))));
}

#[test]
fn of_several_policies_for_a_series_the_first_counts_and_one_without_signatures_is_refused() {
    let good = entry("A", "a@b.org", "https://c.org");
    let rules = "[[policy]]\nseries = \"3.14\"\nrequire = [\"sigstore\", \"sbom\"]\n\
                 [[policy]]\nseries = \">=3.12\"\nrequire-any = [\"openpgp\"]\n";
    let signers = Signers::parse(&format!("schema = 1\n{rules}{good}")).unwrap();
    let told = |minor| signers.policy(Series::new(3, minor)).to_string();
    assert_eq!(told(14), "requires sigstore and sbom; checks sigstore, sbom");
    assert_eq!(told(12), "requires openpgp; checks openpgp");
    assert_eq!(told(11), Policy::default_for(Series::new(3, 11)).to_string());
    let unsigned = "[[policy]]\nseries = \">=3.12, <3.14\"\nrequire = [\"sbom\"]\n";
    insta::assert_snapshot!(refused(&format!("{unsigned}{good}")), @"the policy for >=3.12, <3.14 requires no signature; name sigstore or openpgp in `require`, or only these two in `require-any`");
}
