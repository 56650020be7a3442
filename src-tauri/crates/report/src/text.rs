//! Texts that somebody wrote, made safe to show.

/// Longer texts are cut: nobody reads a whole prompt in a cell.
const LONGEST: usize = 2000;

/// Without control characters, marks that turn the reading direction, and more than a cell should hold.
pub fn clean(text: &str) -> String {
    let readable = text.chars().filter_map(|c| match c {
        '\t' | '\n' | '\r' => Some(' '),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        '\u{fffe}' | '\u{ffff}' => Some('\u{fffd}'),
        c if c.is_control() => Some('\u{fffd}'),
        c => Some(c),
    });
    let mut readable: String = readable.collect();
    let characters = readable.chars().count();
    if let Some((end, _)) = readable.char_indices().nth(LONGEST) {
        readable.truncate(end);
        readable.push_str(&format!(" [cut: {characters} characters]"));
    }
    readable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cleaned() {
        assert_eq!(clean("a\tb\nc\u{0}d\u{202e}e"), "a b c\u{fffd}de");
        assert_eq!(clean("=1+1"), "=1+1");
        let long = clean(&"x".repeat(40_000));
        assert!(long.ends_with("x [cut: 40000 characters]"));
    }
}
