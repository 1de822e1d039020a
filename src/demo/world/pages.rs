//! The bodies that the sources serve, in the shapes that the real ones have.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::{Artifact, ArtifactKind, CommitSha, PythonVersion, Series, Sha256, Signer, Signers};

/// A listing as nginx's autoindex prints it.
pub(super) fn autoindex(folder: &str, names: &BTreeMap<&str, (Timestamp, Option<usize>)>) -> String {
    let folder = folder.trim_end_matches('/');
    let mut text = format!("<html>\r\n<head><title>Index of {folder}/</title></head>\r\n<body>\r\n");
    let _ = write!(text, "<h1>Index of {folder}/</h1><hr><pre><a href=\"../\">../</a>\r\n");
    for (name, (modified, size)) in names {
        let shown: String = if name.len() > 50 { format!("{}..&gt;", &name[..47]) } else { (*name).to_owned() };
        let pad = " ".repeat(51_usize.saturating_sub(name.len().min(50)));
        let size = size.map_or("-".to_owned(), |size| size.to_string());
        let when = modified.strftime("%d-%b-%Y %H:%M");
        let _ = write!(text, "<a href=\"{name}\">{shown}</a>{pad}{when}{size:>20}\r\n");
    }
    text.push_str("</pre><hr></body>\r\n</html>\r\n");
    text
}

/// python.org's page of Sigstore identities: a table within a site.
pub(super) fn sigstore_signers(signers: &Signers) -> String {
    let named = signers.people().iter().flat_map(|signer| signer.series.iter().map(move |series| (series, signer)));
    let rows: BTreeMap<_, _> = named
        .filter_map(|(series, signer)| Some((series, signer.sigstore.as_ref().filter(|_| signs_all(signer))?)))
        .collect();
    let mut table = String::new();
    for (series, sigstore) in rows {
        let pep = 500 + series.minor;
        let _ = writeln!(
            table,
            "<tr><td>{series}</td><td><a href=\"https://peps.python.org/pep-{pep:04}/\">PEP {pep}</a></td><td>{}</td><td>{}</td></tr>",
            sigstore.identity, sigstore.issuer
        );
    }
    site(
        "Sigstore Information",
        &format!(
            "<table><thead><tr><th>Release</th><th>PEP</th><th>Release manager</th><th>OIDC Issuer</th></tr></thead>\n\
             <tbody>\n{table}</tbody></table>"
        ),
    )
}

/// python.org's page of OpenPGP keys: a list within a site.
pub(super) fn openpgp_signers(signers: &Signers) -> String {
    let item = |signer: &Signer| {
        let series: Vec<_> = signer.series.iter().map(|series| format!("{series}.x")).collect();
        let signs = if signs_all(signer) {
            format!("{} source files and tags", series.join(" and "))
        } else {
            "Windows binaries".to_owned()
        };
        let ids: Vec<_> = signer.openpgp.iter().map(|key| key.to_string()[24..].to_owned()).collect();
        format!("<li>{} ({signs}) (key id: {})</li>", signer.name, ids.join(" and "))
    };
    let items: Vec<_> = signers.people().iter().filter(|signer| !signer.openpgp.is_empty()).map(item).collect();
    site("OpenPGP Verification", &format!("<ul>\n{}\n</ul>", items.join("\n")))
}

fn signs_all(signer: &Signer) -> bool {
    !signer.artifacts.contains(&ArtifactKind::Windows)
}

/// A page with the furniture of a site around it.
fn site(title: &str, text: &str) -> String {
    format!(
        "<!doctype html>\n<html>\n<head><title>{title}</title><script>if (1 < 2) document.title += '';</script></head>\n<body>\n\
         <nav><ul><li><a href=\"/\">Home</a><ul><li><a href=\"/downloads/\">Downloads</a></li></ul></li></ul></nav>\n\
         <article><h1>{title}</h1>\n{text}\n</article>\n</body>\n</html>\n"
    )
}

/// `GET /repos/OWNER/REPO/git/matching-refs/tags/…`: one item.
pub(super) fn tag_ref(version: &PythonVersion, object: &CommitSha) -> Value {
    json!({
        "ref": format!("refs/tags/{}", version.tag()),
        "node_id": "REF_demo",
        "url": format!("https://api.github.com/repos/python/cpython/git/refs/tags/{}", version.tag()),
        "object": {
            "sha": object,
            "type": "tag",
            "url": format!("https://api.github.com/repos/python/cpython/git/tags/{object}"),
        },
    })
}

/// `GET /repos/OWNER/REPO/git/tags/SHA`
pub(super) fn tag_object(version: &PythonVersion, object: &CommitSha, tagged_at: Timestamp) -> Value {
    let commit = super::commit(&format!("commit of {version}"));
    json!({
        "node_id": "TAG_demo",
        "sha": object,
        "url": format!("https://api.github.com/repos/python/cpython/git/tags/{object}"),
        "tagger": {
            "name": "Release Manager",
            "email": "rm@python.org",
            "date": tagged_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        },
        "object": {
            "sha": commit,
            "type": "commit",
            "url": format!("https://api.github.com/repos/python/cpython/git/commits/{commit}"),
        },
        "tag": version.tag(),
        "message": format!("Python {version}\n"),
    })
}

/// `release-cycle.json`
pub(super) fn release_cycle(phases: &BTreeMap<Series, &'static str>) -> Value {
    let series = phases.iter().map(|(series, status)| {
        let facts = json!({
            "branch": series.to_string(), "pep": 745, "status": status,
            "first_release": "2025-10-07", "end_of_life": "2030-10", "release_manager": "Hugo van Kemenade",
        });
        (series.to_string(), facts)
    });
    Value::Object(series.collect())
}

/// `Lib/ensurepip/__init__.py`, as far as anyone reads it.
pub(super) fn ensurepip(pip: &str, setuptools: Option<&str>) -> String {
    let setuptools = setuptools.map_or(String::new(), |version| format!("_SETUPTOOLS_VERSION = \"{version}\"\n"));
    format!("import os\n\n__all__ = [\"version\", \"bootstrap\"]\n{setuptools}_PIP_VERSION = \"{pip}\"\n")
}

/// The SBOM beside an artifact.
pub(super) fn sbom(artifact: &Artifact, sha256: Sha256) -> String {
    json!({
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "CPython SBOM",
        "packages": [{
            "SPDXID": "SPDXRef-PACKAGE-cpython",
            "name": "CPython",
            "packageFileName": artifact.file_name(),
            "versionInfo": artifact.version,
            "checksums": [{ "algorithm": "SHA256", "checksumValue": sha256 }],
        }],
        "spdxVersion": "SPDX-2.3",
    })
    .to_string()
}
