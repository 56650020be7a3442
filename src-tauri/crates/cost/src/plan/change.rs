//! One input set to another value: `support.easy.output.low=100`, `support.conversation.turns=2..6`.

use std::borrow::Cow;

use super::call::Call;
use super::document::Plan;
use super::measures::{Certainty, Measures};
use super::number::{Number, Provenance};
use super::step::Step;
use crate::histogram::{Bin, Histogram};
use crate::spread::Spread;
use crate::units::{self, Kind, Period, Typed, Unread};

/// Why an input could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSet {
    /// No input has this address.
    #[error("There is no input at `{address}`.")]
    Unknown {
        /// As it was typed.
        address: String,
    },
    /// The value cannot be meant.
    #[error("{}", .unread.message)]
    Unread {
        /// What is wrong with the value, and what to write.
        unread: Unread,
    },
}

impl Plan {
    /// Sets one input: the whole number at an address, one end of the range that stands there, or
    /// the length of a text in one vocabulary.
    ///
    /// A bare number keeps what else was typed: its stretch of time and its doubt.
    pub fn set(
        &mut self,
        measures: &mut Measures,
        address: &str,
        value: &str,
    ) -> Result<(), NotSet> {
        let mut done = None;
        self.each_number(&mut |_, _, number| {
            if done.is_none() {
                done = change(number, address, value);
            }
        });
        let done = done.or_else(|| set_measure(measures, address, value));
        match done {
            Some(result) => result.map_err(|unread| NotSet::Unread { unread }),
            None => Err(NotSet::Unknown { address: address.to_owned() }),
        }
    }

    /// Every call's model with its address, in reading order: `support.easy.model`.
    pub fn models(&self) -> Vec<(String, &str)> {
        let mut models = vec![];
        for (prefix, tree) in self.trees() {
            for call in tree.calls() {
                models.push((format!("{prefix}.{}.model", call.name), call.model.as_str()));
            }
        }
        models
    }

    /// Sets a call's model, by the address that [`Plan::models`] has for it. The lengths of texts
    /// are as they were: they have to be counted anew.
    pub fn set_model(&mut self, address: &str, model: &str) -> Result<(), NotSet> {
        let unknown = || NotSet::Unknown { address: address.to_owned() };
        let step = address.strip_suffix(".model").ok_or_else(unknown)?;
        let features =
            self.features.iter_mut().map(|feature| (feature.name.clone(), &mut feature.step));
        let agents = self.agents.iter_mut();
        let agents = agents.map(|(name, agent)| (format!("agents.{name}"), &mut agent.step));
        let found = features.chain(agents).find_map(|(prefix, tree)| {
            let name = step.strip_prefix(&prefix)?.strip_prefix('.')?;
            call_mut(tree, name)
        });
        let call = found.ok_or_else(unknown)?;
        model.clone_into(&mut call.model);
        Ok(())
    }

    /// Every address that [`Plan::set`] knows, in reading order.
    pub fn addresses(&self, measures: &Measures) -> Vec<String> {
        let mut addresses: Vec<String> = measures
            .iter()
            .map(|(part, measure)| measure_address(part, &measure.vocabulary))
            .collect();
        addresses.sort();
        addresses.dedup();
        for number in self.numbers() {
            addresses.extend(number.ends().into_iter().map(|(end, _)| match end.as_ref() {
                "" => number.address.clone(),
                end => format!("{}.{end}", number.address),
            }));
            if !number.read.as_ref().is_ok_and(|typed| typed.spread.is_fixed()) {
                addresses.push(number.address);
            }
        }
        addresses
    }
}

impl Number {
    /// The scalars that it is made of: the name of each, empty for a single one, and its value.
    ///
    /// What was measured has each value and how often it was met: `value-1`, `value-2`, …, `times-1`, `times-2`, …
    pub fn ends(&self) -> Vec<(Cow<'static, str>, f64)> {
        let Ok(typed) = &self.read else { return vec![] };
        let named = |ends: &[(&'static str, f64)]| {
            ends.iter().map(|(name, value)| (Cow::Borrowed(*name), *value)).collect()
        };
        let mut ends: Vec<(Cow<'static, str>, f64)> = match &typed.spread {
            Spread::Fixed(value) => named(&[("", *value)]),
            Spread::Range { low, high } => named(&[("low", *low), ("high", *high)]),
            Spread::Likely { low, likely, high } => {
                named(&[("low", *low), ("likely", *likely), ("high", *high)])
            }
            Spread::Measured(histogram) => {
                let bins = || histogram.bins().iter().zip(1..);
                let values = bins().map(|(bin, nth)| (format!("value-{nth}").into(), bin.value));
                let times = bins().map(|(bin, nth)| (format!("times-{nth}").into(), bin.times));
                values.chain(times).collect()
            }
        };
        ends.extend(typed.doubt.map(|doubt| ("doubt".into(), doubt)));
        ends
    }
}

fn call_mut<'s>(step: &'s mut Step, name: &str) -> Option<&'s mut Call> {
    match step {
        Step::Call(call) => (call.name == name).then_some(call),
        Step::Chain(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Tool(_)
        | Step::Agent(_) => step.children_mut().into_iter().find_map(|child| call_mut(child, name)),
    }
}

/// The address of a counted text.
pub fn measure_address(part: &str, vocabulary: &str) -> String {
    format!("prompts.{part}.tokens.{vocabulary}")
}

/// Sets the number if the address is its own or that of one of its ends.
fn change(number: &mut Number, address: &str, value: &str) -> Option<Result<(), Unread>> {
    let rest = address.strip_prefix(number.address.as_str())?;
    let text = match rest.strip_prefix('.') {
        None if rest.is_empty() => whole(number, value),
        Some(end) if number.ends().iter().any(|(name, _)| name == end) => {
            with_end(number, end, value)
        }
        _ => return None,
    };
    Some(text.and_then(|text| {
        units::read(&text, number.kind)?;
        let place = (number.address.clone(), number.path.clone());
        let over_time = std::mem::take(&mut number.over_time);
        // What somebody published stood behind the old value only.
        let source = Some(format!("set for this run, instead of {}", number.text));
        let provenance = Provenance { source, ..Provenance::default() };
        *number = Number::new(number.kind, &text, provenance);
        (number.address, number.path) = place;
        number.over_time = over_time;
        Ok(())
    }))
}

/// The new text of a whole number.
fn whole(number: &Number, value: &str) -> Result<String, Unread> {
    let value = value.trim();
    let Ok(typed) = &number.read else { return Ok(value.to_owned()) };
    // A bare number is a scalar: it keeps the words around the one it replaces.
    let timed = match units::read(value, number.kind) {
        Ok(_) => value.to_owned(),
        Err(unread) => {
            let timed = format!("{value}{}", ending(number.kind, typed));
            units::read(&timed, number.kind).map_err(|_| unread)?;
            timed
        }
    };
    let scalar = typed.spread.is_fixed() && units::read(&timed, number.kind)?.spread.is_fixed();
    Ok(match doubt_text(&number.text) {
        Some(doubt) if scalar && doubt_text(&timed).is_none() => format!("{timed} ±{doubt}"),
        _ => timed,
    })
}

/// The text of a number with one of its ends set.
fn with_end(number: &Number, end: &str, value: &str) -> Result<String, Unread> {
    let typed = number.typed();
    let value = value.trim();
    if end == "doubt" {
        let before = number.text.split(['±']).next().unwrap_or_default();
        let before = before.split("+-").next().unwrap_or_default().trim_end();
        let doubt = match value.parse::<f64>() {
            // As the other scalars: 0.2 for 20 %.
            Ok(share) => {
                let percent = format!("{:.10}", share * 100.0);
                format!("{}%", percent.trim_end_matches('0').trim_end_matches('.'))
            }
            Err(_) => value.trim_start_matches('±').to_owned(),
        };
        return Ok(format!("{before} ±{doubt}"));
    }
    let new = end_value(number.kind, value, typed)?;
    let ends = number.ends();
    let at = |name: &str| {
        let old = ends.iter().find(|(end, _)| end == name).map_or(0.0, |(_, value)| *value);
        if name == end { new } else { old }
    };
    let spread = match &typed.spread {
        Spread::Fixed(_) => format!("{new}"),
        Spread::Range { .. } => format!("{}..{}", at("low"), at("high")),
        Spread::Likely { .. } => format!("{}/{}/{}", at("low"), at("likely"), at("high")),
        Spread::Measured(histogram) => {
            let numbered = (1..=histogram.bins().len()).map(|nth| Bin {
                value: at(&format!("value-{nth}")),
                times: at(&format!("times-{nth}")),
            });
            let changed = Histogram::new(numbered.collect())
                .map_err(|fault| Unread { message: fault.message, hint: fault.hint })?;
            changed.to_string()
        }
    };
    let doubt = doubt_text(&number.text).map(|doubt| format!(" ±{doubt}")).unwrap_or_default();
    Ok(format!("{spread}{}{doubt}", ending(number.kind, typed)))
}

/// One end of a range, typed as a number of its kind.
fn end_value(kind: Kind, value: &str, typed: &Typed) -> Result<f64, Unread> {
    let plain = |text: &str| match units::read(text, kind)?.spread {
        Spread::Fixed(value) => Ok(value),
        Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => Err(Unread {
            message: format!("`{text}` is more than one end of a range."),
            hint: "Give one number, or set the whole range at its address.".to_owned(),
        }),
    };
    // An end of a count may lie between whole numbers, and that of a range at 0 is judged with the other.
    if let Some(number) = value.parse::<f64>().ok().filter(|number| number.is_finite()) {
        return Ok(number);
    }
    plain(value)
        .or_else(|unread| plain(&format!("{value}{}", ending(kind, typed))).map_err(|_| unread))
}

/// What follows the digits.
fn ending(kind: Kind, typed: &Typed) -> String {
    match (kind, typed.period) {
        (Kind::Growth, _) => "/month".to_owned(),
        (_, Some(period)) => format!("/{}", Period::name(period)),
        (_, None) => String::new(),
    }
}

fn doubt_text(text: &str) -> Option<&str> {
    text.split_once('±').or_else(|| text.split_once("+-")).map(|(_, doubt)| doubt.trim())
}

fn set_measure(measures: &mut Measures, address: &str, value: &str) -> Option<Result<(), Unread>> {
    let matching = |part: &str, vocabulary: &str| measure_address(part, vocabulary) == address;
    if !measures.iter().any(|(part, measure)| matching(part, &measure.vocabulary)) {
        return None;
    }
    let tokens = match units::read(value, Kind::Tokens) {
        Ok(Typed { spread: Spread::Fixed(tokens), doubt: None, .. }) => tokens,
        Ok(_) => {
            return Some(Err(Unread {
                message: format!("`{value}` is not one length."),
                hint: "Write a number of tokens such as 500.".to_owned(),
            }));
        }
        Err(unread) => return Some(Err(unread)),
    };
    for (part, measure) in measures.iter_mut() {
        if matching(part, &measure.vocabulary) {
            measure.tokens = tokens;
            measure.certainty = Certainty::Assumed;
            measure.source = Some("set for this run".to_owned());
        }
    }
    Some(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Measure;

    const PLAN: &str = "
forebill: 1
name: Desk
starts: 2027-01
months: 12
prompts:
  system: { text: You help., grows: 6%/month ±10% }
  question: { tokens: 40..220 }
features:
  - name: desk
    unit: answer
    volume: { users: 12k ±20%, each: 0.5/1.5/6 per business day }
    step: { call: { name: easy, model: m, input: [system, question], output: 120..300 ±5% } }
other_costs:
  - { name: review, cost: $1.10 }
";

    fn measures() -> Measures {
        let mut measures = Measures::default();
        for model in ["m", "n"] {
            let vocabulary = "o200k".to_owned();
            let certainty = Certainty::Estimated(0.1);
            measures.insert(
                "system",
                model,
                Measure { vocabulary, tokens: 3.0, certainty, source: None },
            );
        }
        measures
    }

    /// Sets an input and shows the number's new text.
    fn check(address: &str, value: &str, expected: &str) {
        let mut plan: Plan = serde_saphyr::from_str(PLAN).expect("a plan");
        plan = plan.addressed();
        let before = plan.numbers();
        let shown = match plan.set(&mut measures(), address, value) {
            Err(NotSet::Unread { unread }) => format!("{} {}", unread.message, unread.hint),
            Err(unknown) => unknown.to_string(),
            Ok(()) => {
                let after = plan.numbers();
                let changed = before.iter().zip(&after).find(|(before, after)| before != after);
                changed.map_or("nothing".to_owned(), |(_, after)| after.text.clone())
            }
        };
        assert_eq!(shown, expected, "{address}={value}");
    }

    #[test]
    fn a_whole_number_is_replaced() {
        check("desk.easy.output", "100..200", "100..200");
        check("desk.easy.output", "150", "150");
        check("prompts.question.tokens", "1k", "1k");
        check("desk.each", "2/day", "2/day");
        check("desk.users", "9k ±5%", "9k ±5%");
    }

    #[test]
    fn a_bare_number_keeps_its_stretch_of_time_and_its_doubt() {
        check("desk.users", "15000", "15000 ±20%");
        check("desk.each", "2", "2/business day");
        check("prompts.system.grows", "0.07", "0.07/month ±10%");
        check("prompts.system.grows", "7%", "7%/month ±10%");
        check("other-costs.review.cost", "1.2", "1.2");
    }

    #[test]
    fn one_end_of_a_range_moves_alone() {
        check("desk.easy.output.low", "100", "100..300 ±5%");
        check("desk.easy.output.high", "1.2k", "120..1200 ±5%");
        check("desk.each.likely", "2.25", "0.5/2.25/6/business day");
        check("desk.each.high", "7/business day", "0.5/1.5/7/business day");
        check("desk.users.doubt", "25%", "12k ±25%");
        check("desk.easy.output.doubt", "0%", "120..300 ±0%");
        check("desk.users.doubt", "0.11", "12k ±11%");
    }

    #[test]
    fn measured_values_are_replaced_and_move_alone() {
        check("desk.easy.output", "90 x3 | 200 x1", "90 x3 | 200 x1");
        let measured = "{ tokens: 120 x14 | 350 x88 }";
        let text = PLAN.replace("{ tokens: 40..220 }", measured);
        let mut plan = serde_saphyr::from_str::<Plan>(&text).expect("a plan").addressed();
        let mut set = |address: &str, value: &str| {
            let set =
                plan.set(&mut measures(), &format!("prompts.question.tokens{address}"), value);
            set.map(|()| plan.numbers()[1].text.clone()).map_err(|error| error.to_string())
        };
        assert_eq!(set(".value-2", "1.2k"), Ok("120 x14 | 1200 x88".into()));
        assert_eq!(set(".times-1", "20"), Ok("120 x20 | 1200 x88".into()));
        let falls = "Its values do not rise: 90 follows 120.";
        assert_eq!(set(".value-2", "90"), Err(falls.into()));
        assert!(set(".times-1", "0").is_err());
        assert_eq!(set("", "40..220"), Ok("40..220".into()));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        check("desk.easy.ouput", "100", "There is no input at `desk.easy.ouput`.");
        check("desk.easy.output.likely", "1", "There is no input at `desk.easy.output.likely`.");
        check(
            "desk.easy.output.low",
            "400",
            "`400..300` runs backwards. Write 350, 1.2k or 40..220.",
        );
        check(
            "desk.easy.output.low",
            "1..2",
            "`1..2` is more than one end of a range. \
             Give one number, or set the whole range at its address.",
        );
        for value in ["inf", "NaN", "1e400"] {
            let said = format!("`{value}` is not a number of tokens. Write 350, 1.2k or 40..220.");
            check("desk.easy.output.high", value, &said);
        }
        check(
            "desk.each",
            "2/hour",
            "`2/hour` counts by the hour, which is not known here. Write /day, /business day, /week, /month or /year.",
        );
    }

    #[test]
    fn the_length_of_a_text_is_set_for_every_model_of_its_vocabulary() {
        let mut plan: Plan = serde_saphyr::from_str(PLAN).expect("a plan");
        let mut measures = measures();
        plan.set(&mut measures, "prompts.system.tokens.o200k", "500").expect("it is there");
        for (_, measure) in measures.iter() {
            assert_eq!((measure.tokens, measure.certainty), (500.0, Certainty::Assumed));
        }
    }

    #[test]
    fn every_address_that_is_listed_can_be_set() {
        let plan = serde_saphyr::from_str::<Plan>(PLAN).expect("a plan").addressed();
        let addresses = plan.addresses(&measures());
        assert_eq!(
            addresses.join(" "),
            "prompts.system.tokens.o200k prompts.system.grows prompts.system.grows.doubt \
             prompts.question.tokens.low prompts.question.tokens.high prompts.question.tokens \
             desk.users desk.users.doubt desk.each.low desk.each.likely desk.each.high desk.each \
             desk.easy.output.low desk.easy.output.high desk.easy.output.doubt desk.easy.output \
             other-costs.review.cost"
        );
        for number in plan.numbers() {
            for (end, value) in number.ends() {
                let address = format!("{}.{end}", number.address);
                let (address, value) = match end.as_ref() {
                    "doubt" => (address, format!("{}%", value * 100.0)),
                    "" => (number.address.clone(), value.to_string()),
                    _ => (address, value.to_string()),
                };
                let mut changed = plan.clone();
                changed.set(&mut measures(), &address, &value).expect("it is listed");
                let ends =
                    |plan: &Plan| plan.numbers().iter().map(Number::ends).collect::<Vec<_>>();
                assert_eq!(ends(&changed), ends(&plan), "{address}={value} changes nothing");
            }
        }
    }
}
