//! What to know about the terms of contracts: those that come to nothing, and what of them is not in the figures.

use cost::book::Period;
use cost::plan::{Commitment, Contract, Credit, Free, Span, first_day, term, term_of};
use cost::workings::{Agreement, Allowance, RowId};
use jiff::civil::Date;
use report::grouped;

use super::worked::{Worked, month_name};

/// Less than half a cent is nothing.
const CENT: f64 = 0.005;

/// A sentence on each term that does not do all that it says.
pub fn notes(worked: &Worked) -> Vec<String> {
    let contracts = worked.opened.plan.contracts.iter();
    let notes = contracts.flat_map(|contract| Reader::new(worked, contract).notes());
    let agreements = worked.estimate.workings.contracts.iter();
    notes.chain(agreements.flat_map(|it| &it.allowances).map(given)).collect()
}

/// What a seller gives each account for nothing, and how it was counted.
fn given(allowance: &Allowance) -> String {
    let Allowance { address, meter, free, per, source } = allowance;
    let (meter, free) = (meter.name(), grouped(free.to_f64(), 0));
    match per {
        Period::Day => format!(
            "{address}: {free} {meter} are free each day ({source}); what a month uses is spread \
             evenly over its days, and volumes by business day over Mondays to Fridays."
        ),
        Period::Month => format!("{address}: {free} {meter} are free each month ({source})."),
        Period::Once => format!(
            "{address}: {free} {meter} are free once ({source}); nobody says how many are left, so \
             none is counted: what is left can be said as `free` of a contract."
        ),
    }
}

/// A contract beside what it came to.
struct Reader<'w> {
    worked: &'w Worked,
    contract: &'w Contract,
    notes: Vec<String>,
}

impl<'w> Reader<'w> {
    fn new(worked: &'w Worked, contract: &'w Contract) -> Self {
        Self { worked, contract, notes: vec![] }
    }

    fn notes(mut self) -> Vec<String> {
        if let Some(seller) = &self.contract.provider
            && !self.worked.models.iter().any(|(_, sold)| sold.provider == *seller)
        {
            self.say("", format!("no call of the plan is made of `{seller}`."));
            return self.notes;
        }
        self.outside();
        self.about_nothing();
        self.answered();
        self.free();
        self.fees();
        self.commitments();
        self.credits();
        self.notes
    }

    /// Notes something about a term, or about all of the contract.
    fn say(&mut self, term: &str, what: String) {
        let dot = if term.is_empty() { "" } else { "." };
        self.notes.push(format!("contracts.{}{dot}{term}: {what}", self.contract.name));
    }

    /// Terms that hold in no month of the plan.
    fn outside(&mut self) {
        for (list, index, span) in self.contract.spans() {
            if self.months(span).any(|holds| holds) {
                continue;
            }
            let ended = self.day(span.to).is_some_and(|to| to <= self.starts());
            let what = if ended {
                "it ended before the plan begins, and changes nothing."
            } else {
                "it begins after the plan ends, and changes nothing."
            };
            self.say(&term_of(list, index), what.to_owned());
        }
    }

    /// Terms that no call meets, and percentages of nothing.
    fn about_nothing(&mut self) {
        let agreement = self.agreement();
        let spans = self.contract.spans();
        for (list, index, scope) in self.contract.scopes() {
            let span = spans.iter().find(|(of, at, _)| (*of, *at) == (list, index));
            if span.is_some_and(|(_, _, span)| !self.months(*span).any(|holds| holds)) {
                continue;
            }
            let name = term_of(list, index);
            let address = format!("contracts.{}.{name}", self.contract.name);
            let rows = agreement
                .and_then(|it| it.scopes.iter().find(|(known, _)| *known == address))
                .map_or(&[][..], |(_, rows)| rows.as_slice());
            let of = match (scope.meter, scope.model) {
                (Some(meter), Some(model)) => format!("{} of `{model}`", meter.name()),
                (Some(meter), None) => meter.name().to_owned(),
                (None, Some(model)) => format!("`{model}`"),
                (None, None) => "anything that it is about".to_owned(),
            };
            let tier = scope.tier.map_or(String::new(), |tier| format!(" ({})", tier.name()));
            if rows.is_empty() {
                self.say(&name, format!("no call of the plan pays for {of}{tier}."));
            } else if list == "discounts" && self.contract.prices.is_empty() {
                let spend: f64 = rows.iter().flat_map(|row| self.by_month(*row)).sum();
                if spend == 0.0 {
                    let what = format!(
                        "{of}{tier} costs nothing at list prices: there is nothing to take off."
                    );
                    self.say(&name, what);
                }
            }
        }
    }

    /// Terms of models in whose place another answers: what is agreed for a model is for the days on which it does.
    fn answered(&mut self) {
        for (list, index, scope) in self.contract.scopes() {
            let Some(name) = scope.model else { continue };
            let mut models = self.worked.models.iter();
            let sold = models.find(|(known, sold)| *known == name || sold.name == name);
            let prices = self.worked.estimate.workings.prices.iter();
            let mut answers: Vec<(&str, Option<Date>)> = vec![];
            for price in prices.filter(|it| sold.is_some_and(|(_, sold)| sold.name == it.model)) {
                let Some(other) = price.answers.as_deref() else { continue };
                match answers.iter_mut().find(|(known, _)| *known == other) {
                    Some((_, from)) => *from = (*from).min(price.from),
                    None => answers.push((other, price.from)),
                }
            }
            for (other, from) in answers {
                let since = from.map(|day| format!(" from {day} on")).unwrap_or_default();
                let what =
                    format!("`{other}` answers for `{name}`{since}: the term is not about that.");
                self.say(&term_of(list, index), what);
            }
        }
    }

    /// Free units that nobody uses.
    fn free(&mut self) {
        for (index, free) in self.contract.free.iter().enumerate() {
            let Free { meter, units, .. } = free;
            let name = term("free", index);
            let Some(used) = self.all(&format!("{name}.used")) else { continue };
            let months: Vec<bool> = self.months(free.span()).collect();
            let held = months.iter().filter(|holds| **holds).count();
            let left = used.iter().zip(&months).filter(|(_, holds)| **holds);
            let left: f64 = left.map(|(used, _)| (units.mean() - used).max(0.0)).sum();
            if left >= 0.5 {
                let all = grouped(units.mean() * held as f64, 0);
                let (left, meter) = (grouped(left, 0), meter.name());
                let what = format!("{left} of {all} free units of {meter} are not used.");
                self.say(&name, what);
            }
        }
    }

    /// Fees on months without spend.
    fn fees(&mut self) {
        for (index, _) in self.contract.fees.iter().enumerate() {
            let name = term("fee", index);
            let amounts = self.all(&format!("{name}.amount"));
            if amounts.is_some_and(|amounts| amounts.iter().sum::<f64>() == 0.0) {
                self.say(
                    &name,
                    "it comes to nothing: nothing is spent that it is a part of.".to_owned(),
                );
            }
        }
    }

    /// Stretches that end after the plan, and promises that the same spend is drawn from.
    fn commitments(&mut self) {
        let commitments = &self.contract.commitments;
        for (index, commitment) in commitments.iter().enumerate() {
            self.unfinished(index, commitment);
            let months: Vec<bool> = self.months(commitment.span()).collect();
            let meets = |other: &&Commitment| {
                self.months(other.span()).zip(&months).any(|(other, holds)| other && *holds)
            };
            if commitments[..index].iter().any(|other| meets(&other)) {
                let what = "it holds beside another commitment: the same spend is drawn from both.";
                self.say(&term("commitment", index), what.to_owned());
            }
        }
    }

    /// What is known of a stretch when the plan ends before it.
    fn unfinished(&mut self, index: usize, commitment: &Commitment) {
        let months: Vec<bool> = self.months(commitment.span()).collect();
        let Some(first) = months.iter().position(|holds| *holds) else { return };
        let to = self.day(commitment.to.as_deref());
        let length = match (commitment.every.months(), to) {
            (Some(length), _) => length,
            (None, Some(to)) => between(self.first_day(first), to),
            (None, None) => return,
        };
        let stretch = (months.len() - first) / length.max(1);
        let begins = first + stretch * length;
        let is_over = to.is_some_and(|to| to <= self.first_day(begins));
        if is_over || begins >= months.len() {
            return;
        }
        let name = term("commitment", index);
        let used = self
            .all(&format!("{name}.stretch-{}.used", stretch + 1))
            .or_else(|| self.all(&format!("{name}.used")));
        let drawn: f64 = used.map_or(0.0, |used| used.iter().sum());
        let amount = commitment.amount.mean();
        let inside = months.len() - begins;
        let even = amount * inside as f64 / length as f64;
        let ends = month_name(self.first_day(begins + length - 1));
        let what = format!(
            "what is missing at the end of {ends} is judged after the plan, and in no figure. By \
             the plan's end {} of {} are drawn; month by month alike it would be {}.",
            dollars(drawn),
            dollars(amount),
            dollars(even)
        );
        self.say(&name, what);
    }

    /// Credits of which something is left.
    fn credits(&mut self) {
        for (index, credit) in self.contract.credits.iter().enumerate() {
            let name = term("credit", index);
            let last = self.months(credit.span()).collect::<Vec<_>>();
            let Some(last) = last.iter().rposition(|holds| *holds) else { continue };
            let rows = ["opening", "used"].map(|field| self.all(&format!("{name}.{field}")));
            let [Some(opening), Some(used)] = rows else { continue };
            let left = opening[last] - used[last];
            if left < CENT {
                continue;
            }
            let (left, all) = (dollars(left), dollars(credit.amount.mean()));
            let what = if self.ends_within(credit) {
                let month = month_name(self.first_day(last));
                format!("{left} of {all} expire unused at the end of {month}.")
            } else {
                format!("{left} of {all} are left when the plan ends.")
            };
            self.say(&name, what);
        }
    }

    fn ends_within(&self, credit: &Credit) -> bool {
        let workings = &self.worked.estimate.workings;
        self.day(credit.to.as_deref()).is_some_and(|to| to <= workings.first_day(workings.months))
    }

    /// What came of the contract; nothing where no term was agreed.
    fn agreement(&self) -> Option<&'w Agreement> {
        let address = format!("contracts.{}", self.contract.name);
        self.worked.estimate.workings.contracts.iter().find(|it| it.address == address)
    }

    /// The months of a row of the contract.
    fn all(&self, field: &str) -> Option<Vec<f64>> {
        let workings = &self.worked.estimate.workings;
        let row = workings.find(&format!("contracts.{}.{field}", self.contract.name))?;
        Some(self.by_month(row))
    }

    fn by_month(&self, row: RowId) -> Vec<f64> {
        let estimate = &self.worked.estimate;
        (0..estimate.workings.months).map(|month| estimate.values.at(row, month)).collect()
    }

    /// Whether a term holds, month by month.
    fn months(&self, span: Span<'_>) -> impl Iterator<Item = bool> + use<'w> {
        let workings = &self.worked.estimate.workings;
        let (from, to) = (self.day(span.from), self.day(span.to));
        (0..workings.months).map(move |month| {
            let first = workings.first_day(month);
            from.is_none_or(|from| from <= first) && to.is_none_or(|to| first < to)
        })
    }

    fn starts(&self) -> Date {
        self.first_day(0)
    }

    fn first_day(&self, month: usize) -> Date {
        self.worked.estimate.workings.first_day(month)
    }

    fn day(&self, month: Option<&str>) -> Option<Date> {
        month.and_then(first_day)
    }
}

/// Months from one first day to another.
fn between(from: Date, to: Date) -> usize {
    let months = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    usize::try_from(months(to) - months(from)).unwrap_or(0)
}

fn dollars(amount: f64) -> String {
    format!("${}", grouped(amount, 2))
}
