//! CPython's SBOM: the SPDX document beside an artifact, which names the artifact's file, version and digest.
//!
//! It is not signed, so it proves nothing; but it must not contradict what is proven. Only what concerns the CPython
//! package is read, and strictly.

use serde::Deserialize;

use super::quote::quote;
use crate::model::{Artifact, PythonVersion, Sha256};

/// An SBOM is at most this many bytes long; those of source tarballs list every file and take a few MiB.
pub const SBOM_CAP: usize = 32 << 20;

/// What an SBOM says of the artifact it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sbom {
    file_name: String,
    version: PythonVersion,
    sha256: Sha256,
}

/// Why an SBOM was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SbomError {
    /// It is longer than any honest SBOM.
    #[error("the SBOM is {bytes} bytes long; expected at most {cap}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The longest that is read.
        cap: usize,
    },
    /// It is not SPDX JSON.
    #[error("the SBOM is malformed: {}", quote(.0))]
    Malformed(String),
    /// It does not say one thing of one CPython package.
    #[error("the SBOM has {found} {what}; expected 1")]
    Count {
        /// What should be there once.
        what: &'static str,
        /// How often it is there.
        found: usize,
    },
    /// It describes something else than the artifact.
    #[error("the SBOM of {artifact} has {field} {}; expected {expected}", quote(.found))]
    Differs {
        /// The artifact's file name.
        artifact: String,
        /// Which of file name, version and SHA-256.
        field: &'static str,
        /// The artifact's value.
        expected: String,
        /// The SBOM's.
        found: String,
    },
}

/// Parses the text of a `.spdx.json`, as CPython's release tools write it.
pub fn parse(text: &str) -> Result<Sbom, SbomError> {
    if text.len() > SBOM_CAP {
        return Err(SbomError::TooLarge { bytes: text.len(), cap: SBOM_CAP });
    }
    let document: Document = serde_json::from_str(text).map_err(|error| SbomError::Malformed(error.to_string()))?;
    if !document.spdx_version.starts_with("SPDX-2.") {
        return Err(SbomError::Malformed(format!("spdxVersion is {}, expected SPDX-2.x", document.spdx_version)));
    }
    let package = only("packages named CPython", document.packages, |package| package.name == "CPython")?;
    let checksum = only("SHA256 checksums", package.checksums, |checksum| checksum.algorithm == "SHA256")?;
    let invalid = |error: crate::model::InvalidValue| SbomError::Malformed(error.to_string());
    Ok(Sbom {
        file_name: package.file_name.ok_or(SbomError::Count { what: "package file names", found: 0 })?,
        version: package.version_info.unwrap_or_default().parse().map_err(invalid)?,
        sha256: checksum.checksum_value.parse().map_err(invalid)?,
    })
}

impl Sbom {
    /// The name of the file that it describes.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The CPython release that it describes.
    pub fn version(&self) -> &PythonVersion {
        &self.version
    }

    /// The digest that it has for the file.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// Checks that it describes `artifact` with the digest `sha256`.
    pub fn check(&self, artifact: &Artifact, sha256: &Sha256) -> Result<(), SbomError> {
        let name = artifact.file_name();
        for (field, expected, found) in [
            ("file name", name.clone(), self.file_name.clone()),
            ("version", artifact.version.to_string(), self.version.to_string()),
            ("SHA-256", sha256.to_string(), self.sha256.to_string()),
        ] {
            if expected != found {
                return Err(SbomError::Differs { artifact: name, field, expected, found });
            }
        }
        Ok(())
    }
}

fn only<T>(what: &'static str, items: Vec<T>, wanted: impl Fn(&T) -> bool) -> Result<T, SbomError> {
    let mut found: Vec<T> = items.into_iter().filter(wanted).collect();
    match (found.pop(), found.len()) {
        (Some(item), 0) => Ok(item),
        (item, others) => Err(SbomError::Count { what, found: others + usize::from(item.is_some()) }),
    }
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "spdxVersion")]
    spdx_version: String,
    packages: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    name: String,
    #[serde(rename = "packageFileName")]
    file_name: Option<String>,
    version_info: Option<String>,
    #[serde(default)]
    checksums: Vec<Checksum>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checksum {
    algorithm: String,
    checksum_value: String,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn document() -> Value {
        json!({
            "SPDXID": "SPDXRef-DOCUMENT",
            "spdxVersion": "SPDX-2.3",
            "files": [{ "fileName": "README.rst", "checksums": [{ "algorithm": "SHA1", "checksumValue": "00" }] }],
            "packages": [
                { "name": "expat", "versionInfo": "2.7.3", "checksums": [] },
                {
                    "SPDXID": "SPDXRef-PACKAGE-cpython",
                    "name": "CPython",
                    "packageFileName": "Python-3.14.6.tar.xz",
                    "versionInfo": "3.14.6",
                    "checksums": [{ "algorithm": "SHA256", "checksumValue": Sha256::of(b"").to_string() }],
                },
            ],
        })
    }

    fn refusal(change: impl FnOnce(&mut Value)) -> String {
        let mut document = document();
        change(&mut document);
        parse(&document.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn the_cpython_package_is_read_and_compared() {
        let sbom = parse(&document().to_string()).unwrap();
        let artifact = Artifact::source(&"3.14.6".parse().unwrap());
        assert_eq!(sbom.check(&artifact, &Sha256::of(b"")), Ok(()));

        let refused = |version: &str, digest: &Sha256| {
            sbom.check(&Artifact::source(&version.parse().unwrap()), digest).unwrap_err().to_string()
        };
        insta::assert_snapshot!(refused("3.14.7", &Sha256::of(b"")), @"the SBOM of Python-3.14.7.tar.xz has file name Python-3.14.6.tar.xz; expected Python-3.14.7.tar.xz");
        insta::assert_snapshot!(refused("3.14.6", &Sha256::of(b"x")), @"the SBOM of Python-3.14.6.tar.xz has SHA-256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855; expected 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
    }

    #[test]
    fn renaming_the_file_alone_does_not_help() {
        let mut renamed = document();
        renamed["packages"][1]["packageFileName"] = json!("Python-3.14.7.tar.xz");
        let artifact = Artifact::source(&"3.14.7".parse().unwrap());
        let error = parse(&renamed.to_string()).unwrap().check(&artifact, &Sha256::of(b"")).unwrap_err();
        insta::assert_snapshot!(error, @"the SBOM of Python-3.14.7.tar.xz has version 3.14.6; expected 3.14.7");
    }

    #[test]
    fn documents_that_say_nothing_or_two_things_are_refused() {
        insta::assert_snapshot!(refusal(|d| d["packages"][0]["name"] = json!("CPython")), @"the SBOM has 2 packages named CPython; expected 1");
        insta::assert_snapshot!(refusal(|d| d["packages"] = json!([])), @"the SBOM has 0 packages named CPython; expected 1");
        insta::assert_snapshot!(refusal(|d| d["packages"][1]["checksums"][0]["algorithm"] = json!("SHA1")), @"the SBOM has 0 SHA256 checksums; expected 1");
        insta::assert_snapshot!(refusal(|d| d["packages"][1]["packageFileName"] = Value::Null), @"the SBOM has 0 package file names; expected 1");
        insta::assert_snapshot!(refusal(|d| d["packages"][1]["versionInfo"] = json!("../3.14.6\n")), @r#"the SBOM is malformed: expected a CPython version such as 3.14.6 or 3.15.0b3, found "../3.14.6\n""#);
        insta::assert_snapshot!(refusal(|d| d["packages"][1]["checksums"][0]["checksumValue"] = json!("beef")), @r#"the SBOM is malformed: expected a SHA-256 digest of 64 hexadecimal digits, found "beef""#);
        insta::assert_snapshot!(refusal(|d| d["spdxVersion"] = json!("SPDX-3.0")), @"the SBOM is malformed: spdxVersion is SPDX-3.0, expected SPDX-2.x");
    }

    #[test]
    fn hostile_text_is_refused() {
        let text = document().to_string();
        let doubled = text.replacen(r#""versionInfo":"3.14.6""#, r#""versionInfo":"3.14.5","versionInfo":"3.14.6""#, 1);
        insta::assert_snapshot!(parse(&doubled).unwrap_err(), @"the SBOM is malformed: duplicate field `versionInfo` at line 1 column 437");
        insta::assert_snapshot!(parse("<html>404</html>").unwrap_err(), @"the SBOM is malformed: expected value at line 1 column 1");
        let nest =
            |key: &str| text.replacen('{', &format!("{{\"{key}\":{}{},", "[".repeat(99_999), "]".repeat(99_999)), 1);
        insta::assert_snapshot!(parse(&nest("packages")).unwrap_err(), @"the SBOM is malformed: invalid type: sequence, expected a string at line 1 column 14");
        assert_eq!(parse(&nest("unread")), parse(&text), "what is passed over takes no stack");
        assert!(matches!(parse(&" ".repeat(SBOM_CAP + 1)), Err(SbomError::TooLarge { .. })));
    }
}
