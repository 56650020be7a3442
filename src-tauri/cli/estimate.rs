//! `estimate`: what a plan costs, and why.

use app::estimates::{self, Estimated, EstimatedFeature, Exchanged, Operand, Played, Source, Why};
use app::plans::Request;
use app::plural;

use crate::args::{Common, Estimate, Plan};
use crate::failure::Failure;
use crate::prices;
use crate::print::{self, Table, counted, decimal, dollars, rate, short};
use crate::surprise;

/// Below this many dollars cents are shown.
const CENTS_BELOW: f64 = 1000.0;

/// So many letters of a unit stand in a table.
const UNIT: usize = 24;

/// The dearest steps that a table shows.
const TOP_STEPS: usize = 8;

/// Works a plan out, or explains one of its figures.
pub fn estimate(args: &Estimate, common: &Common) -> Result<(), Failure> {
    let worked = estimates::work(&request(&args.plan, common))?;
    if let Some(address) = &args.why {
        let why = worked.why(address, args.month.as_deref())?;
        prices::keep(&worked.pins, &args.plan, common);
        return print::answer("estimate", common, &why, || explained(&why));
    }
    if args.surprise {
        let told = worked.surprise(args.month.as_deref())?;
        prices::keep(&worked.pins, &args.plan, common);
        return print::answer("estimate", common, &told, || surprise::table(&told));
    }
    if let Some(draws) = args.play {
        let played = worked.play(args.month.as_deref(), draws, args.seed)?;
        prices::keep(&worked.pins, &args.plan, common);
        return print::answer("estimate", common, &played, || played_table(&played));
    }
    prices::keep(&worked.pins, &args.plan, common);
    let answer = worked.answer();
    for note in &answer.notes {
        print::say(&format!("note: {note}"));
    }
    print::answer("estimate", common, &answer, || table(&answer))
}

/// A plan with its changes, as the program takes them.
pub fn request(plan: &Plan, common: &Common) -> Request {
    let (plan, set) = (plan.plan.clone(), plan.changes.clone());
    Request { plan, set, book: common.book.clone() }
}

fn table(estimate: &Estimated) -> String {
    let places = places(&estimate.total);
    let months = counted(estimate.months.len(), "month", "months");
    let first = estimate.months.first().map_or("", |month| month.month.as_str());
    let mut text = format!(
        "{}: {} over {months} from {first}, in {}\n",
        estimate.plan.name,
        dollars(&estimate.total, places),
        estimate.currency
    );
    if let Some(without) = &estimate.without_follows {
        let more = difference(&estimate.total, without);
        let (without, more) = (dollars(without, places), dollars(&more, places));
        text += &format!("if nothing followed a driver: {without}; what follows one adds {more}\n");
    }
    text += &agreed(estimate, places);
    if !estimate.plan.set.is_empty() {
        text += &format!("set: {}\n", estimate.plan.set.join(", "));
    }
    for feature in &estimate.features {
        text += &format!("\n{}", feature_table(feature, places));
    }
    if estimate.features.len() > 1 || has_costs_of_no_feature(estimate) {
        let mut table = Table::new(&["<everything", ">cost"]);
        for month in &estimate.months {
            table.row([month.month.clone(), dollars(&month.total, places)]);
        }
        table.row(["total".to_owned(), dollars(&estimate.total, places)]);
        text += &format!("\n{}", table.text());
    }
    text += &peaks(estimate);
    text += &format!("\n{}\n{}", steps(estimate, places), notes(estimate));
    text
}

/// How units differ, a line a feature.
fn played_table(played: &Played) -> String {
    let mut table = Table::new(&[
        &format!("<one unit in {}", played.month),
        ">mean",
        ">half cost more than",
        ">one in 20",
        ">one in 100",
    ]);
    let mut whys = String::new();
    for feature in &played.features {
        let name = format!("{}, {}", feature.label, short(&feature.unit, UNIT));
        match &feature.cost {
            None => {
                let why = feature.why.as_deref().unwrap_or_default();
                whys += &format!("{}: {why}\n", feature.label);
                table.row([&name, "–", "–", "–", "–"].map(str::to_owned));
            }
            Some(cost) => {
                let [mean, half, twentieth, hundredth] =
                    [&cost.mean, &cost.p50, &cost.p95, &cost.p99]
                        .map(|cost| dollars(cost, feature.decimals as usize));
                table.row([name, mean, half, twentieth, hundredth]);
            }
        }
    }
    let seed = played.seed;
    let units = decimal(&played.draws.to_string(), 0);
    let held = match played.without_held {
        true => ", without what holding explicit caches costs",
        false => "",
    };
    format!(
        "{}\n{units} units of each feature played, seed {seed}, at list prices, with the `other_costs` that come with \
         units{held}\n{whys}",
        table.text()
    )
}

fn feature_table(feature: &EstimatedFeature, places: usize) -> String {
    let (unit, units) = (short(&feature.unit, UNIT), short(&plural(&feature.unit), UNIT));
    let mut text = format!("{}\n", feature.label);
    let cost = |cost: &Option<String>| unit_cost(cost.as_deref(), unit_places(feature));
    let mut costs = Table::new(&["<", ">", "<"]);
    let span = match &feature.months[..] {
        _ if is_none(&feature.units) => String::new(),
        [only] => format!("in {}", only.month),
        months => format!("over {} months", months.len()),
    };
    costs.row([format!("one {unit}"), cost(&feature.unit_cost), span]);
    if let Some(naive) = &feature.naive_unit_cost {
        let times = feature.unit_cost.as_ref().and_then(|cost| ratio_of(cost, naive));
        let times = times.map_or(String::new(), |times| format!("; really {times:.1} times that"));
        let call = feature.naive_call.as_deref().unwrap_or("the answer call");
        let tier = feature.naive_tier.map(|tier| format!(", in the {} tier", tier.name()));
        let times = format!("{call} alone, once, at launch{}{times}", tier.unwrap_or_default());
        costs.row(["naive".to_owned(), dollars(naive, unit_places(feature)), times]);
    }
    text += costs.text().trim_start_matches('\n');
    let mut drivers = Table::new(&["<why", ">cost", ">share"]);
    for driver in &feature.drivers {
        let share = ratio_of(&driver.total, &feature.total).map_or(String::new(), percent);
        drivers.row([driver.label.clone(), dollars(&driver.total, places), share]);
    }
    let mut months =
        Table::new(&["<month", &format!(">{units}"), &format!(">one {unit}"), ">cost"]);
    for month in &feature.months {
        months.row([
            month.month.clone(),
            decimal(&month.units, 0),
            cost(&month.unit_cost),
            dollars(&month.total, places),
        ]);
    }
    months.row([
        "total".to_owned(),
        decimal(&feature.units, 0),
        cost(&feature.unit_cost),
        dollars(&feature.total, places),
    ]);
    text + "\n" + &drivers.text() + "\n" + &months.text() + &others(feature)
}

/// What one call, one user, one accepted outcome costs, where that is something else than one unit.
fn others(feature: &EstimatedFeature) -> String {
    let others: Vec<_> = feature
        .costs
        .iter()
        .filter(|of| of.cost.is_some() && of.cost != feature.unit_cost)
        .collect();
    let mut text = String::new();
    if !others.is_empty() {
        let mut table = Table::new(&["<cost of one", ">"]);
        for of in others {
            table.row([of.label.clone(), unit_cost(of.cost.as_deref(), unit_places(feature))]);
        }
        text += &format!("\n{}", table.text());
    }
    text += &unknown(feature);
    if let Some(quality) = feature.quality.as_deref().and_then(|share| share.parse().ok()) {
        text += &format!(
            "\n{} of its answers are right, by the quality of the calls that give them.\n",
            percent(quality)
        );
    }
    let units = plural(&feature.unit);
    let unanswered = [(&feature.unanswered, units.as_str()), (&feature.unanswered_turns, "turns")];
    for (share, what) in unanswered {
        let share: Option<f64> = share.as_deref().and_then(|share| share.parse().ok());
        if let Some(share) = share.filter(|share| *share > 0.0) {
            text += &format!(
                "\n{} of {what} get no answer: what is tried has failed for good.\n",
                two_digits(share)
            );
        }
    }
    text
}

/// What the cost of one is not known of, by what the plan does not say.
fn unknown(feature: &EstimatedFeature) -> String {
    let mut said: Vec<(&str, Vec<&str>)> = vec![];
    for unknown in &feature.unknown_costs {
        match said.iter_mut().find(|(lacks, _)| *lacks == unknown.lacks) {
            Some((_, labels)) => labels.push(&unknown.label),
            None => said.push((&unknown.lacks, vec![&unknown.label])),
        }
    }
    let lines: String = said
        .iter()
        .map(|(lacks, labels)| format!("No figure for one {}: {lacks}.\n", labels.join(", one ")))
        .collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

/// What the busiest hours take of rate limits, where any is typed.
fn peaks(estimate: &Estimated) -> String {
    if estimate.peaks.is_empty() {
        return String::new();
    }
    let head = ["<a minute in the busiest hour", "<", ">peak", ">limit", ">used", "<in"];
    let mut table = Table::new(&head);
    for peak in &estimate.peaks {
        let used = peak.used.parse().map_or(String::new(), percent);
        let (most, month) = (rate(&peak.most), peak.month.clone());
        let (model, counted) = (peak.model.clone(), peak.counted.clone());
        table.row([model, counted, rate(&peak.peak), most, used, month]);
    }
    format!("\n{}", table.text())
}

fn steps(estimate: &Estimated, places: usize) -> String {
    let mut table = Table::new(&["<step", ">cost", ">share"]);
    for step in estimate.steps.iter().take(TOP_STEPS) {
        let share = ratio_of(&step.total, &estimate.total).map_or(String::new(), percent);
        table.row([step.step.clone(), dollars(&step.total, places), share]);
    }
    let more = estimate.steps.len().saturating_sub(TOP_STEPS);
    let rest = match more {
        0 => String::new(),
        more => format!("and {}\n", counted(more, "smaller step", "smaller steps")),
    };
    table.text() + &rest
}

fn notes(estimate: &Estimated) -> String {
    let mut text = format!(
        "{}, {}: `forebill inputs` lists them.\n",
        counted(estimate.inputs, "input", "inputs"),
        counted(estimate.guesses, "of them a guess", "of them guesses")
    );
    for guess in estimate.texts.iter().filter(|text| text.band.is_some()) {
        let band =
            guess.band.as_deref().and_then(|band| band.parse().ok()).map_or(String::new(), percent);
        // The rest of it says where the family's figures are from.
        let learned = guess.source.as_deref().filter(|source| source.starts_with("learned "));
        let learned = learned.and_then(|source| source.split(',').next());
        let learned = learned.map_or(String::new(), |learned| format!(", {learned}"));
        text += &format!(
            "{} is an estimate: ≈ {} tokens ±{band}{learned}.\n",
            guess.address,
            decimal(&guess.tokens, 0)
        );
    }
    for model in estimate.models.iter().filter(|model| model.name != model.model) {
        text += &format!("{} means {}.\n", model.name, model.model);
    }
    text
}

fn explained(why: &Why) -> String {
    let figure = &why.figure;
    let value = |operand: &Operand| match &operand.value {
        Some(value) => shown(value),
        None => "a table".to_owned(),
    };
    let mut text = format!("{} = {} {}\n", figure.address, value(figure), figure.unit);
    let month = why.month.as_ref().map(|month| format!(" (in {month})")).unwrap_or_default();
    let tokens = match (&figure.source, &figure.certainty) {
        (Source::Formula, Some(certainty)) => format!(", tokens {certainty}"),
        _ => String::new(),
    };
    text += &format!("  {}{month}{tokens}\n", said(figure));
    if let Some(formula) = &why.formula {
        text += &format!("\n  = {formula}\n");
    }
    if let Some(numbers) = &why.numbers {
        text += &format!("  = {numbers}\n");
    }
    if !why.operands.is_empty() {
        let mut table = Table::new(&["<", ">", "<", "<"]);
        for operand in &why.operands {
            table.row([
                operand.address.clone(),
                value(operand),
                operand.unit.clone(),
                said(operand),
            ]);
        }
        text += &table.text();
    }
    text
}

/// What a figure says, and where it comes from.
fn said(operand: &Operand) -> String {
    match &operand.source {
        Source::Formula | Source::Calendar => operand.label.clone(),
        Source::Input { text, source: None } => format!("typed as {text}, a guess"),
        Source::Input { text, source: Some(source) } => match operand.certainty.as_deref() {
            Some("exact") => source.clone(),
            Some("assumed") | None => format!("typed as {text}: {source}"),
            Some(sure) => format!("{source}, {}", sure.strip_prefix("estimated ").unwrap_or(sure)),
        },
        Source::Price { page, checked, from, to } => {
            let from = from.as_ref().map(|day| format!(" from {day}")).unwrap_or_default();
            let to = to.as_ref().map(|day| format!(" until {day}")).unwrap_or_default();
            format!("{page}, checked {checked}{from}{to}")
        }
    }
}

/// Six digits that count.
fn shown(value: &str) -> String {
    let Ok(number) = value.parse::<f64>() else { return value.to_owned() };
    let places = match number.abs() {
        0.0 => 0,
        size => (5.0 - size.log10().floor()).clamp(0.0, 18.0) as usize,
    };
    let text = decimal(value, places);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// What it would be at list prices, what contracts change, and the total in another currency.
fn agreed(estimate: &Estimated, places: usize) -> String {
    let mut text = String::new();
    if let Some(list) = &estimate.list_total {
        let changes = estimate.contracts.iter().map(|contract| {
            let sign = if contract.change.starts_with('-') { "" } else { "+" };
            format!("{} {sign}{}", contract.label, dollars(&contract.change, places))
        });
        let changes: Vec<String> = changes.collect();
        let list = dollars(list, places);
        text += &format!("at list prices {list}; {}\n", changes.join(", "));
    }
    if let Some(exchanged) = &estimate.exchanged {
        let total = decimal(&exchanged.total, places);
        let Exchanged { currency, rate, as_of, source, .. } = exchanged;
        let says: Vec<&str> = [source, as_of].into_iter().filter_map(|it| it.as_deref()).collect();
        text += &format!("{total} {currency} at {rate} ({})\n", says.join(", "));
    }
    text
}

/// Decimals of amounts beside this total.
fn places(total: &str) -> usize {
    let is_small = total.parse::<f64>().is_ok_and(|total| total.abs() < CENTS_BELOW);
    if is_small { 2 } else { 0 }
}

/// What one unit costs; where there are none there is nothing to tell.
fn unit_cost(cost: Option<&str>, places: usize) -> String {
    cost.map_or_else(|| "–".to_owned(), |cost| dollars(cost, places))
}

/// Decimals of what one unit of a feature costs.
fn unit_places(feature: &EstimatedFeature) -> usize {
    let costs = feature.months.iter().filter_map(|month| month.unit_cost.as_ref()?.parse().ok());
    app::unit_decimals(costs) as usize
}

fn is_none(units: &str) -> bool {
    units.parse() == Ok(0.0)
}

/// Whether months hold more than features account for.
fn has_costs_of_no_feature(estimate: &Estimated) -> bool {
    estimate.lines.iter().any(|line| line.feature.is_empty())
}

/// What is more of one amount than of another.
fn difference(amount: &str, less: &str) -> String {
    let money = |text: &str| text.parse::<f64>().unwrap_or_default();
    (money(amount) - money(less)).to_string()
}

fn ratio_of(part: &str, whole: &str) -> Option<f64> {
    let (part, whole): (f64, f64) = (part.parse().ok()?, whole.parse().ok()?);
    (whole != 0.0).then(|| part / whole)
}

/// `0.4 %` with two digits that count.
fn two_digits(share: f64) -> String {
    let percent = share * 100.0;
    let places = (1.0 - percent.log10().floor()).clamp(0.0, 12.0) as usize;
    let text = format!("{percent:.places$}");
    format!(
        "{}%",
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text }
    )
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        small if small > 0.0 && small < 0.5 => "<1%".to_owned(),
        percent => format!("{percent:.0}%"),
    }
}
