//! What kinds of text a text is made of: a vocabulary that is not public is known by kind.

/// A kind of text, by how vocabularies differ on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Sentences, in any script that has no kind of its own.
    Prose,
    /// Programs, queries, markup, settings, logs.
    Code,
    /// JSON and its like, tables of figures among it.
    Json,
    /// Chinese and Japanese.
    Cjk,
    /// Korean.
    Hangul,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] = [Kind::Prose, Kind::Code, Kind::Json, Kind::Cjk, Kind::Hangul];

    /// The bytes of a token of o200k, measured over some megabytes of each kind.
    fn bytes_per_token(self) -> f64 {
        match self {
            Kind::Prose => 4.4,
            Kind::Code => 3.9,
            Kind::Json => 3.6,
            Kind::Cjk => 4.2,
            Kind::Hangul => 4.9,
        }
    }
}

/// How much of a text's tokens is of each kind, in the order of [`Kind::ALL`]; they add up to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kinds([f64; 5]);

impl Kinds {
    /// A text of one kind.
    pub fn only(kind: Kind) -> Self {
        Kinds(Kind::ALL.map(|of| f64::from(u8::from(of == kind))))
    }

    /// The kinds of a text: of its lines, and of its East Asian characters wherever they stand.
    pub fn of(text: &str) -> Self {
        let mut bytes = [0_usize; 5];
        for line in text.split_inclusive('\n') {
            let [mut cjk, mut hangul] = [0, 0];
            for char in line.chars().filter(|char| !char.is_ascii()) {
                match char {
                    '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}' => {
                        cjk += char.len_utf8();
                    }
                    '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7AF}' => hangul += char.len_utf8(),
                    _ => {}
                }
            }
            bytes[Kind::Cjk as usize] += cjk;
            bytes[Kind::Hangul as usize] += hangul;
            bytes[kind_of(line) as usize] += line.len() - cjk - hangul;
        }
        let mut tokens = [0.0; 5];
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            tokens[index] = bytes[index] as f64 / kind.bytes_per_token();
        }
        let all: f64 = tokens.iter().sum();
        if all == 0.0 { Kinds::only(Kind::Prose) } else { Kinds(tokens.map(|of| of / all)) }
    }

    /// The mean of a figure that each kind has.
    pub(crate) fn mean(&self, figure: impl Fn(Kind) -> f64) -> f64 {
        self.0.iter().zip(Kind::ALL).map(|(share, kind)| share * figure(kind)).sum()
    }

    /// The kind that most of the text is of.
    pub fn most(&self) -> Kind {
        let most = self.0.iter().zip(Kind::ALL).max_by(|a, b| a.0.total_cmp(b.0));
        most.map_or(Kind::Prose, |(_, kind)| kind)
    }
}

/// Prose, code or JSON, by the signs that a line holds.
fn kind_of(line: &str) -> Kind {
    let mut letters = 0;
    let mut quoted = 0; // what JSON is made of
    let mut signs = 0; // what programs are made of
    let mut digits = 0;
    for byte in line.bytes() {
        match byte {
            b'"' | b':' | b',' => quoted += 1,
            b'{' | b'}' | b'[' | b']' => {
                quoted += 1;
                signs += 1;
            }
            b'(' | b')' | b';' | b'=' | b'<' | b'>' | b'_' | b'/' | b'\\' | b'*' | b'&' | b'|'
            | b'$' | b'#' | b'+' | b'%' | b'@' | b'~' | b'^' | b'`' => signs += 1,
            b'0'..=b'9' => digits += 1,
            b if b.is_ascii_alphabetic() || b >= 0x80 => letters += 1,
            _ => {}
        }
    }
    let all = letters + quoted + signs + digits;
    let is_quoted = line.contains("\":") || line.matches('"').count() >= 2 || all == quoted + signs;
    if quoted * 8 >= all && quoted >= signs && is_quoted || digits > letters {
        return Kind::Json;
    }
    let is_indented = line.starts_with("  ") || line.starts_with('\t');
    let enough = if is_indented { 20 } else { 12 };
    if signs * enough >= all && signs > 1 { Kind::Code } else { Kind::Prose }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Kind) {
        assert_eq!(Kinds::of(text).most(), expected, "{text}");
    }

    #[test]
    fn a_kind_is_seen_by_its_signs() {
        check("Where is my refund? The order was 4711, sent in May.", Kind::Prose);
        check("", Kind::Prose);
        check("fn main() {\n    println!(\"{}\", order.total());\n}\n", Kind::Code);
        check("SELECT id, total FROM orders WHERE (total > 10) AND id = $1;", Kind::Code);
        check("{\n  \"order\": 4711,\n  \"status\": \"sent\"\n}", Kind::Json);
        check("{\"order\":4711,\"lines\":[{\"sku\":\"a-1\",\"count\":2}]}", Kind::Json);
        check("4711,2026-05-01,129.90\n4712,2026-05-02,88.00\n", Kind::Json);
        check("退款在星期二寄出，但客户还没有看到。", Kind::Cjk);
        check("環불은 화요일에 보냈지만 고객은 아직 보지 못했습니다.", Kind::Hangul);
    }

    #[test]
    fn shares_add_up() {
        let kinds = Kinds::of("Order 退款 status:\n{\"id\": 1}\n");
        assert!((kinds.mean(|_| 1.0) - 1.0).abs() < 1e-12);
        let cjk = kinds.mean(|kind| f64::from(u8::from(kind == Kind::Cjk)));
        assert!(cjk > 0.1 && cjk < 0.4, "{cjk}");
    }
}
