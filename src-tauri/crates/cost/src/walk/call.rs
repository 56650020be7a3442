//! A model call: its tokens by driver, its rates by bracket, its lines.

use super::bracket::{self, Passing, Prompts};
use super::conversation::Scope;
use super::moments::Moments;
use super::number;
use super::part::{self, Sent};
use super::rate::{self, RateRows, suffix};
use super::writer::{Writer, one, say, zero};
use crate::book::Bracket;
use crate::meter::Meter;
use crate::plan::{Call, Certainty, Feature, HISTORY};
use crate::workings::{Driver, Expr, Item, Line, LineRate, Node, Place, PriceId, RowId};

/// How often a step runs for one unit of work.
#[derive(Clone)]
pub struct Runs {
    /// Runs whose answer counts.
    pub good: Expr,
    /// Runs whose input is billed, failed ones by their billed part.
    pub input: Expr,
    /// Runs whose output is billed, failed ones by their billed part.
    pub output: Expr,
}

impl Runs {
    /// Once.
    pub fn once() -> Self {
        Self { good: one(), input: one(), output: one() }
    }

    /// So many times as often.
    #[must_use]
    pub fn times(&self, factor: &Expr) -> Self {
        Self {
            good: &self.good * factor,
            input: &self.input * factor,
            output: &self.output * factor,
        }
    }
}

/// What a call sends and writes in one run.
struct Usage {
    sent: Vec<Sent>,
    history: Option<Moments>,
    output: Expr,
    reasoning: Expr,
    /// How sure the history is.
    resent: Certainty,
}

impl Usage {
    /// How sure all is that is sent.
    fn certainty(&self) -> Certainty {
        let sent = self.sent.iter().map(|sent| match sent.gained.is(0) {
            true => sent.certainty,
            false => Certainty::Assumed,
        });
        sent.fold(self.resent, Certainty::and)
    }
}

/// What a call adds to the figures of its feature, for one unit of work.
#[derive(Default)]
pub struct Figures {
    /// What one would have said each answer costs.
    pub naive: Vec<Expr>,
    /// The same of answers that only stand in for failed ones: nobody tries those first.
    pub stand_in: Vec<Expr>,
    /// What is paid for context that no answer needs.
    pub unused: Vec<Expr>,
}

/// Writes a call's rows and lines.
pub fn call(
    w: &mut Writer,
    feature: &Feature,
    call: &Call,
    runs: &Runs,
    scope: Option<&Scope>,
    figures: &mut Figures,
) {
    let usage = usage(w, feature, call, scope);
    let group = format!("{}.{}", feature.name, call.name);
    let levels = levels(w, &group, call, &usage, scope);
    let turns = scope.map_or_else(one, |scope| scope.turns.clone());
    let mut writer = LineWriter { w, feature, call, group, levels };
    let calls = writer.calls(&(&runs.good * &turns));
    let failed = runs.input != runs.good || runs.output != runs.good;

    for driver in [Driver::BasePrompt, Driver::Retrieved, Driver::Tools] {
        let of_driver = usage.sent.iter().filter(|sent| sent.driver == driver);
        let (tokens, sure) = of_driver.fold((zero(), Certainty::Exact), |(sum, sure), sent| {
            (sum + &sent.launch, sure.and(sent.certainty))
        });
        writer.input(driver, "", &calls * tokens, sure);
    }
    let gained = usage.sent.iter().fold(zero(), |sum, sent| sum + &sent.gained);
    writer.input(Driver::PromptGrowth, "", &calls * &gained, Certainty::Assumed);
    let resent = match (&usage.history, scope) {
        (Some(history), Some(scope)) => {
            let pairs = scope.pairs(writer.w);
            let tokens = &runs.good * &pairs * history.expected();
            writer.input(Driver::History, "", tokens, usage.resent);
            pairs * history.expected()
        }
        _ => zero(),
    };
    writer.fees(Driver::BasePrompt, calls.clone());
    writer.output(Driver::Output, "", &calls * &usage.output);
    writer.output(Driver::Reasoning, "", &calls * &usage.reasoning);
    if failed {
        let once = usage.sent.iter().fold(zero(), |sum, sent| sum + &sent.launch + &sent.gained);
        let input = (&runs.input - &runs.good) * (&turns * once + resent);
        let output = (&runs.output - &runs.good) * &turns * (&usage.output + &usage.reasoning);
        writer.input(Driver::FailedAttempts, "input", input, usage.certainty());
        writer.output(Driver::FailedAttempts, "output", output);
        writer.fees(Driver::FailedAttempts, (&runs.input - &runs.good) * &turns);
    }
    figures.unused.extend(writer.unused(&usage, &calls));
    figures.naive.extend(call.answer.then(|| writer.naive(&usage)));
}

fn usage(w: &mut Writer, feature: &Feature, call: &Call, scope: Option<&Scope>) -> Usage {
    let parts = call.input.iter().filter(|input| input.part != HISTORY);
    let sent: Vec<Sent> = parts.map(|input| part::sent(w, &feature.name, call, input)).collect();
    let reads_history = call.input.iter().any(|input| input.part == HISTORY);
    let history = match scope {
        Some(scope) if reads_history => Some(scope.added(w, call)),
        _ => None,
    };
    let mut mean = |number: Option<&crate::plan::Number>| {
        number.map_or_else(zero, |number| number::mean(w, number))
    };
    let output = mean(call.output.as_deref());
    let reasoning = mean(call.reasoning.as_deref());
    let resent = match scope {
        Some(scope) if history.is_some() => scope.certainty(w, call),
        Some(_) | None => Certainty::Exact,
    };
    Usage { sent, history, output, reasoning, resent }
}

/// A price level of a call: a bracket, the rates in it, and the part of the tokens billed there.
struct Level {
    bracket: Option<Bracket>,
    input: Option<RateRows>,
    output: Option<RateRows>,
    fee: Option<RateRows>,
    part: Passing,
}

fn levels(
    w: &mut Writer,
    group: &str,
    call: &Call,
    usage: &Usage,
    scope: Option<&Scope>,
) -> Vec<Level> {
    let meters = meters(w, call, usage);
    let brackets = rate::brackets(w, call, &meters);
    let mut levels = vec![level(w, call, &meters, None)];
    if w.reach.contains(group) {
        levels.extend(brackets.into_iter().map(|bracket| level(w, call, &meters, Some(bracket))));
        let prompts = prompts(w, group, usage, scope);
        let parts = parts(w, group, &prompts, &levels);
        levels.iter_mut().zip(parts).for_each(|(level, part)| level.part = part);
    } else if let Some(&bracket) = brackets.first() {
        let next = level(w, call, &meters, Some(bracket));
        let limit = next.limit(w).expect("a bracket's level has its limit");
        let turns = outer_turns(w, usage, scope);
        bracket::guard(w, group, &turns, limit);
    }
    levels
}

/// The part of a call's tokens that is billed at each level. What passes the next limit is not billed at this one.
fn parts(w: &mut Writer, group: &str, prompts: &Prompts, levels: &[Level]) -> Vec<Passing> {
    let mut parts: Vec<Passing> = levels
        .iter()
        .map(|level| match level.limit(w) {
            None => Passing::all(),
            Some(limit) => bracket::passing(w, group, prompts, limit),
        })
        .collect();
    for index in 1..parts.len() {
        let next = parts[index].clone();
        let part = &mut parts[index - 1];
        part.input = &part.input - next.input;
        part.calls = &part.calls - next.calls;
    }
    parts
}

/// What a call is billed for.
fn meters(w: &Writer, call: &Call, usage: &Usage) -> Vec<Meter> {
    let sends = !usage.sent.is_empty() || usage.history.is_some();
    let writes = call.output.is_some() || call.reasoning.is_some();
    let fee = rate::has_fee(w, call);
    let all = [(Meter::Input, sends), (Meter::Output, writes), (Meter::Request, fee)];
    all.into_iter().filter(|(_, is_billed)| *is_billed).map(|(meter, _)| meter).collect()
}

fn level(w: &mut Writer, call: &Call, meters: &[Meter], bracket: Option<Bracket>) -> Level {
    let mut rate = |meter| meters.contains(&meter).then(|| rate::rate(w, call, meter, bracket));
    let [input, output, fee] = [Meter::Input, Meter::Output, Meter::Request].map(&mut rate);
    Level { bracket, input, output, fee, part: Passing::all() }
}

impl Level {
    /// The part of a meter's units that is billed here, and their rate.
    fn of(&self, meter: Meter) -> (&Expr, &RateRows) {
        let (part, rates) = if meter == Meter::Input {
            (&self.part.input, &self.input)
        } else if meter == Meter::Output {
            (&self.part.calls, &self.output)
        } else {
            (&self.part.calls, &self.fee)
        };
        (part, rates.as_ref().expect("what a call is billed for has a rate"))
    }

    /// The limit of its bracket, with a price that carries it.
    fn limit(&self, w: &Writer) -> Option<(Bracket, PriceId)> {
        let bracket = self.bracket?;
        let rates = self.input.iter().chain(&self.output).chain(&self.fee);
        let prices = rates.flat_map(|rows| match &rows.line {
            LineRate::Prices(prices) => prices.as_slice(),
            LineRate::Typed(_) | LineRate::Agreed(_) => &[],
        });
        let carries = |id: &PriceId| w.workings.prices[id.0].bracket == Some(bracket);
        let price = prices.map(|(id, _)| *id).find(carries);
        Some((bracket, price.expect("a bracket has an entry in the plan's months")))
    }
}

/// The call's prompts: turn by turn where it reads history.
fn prompts(w: &mut Writer, group: &str, usage: &Usage, scope: Option<&Scope>) -> Prompts {
    let own = own_size(usage);
    let expected = own.expected();
    let history = usage.history.as_ref().filter(|history| !history.expected().is(0));
    let (Some(scope), Some(history)) = (scope, history) else {
        return Prompts { size: named(w, group, own), turns: None, tokens: expected, calls: one() };
    };
    let earlier = Expr::from(Node::Row(scope.earlier(w)));
    let resent = history.times(&earlier);
    let pairs = scope.pairs(w);
    let tokens = &scope.turns * expected + pairs * history.expected();
    let tokens =
        w.row(Place::Unit, group, "size.all", say("tokens sent over all turns", "tokens"), tokens);
    let size = named(w, group, own.plus(&resent));
    Prompts { size, turns: Some(scope.table(w)), tokens, calls: scope.turns.clone() }
}

/// The call's prompts at the first turn, and at the last that there can be.
fn outer_turns(
    w: &mut Writer,
    usage: &Usage,
    scope: Option<&Scope>,
) -> Vec<(&'static str, Prompts)> {
    let own = own_size(usage);
    let once = |size: Moments| {
        let tokens = size.expected();
        Prompts { size, turns: None, tokens, calls: one() }
    };
    let mut turns = vec![("first-turn", once(own.clone()))];
    if let (Some(scope), Some(history)) = (scope, &usage.history)
        && !history.expected().is(0)
    {
        let earlier = scope.most_turns(w) - one();
        let last = own.plus(&history.times(&earlier));
        turns.push(("last-turn", once(last)));
    }
    turns
}

fn own_size(usage: &Usage) -> Moments {
    usage.sent.iter().fold(Moments::zero(), |sum, sent| sum.plus(&sent.size))
}

/// The size as rows of its own: every formula of the brackets reads them.
fn named(w: &mut Writer, group: &str, size: Moments) -> Moments {
    let mut row = |field: &str, label: &str, unit: &str, expr: Expr| {
        if expr.is(0) { expr } else { w.row(Place::Unit, group, field, say(label, unit), expr) }
    };
    Moments {
        fixed: row("size.fixed", "fixed part of the prompt", "tokens", size.fixed),
        mean: row("size.mean", "what varies of the prompt", "tokens", size.mean),
        variance: row("size.variance", "its variance", "tokens²", size.variance),
        measured: size.measured,
        apart: size.apart,
    }
}

struct LineWriter<'a, 'p> {
    w: &'a mut Writer<'p>,
    feature: &'a Feature,
    call: &'a Call,
    group: String,
    levels: Vec<Level>,
}

impl LineWriter<'_, '_> {
    fn calls(&mut self, calls: &Expr) -> Expr {
        // One call is a number and needs no row.
        if calls.is(1) {
            return calls.clone();
        }
        let label = say("calls that count", format!("calls per {}", self.feature.unit));
        self.w.row(Place::Unit, &self.group, "calls", label, calls.clone())
    }

    fn input(&mut self, driver: Driver, side: &str, tokens: Expr, sure: Certainty) {
        self.lines(driver, side, tokens, Meter::Input, sure);
    }

    /// A fee for each call, where the model has one.
    fn fees(&mut self, driver: Driver, calls: Expr) {
        if !rate::has_fee(self.w, self.call) {
            return;
        }
        let field = format!("{}.requests", driver.name());
        let unit = format!("calls per {}", self.feature.unit);
        let calls = if calls.is(1) {
            calls
        } else {
            let (times, label) = (format!("{field}.times"), say("calls with a fee", unit.clone()));
            self.w.row(Place::Unit, &self.group, &times, label, calls)
        };
        let label = format!("{}, fee for each call", driver.label());
        // One call is one call.
        let billed = Billed { field, label, unit, row: "times", all: calls };
        self.at_levels(driver, Meter::Request, &billed, Certainty::Exact);
    }

    fn output(&mut self, driver: Driver, side: &str, tokens: Expr) {
        self.lines(driver, side, tokens, Meter::Output, Certainty::Assumed);
    }

    /// The tokens of a driver, and a line for each price level.
    fn lines(
        &mut self,
        driver: Driver,
        side: &str,
        tokens: Expr,
        meter: Meter,
        certainty: Certainty,
    ) {
        if tokens.is(0) {
            return;
        }
        let field = match side {
            "" => driver.name().to_owned(),
            side => format!("{}.{side}", driver.name()),
        };
        let label = match side {
            "" => driver.label().to_owned(),
            side => format!("{}, {side}", driver.label()),
        };
        let unit = format!("tokens per {}", self.feature.unit);
        let all = self.w.row(
            Place::Unit,
            &self.group,
            &format!("{field}.tokens"),
            say(label.clone(), unit.clone()),
            tokens,
        );
        let billed = Billed { field, label, unit, row: "tokens", all };
        self.at_levels(driver, meter, &billed, certainty);
    }

    /// A line for each price level.
    fn at_levels(&mut self, driver: Driver, meter: Meter, billed: &Billed, certainty: Certainty) {
        let Billed { field, label, unit, row, all } = billed;
        for index in 0..self.levels.len() {
            let level = &self.levels[index];
            let (part, rates) = level.of(meter);
            let rates = rates.clone();
            let (field, label) = match level.bracket {
                None => (field.clone(), label.clone()),
                Some(bracket) => {
                    let name = suffix(bracket);
                    (
                        format!("{field}.{name}"),
                        format!("{label}, prompts {}", name.replace('-', " ")),
                    )
                }
            };
            let quantity = if part.is(1) {
                all.clone()
            } else {
                let say = say(label.clone(), unit.clone());
                let address = format!("{field}.part.{row}");
                self.w.row(Place::Unit, &self.group, &address, say, all * part)
            };
            let row = quantity.row();
            let line = NewLine { field, label, quantity, row, rates, certainty };
            self.line(driver, meter, line);
        }
    }

    /// An amount for one unit: `quantity` of a meter, also known as `row`, at its rates.
    fn line(&mut self, driver: Driver, meter: Meter, line: NewLine) {
        let NewLine { field, label, quantity, row, rates, certainty } = line;
        let key = key(&self.feature.name, driver);
        let say = say(label, format!("USD per {}", self.feature.unit)).keyed(key);
        let address = format!("{}.{field}", self.group);
        let expr = quantity * &rates.rate;
        let amount = self.w.row_id(Place::Line, &self.group, &address, say, expr);
        let model = self.w.checked.models.get(&self.call.model).name.clone();
        self.w.workings.lines.push(Line {
            amount,
            quantity: row,
            volume: self.w.workings.find(&volume_address(&self.feature.name)),
            feature: self.feature.name.clone(),
            step: self.group.clone(),
            item: Item::Model { model, meter },
            driver,
            rate: rates.line,
            certainty,
        });
    }

    /// What is paid for the parts that the answer does not need.
    fn unused(&mut self, usage: &Usage, calls: &Expr) -> Option<Expr> {
        let parts = usage.sent.iter().filter_map(|sent| {
            let unused = sent.unused.as_ref()?;
            Some((&sent.launch + &sent.gained) * unused)
        });
        let tokens = parts.reduce(|sum, tokens| sum + tokens)?;
        let rate = self.levels.iter().fold(zero(), |sum, level| {
            let rates = level.input.as_ref().expect("a call that sends has a rate");
            sum + &level.part.input * &rates.rate
        });
        let label = say("paid for what no answer needs", format!("USD per {}", self.feature.unit));
        Some(self.w.row(Place::Unit, &self.group, "unused", label, calls * tokens * rate))
    }

    /// The call once, as it was at launch: no history, nothing looked up, no thinking.
    fn naive(&mut self, usage: &Usage) -> Expr {
        let base = usage.sent.iter().filter(|sent| sent.driver == Driver::BasePrompt);
        let size = base.fold(Moments::zero(), |sum, sent| sum.plus(&sent.launch_size));
        let tokens = size.expected();
        let group = format!("{}.naive", self.group);
        let prompts = Prompts { size, turns: None, tokens: tokens.clone(), calls: one() };
        let parts = parts(self.w, &group, &prompts, &self.levels);
        let rate = |rows: &Option<RateRows>| {
            rows.as_ref().map_or_else(zero, |rows| rows.first_day.clone())
        };
        let cost = self.levels.iter().zip(parts).fold(zero(), |sum, (level, part)| {
            sum + &part.calls * rate(&level.fee)
                + &tokens * part.input * rate(&level.input)
                + &usage.output * part.calls * rate(&level.output)
        });
        let say = say("the answer once, at launch", format!("USD per {}", self.feature.unit));
        self.w.row(Place::Unit, &self.group, "naive", say, cost)
    }
}

/// What one driver is billed for, for one unit of work.
struct Billed {
    field: String,
    label: String,
    unit: String,
    /// What rows that count it are called.
    row: &'static str,
    all: Expr,
}

/// A line to be written.
struct NewLine {
    field: String,
    label: String,
    quantity: Expr,
    row: Option<RowId>,
    rates: RateRows,
    certainty: Certainty,
}

/// What lines of a feature and driver are gathered by.
pub fn key(feature: &str, driver: Driver) -> String {
    format!("{feature}: {}", driver.name())
}

/// Where a feature's units by month stand.
pub fn volume_address(feature: &str) -> String {
    format!("{feature}.volume")
}
