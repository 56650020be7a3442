//! What to know about a plan before its figures are trusted.

use cost::book::{Bracket, Tier};
use cost::check::Sold;
use cost::meter::Meter;
use cost::plan::{Call, Number, Plan, Step};
use cost::unread::{WrittenUnread, written_unread};
use cost::walk::NEVER_ACCEPTED;
use cost::workings::{Row, RowId, percent};
use jiff::civil::Date;
use report::grouped;

use super::worked::Worked;
use super::{changes, kept, terms};

/// What to know about a plan before its figures are trusted.
pub fn notes(worked: &Worked) -> Vec<String> {
    let mut notes = switched(worked);
    notes.extend(worked.warnings());
    notes.extend(worked.opened.plan.numbers().iter().filter_map(Number::table_note));
    notes.extend(changes::notes(worked));
    notes.extend(waited_for(&worked.opened.plan));
    notes.extend(kept::notes(worked));
    notes.extend(unread(worked));
    notes.extend(worked.models.iter().flat_map(|(name, sold)| answered(name, sold, worked)));
    notes.extend(unlimited(worked));
    notes.extend(undecided(worked));
    notes.extend(worked.uncounted());
    notes.extend(never_accepted(worked));
    notes.extend(terms::notes(worked));
    notes
}

/// Drafts of which none is accepted, in the month in which that is most.
fn never_accepted(worked: &Worked) -> Vec<String> {
    let (workings, values) = (&worked.estimate.workings, &worked.estimate.values);
    let note = |(row, nth): (&Row, usize)| {
        let until = row.address.strip_suffix(NEVER_ACCEPTED)?.strip_suffix('.')?;
        let most = values.all(RowId(nth)).iter().copied().fold(0.0, f64::max);
        (most > 0.0).then(|| {
            format!(
                "{until}: {} of it ends without an accepted draft, and the last one stands.",
                percent(most)
            )
        })
    };
    workings.rows.iter().zip(0..).filter_map(note).collect()
}

/// Calls that pay for writing what nobody reads.
fn unread(worked: &Worked) -> Vec<String> {
    let all = written_unread(&worked.checked_plan());
    let note = |WrittenUnread { call, shared }: &WrittenUnread| match shared {
        Some(part) => format!(
            "{call} writes its whole prompt into the provider's cache, and nothing repeats that would read what \
             stands behind `{part}`: with `prefix: shared` in its `cache` that is sent as plain input."
        ),
        None => format!(
            "{call} writes its whole prompt into the provider's cache, and nothing repeats that would read it: \
             without `cache` it is sent as plain input."
        ),
    };
    all.iter().map(note).collect()
}

/// Models that were set anew over numbers of tokens that were typed for another.
fn switched(worked: &Worked) -> Vec<String> {
    let set = worked.opened.set.iter().filter_map(|set| set.split_once('='));
    let models = worked.opened.plan.models();
    let is_model = |address: &str| models.iter().any(|(known, _)| known == address);
    let switched = set.filter(|(address, _)| is_model(address)).map(|(address, model)| {
        format!(
            "{address}: texts are counted anew for {model}; numbers of tokens that are typed \
             stay as they are."
        )
    });
    switched.collect()
}

/// The first day of a plan, and the first one after it.
fn days(worked: &Worked) -> (Date, Date) {
    let workings = &worked.estimate.workings;
    (workings.first_day(0), workings.first_day(workings.months))
}

/// That another model answers in the place of one that the plan names.
fn answered(name: &str, sold: &Sold, worked: &Worked) -> Vec<String> {
    let (start, end) = days(worked);
    let meets = |from: Option<Date>, to: Option<Date>| {
        from.is_none_or(|from| from < end) && to.is_none_or(|to| start < to)
    };
    let mut notes = vec![];
    for reroute in sold.terms.reroutes.iter().filter(|it| meets(it.span.from, it.span.to)) {
        let since = reroute.span.from.map(|day| format!(" from {day} on")).unwrap_or_default();
        let to = &reroute.to;
        notes.push(format!("{name}: rerouted to `{to}`{since}, and priced as that."));
    }
    notes
}

/// Calls in a tier without the price for long prompts that the standard one has.
fn unlimited(worked: &Worked) -> Vec<String> {
    let workings = &worked.estimate.workings;
    let months: Vec<Date> = (0..workings.months).map(|month| workings.first_day(month)).collect();
    let mut notes = vec![];
    for standing in worked.opened.plan.steps() {
        let (Step::Call(call), Some(address)) = (standing.step, &standing.address) else {
            continue;
        };
        if call.tier == Tier::Standard {
            continue;
        }
        let model = &worked.models.get(&call.model).model;
        let limits = model.entries_of(Tier::Standard, Meter::Input).filter_map(|it| it.bracket);
        let lacks = |limit: &Bracket| {
            let input = |day: Date, tier: Tier| {
                let holding = model.holding(day.into(), tier, limit.first_tokens()).ok()?;
                holding.of(Meter::Input)
            };
            let is_lacking = |day: &Date| {
                let both = input(*day, Tier::Standard).zip(input(*day, call.tier));
                both.is_some_and(|(standard, own)| {
                    standard.bracket == Some(*limit)
                        && own.bracket < standard.bracket
                        && own.layer <= standard.layer
                })
            };
            months.iter().any(is_lacking)
        };
        notes.extend(limits.filter(lacks).min().map(|limit| short(address, call, limit)));
    }
    notes
}

fn short(address: &str, call: &Call, limit: Bracket) -> String {
    let (tier, tokens) = (call.tier.name(), grouped(limit.first_tokens() as f64, 0));
    format!(
        "{address}: the book has no {tier} price for prompts of {tokens} tokens and more, as it has in \
         the standard tier; they are priced as shorter ones."
    )
}

/// Calendars whose holidays are not decided for all of the plan.
fn undecided(worked: &Worked) -> Vec<String> {
    let last = days(worked).1.yesterday().expect("plans end in our time");
    let mut notes: Vec<String> = vec![];
    for price in &worked.estimate.workings.prices {
        let calendar = price.days.as_ref().and_then(|days| days.except.as_ref());
        let Some(calendar) = calendar.filter(|calendar| calendar.known_to < last) else {
            continue;
        };
        let note = format!(
            "{}: holidays of `{}` are known to {}; later ones are counted as ordinary days.",
            price.model, calendar.id, calendar.known_to
        );
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

/// Calls for which somebody waits, in a tier that lets them wait.
fn waited_for(plan: &Plan) -> Vec<String> {
    let mut notes = vec![];
    for feature in &plan.features {
        // Who counts people expects them to read the answer; what comes as units may lie overnight.
        let people = feature.volume.users.is_some();
        late(&feature.step, &feature.name, (people, false), &mut notes);
    }
    notes
}

fn late(step: &Step, feature: &str, waits: (bool, bool), notes: &mut Vec<String>) {
    let (people, in_conversation) = (waits.0, waits.1 || matches!(step, Step::Conversation(_)));
    if let Step::Call(call) = step {
        let slow = match call.tier {
            Tier::Batch => Some("batch answers within a day"),
            Tier::Flex => Some("flex answers when there is room"),
            Tier::Standard | Tier::Priority | Tier::Fast | Tier::Ultrafast => None,
        };
        if let Some(slow) = slow.filter(|_| in_conversation || (call.answer && people)) {
            let name = &call.name;
            notes.push(format!("{feature}.{name}: {slow}, and somebody waits for this call."));
        }
    }
    for (_, child) in step.children() {
        late(child, feature, (people, in_conversation), notes);
    }
}
