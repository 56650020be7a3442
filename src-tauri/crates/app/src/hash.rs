//! What stands for a document: the SHA-256 of its texts.

use sha2::{Digest, Sha256};

/// The SHA-256 of texts in their order, in hexadecimal.
pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        // Lengths keep a text from passing for the end of one and the start of the next.
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_from_their_sum() {
        assert_eq!(of(["ab"]).len(), 64);
        assert_ne!(of(["a", "b"]), of(["ab"]));
        assert_ne!(of(["a", "b"]), of(["b", "a"]));
    }
}
