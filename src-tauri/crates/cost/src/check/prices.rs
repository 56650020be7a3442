//! Whether a call's model is known, offered, and priced in every month.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use super::finding::Findings;
use crate::book::{
    CacheRule, Entry, Found, Match, Model, NoEntry, Provider, Span, Terms, Tier, UnknownModel, find,
};
use crate::meter::Meter;
use crate::plan::{Call, Days, Tool};
use crate::problem::Lacks;

/// The models of a plan, by the names it uses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Models(BTreeMap<String, Sold>);

/// A model of the plan, as the book has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sold {
    /// `provider/id`
    pub name: String,
    /// The provider's id.
    pub provider: String,
    /// The model with its prices, and those of whatever answers in its place.
    pub model: Model,
    /// How the plan's name was recognised.
    pub matched: Match,
    /// What its seller says of it beyond prices.
    pub terms: Terms,
    /// The models that answer in its place on some days, as `provider/id`, and what is said of these.
    pub answers: Vec<(String, Terms)>,
    /// The ids of the models that answer to its name, itself or another, each with its days, in their order.
    pub answering: Vec<(Span, String)>,
}

impl Sold {
    /// A model on the days of a plan.
    fn new(found: Found, days: &Range<Date>) -> Result<Self, UnknownModel> {
        let name = |id: &str| format!("{}/{id}", found.provider.id);
        let terms = |id: &str| {
            let terms = &found.provider.terms;
            // Models share what a rule frees: it stays the same rule for each of them.
            let metering =
                terms.metering.iter().filter(|rule| rule.models.has(id)).cloned().collect();
            Terms { metering, ..terms.about(&[id]) }
        };
        let mut answers: Vec<(String, Terms)> = vec![];
        let answering = found.answering(days)?;
        for (_, model) in &answering {
            let is_known = answers.iter().any(|(known, _)| *known == name(&model.id));
            if model.id != found.model.id && !is_known {
                answers.push((name(&model.id), terms(&model.id)));
            }
        }
        Ok(Self {
            name: name(&found.model.id),
            provider: found.provider.id.clone(),
            terms: terms(&found.model.id),
            model: found.over_time(days)?,
            matched: found.matched,
            answers,
            answering: answering
                .into_iter()
                .map(|(span, model)| (span, model.id.clone()))
                .collect(),
        })
    }

    /// How beginnings are held in explicit caches by whatever answers on a day.
    pub fn named_cache(&self, day: Date) -> Option<&CacheRule> {
        let answers = self.answering.iter().find(|(span, _)| span.has(day));
        let id = answers.map_or(&self.model.id, |(_, id)| id);
        self.terms_of(&format!("{}/{id}", self.provider))?.named_cache(id, day)
    }

    /// What is said of it, or of one that answers in its place, by its name as `provider/id`.
    pub fn terms_of(&self, name: &str) -> Option<&Terms> {
        let answers = self.answers.iter().map(|(name, terms)| (name, terms));
        let mut all = std::iter::once((&self.name, &self.terms)).chain(answers);
        all.find(|(known, _)| *known == name).map(|(_, terms)| terms)
    }
}

/// What a book prices.
#[derive(Clone, Copy)]
pub enum Priced<'s> {
    /// A call, by its tokens.
    Call(&'s Call),
    /// A tool, by its uses.
    Tool(&'s Tool),
}

impl Models {
    /// A model by the name that the plan uses.
    ///
    /// # Panics
    /// When the plan names no such model: ask only for names of a checked plan.
    pub fn get(&self, name: &str) -> &Sold {
        self.0.get(name).expect("a checked plan's models are in the book")
    }

    /// Every model, by the name that the plan uses.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Sold)> {
        self.0.iter().map(|(name, sold)| (name.as_str(), sold))
    }

    /// Looks up what a call or a use of a tool is sold by, and notes what is wrong with it, of all days of the plan on
    /// those on which it runs.
    pub(super) fn check(
        &mut self,
        found: &mut Findings,
        book: &[&Provider],
        priced: Priced<'_>,
        (all, days): (&Days, &Days),
    ) {
        match priced {
            Priced::Call(call) => {
                if self.knows(found, book, &call.model, all) {
                    ends(found, self.get(&call.model), (all, days));
                    self::priced(found, self.get(&call.model), call, days);
                    cached(found, self.get(&call.model), call, (all, days));
                }
            }
            Priced::Tool(tool) => {
                let (Some(model), Some(meter)) = (&tool.model, tool.meter) else { return };
                if self.knows(found, book, model, all) {
                    ends(found, self.get(model), (all, days));
                    used(found, self.get(model), meter, days);
                }
            }
        }
    }

    /// Whether the book has every price that a call of a known model needs, on each of these days.
    pub fn sells(&self, call: &Call, days: &Days) -> bool {
        let mut found = Findings::default();
        priced(&mut found, self.get(&call.model), call, days);
        cached(&mut found, self.get(&call.model), call, (days, days));
        found.problems.is_empty()
    }

    /// The models of a seller whose prices let a call hold a beginning on all of these days, as `provider/id`.
    pub fn that_hold(seller: &Provider, call: &Call, days: &Days) -> Vec<String> {
        let (Some(first), Some(last)) = (days.first(), days.stretches().last()) else {
            return vec![];
        };
        let all = Days::of(first..last.end);
        let holds = |model| {
            let found = Found { provider: seller, model, matched: Match::Exact };
            let sold = Sold::new(found, &(first..last.end)).ok()?;
            let mut found = Findings::default();
            ends(&mut found, &sold, (&all, days));
            priced(&mut found, &sold, call, days);
            held(&mut found, &sold, call, days);
            found.problems.is_empty().then_some(sold.name)
        };
        seller.models.iter().filter_map(holds).collect()
    }

    /// Whether the book has a model, which is among these from now on.
    fn knows(&mut self, found: &mut Findings, book: &[&Provider], name: &str, all: &Days) -> bool {
        if self.0.contains_key(name) {
            return true;
        }
        // Of a plan without months something else is said.
        let days = all.stretches().first().cloned();
        let days = days.unwrap_or(Date::default()..Date::default());
        match find(book, None, name).and_then(|hit| Sold::new(hit, &days)) {
            Ok(sold) => {
                self.0.insert(name.to_owned(), sold);
                true
            }
            Err(unknown) => {
                let message = unknown.message();
                match unknown.suggestion() {
                    Some(hint) => found.say("model", message, hint),
                    None => found.lacks("model", message, NO_MODEL_HINT, Lacks::Model),
                }
                false
            }
        }
    }
}

/// What to write instead of a name that is like none of the book.
pub(super) const NO_MODEL_HINT: &str = "Write one of the price book's: provider/model.";

/// A model that ends within the plan, and would answer on days from then on: the one that is named, or another in its
/// place.
fn ends(found: &mut Findings, sold: &Sold, (all, days): (&Days, &Days)) {
    let (Some(plan), Some(last)) = (all.stretches().first(), days.stretches().last()) else {
        return;
    };
    let ended = sold.answering.iter().find_map(|(span, id)| {
        let name = format!("{}/{id}", sold.provider);
        let retired = sold.terms_of(&name)?.retirement(id)?;
        let from = span.from.map_or(retired.on, |from| from.max(retired.on));
        let to = span.to.map_or(plan.end, |to| to.min(plan.end));
        (!days.and(&Days::of(from..to)).is_empty()).then_some((name, span, retired))
    });
    let Some((name, span, retired)) = ended else { return };
    let stands_in = match (name == sold.name, span.from) {
        (true, _) => String::new(),
        (false, Some(from)) => format!(", which answers for `{}` from {from} on,", sold.name),
        (false, None) => format!(", which answers for `{}`,", sold.name),
    };
    let before = match last.end == plan.end {
        true => "before the plan ends".to_owned(),
        false => format!("and called until {}", last.end),
    };
    let message = format!("`{name}`{stands_in} is retired on {}, {before}.", retired.on);
    let next = retired.successor.as_ref().map(|next| format!("{}/{next}", sold.provider));
    let (on, other) = (retired.on, next.as_deref().map_or("another model".to_owned(), quoted));
    let named = if next.is_some() { ", which its seller names instead" } else { "" };
    let hint = match (days.first() < Some(on), last.end == plan.end) {
        (true, true) => format!(
            "Switch to {other}{named}: in a route, give the branch of this call `until: {on}`, \
             and let the rest call it."
        ),
        (true, false) => {
            format!("Give its branch `until: {on}`, and call {other}{named} from then on.")
        }
        (false, _) => match &next {
            Some(next) => format!("Write `model: {next}`, which its seller names instead."),
            None => "Choose another model.".to_owned(),
        },
    };
    found.say("model", message, hint);
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// Every day on which the call is made needs a price for what it sends and writes.
fn priced(found: &mut Findings, sold: &Sold, call: &Call, days: &Days) {
    if days.is_empty() {
        return;
    }
    if sold.model.prices.iter().all(Entry::is_fees) && !sold.model.prices.is_empty() {
        let message = format!("`{}` has no price for tokens.", sold.name);
        return found.say("model", message, "Choose a model: this is sold by another measure.");
    }
    let mut meters: Vec<Meter> = vec![];
    meters.extend((!call.input.is_empty()).then_some(Meter::Input));
    meters.extend((call.output.is_some() || call.reasoning.is_some()).then_some(Meter::Output));
    // A fee for each call holds for the tier as a whole: on some of its days only is not a price.
    let meets = |entry: &Entry| days.stretches().iter().any(|stretch| entry.meets(stretch));
    let mut fees = sold.model.entries_of(call.tier, Meter::Request);
    meters.extend(fees.any(meets).then_some(Meter::Request));
    if meters.is_empty() {
        meters.push(Meter::Input);
    }
    for day in changes(sold, days) {
        for meter in &meters {
            // What holds for the shortest prompt holds for longer ones without a price of their own.
            if let Err(missing) = sold.model.entries_of_day(day, call.tier, 0, *meter) {
                let (field, hint) = unpriced(&missing);
                return found.say(field, missing.to_string(), hint);
            }
        }
        let writes = sold
            .model
            .entries_on(day, call.tier)
            .any(|entry| entry.rates.get(&Meter::Output).is_some_and(|rate| rate.to_f64() != 0.0));
        if writes && call.output.is_none() {
            let message = format!("`{}` writes, and `output` is missing.", call.name);
            return found.say("", message, "Say how many tokens it writes: `output: 120..300`.");
        }
    }
}

/// Every day on which a tool is used needs a price for what one use is sold by.
fn used(found: &mut Findings, sold: &Sold, meter: Meter, days: &Days) {
    let missing = changes(sold, days)
        .into_iter()
        .find_map(|day| sold.model.entries_of_day(day, Tier::Standard, 0, meter).err());
    if let Some(missing) = missing {
        let hint = format!("Choose a model with a price for {}, or write the `fee`.", meter.name());
        found.say("meter", missing.to_string(), hint);
    }
}

/// Of some days, those on which a price may be another than the day before.
pub(super) fn changes(sold: &Sold, days: &Days) -> Vec<Date> {
    // Prices by weekday may leave a holiday without one.
    let each_day = sold.model.prices.iter().any(|entry| entry.days.is_some());
    let of_stretch = |stretch: &Range<Date>| -> Vec<Date> {
        let Range { start, end } = stretch.clone();
        if each_day {
            return start.series(jiff::Span::new().days(1)).take_while(|day| *day < end).collect();
        }
        let dated = sold.model.prices.iter().flat_map(|entry| [entry.from, entry.to]).flatten();
        std::iter::once(start).chain(dated.filter(|day| stretch.contains(day))).collect()
    };
    days.stretches().iter().flat_map(of_stretch).collect()
}

/// A cache needs a price for what is read from it, and a time for which it is kept; one that is held by the hour a price for
/// that, and for making it, on each day on which the call runs.
fn cached(found: &mut Findings, sold: &Sold, call: &Call, (all, days): (&Days, &Days)) {
    let (Some(cache), Some(start)) = (&call.cache, all.first()) else { return };
    if cache.held.is_some() {
        return held(found, sold, call, days);
    }
    if sold.model.entries_of(call.tier, Meter::CacheRead).next().is_none() {
        let message = format!("`{}` has no price for cached input.", sold.name);
        found.say("cache", message, "Take `cache` off, or choose a model with such a price.");
    }
    let rule = sold.terms.cache(&sold.model.id, start);
    let timed = cache.ttl.is_some() || rule.is_some_and(|rule| !rule.ttl_seconds.is_empty());
    if !timed && (cache.alive.is_none() || cache.in_time.is_none()) {
        let message = format!("How long does `{}` keep a prompt?", sold.name);
        found.say("cache", message, "Write `ttl: 5 min`.");
    }
}

fn held(found: &mut Findings, sold: &Sold, call: &Call, days: &Days) {
    let unpriced = changes(sold, days).into_iter().find_map(|day| {
        let price = |tier, meter| sold.model.entries_of_day(day, tier, 0, meter).err();
        // Making it is sold as the standard tier; what is sent at that tier is told elsewhere.
        let made = || price(Tier::Standard, Meter::Input).filter(|_| call.tier != Tier::Standard);
        let kept = price(Tier::Standard, Meter::CacheStorage).or_else(made);
        kept.or_else(|| price(call.tier, Meter::CacheRead))
    });
    if let Some(missing) = unpriced {
        let hint = "Take `held` off, choose a model with such a price, or add `cache_storage` and \
                    `cache_read` to a book of your own.";
        found.lacks("cache", missing.to_string(), hint, Lacks::Held);
    }
}

/// The field that a missing price is told at, and what to do.
fn unpriced(missing: &NoEntry) -> (&'static str, String) {
    const ELSEWHERE: &str = "Choose another tier or model, or move the plan's start.";
    match missing {
        NoEntry::TierNotOffered { tier, .. } if *tier != Tier::Standard => {
            ("tier", ELSEWHERE.to_owned())
        }
        NoEntry::TierNotOffered { .. } | NoEntry::Unpriced { .. } => {
            ("model", ELSEWHERE.to_owned())
        }
        NoEntry::NoPriceOnDate { .. } => (
            "model",
            "Choose another tier or model, move the plan's start, or let a route call another \
             model on these days."
                .to_owned(),
        ),
        NoEntry::NoPriceAtHours { .. } => (
            "model",
            "A plan's calls come at any hour: add a price for these hours to the book, or choose another model."
                .to_owned(),
        ),
        NoEntry::NoPriceForLength { .. } => (
            "model",
            "Add a price for shorter prompts to the book, or choose another model.".to_owned(),
        ),
        NoEntry::NotSold { meter, .. } => ("model", hint_for(*meter)),
    }
}

fn hint_for(meter: Meter) -> String {
    if meter == Meter::Output {
        return "An embedding model writes nothing: leave `output` out.".to_owned();
    }
    format!("Choose a model with a price for {}.", meter.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Measures, Plan};
    use crate::sample::{book, plan};

    /// The only problem of a plan whose one call says this, as `path: message hint`.
    #[track_caller]
    fn check(call: &str, expected: &str) {
        let step = format!("{{ call: {{ name: a, {call}, input: [text], output: 1 }} }}");
        let plan: Plan = plan(1, "{ text: { tokens: 1 } }", &step);
        let measures = Measures::default();
        let problems = crate::check::check(&plan, &measures, &[&book()]).expect_err("refused");
        let [problem] = &problems[..] else { panic!("one problem") };
        let path = problem.path.join("/");
        assert_eq!(format!("{path}: {} {}", problem.message, problem.hint), expected);
    }

    #[test]
    fn a_model_that_ends_within_the_plan_is_a_problem_with_the_switch_to_type() {
        use crate::book::{Origin, Reroute, Retirement, Span};
        let day = jiff::civil::date;
        let call = "{ call: { name: a, model: acme/small, input: [text], output: 1 } }";
        let told = |months: u32, answers: Option<(i8, Option<Date>)>| {
            let plan: Plan = plan(months, "{ text: { tokens: 1 } }", call);
            let (model, origin, mut book) = ("small".to_owned(), Origin::default(), book());
            let successor = Some("large".to_owned());
            let end = Retirement { model, on: day(2027, 3, 1), successor, origin };
            book.terms.retirements.push(end);
            book.terms.reroutes.extend(answers.map(|(month, to)| Reroute {
                model: "small".to_owned(),
                span: Span { from: Some(day(2027, month, 1)), to },
                to: "large".to_owned(),
                origin: Origin::default(),
            }));
            let measures = Measures::default();
            let problems = crate::check::check(&plan, &measures, &[&book]).err();
            problems.unwrap_or_default().iter().map(ToString::to_string).collect::<String>()
        };
        insta::assert_snapshot!(told(3, None), @"features.0.step.call.model: `acme/small` is retired on 2027-03-01, before the plan ends. Switch to `acme/large`, which its seller names instead: in a route, give the branch of this call `until: 2027-03-01`, and let the rest call it.");
        assert_eq!([told(2, None), told(3, Some((3, None)))], ["", ""]);
        // Who answers later, or not to the end, leaves days without an answer.
        for answers in [(4, None), (2, Some(day(2027, 4, 1)))] {
            assert_eq!(told(12, Some(answers)), told(12, None));
        }
    }

    #[test]
    fn a_model_that_answers_in_anothers_place_and_ends_within_the_plan_is_a_problem() {
        use crate::book::{Origin, Reroute, Retirement, Span};
        let day = |month| jiff::civil::date(2027, month, 1);
        let told = |to: Option<Date>, ends: &[(&str, i8)]| {
            let call = "{ call: { name: a, model: acme/small, input: [text], output: 1 } }";
            let plan: Plan = plan(12, "{ text: { tokens: 1 } }", call);
            let (model, mut book) = ("small".to_owned(), book());
            let span = Span { from: Some(day(2)), to };
            let origin = Origin::default();
            book.terms.reroutes.push(Reroute { model, span, to: "large".to_owned(), origin });
            book.terms.retirements.extend(ends.iter().map(|&(model, month)| Retirement {
                model: model.to_owned(),
                on: day(month),
                successor: None,
                origin: Origin::default(),
            }));
            let measures = Measures::default();
            let problems = crate::check::check(&plan, &measures, &[&book]).err();
            problems.unwrap_or_default().iter().map(ToString::to_string).collect::<String>()
        };
        insta::assert_snapshot!(told(None, &[("large", 4)]), @"features.0.step.call.model: `acme/large`, which answers for `acme/small` from 2027-02-01 on, is retired on 2027-04-01, before the plan ends. Switch to another model: in a route, give the branch of this call `until: 2027-04-01`, and let the rest call it.");
        assert_eq!(told(None, &[("small", 2), ("large", 4)]), told(None, &[("large", 4)]));
        // It answers no more when it ends; and the named one does not answer after it ended.
        assert_eq!([told(Some(day(4)), &[("large", 4)]), told(None, &[("small", 2)])], ["", ""]);
        assert_ne!(told(Some(day(5)), &[("large", 4)]), "");
    }

    #[test]
    fn a_tool_is_sold_by_what_the_book_knows() {
        let tool = |says: &str| {
            let step = "{ chain: [ { tool: TOOL }, { call: { name: a, model: acme/small, input: [text], output: 1 } } ] }";
            let plan: Plan = plan(1, "{ text: { tokens: 1 } }", &step.replace("TOOL", says));
            let measures = Measures::default();
            let problems = crate::check::check(&plan, &measures, &[&book()]).err();
            problems.unwrap_or_default().into_iter().map(|it| it.to_string()).collect::<Vec<_>>()
        };
        let unknown = tool("{ model: acme/web, meter: web_search }");
        assert!(unknown[0].contains("acme/web"), "{unknown:?}");
        let unsold = tool("{ model: acme/large, meter: web_search }");
        assert!(unsold[0].contains("web_search"), "{unsold:?}");
    }

    #[test]
    fn what_is_said_of_days_before_and_after_the_plan_refuses_nothing() {
        let (measures, day) = (Measures::default(), jiff::civil::date);
        let call = "{ call: { name: a, model: acme/small, input: [text], output: 1 } }";
        let plan: Plan = plan(1, "{ text: { tokens: 1 } }", call);
        let total = |book: &Provider| {
            let checked = crate::check::check(&plan, &measures, &[book]).expect("a plan of 2027");
            crate::estimate::estimate(&checked).expect("a plan of sensible size").ledger.total()
        };
        let without = total(&book());
        let fee = |from, to| {
            let mut book = book();
            let rate = crate::money::Rate::parse("9").expect("a rate");
            let rates = [(Meter::Request, rate)].into();
            book.models[0].prices.push(Entry { from, to, rates, ..Entry::default() });
            book
        };
        assert_eq!(total(&fee(None, Some(day(2026, 3, 1)))), without);
        assert_eq!(total(&fee(Some(day(2027, 2, 1)), None)), without);
        let within = fee(Some(day(2027, 1, 31)), None);
        assert!(crate::check::check(&plan, &measures, &[&within]).is_err());

        let rerouted = |from| {
            let mut book = book();
            let span = crate::book::Span { from: Some(from), to: None };
            let (model, to) = ("small".to_owned(), "gone".to_owned());
            let origin = crate::book::Origin::default();
            book.terms.reroutes.push(crate::book::Reroute { model, span, to, origin });
            book
        };
        assert_eq!(total(&rerouted(day(2035, 1, 1))), without);
        let within = rerouted(day(2027, 1, 31));
        assert!(crate::check::check(&plan, &measures, &[&within]).is_err());
    }

    #[test]
    fn hours_without_a_price_are_refused_and_named() {
        check(
            "model: acme/mornings",
            "features/0/step/call/model: The book has no standard price for `mornings` on 2027-01-01 \
             at 12:00-00:00 (UTC), only at other hours. A plan's calls come at any hour: add a price \
             for these hours to the book, or choose another model.",
        );
    }

    #[test]
    fn a_price_for_long_prompts_only_is_refused() {
        check(
            "model: acme/long",
            "features/0/step/call/model: The book has no standard price for `long` on 2027-01-01 for a \
             prompt of 0 tokens: its prices start at 501 tokens. Add a price for shorter prompts to \
             the book, or choose another model.",
        );
    }

    #[test]
    fn what_is_not_sold_by_tokens_is_no_model() {
        check(
            "model: acme/store",
            "features/0/step/call/model: `acme/store` has no price for tokens. Choose a model: this is \
             sold by another measure.",
        );
    }

    #[test]
    fn a_tier_that_is_not_offered_is_told_at_the_tier() {
        check(
            "model: acme/small, tier: batch",
            "features/0/step/call/tier: The book has no batch price for `small` on 2027-01-01. Offered \
             on that day: standard. Choose another tier or model, or move the plan's start.",
        );
    }
}
