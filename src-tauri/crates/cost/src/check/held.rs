//! Whether the beginning of a call's prompts can be held in an explicit cache.

use std::ops::Range;

use jiff::civil::Date;

use super::finding::Findings;
use super::prices::{Models, Sold};
use crate::plan::{Call, Days, Measures, Plan, Prefix};

/// Seconds of an hour, and of a day.
const HOUR: f64 = 3_600.0;
const DAY: f64 = 24.0 * HOUR;

/// What a call says of the cache that holds its beginning.
pub fn said(found: &mut Findings, plan: &Plan, call: &Call) {
    let (Some(cache), Some(held)) = (&call.cache, call.held()) else { return };
    let others = [
        ("ttl", cache.ttl.is_some()),
        ("alive", cache.alive.is_some()),
        ("in_time", cache.in_time.is_some()),
        ("prefix", cache.prefix != Prefix::default()),
    ];
    for (field, _) in others.into_iter().filter(|(_, is_said)| *is_said) {
        found.within(&["cache"], |found| {
            let message = format!(
                "`{}` holds its beginning in an explicit cache, and `{field}` says something of \
                 another one.",
                call.name
            );
            found.say(field, message, format!("Take `{field}` off, or `held`."));
        });
    }
    if let Ok(typed) = &held.read {
        let is_one = typed.spread.is_fixed() && typed.doubt.is_none();
        let most = held.mean();
        if !is_one || most <= 0.0 || most > DAY || most % HOUR != 0.0 {
            let message = "A beginning is held for whole hours of each day, 1 to 24.";
            found.at(held, message, "Write 24 h, or 10 h.");
        }
    }
    for input in plan.beginning(call) {
        let tokens = plan.prompts[&input.part].tokens.as_deref();
        let numbers = [tokens, input.copies.as_deref()].into_iter().flatten();
        for number in numbers.filter(|it| it.read.as_ref().is_ok_and(|it| !it.spread.is_fixed())) {
            let message = format!(
                "`{}` of `{}` varies between units, and `{}` holds one beginning for all of them.",
                number.text, input.part, call.name
            );
            let hint = "Write one number, with ± where it is in doubt: 2500 ±20%.";
            found.at(number, message, hint);
        }
    }
    if plan.beginning(call).is_empty() {
        let message = format!("What of `{}` should be held?", call.name);
        let hint = "Send first what all sessions send alike: parts with `role: system` or `role: \
                    tools`.";
        found.say("cache", message, hint);
    }
}

/// A beginning that is held has to be long enough for whoever answers.
pub fn long_enough(
    found: &mut Findings,
    (plan, measures): (&Plan, &Measures),
    call: &Call,
    models: &Models,
    days: &Days,
) {
    let sold = models.iter().find(|(name, _)| *name == call.model).map(|(_, sold)| sold);
    let (Some(_), Some(sold)) = (call.held(), sold) else { return };
    let parts = plan.beginning(call).into_iter().map(|input| {
        let part = &plan.prompts[&input.part];
        let times = match &input.copies {
            Some(copies) if copies.read.is_err() => None,
            Some(copies) => Some(copies.mean()),
            None => Some(1.0),
        };
        let each = match &part.tokens {
            Some(typed) if typed.read.is_err() => None,
            Some(typed) => Some(typed.mean()),
            None => measures.get(&input.part, &call.model).map(|measure| measure.tokens),
        };
        Some(times? * each?)
    });
    // What cannot be read or was not counted is told elsewhere.
    let Some(tokens) = parts.sum::<Option<f64>>() else { return };
    // What grows may be long enough by the time that another one answers.
    let grows = plan.beginning(call).iter().any(|input| plan.prompts[&input.part].grows.is_some());
    let short = each_day(days).take(if grows { 1 } else { usize::MAX }).find_map(|day| {
        let least = sold.named_cache(day)?.minimum_tokens;
        (tokens > 0.0 && tokens < least as f64).then_some((day, least))
    });
    if let Some((day, least)) = short {
        let message = format!(
            "The beginning of `{}` has {tokens:.0} tokens; {} holds {least} or more.",
            call.name,
            who_answers(sold, day)
        );
        found.say("cache", message, "Take `held` off, or send more that all sessions share first.");
    }
}

fn each_day(days: &Days) -> impl Iterator<Item = Date> {
    let all = days.stretches().iter().map(|stretch| {
        let Range { start, end } = stretch.clone();
        start.series(jiff::Span::new().days(1)).take_while(move |day| *day < end)
    });
    all.flatten()
}

/// The model that answers on a day, and since when where it is another one.
fn who_answers(sold: &Sold, day: Date) -> String {
    let answers = sold.answering.iter().find(|(span, id)| span.has(day) && *id != sold.model.id);
    let Some((span, id)) = answers else { return format!("`{}`", sold.name) };
    let since = span.from.map_or_else(String::new, |from| format!(" from {from} on"));
    format!("`{}/{id}`, which answers for `{}`{since},", sold.provider, sold.name)
}
