//! Recorded usage priced by the book, line by line: whole numbers only, no float.
#![deny(clippy::float_arithmetic)]

mod doubt;
mod error;
mod instead;
#[cfg(test)]
mod laws;
mod service;
#[cfg(test)]
mod tests;

use jiff::civil::{Date, DateTime};

pub use self::doubt::OLD_AFTER_DAYS;
use self::doubt::doubts;
pub use self::error::PriceError;
use self::instead::{is_inside, stands_for};
pub use self::service::Service;
use crate::book::{Entry, Found, Holding, Layer, Multiplier, Origin, Tier};
use crate::meter::Meter;
use crate::money::{Factor, Money, Quantity, Rate};
use crate::usage::Usage;

/// What one recorded call costs at list price, and by which entry.
#[derive(Clone, Debug)]
pub struct Priced<'a> {
    /// The model that was billed, and how its name was recognised.
    pub found: Found<'a>,
    /// When it was billed, in UTC.
    pub at: DateTime,
    /// The tier that served it.
    pub tier: Tier,
    /// The whole prompt, in tokens.
    pub prompt_tokens: u64,
    /// What held for it: each line's entry, and those behind it.
    pub holding: Holding<'a>,
    /// What the way in which it was served multiplies, in this order.
    pub multipliers: Vec<&'a Multiplier>,
    /// One line for each meter that was used.
    pub lines: Vec<Line<'a>>,
    /// The sum of the lines.
    pub total: Money,
}

/// So much of a meter, at the entry's rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line<'a> {
    /// What was used.
    pub meter: Meter,
    /// The meter whose rate was taken: another one where the book has no price of its own for `meter`.
    pub billed_as: Meter,
    /// How much was used.
    pub used: Quantity,
    /// How much of it is billed: more where there is a minimum or a step.
    pub quantity: Quantity,
    /// The entry that prices it.
    pub entry: &'a Entry,
    /// The entry's price of one unit.
    pub list_rate: Rate,
    /// The same after multipliers.
    pub rate: Rate,
    /// `quantity × rate`, settled by its meter.
    pub amount: Money,
}

/// Prices one recorded call at a moment in UTC.
pub fn price<'a>(
    found: Found<'a>,
    usage: &Usage,
    service: &Service,
    at: DateTime,
) -> Result<Priced<'a>, PriceError> {
    let tier = service.tier;
    let prompt_tokens = usage.prompt_tokens();
    let holding = found.model.holding(at, tier, prompt_tokens)?;
    let multipliers = multipliers(found, service, at.date())?;
    let call = Call { found, holding: &holding, multipliers: &multipliers, day: at.date() };
    let mut lines: Vec<Line> = Vec::with_capacity(8);
    for (meter, quantity) in usage.amounts() {
        call.bill(&mut lines, meter, quantity)?;
    }
    let asks_for_a_call = holding.of(Meter::Request).is_some();
    if asks_for_a_call && usage.amount(Meter::Request) == Quantity::ZERO {
        // A record that does not say otherwise is of one call.
        call.bill(&mut lines, Meter::Request, Quantity::whole(1))?;
    }
    let total = lines.iter().map(|line| line.amount).sum();
    Ok(Priced { found, at, tier, prompt_tokens, holding, multipliers, lines, total })
}

impl<'a> Priced<'a> {
    /// Who says a line's price.
    pub fn origin(&self, line: &Line<'a>) -> &'a Origin {
        self.found.model.origin_of(line.entry)
    }

    /// The multipliers of a line, in their order.
    pub fn multipliers_of(&self, line: &Line) -> impl Iterator<Item = &'a Multiplier> {
        let meter = line.meter;
        self.multipliers.iter().copied().filter(move |multiplier| multiplier.is_on(meter))
    }

    /// What a reader should know before trusting the total.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = vec![];
        for line in &self.lines {
            if line.billed_as != line.meter {
                let (meter, billed_as) = (line.meter.name(), line.billed_as.name());
                warnings.push(format!(
                    "The book has no {meter} price for this model: billed as {billed_as}."
                ));
            }
            let freed = self.found.provider.terms.metering(
                &self.found.model.id,
                self.at.date(),
                line.meter,
            );
            if let Some((free, per)) = freed.and_then(|rule| Some((rule.free?, rule.per))) {
                let (meter, per) = (line.meter.name(), per.name());
                warnings.push(format!(
                    "{free} {meter} are free for an account each {per}: that is settled with the bill, not with a call."
                ));
            }
        }
        warnings.extend(self.lines.iter().filter_map(|line| self.disagreement(line)));
        warnings.extend(self.lines.iter().find_map(|line| self.unlimited(line)));
        let mut entries: Vec<&Entry> = vec![];
        for line in &self.lines {
            if !entries.iter().any(|entry| std::ptr::eq(*entry, line.entry)) {
                entries.push(line.entry);
                warnings.extend(doubts(
                    line.entry,
                    self.found.model.origin_of(line.entry),
                    self.at,
                ));
            }
        }
        warnings
    }
}

impl Priced<'_> {
    /// What the books below the user's own say of a line's price, where they say otherwise.
    fn disagreement(&self, line: &Line) -> Option<String> {
        if line.entry.layer != Layer::User {
            return None;
        }
        let below = self.holding.below(Layer::User, line.billed_as)?;
        let other = below.rates.get(&line.billed_as).filter(|rate| **rate != line.list_rate)?;
        let units = line.billed_as.told_for();
        let (ours, theirs) = (line.list_rate.for_units(units), other.for_units(units));
        let (meter, layer) = (line.billed_as.name(), below.layer.name());
        Some(format!(
            "Books disagree on {meter}: your own has ${ours}, the {layer} one ${theirs}. Yours is taken."
        ))
    }
}

impl Priced<'_> {
    /// That a tier lacks the price for long prompts that the standard one has.
    fn unlimited(&self, line: &Line) -> Option<String> {
        if self.tier == Tier::Standard || !line.billed_as.is_tokens() {
            return None;
        }
        let standard =
            self.found.model.holding(self.at, Tier::Standard, self.prompt_tokens).ok()?;
        let entry = standard.of(line.billed_as)?;
        let (long, tier) = (entry.bracket?, self.tier.name());
        // What a later layer says without a limit holds for prompts of any length.
        let is_lacking = line.entry.bracket < Some(long) && line.entry.layer <= entry.layer;
        is_lacking.then(|| {
            format!(
                "The book has no {tier} price for prompts of {} tokens and more, as it has in the standard tier: \
                 billed as a shorter prompt.",
                long.first_tokens()
            )
        })
    }
}

/// What is the same for every line of a call.
struct Call<'a, 'm> {
    found: Found<'a>,
    holding: &'m Holding<'a>,
    multipliers: &'m [&'a Multiplier],
    day: Date,
}

impl<'a> Call<'a, '_> {
    fn bill(
        &self,
        lines: &mut Vec<Line<'a>>,
        meter: Meter,
        used: Quantity,
    ) -> Result<(), PriceError> {
        let model = self.found.model;
        let of = |meter: Meter| self.holding.of(meter).map(|entry| (entry, meter));
        let instead = || stands_for(meter).iter().find_map(|other| of(*other));
        let Some((entry, billed_as)) = of(meter).or_else(instead) else {
            let model = model.id.clone();
            return Err(PriceError::MeterNotPriced { model, meter, quantity: used });
        };
        let list_rate = entry.rates[&billed_as];
        // Reasoning without a price of its own is output, not a line beside it.
        let part_of = is_inside(meter).filter(|whole| *whole == billed_as);
        let meter = part_of.unwrap_or(meter);
        if let Some(line) = lines.iter_mut().find(|line| part_of.is_some() && line.meter == meter) {
            line.used = line.used + used;
            line.quantity = line.quantity + used;
            line.amount = meter.settle(line.quantity, line.rate);
            return Ok(());
        }
        let terms = &self.found.provider.terms;
        let rule = terms.metering(&model.id, self.day, meter);
        let quantity = rule.map_or(used, |rule| rule.billed(used));
        let on = self.multipliers.iter().filter(|multiplier| multiplier.is_on(meter));
        let rate = on.fold(list_rate, |rate, multiplier| rate.times(multiplier.factor));
        let amount = meter.settle(quantity, rate);
        lines.push(Line { meter, billed_as, used, quantity, entry, list_rate, rate, amount });
        Ok(())
    }
}

/// The multipliers for the way in which a call was served, one for each thing that was special about it.
fn multipliers<'a>(
    found: Found<'a>,
    service: &Service,
    day: Date,
) -> Result<Vec<&'a Multiplier>, PriceError> {
    let (terms, model) = (&found.provider.terms, &found.model.id);
    let mut asked = vec![];
    for (key, value) in &service.special {
        let holds = |rule: &&Multiplier| rule.holds(model, day, key, value);
        // For one key the last statement decides: of a later layer, or further down in a file.
        let Some(rule) = terms.multipliers.iter().rev().find(holds) else {
            let same = |rule: &&Multiplier| {
                rule.key == *key && rule.models.has(model) && rule.span.has(day)
            };
            let rules = terms.multipliers.iter().filter(same);
            let offered = rules.flat_map(|rule| rule.values.clone()).collect();
            let (model, key, value) = (model.clone(), key.clone(), value.clone());
            return Err(PriceError::ServiceNotPriced { model, key, value, offered });
        };
        if rule.excludes.contains(&service.tier) {
            let (model, key, value) = (model.clone(), key.clone(), value.clone());
            return Err(PriceError::NotTogether { model, key, value, tier: service.tier });
        }
        // A factor of 1 says that it costs nothing more.
        if rule.factor != Factor::ONE {
            asked.push(rule);
        }
    }
    Ok(asked)
}
