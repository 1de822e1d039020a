//! What can be wrong with a bundle. Each flaw is one change to an otherwise good signing.

/// Whom [`Flaw::OtherIssuer`] names.
pub const OTHER_ISSUER: &str = "https://issuer.pybump.example";

macro_rules! flaws {
    ($($(#[doc = $doc:literal])+ $flaw:ident,)+) => {
        /// One thing that is wrong with a bundle; a verifier must refuse each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Flaw {
            $($(#[doc = $doc])+ $flaw,)+
        }

        impl Flaw {
            /// Every flaw there is.
            pub const ALL: &'static [Self] = &[$(Self::$flaw,)+];
        }
    };
}

flaws! {
    /// The certificate comes from an authority that the trust root does not name.
    ForeignAuthority,
    /// The same, but the authority goes by the trusted one's name.
    ForeignAuthoritySameName,
    /// The authority's window in the trust root ended before the signing.
    EndedAuthority,
    /// The authority's window in the trust root begins after the signing.
    UnbegunAuthority,
    /// The trust root still trusts the authority, but its own certificate had expired.
    ExpiredAuthorityCertificate,
    /// The certificate is not for signing code.
    NoCodeSigning,
    /// The certificate has the identity as a URI, not as an e-mail address.
    UriIdentity,
    /// Of the two fields that name the issuer, the one that counts names another: [`OTHER_ISSUER`].
    OtherIssuer,

    /// The certificate carries no timestamp of a certificate-transparency log.
    NoCertificateTimestamp,
    /// It carries two.
    TwoCertificateTimestamps,
    /// The timestamp is of a log that the trust root does not name.
    CertificateTimestampOfUnknownLog,
    /// The timestamp names the trusted log, but another key made it.
    ForgedCertificateTimestamp,
    /// The timestamp was made for another certificate.
    CertificateTimestampOfOtherCertificate,
    /// The timestamp is of a log whose window had ended.
    CertificateTimestampOfEndedLog,

    /// The log entry carries no signed timestamp.
    NoEntryTimestamp,
    /// The entry's timestamp is of a log that the trust root does not name.
    EntryTimestampOfUnknownLog,
    /// The entry's timestamp names the trusted log, but another key made it.
    ForgedEntryTimestamp,
    /// The log signed another time than the entry shows.
    EntryTimestampOfOtherTime,
    /// The log signed another index than the entry shows.
    EntryTimestampOfOtherIndex,
    /// The entry names another log than the one that signed its timestamp.
    ForgedLogId,
    /// The log took the entry before the certificate was valid.
    SignedBeforeCertificate,
    /// The log took the entry when the certificate had expired.
    SignedAfterCertificate,
    /// All of it happens in 2038.
    SignedInTheFuture,

    /// There is no inclusion proof.
    NoInclusionProof,
    /// One bit of the proof's first hash is turned.
    ProofOfOtherHash,
    /// The proof is for the neighbouring leaf.
    ProofOfOtherIndex,
    /// The proof is for a tree with an entry more.
    ProofOfOtherSize,
    /// The proof lacks its last hash.
    ShortProof,
    /// The proof has a hash too many.
    LongProof,
    /// The tree holds another entry in this one's place.
    EntryNotInTree,
    /// There is no checkpoint.
    NoCheckpoint,
    /// The checkpoint is signed by a log that the trust root does not name.
    CheckpointOfUnknownLog,
    /// The checkpoint names the trusted log's key, but another key made it.
    ForgedCheckpoint,
    /// The checkpoint is the log's own, but over another tree.
    CheckpointOfOtherRoot,

    /// There is no log entry.
    NoEntry,
    /// There are two.
    TwoEntries,
    /// The entry calls itself one of a kind that is not understood.
    OtherEntryKind,
    /// The entry's body was altered after it was logged.
    AlteredEntry,
    /// The entry is genuine, but about another digest.
    EntryOfOtherDigest,
    /// The entry is genuine, but about another signature.
    EntryOfOtherSignature,
    /// The entry is genuine, but about another certificate.
    EntryOfOtherCertificate,

    /// The digest is that of another good bundle.
    SwappedDigest,
    /// The signature is that of another good bundle.
    SwappedSignature,
    /// The certificate is that of another good bundle.
    SwappedCertificate,
    /// The log entry is that of another good bundle.
    SwappedEntry,
    /// The entry's timestamp is that of another good bundle.
    SwappedEntryTimestamp,
    /// The inclusion proof is that of another good bundle.
    SwappedInclusionProof,

    /// The bundle names no format.
    NoMediaType,
    /// The bundle names a format that there is not.
    UnknownMediaType,
    /// The bundle does not say what was signed.
    NoDigest,
    /// The digest is shorter than its algorithm's.
    ShortDigest,
    /// The digest calls itself SHA-512.
    OtherDigestAlgorithm,
    /// An envelope stands beside the signature.
    SecondContent,
    /// A certificate chain stands beside the certificate.
    SecondCertificate,
    /// A public key stands in the certificate's place.
    KeyWithoutCertificate,
    /// The digest stands twice, first another, then the right one.
    DuplicateKey,
    /// There is a field that no bundle has.
    UnknownField,
    /// A field nests a hundred levels deep.
    DeepNesting,
    /// The file is cut in half.
    Truncated,
    /// The file is padded past a mebibyte.
    Oversized,
}
