//! From a plan's calls and tools to those of a script: parts, sizes, prices, rules of caches.

use super::cache::{Keeps, Writes};
use super::chance::{Count, Size};
use super::error::PlayError;
use super::held::{self, Held};
use super::script::{Act, Content, Handed, Piece, Said, Spoken};
use super::tariff::{Needs, Tariff};
use super::writer::{Stand, Writer, Written};
use crate::book::{Model, Tier};
use crate::meter::Meter;
use crate::plan::{
    CONTEXT, Call, HISTORY, InputRef, Number, Part, Prefix, PromptCache, Role, Tool,
};

impl<'w, 'm, F: Fn(&str) -> Option<&'m Model>> Writer<'w, '_, F> {
    pub(super) fn tool(&mut self, tool: &'w Tool, stand: &Stand<'w>) -> Written<Act> {
        let listed = match (&tool.model, tool.meter) {
            (Some(name), Some(meter)) => Some(Tariff::fee(
                self.model(name)?,
                Tier::Standard,
                &stand.days,
                &self.load,
                meter,
            )?),
            (Some(_) | None, _) => None,
        };
        let returns = match &tool.returns {
            Some(part) => Some(self.words(&tool.name, part, None)?),
            None => None,
        };
        let handed = Handed {
            nth: self.name(&tool.name, stand),
            uses: tool.uses.as_ref().map_or(Ok(Count::Fixed(1)), |uses| self.count(uses))?,
            fee: listed.or_else(|| tool.fee.as_ref().map(|fee| fee.mean())).unwrap_or(0.0),
            returns,
        };
        self.script.tools.push(handed);
        Ok(Act::Tool(self.script.tools.len() - 1))
    }

    pub(super) fn call(&mut self, call: &'w Call, stand: &Stand<'w>) -> Written<Act> {
        let nth = self.name(&call.name, stand);
        let mut input = vec![];
        for sent in &call.input {
            input.push(self.piece(call, sent)?);
        }
        let model = self.model(&call.model)?;
        let sold = |meter| model.entries_of(call.tier, meter).next().is_some();
        let cache = call.cache.as_ref().filter(|_| sold(Meter::CacheRead));
        let held = call.held().filter(|_| cache.is_some());
        let held = held.map(|hours| self.held(call, hours.mean(), &input));
        let cache = cache.filter(|_| held.is_none());
        let keeps = match cache {
            Some(cache) => {
                let name = self.script.names[nth].clone();
                Some(self.keeps(call, cache, &name, stand, &sold)?)
            }
            None => None,
        };
        let needs = Needs {
            input: !input.is_empty(),
            output: call.output.is_some() || call.reasoning.is_some(),
            read: keeps.is_some() || held.is_some(),
            writes: keeps.as_ref().map_or(Writes::Free, |keeps| keeps.writes),
        };
        let reads = |part: &str| call.input.iter().any(|input| input.part == part);
        let later = |most: &Number| most.mean() * self.plan.factor(most, self.month);
        let most = call.max_tokens.as_ref().map(|most| later(most));
        let spoken = Spoken {
            nth,
            input,
            task: call.input.iter().position(|input| input.part == CONTEXT).unwrap_or(0),
            texts: self.texts(&call.model, reads(HISTORY), reads(CONTEXT))?,
            output: call.output.as_ref().map_or(Size::Fixed(0.0), |number| self.size(number)),
            reasoning: call.reasoning.as_ref().map_or(Size::Fixed(0.0), |n| self.size(n)),
            most,
            answer: call.answer,
            keep: call.keep,
            keep_reasoning: call.keep_reasoning,
            quality: call.quality.as_ref().map(|share| share.mean()),
            keeps,
            held,
            tariff: Tariff::new(model, call.tier, &stand.days, &self.load, needs)?,
        };
        self.script.calls.push(spoken);
        Ok(Act::Call(self.script.calls.len() - 1))
    }

    /// What stands before all that differs between sessions is held.
    fn held(&self, call: &Call, seconds: f64, input: &[Piece]) -> Held {
        let parts = input.iter().map_while(|piece| match piece.content {
            Content::Part { part, shared, .. } => shared.then_some(part),
            Content::History | Content::Context => None,
        });
        let minimum = self.around.least_held.get(&call.model).copied().unwrap_or(0);
        let share = held::share(&self.load, seconds);
        Held { parts: parts.collect(), minimum: minimum as f64, share }
    }

    fn keeps(
        &mut self,
        call: &Call,
        cache: &PromptCache,
        name: &str,
        stand: &Stand,
        sold: &dyn Fn(Meter) -> bool,
    ) -> Written<Keeps> {
        let rule = self.around.rules.get(&call.model);
        let first = rule.and_then(|rule| rule.ttl_seconds.first()).map(|seconds| *seconds as f64);
        let ttl = cache.ttl.as_ref().map(|ttl| ttl.mean()).or(first);
        let alive = cache.alive.as_ref().map(|share| share.mean());
        let in_time = cache.in_time.as_ref().map(|share| share.mean());
        if in_time.is_none() {
            // What others of the unit have sent is as old as all pauses since.
            self.script.timed |= alive.is_none();
            if stand.unpaused {
                return Err(PlayError::PauseUnsaid { call: name.to_owned() });
            }
            if stand.pauses {
                self.script.timed = true;
                if ttl.is_none() {
                    let model = call.model.clone();
                    return Err(PlayError::TimeUnsaid { call: name.to_owned(), model });
                }
            }
        }
        self.script.cached += 1;
        let ttl = ttl.unwrap_or(f64::INFINITY);
        let shelf = (self.model(&call.model)?.id.clone(), ttl);
        let known = self.shelves.iter().position(|known| *known == shelf);
        let nth = known.unwrap_or(self.shelves.len());
        self.shelves.extend(known.is_none().then_some(shelf));
        Ok(Keeps {
            index: self.script.cached - 1,
            shelf: alive.is_none().then_some(nth),
            ttl,
            in_time,
            alive: alive
                .map(|share| vec![(0, share)])
                .or_else(|| self.around.alive.get(name).cloned())
                .ok_or_else(|| PlayError::TrafficUnsaid { call: name.to_owned() })?,
            shared_only: cache.prefix == Prefix::Shared,
            minimum: rule.map_or(0.0, |rule| rule.minimum_tokens as f64),
            block: rule.map_or(1.0, |rule| rule.granularity_tokens as f64),
            writes: match cache.ttl.as_ref().is_some_and(|ttl| ttl.mean() >= HOUR) {
                true if sold(Meter::CacheWrite1h) => Writes::Hour,
                true | false if sold(Meter::CacheWrite) => Writes::Default,
                true | false => Writes::Free,
            },
        })
    }

    /// How long texts that may be sent again are for a model that reads them.
    fn texts(&self, model: &str, history: bool, context: bool) -> Written<Vec<f64>> {
        let reaches = |name: &str| {
            history && self.texts.kept.contains(name)
                || context && self.texts.returned.contains(name)
        };
        let tokens = |name: &&str| match reaches(name) {
            true => Ok(self.counted(name, model)? * self.growth(&self.plan.prompts[*name])),
            false => Ok(0.0),
        };
        self.texts.all.iter().map(tokens).collect()
    }

    fn piece(&mut self, call: &Call, input: &InputRef) -> Written<Piece> {
        let copies =
            input.copies.as_ref().map_or(Ok(Count::Fixed(1)), |copies| self.count(copies))?;
        let content = match input.part.as_str() {
            HISTORY => Content::History,
            CONTEXT => Content::Context,
            name => {
                let words = self.words(&call.name, name, Some(&call.model))?;
                let (place, _, part) =
                    self.plan.prompts.get_full(name).expect("its words were found");
                let shared = matches!(part.role(), Role::System | Role::Tools);
                Content::Part { part: place, shared, words, kept: part.is_kept() }
            }
        };
        Ok(Piece { copies, content })
    }

    /// A part as a step sends or returns it; what no model counts here is counted where it is read.
    fn words(&mut self, step: &str, name: &str, model: Option<&str>) -> Written<Said> {
        let part = self.plan.prompts.get(name).ok_or_else(|| PlayError::UnknownPart {
            call: step.to_owned(),
            part: name.to_owned(),
        })?;
        let size = match (&part.tokens, model) {
            (Some(tokens), _) => self.size(tokens),
            (None, Some(model)) => Size::Fixed(self.counted(name, model)?),
            (None, None) => Size::Fixed(0.0),
        };
        Ok(Said { size, growth: self.growth(part), text: self.texts.all.get_index_of(name) })
    }

    fn model(&self, name: &str) -> Written<&'m Model> {
        (self.model)(name).ok_or_else(|| PlayError::UnknownModel { model: name.to_owned() })
    }

    fn counted(&self, part: &str, model: &str) -> Written<f64> {
        let measure = self.measures.get(part, model).ok_or_else(|| PlayError::NotCounted {
            part: part.to_owned(),
            model: model.to_owned(),
        })?;
        Ok(measure.tokens)
    }

    /// How many times its first length a part has in this month.
    fn growth(&self, part: &Part) -> f64 {
        let monthly = part.grows.as_ref().map_or(0.0, |grows| grows.mean());
        libm::pow(1.0 + monthly, f64::from(self.month) - 1.0)
    }
}

/// From so many seconds on keeping a prompt has a price of its own.
const HOUR: f64 = 3600.0;
