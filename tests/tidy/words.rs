//! Rust text into words with their lines: no comments, nothing that stands inside quotes.

/// An identifier, a number, `::` or a single sign. A quoted text is `""`, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Word<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// All words of a Rust file.
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = vec![];
    let (mut at, mut line) = (0, 1);
    while let Some(sign) = text[at..].chars().next() {
        let rest = &text[at..];
        let (length, word) = match sign {
            _ if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), None),
            _ if rest.starts_with("/*") => (comment(rest), None),
            '"' => (quoted(rest), Some("\"\"")),
            '\'' => match character(rest) {
                Some(length) => (length, Some("\"\"")),
                None => (1 + name(&rest[1..]), None), // a lifetime
            },
            _ if sign.is_alphanumeric() || sign == '_' => match prefixed(rest) {
                Some(length) => (length, Some("\"\"")),
                None => (name(rest), Some(&rest[..name(rest)])),
            },
            _ if rest.starts_with("::") => (2, Some("::")),
            _ if sign.is_whitespace() => (sign.len_utf8(), None),
            _ => (sign.len_utf8(), Some(&rest[..sign.len_utf8()])),
        };
        found.extend(word.map(|text| Word { text, line }));
        line += rest[..length].matches('\n').count();
        at += length;
    }
    found
}

/// What ships of these words: all but the items under `#[cfg(test)]`.
pub fn shipped<'a>(words: &[Word<'a>]) -> Vec<Word<'a>> {
    let mut kept = vec![];
    let mut at = 0;
    while at < words.len() {
        if starts(&words[at..], TEST) {
            at = item_end(words, at + TEST.len());
        } else {
            kept.push(words[at]);
            at += 1;
        }
    }
    kept
}

/// Whether an item stands under `#[cfg(test)]`.
pub const TEST: &[&str] = &["#", "[", "cfg", "(", "test", ")", "]"];

/// These words without the functions of these names.
pub fn without<'a>(words: &[Word<'a>], functions: &[&str]) -> Vec<Word<'a>> {
    let mut kept = vec![];
    let mut at = 0;
    while at < words.len() {
        let named = words.get(at + 1).is_some_and(|next| functions.contains(&next.text));
        if words[at].text == "fn" && named {
            at = item_end(words, at);
        } else {
            kept.push(words[at]);
            at += 1;
        }
    }
    kept
}

/// Whether the words begin with these.
pub fn starts(words: &[Word], with: &[&str]) -> bool {
    words.len() >= with.len() && words.iter().zip(with).all(|(word, text)| word.text == *text)
}

/// The end of an item: behind its `;` or its last brace.
fn item_end(words: &[Word], start: usize) -> usize {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate().skip(start) {
        match word.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(word.text, ";" | "}") {
            return at + 1;
        }
    }
    words.len()
}

fn name(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// Block comments may stand inside each other.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        match rest {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, sign) in text.char_indices().skip(1) {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A character in quotes; `None` when it is a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut signs = text.char_indices().skip(1);
    let (_, first) = signs.next()?;
    if first == '\\' {
        let (_, escaped) = signs.next()?;
        let from = 2 + escaped.len_utf8();
        return Some(from + text[from..].find('\'')? + 1);
    }
    signs.next().filter(|(_, sign)| *sign == '\'').map(|(at, _)| at + 1)
}

/// A text with a prefix: `r"…"`, `br#"…"#`, `b'…'`.
fn prefixed(text: &str) -> Option<usize> {
    let prefix = name(text);
    if !["r", "b", "c", "br", "cr"].contains(&&text[..prefix]) {
        return None;
    }
    let rest = &text[prefix..];
    let fence = rest.len() - rest.trim_start_matches('#').len();
    match rest[fence..].chars().next()? {
        '"' if text[..prefix].ends_with('r') => {
            let close = format!("\"{}", "#".repeat(fence));
            let body = prefix + fence + 1;
            Some(body + text[body..].find(&close)? + close.len())
        }
        '"' if fence == 0 => Some(prefix + quoted(rest)),
        '\'' if fence == 0 => Some(prefix + character(rest)?),
        _ => None,
    }
}

#[test]
fn comments_and_texts_are_no_words() {
    let text = r##"
        // std::fs
        /* std /* :: */ fs */ let a: &'static str = "std::fs \" f64";
        let b = ('"', '\'', b'\n', r#"f64 " f64"#, br"f64", 'x');
        a::b"##;
    let found: Vec<_> = words(text).iter().map(|word| (word.text, word.line)).collect();
    let joined: String = found.iter().map(|(text, _)| format!("{text} ")).collect();
    assert_eq!(joined, r#"let a : & str = "" ; let b = ( "" , "" , "" , "" , "" , "" ) ; a :: b "#);
    assert_eq!((found[0], found[found.len() - 1]), (("let", 3), ("b", 5)));
}

#[test]
fn what_stands_under_test_does_not_ship() {
    let text = "
        #[cfg(test)] mod laws;
        fn a() -> [u8; 2] { b }
        #[cfg(test)]
        impl X { const Y: [u8; 2] = [1, 2]; fn c() { f64 } }
        #[cfg(test)] use d::{e, f};
        struct G;";
    let kept: String = shipped(&words(text)).iter().map(|word| word.text).collect();
    assert_eq!(kept, "fna()->[u8;2]{b};structG;");
    let kept: String =
        without(&words("fn a() { f64 } fn b() {}"), &["a"]).iter().map(|word| word.text).collect();
    assert_eq!(kept, "fnb(){}");
}
