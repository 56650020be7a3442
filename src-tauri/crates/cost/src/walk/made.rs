//! Random trees of every kind of step, made up by seeds. The seeds are fixed and are not picked again.

use crate::plan::Plan;

/// Steps that are made up by a seed.
pub(super) struct Maker {
    state: u64,
    calls: u32,
}

/// Where a step stands.
#[derive(Clone, Copy, Default)]
struct Stands {
    depth: u32,
    conversation: bool,
    /// Whether a conversation that says no pause is around it, or around the use of its agent.
    unpaused: bool,
    context: bool,
    answer: bool,
    side_by_side: bool,
}

impl Maker {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed, calls: 0 }
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[usize::try_from(self.below(of.len() as u64)).expect("a short list")]
    }

    fn percent(&mut self) -> u64 {
        10 + self.below(80)
    }

    fn call(&mut self, at: Stands) -> String {
        self.calls += 1;
        let history = at.conversation && (at.answer || self.below(2) == 0);
        let context = at.context && self.below(4) > 0;
        // Prompts that grow both ways are held against limits of price and of length by their average history.
        let models = ["small", "small", "large", "cached", "cached", "steps"];
        let mut model = self.one(if history && context { &models[..5] } else { &models });
        let cached = model == "cached" && !at.side_by_side;
        if model == "cached" && !cached {
            model = "large";
        }
        // What grows begins with enough to be kept.
        let lead = match (cached, history || context) {
            (true, true) => "system",
            (true, false) => self.one(&["system", "brief"]),
            (false, _) => self.one(&["system", "brief", "user"]),
        };
        let mut input = vec![lead];
        // Trees that were made up before this stay as they were.
        let alike = if cached { Self::new(self.state).below(6) } else { 6 };
        if history {
            input.push("history");
        }
        // What is alike in all sessions goes on with the beginning while nothing was said.
        if (history || context) && alike < 2 {
            input.extend((context && alike == 0).then_some("context"));
            input.push("brief");
        }
        if lead != "user" {
            input.push(self.one(&["user", "note"]));
        }
        if self.below(4) == 0 {
            input.push("page x2");
        }
        if context && alike != 0 {
            input.push("context");
        }
        let output = self.one(&["60", "40..160", "20 x5 | 90 x3 | 400 x1"]);
        let mut more = String::new();
        if self.below(4) == 0 {
            more += ", reasoning: 30..200";
            if self.below(2) == 0 {
                more += ", max_tokens: 150";
            }
            if self.below(2) == 0 {
                more += ", keep_reasoning: true";
            }
        }
        if at.answer {
            more += ", answer: true";
        }
        if cached {
            let alive = self.percent();
            more += &format!(", cache: {{ alive: {alive}%");
            if at.unpaused {
                // An agent's trees stay as they were.
                let mut aside = Self::new(self.state);
                let in_time = if at.conversation { self.percent() } else { aside.percent() };
                more += &format!(", in_time: {in_time}%");
            }
            if self.below(5) == 0 {
                more += ", prefix: shared";
            }
            more += " }";
        }
        format!(
            "{{ call: {{ name: c{}, model: acme/{model}, input: [{}], output: {output}{more} }} }}",
            self.calls,
            input.join(", ")
        )
    }

    /// Any step; one that answers where an answer is wanted.
    fn step(&mut self, at: Stands) -> String {
        if at.depth == 0 {
            return self.call(at);
        }
        let below = Stands { depth: at.depth - 1, ..at };
        let aside = Stands { answer: false, ..below };
        match self.below(if at.answer { 8 } else { 11 }) {
            0 => self.call(at),
            1 => {
                let (share, one) = (self.percent(), self.step(below));
                format!(
                    "{{ route: [ {{ share: {share}%, step: {one} }}, {{ share: rest, step: {} }} ] }}",
                    self.step(below)
                )
            }
            2 => {
                let (fails, one) = (self.percent() / 2, self.call(below));
                let kind = self.one(&["invalid", "timeout", "rejected"]);
                let outage = if self.below(2) == 0 {
                    ", outage: { value: 3%, billed_input: 40%, billed_output: 0% }"
                } else {
                    ""
                };
                format!(
                    "{{ retry: {{ attempts: 1..3, fails: {{ {kind}: {fails}% }}{outage}, step: {one}, then: {} }} }}",
                    self.call(below)
                )
            }
            3 => {
                let accepts = self.percent();
                let (first, judge) = (self.step(below), self.call(aside));
                format!(
                    "{{ cascade: {{ tiers: [ {{ step: {first}, judge: {judge}, accepts: {accepts}% }}, {{ step: {} }} ] }} }}",
                    self.step(below)
                )
            }
            4 => {
                let (hits, wrong) = (self.percent(), self.below(30));
                // What was said before makes an answer nobody else's.
                let inside = self.step(below);
                format!(
                    "{{ response-cache: {{ hits: {hits}%, wrong: {wrong}%, excluded: 10%, lookup: {}, step: {inside}, insert: {} }} }}",
                    self.call(aside),
                    self.call(aside)
                )
            }
            5 => {
                let accepts = self.percent();
                let inside = Stands { context: true, ..below };
                let (draft, check) =
                    (self.step(Stands { ..inside }), self.call(Stands { answer: false, ..inside }));
                format!(
                    "{{ until: {{ rounds: 1..3, accepts: {accepts}%, draft: {draft}, check: {check} }} }}"
                )
            }
            6 => {
                let inside = Stands { context: true, ..below };
                let adds = if self.below(3) == 0 { ", adds: 300..500" } else { "" };
                let chain = if self.below(2) == 0 {
                    let tool = "{ tool: { uses: 1..2, fee: $0.002, returns: page } }";
                    format!(
                        "{{ chain: [ {}, {tool}, {} ] }}",
                        self.call(Stands { answer: false, ..inside }),
                        self.step(inside)
                    )
                } else {
                    self.step(inside)
                };
                format!("{{ loop: {{ steps: 2..5{adds}, step: {chain} }} }}")
            }
            7 => {
                let first = self.step(Stands { answer: false, ..below });
                format!("{{ chain: [ {first}, {} ] }}", self.step(below))
            }
            8 => {
                let inside = Stands { side_by_side: true, ..aside };
                format!("{{ fan-out: {{ copies: 1..3, step: {} }} }}", self.step(inside))
            }
            9 => "{ tool: { uses: 1..3, model: acme/cached, meter: web_search } }".to_owned(),
            _ => "{ agent: { use: worker } }".to_owned(),
        }
    }

    /// A conversation, and whether it says no pause.
    fn conversation(&mut self) -> (String, bool) {
        let at = Stands { depth: 2, conversation: true, ..Stands::default() };
        let unpaused = self.below(2) > 0;
        let at = Stands { unpaused, ..at };
        let pause = if unpaused { "" } else { ", pause: 3 min" };
        let history = match self.below(4) {
            0 => ", history: { last: 2 }".to_owned(),
            1 => {
                self.calls += 1;
                format!(
                    ", history: {{ summary: {{ last: 1, step: {{ call: {{ name: c{}, model: acme/small, input: [brief, history], output: 80..120 }} }} }} }}",
                    self.calls
                )
            }
            _ => String::new(),
        };
        let helper = self.step(Stands { depth: 1, ..at });
        let answer = Stands { answer: true, ..at };
        let turn = if self.below(4) == 0 {
            let share = self.percent();
            let (one, other) = (self.call(Stands { ..answer }), self.call(answer));
            format!(
                "{{ route: {{ sticky: conversation, branches: [ {{ share: {share}%, step: {one} }}, {{ share: rest, step: {other} }} ] }} }}"
            )
        } else {
            self.step(answer)
        };
        let turns = format!("turns: 2..6{pause}{history}, turn: [ {helper}, {turn} ]");
        (format!("{{ conversation: {{ {turns} }} }}"), unpaused)
    }

    /// A plan of one feature with a tree of its own, as it is written.
    pub(super) fn text(&mut self) -> String {
        let at = Stands { depth: 3, ..Stands::default() };
        let (step, unpaused) = match self.below(2) {
            0 => self.conversation(),
            _ => (self.step(at), false),
        };
        let worker = self.step(Stands { depth: 1, answer: true, unpaused, ..Stands::default() });
        format!(
            "{{ forebill: 1, name: Random, starts: 2027-01, months: 1, prompts: {{ \
             system: {{ tokens: 1500, role: system }}, brief: {{ tokens: 700, role: system }}, \
             user: {{ tokens: 30..90 }}, note: {{ tokens: 50 }}, page: {{ tokens: 150..450, role: retrieved }} }}, \
             agents: {{ worker: {{ step: {worker} }} }}, \
             features: [ {{ name: f, unit: unit, volume: {{ units: 10/month }}, step: {step} }} ] }}"
        )
    }
}

/// The plan that a seed makes up.
pub(super) fn random_plan(seed: u64) -> Plan {
    read(&Maker::new(seed).text())
}

/// The plan of a text.
pub(super) fn read(text: &str) -> Plan {
    let plan: Plan = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    plan.addressed()
}
