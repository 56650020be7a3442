//! Bytes into text: what is not UTF-8 is refused.

use std::str;

use thiserror::Error;

/// Bytes that are not UTF-8 text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Error)]
#[error("Byte {offset} is not UTF-8 text. Save the file as UTF-8, then count it again.")]
pub struct NotText {
    /// Where the first bad byte stands; the first byte of the file is 0.
    pub offset: usize,
}

/// The text that these bytes hold. A byte order mark stays: models are sent it too.
pub fn text(bytes: &[u8]) -> Result<&str, NotText> {
    str::from_utf8(bytes).map_err(|error| NotText { offset: error.valid_up_to() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf8_or_refused_with_its_place() {
        assert_eq!(text("Grüße".as_bytes()), Ok("Grüße"));
        assert_eq!(text(b"Gr\xfc\xdfe"), Err(NotText { offset: 2 }));
        assert_eq!(
            text(b"\xff").map_err(|error| error.to_string()),
            Err("Byte 0 is not UTF-8 text. Save the file as UTF-8, then count it again.".into())
        );
    }
}
