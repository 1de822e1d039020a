//! The Merkle tree of RFC 6962 over a handful of leaves.

use crate::model::Sha256;

/// The hash of a leaf with this content.
pub(super) fn leaf(content: &[u8]) -> Sha256 {
    Sha256::of(&[&[0][..], content].concat())
}

/// The hash at the root over `leaves`, of which there is at least one.
pub(super) fn root(leaves: &[Sha256]) -> Sha256 {
    if let [only] = leaves {
        return *only;
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    Sha256::of(&[&[1][..], root(left).as_bytes(), root(right).as_bytes()].concat())
}

/// The hashes beside the way from the leaf at `index` up to the root.
pub(super) fn path(leaves: &[Sha256], index: usize) -> Vec<Sha256> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let middle = split(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let (mut below, beside) =
        if index < middle { (path(left, index), root(right)) } else { (path(right, index - middle), root(left)) };
    below.push(beside);
    below
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: usize) -> usize {
    count.next_power_of_two() / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The roots that RFC 6962's reference implementation gives for its test leaves.
    #[test]
    fn roots_are_those_of_the_reference_implementation() {
        let contents =
            ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        let leaves: Vec<_> = contents.iter().map(|content| leaf(&hex::decode(content).unwrap())).collect();
        assert_eq!(root(&leaves[..1]).to_string(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(root(&leaves[..5]).to_string(), "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4");
        assert_eq!(root(&leaves).to_string(), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }
}
