//! One execution: steps played one by one, each leaving what later ones read.

use super::cache::Caches;
use super::chance::{Chance, Count};
use super::memory::{Context, Mark, Place, Prompt, Trace, Verdict, Word};
use super::script::{Act, BilledShares, Script, Tries};

/// Plays executions of a script, one after another.
pub(super) struct Stage<'s, C> {
    pub(super) script: &'s Script,
    pub(super) chance: C,
    pub(super) billed: Vec<Billed>,
    pub(super) trace: Trace,
    /// What the turns before left, as calls read it now.
    pub(super) history: Vec<Word>,
    /// What grows in the loop around.
    pub(super) context: Option<Context>,
    pub(super) place: Place,
    pub(super) caches: Caches,
    /// The way that each sticky route goes in this conversation.
    pub(super) ways: Vec<Option<usize>>,
    pub(super) part: Role,
    /// Seconds since the execution began.
    pub(super) clock: f64,
    /// A prompt that is being put together.
    pub(super) prompt: Prompt,
    numbered: u64,
}

/// For what the steps are played now.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Role {
    /// An answer that is given again: nothing is paid, and it has one.
    pub(super) kept_answer: bool,
    /// A cheaper tier was not accepted.
    pub(super) escalated: bool,
    /// A copy beyond the first of a fan-out.
    pub(super) copied: bool,
    /// An agent beyond the first.
    pub(super) beyond: bool,
}

/// What one call or tool was billed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Billed {
    /// Its place among the script's names.
    pub(super) nth: usize,
    /// When, in seconds after the execution began.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests of traffic read it"))]
    pub(super) at: f64,
    /// 1 for a call, 0 for a tool.
    pub(super) calls: f64,
    /// The uses of a tool.
    pub(super) uses: f64,
    /// The whole prompt, in tokens, whatever of it was billed.
    pub(super) prompt: f64,
    /// Tokens sent for the first time.
    pub(super) input: f64,
    /// Tokens of earlier turns sent again.
    pub(super) history: f64,
    /// Tokens of earlier steps sent again.
    pub(super) context: f64,
    /// Of all three, what was read from a provider's cache, and what was written to it.
    pub(super) read: f64,
    pub(super) written: f64,
    pub(super) written_hour: f64,
    pub(super) output: f64,
    pub(super) reasoning: f64,
    pub(super) input_usd: f64,
    pub(super) output_usd: f64,
    /// Whether its attempt failed.
    pub(super) failed: bool,
    pub(super) escalated: bool,
    pub(super) beyond: bool,
}

/// What an execution came to.
pub(super) struct Execution<'a> {
    /// What was billed, in the order of the calls.
    pub(super) billed: &'a [Billed],
    pub(super) answers: &'a [Verdict],
    pub(super) answered: bool,
}

impl<'s, C: Chance> Stage<'s, C> {
    pub(super) fn new(script: &'s Script, chance: C) -> Self {
        Self {
            script,
            chance,
            billed: vec![],
            trace: Trace::default(),
            history: vec![],
            context: None,
            place: Place::default(),
            caches: Caches::new(script.cached),
            ways: vec![None; script.sticky],
            part: Role::default(),
            clock: 0.0,
            prompt: vec![],
            numbered: 0,
        }
    }

    /// Plays one execution.
    pub(super) fn execute(&mut self) -> Execution<'_> {
        self.billed.clear();
        self.trace = Trace::default();
        self.caches.clear();
        self.ways.fill(None);
        self.clock = 0.0;
        self.numbered = 0;
        let start = self.trace.mark();
        let answered = self.act(&self.script.root);
        match answered {
            true => self.trace.give(start),
            false => self.trace.forget(start),
        }
        Execution { billed: &self.billed, answers: &self.trace.given, answered }
    }

    /// Plays a step: whether it has an answer.
    pub(super) fn act(&mut self, act: &'s Act) -> bool {
        match act {
            Act::Call(call) => self.call(*call),
            Act::Tool(tool) => self.tool(*tool),
            Act::Chain(acts) => self.one_after_another(acts),
            Act::Route { weights, branches, sticky } => {
                let taken = sticky.and_then(|route| self.ways[route]);
                let branch = taken.unwrap_or_else(|| self.chance.pick(weights));
                if let Some(route) = sticky {
                    self.ways[*route] = Some(branch);
                }
                self.act(&branches[branch])
            }
            Act::Retry(tries) => self.retry(tries),
            Act::FanOut { number, copies, warm_first, copied } => {
                self.fan_out((*number, copies), *warm_first, copied)
            }
            Act::Conversation(talk) => self.conversation(talk),
            Act::Cascade(tiers) => self.cascade(tiers),
            Act::Until(drafts) => self.until(drafts),
            Act::Loop(repeated) => self.repeat(repeated),
            Act::ResponseCache(reused) => self.reuse(reused),
            Act::Agent { beyond, answers, does } => self.agent(*beyond, *answers, does),
        }
    }

    /// Until one has no answer. Each sees what those before it left in the context around.
    pub(super) fn one_after_another(&mut self, acts: &'s [Act]) -> bool {
        let seen = self.seen();
        let answered = acts.iter().all(|act| {
            let before = self.trace.left.len();
            let answered = self.act(act);
            self.see(before);
            answered
        });
        self.unsee(seen);
        answered
    }

    fn retry(&mut self, tries: &'s Tries) -> bool {
        let first = self.numbered + 1;
        // What is kept has an answer.
        let sure = self.part.kept_answer && tries.then.is_none();
        let attempts = tries.attempts.pick(&mut self.chance);
        let outage =
            tries.outage.filter(|(share, _)| !sure && self.chance.toss(*share)).map(|(_, it)| it);
        for _ in 0..attempts {
            let (bill, mark, kept) = (self.billed.len(), self.trace.mark(), self.caches.clone());
            // 0 is success.
            let failed = match outage {
                Some(shares) => Some(shares),
                None if sure => None,
                None => {
                    self.chance.pick(&tries.weights).checked_sub(1).map(|kind| tries.billed[kind])
                }
            };
            let answered = self.act(&tries.tried);
            let Some(shares) = failed else {
                self.caches.mark(first, false);
                return answered;
            };
            self.fail(bill, mark, shares);
            match shares.input > 0.0 {
                true => self.caches.mark(first, true),
                false => self.caches = kept,
            }
        }
        self.caches.mark(first, false);
        tries.then.as_ref().is_some_and(|then| self.act(then))
    }

    /// Turns everything since an attempt began into a failed attempt: billed in part, and never said.
    fn fail(&mut self, bill: usize, mark: Mark, shares: BilledShares) {
        self.trace.forget(mark);
        for billed in &mut self.billed[bill..] {
            for input in [
                &mut billed.uses,
                &mut billed.input,
                &mut billed.history,
                &mut billed.context,
                &mut billed.read,
                &mut billed.written,
                &mut billed.written_hour,
                &mut billed.input_usd,
            ] {
                *input *= shares.input;
            }
            for output in [&mut billed.output, &mut billed.reasoning, &mut billed.output_usd] {
                *output *= shares.output;
            }
            billed.failed = true;
        }
    }

    /// Copies side by side: none of them reads what another one sends, but where one goes first.
    fn fan_out(&mut self, (step, copies): (usize, &'s Count), warm: bool, act: &'s Act) -> bool {
        let (first, place, role) = (self.numbered + 1, self.place, self.part);
        let (began, mut ended) = (self.clock, self.clock);
        let mut found = self.caches.clone();
        let mut left = self.caches.clone();
        let mut answered = true;
        // Every copy is played, also after one without an answer.
        for copy in 0..copies.pick(&mut self.chance) {
            self.caches = found.clone();
            self.clock = began;
            self.place = place.under(step, copy);
            self.part.copied |= copy > 0;
            answered &= self.act(act);
            ended = ended.max(self.clock);
            left = left.and(&self.caches);
            if copy == 0 && warm {
                found = self.caches.clone();
                found.mark(first, true);
            }
        }
        self.caches = left;
        self.caches.mark(first, false);
        (self.place, self.part, self.clock) = (place, role, ended);
        answered
    }

    /// An agent knows nothing of what grows around it.
    fn agent(&mut self, beyond: bool, answers: bool, act: &'s Act) -> bool {
        let (mark, role) = (self.trace.mark(), self.part);
        let history = std::mem::take(&mut self.history);
        let context = self.context.take();
        self.part.beyond |= beyond || role.copied;
        let answered = self.act(act);
        (self.history, self.context, self.part) = (history, context, role);
        self.trace.leave_answers(mark);
        if !answers {
            self.trace.drop_answers(mark);
        }
        answered
    }

    /// How much of the context around is seen.
    pub(super) fn seen(&self) -> usize {
        self.context.as_ref().map_or(0, |context| context.words.len())
    }

    /// What was left from there on is seen by those that read the context around.
    pub(super) fn see(&mut self, from: usize) {
        if let Some(context) = self.context.as_mut().filter(|context| !context.typed) {
            context.words.extend_from_slice(&self.trace.left[from..]);
        }
    }

    /// Only so much of the context around is seen.
    pub(super) fn unsee(&mut self, seen: usize) {
        if let Some(context) = &mut self.context {
            context.words.truncate(seen);
        }
    }

    /// A pause of this mean goes by, where pauses matter.
    pub(super) fn pause(&mut self, mean: Option<f64>) {
        if let Some(mean) = mean.filter(|_| self.script.timed) {
            self.clock += self.chance.pause(mean);
        }
    }

    /// A number that nothing else has in this execution.
    pub(super) fn number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }
}
