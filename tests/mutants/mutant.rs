//! Mutants of plans: lines dropped, copied, swapped and wrapped, and values that stand elsewhere.

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// The seed with a few of its lines, values or steps otherwise; the same for the same number.
pub fn mutant(seed: &str, number: u64) -> String {
    let chance = &mut Chance(number);
    let mut lines: Vec<String> = seed.lines().map(Into::into).collect();
    let several = chance.below(2) + chance.below(2) * chance.below(3);
    for _ in 0..=several {
        if lines.is_empty() {
            break;
        }
        match chance.below(24) {
            0 => drop_block(&mut lines, chance),
            1 => copy_block(&mut lines, chance),
            2 => swap_blocks(&mut lines, chance),
            3 => letter(&mut lines, chance),
            4..10 => wrap_call(&mut lines, chance),
            _ => value(&mut lines, chance),
        }
    }
    lines.join("\n")
}

/// A line with what stands deeper below it.
fn block(lines: &[String], chance: &mut Chance) -> std::ops::Range<usize> {
    let start = chance.below(lines.len());
    let depth = |line: &String| line.len() - line.trim_start().len();
    let below = lines[start + 1..].iter().take_while(|line| depth(line) > depth(&lines[start]));
    start..start + 1 + below.count()
}

fn drop_block(lines: &mut Vec<String>, chance: &mut Chance) {
    let block = match chance.below(2) {
        0 => block(lines, chance),
        _ => {
            let at = chance.below(lines.len());
            at..at + 1
        }
    };
    lines.drain(block);
}

/// Said twice, at its place or elsewhere, under another name as often as not.
fn copy_block(lines: &mut Vec<String>, chance: &mut Chance) {
    let block = block(lines, chance);
    let mut copy = lines[block.clone()].to_vec();
    if chance.below(4) > 0 {
        copy.iter_mut().for_each(|line| *line = line.replacen("name: ", "name: again-", 1));
    }
    let to = if chance.below(8) > 0 { block.end } else { chance.below(lines.len()) };
    lines.splice(to..to, copy);
}

fn swap_blocks(lines: &mut [String], chance: &mut Chance) {
    let (one, other) = (block(lines, chance), block(lines, chance));
    let (first, last) = if one.start < other.start { (one, other) } else { (other, one) };
    if first.end <= last.start {
        let between = last.start - first.end;
        lines[first.start..last.end].rotate_left(first.len());
        lines[first.start..][..between + last.len()].rotate_left(between);
    }
}

/// A call with other steps around it, or an agent in its place.
fn wrap_call(lines: &mut [String], chance: &mut Chance) {
    let calls: Vec<usize> =
        (0..lines.len()).filter(|line| lines[*line].contains("{ call: {")).collect();
    if calls.is_empty() {
        return;
    }
    let line = &mut lines[calls[chance.below(calls.len())]];
    let start = line.find("{ call: {").expect("it is there");
    let mut depth = 0;
    let end = line[start..].find(|letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        depth == 0
    });
    let Some(end) = end.map(|end| start + end + 1) else { return };
    let mut step = line[start..end].to_owned();
    for nth in 0..1 + [0, 0, 1, 2, 9][chance.below(5)] {
        let count = chance.one_of(&["1", "2", "1..3", "40", "500", "1..400", "0..2"]);
        let share = chance.one_of(&["0%", "100%", "50%", "1..99%", "110%"]);
        let other = format!(
            "{{ call: {{ name: other-{nth}, answer: true, model: openai/gpt-5-nano, input: [], output: 1 }} }}"
        );
        step = match chance.below(13) {
            0 => format!("{{ chain: [{step}] }}"),
            1 => format!(
                "{{ route: [{{ share: {share}, step: {step} }}, {{ share: rest, step: {other} }}] }}"
            ),
            2 => format!(
                "{{ route: {{ sticky: conversation, branches: [{{ share: {share}, step: {step} }}, {{ share: rest, step: {other} }}] }} }}"
            ),
            3 => format!(
                "{{ retry: {{ attempts: {count}, fails: {{ timeout: {share} }}, step: {step}, then: {other} }} }}"
            ),
            4 => format!(
                "{{ retry: {{ attempts: {count}, fails: {{ rejected: {share} }}, outage: {share}, step: {step} }} }}"
            ),
            5 => format!("{{ fan-out: {{ copies: {count}, warm_first: true, step: {step} }} }}"),
            6 => format!(
                "{{ conversation: {{ turns: {count}, history: {{ last: {count} }}, turn: [{step}] }} }}"
            ),
            7 => format!("{{ conversation: {{ turns: {count}, turn: [{step}, {other}] }} }}"),
            8 => format!(
                "{{ cascade: {{ tiers: [{{ step: {step}, accepts: {share} }}, {{ step: {other} }}] }} }}"
            ),
            9 => format!(
                "{{ until: {{ rounds: {count}, accepts: {share}, draft: {step}, check: {other} }} }}"
            ),
            10 => format!("{{ loop: {{ steps: {count}, step: {step} }} }}"),
            11 => {
                format!("{{ response-cache: {{ hits: {share}, wrong: {share}, step: {step} }} }}")
            }
            _ => {
                let agent = chance.one_of(&["worker", "searcher", "nobody"]);
                let depth = chance.one_of(&["", ", depth: 0", ", depth: 3", ", depth: 15000"]);
                format!("{{ agent: {{ use: {agent}{depth} }} }}")
            }
        };
    }
    line.replace_range(start..end, &step);
}

fn letter(lines: &mut [String], chance: &mut Chance) {
    let line = chance.below(lines.len());
    let mut letters: Vec<char> = lines[line].chars().collect();
    if letters.is_empty() {
        return;
    }
    let at = chance.below(letters.len());
    match chance.below(3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, LETTERS[chance.below(LETTERS.len())]),
        _ => letters[at] = LETTERS[chance.below(LETTERS.len())],
    }
    lines[line] = letters.into_iter().collect();
}

const LETTERS: [char; 22] = [
    '0', '1', '9', '.', ',', ':', '-', ' ', 'e', 'x', '%', '$', '{', '}', '[', ']', '|', '#', '&',
    '\'', 'ǅ', '\u{feff}',
];

/// A value replaced by what a hurried or hostile hand may write in its place: mostly of its kind.
fn value(lines: &mut [String], chance: &mut Chance) {
    let values: Vec<(usize, usize)> = (lines.iter().enumerate())
        .filter(|(_, line)| !line.starts_with('#'))
        .flat_map(|(nth, line)| line.match_indices(": ").map(move |(at, _)| (nth, at + 2)))
        .filter(|(nth, start)| !lines[*nth][*start..].starts_with('{'))
        .collect();
    if values.is_empty() {
        return;
    }
    let (nth, start) = values[chance.below(values.len())];
    let line = &mut lines[nth];
    let rest = &line[start..];
    let length = match rest.starts_with('[') {
        true => rest.find(']').map(|end| end + 1),
        false => rest.find([',', '}', ']']),
    };
    let old = rest[..length.unwrap_or(rest.len())].trim_end();
    let number = old.contains(|letter: char| letter.is_ascii_digit());
    let kind = match () {
        () if chance.below(12) == 0 => ANYTHING,
        () if old.contains('%') && number => SHARES,
        () if old.contains('$') => AMOUNTS,
        () if old.contains('/') && number => FREQUENCIES,
        () if old.contains(" s") || old.contains(" h") || old.contains(" min") => TIMES,
        () if old.contains('/') => MODELS,
        () if old.starts_with('[') => INPUTS,
        () if number => NUMBERS,
        () => ANYTHING,
    };
    let (end, new) = (start + old.len(), chance.one_of(kind));
    line.replace_range(start..end, new);
}

const SHARES: &[&str] = &[
    "5%",
    "10%",
    "60%",
    "2%..20%",
    "0%",
    "100%",
    "1%",
    "33%",
    "99.999%",
    "250%",
    "-3%",
    "1..99%",
    "0..5%",
    "5..2%",
    "0..100%",
    "50% ±99%",
    "1e-300%",
    "0",
    "1",
    "NaN%",
    "{ value: 30%, grows: 5%/month }",
    "{ value: 90%, grows: 50%/month }",
    "{ value: 90%, grows: -99%/month }",
];

const AMOUNTS: &[&str] =
    &["$0", "-$1", "$1e-18", "$1000000B", "$0.01..$5", "$1", "1", "$2 at P80", "$NaN", "$1e308"];

const FREQUENCIES: &[&str] = &[
    "10/day",
    "1k/month",
    "4%/month",
    "200/business day",
    "0/day",
    "1/week",
    "1000B/day",
    "1e-9/month",
    "3/business day",
    "1..5k/month",
    "1/1",
    "-1/day",
    "-99%/month",
    "1000%/month",
    "-100%/month",
    "0%/month",
    "1e30%/month",
];

const TIMES: &[&str] =
    &["0 s", "1 s", "1000000 h", "1 h", "5 min", "-1 s", "1..9 min", "1e308 h", "1e-300 s"];

const MODELS: &[&str] = &[
    "openai/gpt-5-nano",
    "anthropic/claude-opus-4-7",
    "openai/text-embedding-3-small",
    "google/gemini-2.5-pro",
    "deepseek/deepseek-chat",
    "openai/nobody",
    "gpt-5",
];

const INPUTS: &[&str] = &[
    "[]",
    "[history]",
    "[context]",
    "[history, context]",
    "[history, history]",
    "[context x3, history x2]",
    "[question x500, question]",
    "[task x1..400]",
    "[task x0]",
    "[nobody]",
    "[rules, context, rules, task]",
];

const NUMBERS: &[&str] = &[
    "3",
    "12",
    "40",
    "2..6",
    "1..9",
    "40..220",
    "1 x3 | 4 x2",
    "0",
    "-1",
    "1",
    "2",
    "500",
    "501",
    "1e308",
    "1e-300",
    "NaN",
    ".nan",
    ".inf",
    "0..5",
    "5..2",
    "1..500",
    "1..1000000",
    "3..3",
    "1..2",
    "0.5",
    "1/2/3",
    "0/0/0",
    "1/9/400",
    "5 ±99%",
    "0 x5",
    "0 x5 | 0 x1",
    "0 x5 | 7 x1",
    "1 x1 | 900 x1",
    "1 x1e18",
    "1M",
    "1000000B",
    "1000000..2000000",
    "100k..900k",
    "1023..1025",
    "4294967296",
    "{ value: 3..9 ±20%, grows: 5%/month }",
    "{ value: 3, grows: 900%/month }",
    "{ value: 10, follows: { driver: support.volume.units, doubled: 90% } }",
];

const ANYTHING: &[&str] = &[
    "0",
    "1",
    "100%",
    "month 0",
    "month 3",
    "month 99",
    "9999-12",
    "0000-01",
    "2027-02",
    "rest",
    "history",
    "context",
    "question",
    "task",
    "''",
    "~",
    "true",
    "full",
    "batch",
    "flex",
    "{ last: 1 }",
    "shared",
    "searcher",
    "worker",
    "conversation",
    "easy",
    "reply",
    "a-b",
    "month",
    "total",
    "&a [*a]",
    "[]",
    "{}",
    "Ünïcode 🦀",
    "office hours",
    "retrieved",
];
