//! The result of `pybump verify`: the evidence for every artifact of one release.

use schemars::JsonSchema;
use serde::Serialize;

use super::artifact::ArtifactReport;
use super::trust_root::TrustRootReport;

/// The evidence for every artifact of one release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerifyReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// The release.
    pub version: String,
    /// What the Sigstore evidence was judged by.
    pub trust_root: TrustRootReport,
    /// By artifact, source first.
    pub artifacts: Vec<Verdict>,
}

/// What became of one artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Verdict {
    /// All evidence holds.
    Verified(Box<ArtifactReport>),
    /// Some evidence does not hold, or there is none.
    Failed {
        /// The file's name.
        file: String,
        /// Why.
        text: String,
    },
    /// The release has no such artifact.
    Absent {
        /// The file's name.
        file: String,
    },
}

impl VerifyReport {
    /// True if at least one artifact is verified and none failed.
    pub fn holds(&self) -> bool {
        self.artifacts.iter().any(|verdict| matches!(verdict, Verdict::Verified(_)))
            && !self.artifacts.iter().any(|verdict| matches!(verdict, Verdict::Failed { .. }))
    }
}
