//! What an estimate says: features, months, lines and what they rest on.

use cost::book::{Match, Tier};
use cost::ledger::{LedgerLine, RateSource};
use cost::meter::Meter;
use cost::plan::Certainty;
use cost::surprise::tried;
use cost::workings::{Driver, FeatureRows, Item, PerRows, Purpose};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::contracts::{self, ContractOf, Exchanged};
use super::notes::notes;
use super::peaks::PeakOf;
use super::worked::{Worked, month_name};

/// What a plan costs.
#[derive(Clone, Debug, PartialEq, Serialize, TS, JsonSchema)]
pub struct Estimated {
    /// Which plan, as it stands.
    pub plan: PlanOf,
    /// Which prices.
    pub book: BookOf,
    /// The currency of every amount.
    pub currency: String,
    /// Everything, over all months, as an exact decimal.
    pub total: String,
    /// The same if nothing followed a driver: what success adds is the difference. Nothing where nothing does.
    pub without_follows: Option<String>,
    /// The same at list prices, where contracts change them.
    pub list_total: Option<String>,
    /// What contracts change.
    pub contracts: Vec<ContractOf>,
    /// The same in the plan's other currency.
    pub exchanged: Option<Exchanged>,
    /// The plan's features, in its order.
    pub features: Vec<EstimatedFeature>,
    /// Every month's total.
    pub months: Vec<MonthTotal>,
    /// What the busiest hours take of rate limits; none where none is typed.
    pub peaks: Vec<PeakOf>,
    /// What each step comes to over all months, the largest first, whether it is paid or taken off.
    pub steps: Vec<StepTotal>,
    /// How many inputs the plan has, the lengths of texts included.
    pub inputs: usize,
    /// How many of them nobody has given a source for.
    pub guesses: usize,
    /// What to know about the plan before its figures are trusted.
    pub notes: Vec<String>,
    /// The lengths of its texts.
    pub texts: Vec<TextOf>,
    /// Its models, as the book has them.
    pub models: Vec<ModelOf>,
    /// The prices that were used.
    pub prices: Vec<PriceOf>,
    /// Every charge: so much of an item, at a rate, in a month.
    pub lines: Vec<LineOf>,
}

/// Which plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct PlanOf {
    /// Its name as people write it.
    pub name: String,
    /// The SHA-256 of its text, its prompts' texts and what was set.
    pub hash: String,
    /// What was set for this run, in its order; nothing where the plan stands as it is written.
    pub set: Vec<String>,
}

/// Which prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct BookOf {
    /// Where they are from: the lock file and the beginning of its hash, or a folder.
    pub edition: String,
    /// The oldest day on which one that is used was last checked.
    pub checked_from: Option<String>,
    /// The newest such day.
    pub checked_to: Option<String>,
}

/// What one feature comes to.
#[derive(Clone, Debug, PartialEq, Serialize, TS, JsonSchema)]
pub struct EstimatedFeature {
    /// Its name.
    pub name: String,
    /// Its name as people write it.
    pub label: String,
    /// One piece of it.
    pub unit: String,
    /// Units over all months.
    pub units: String,
    /// The cost of one unit, over all months; nothing where there are no units.
    pub unit_cost: Option<String>,
    /// The cost of one billed call, of one active user and month, one seat and working day, one accepted outcome, one right answer,
    /// where these are known.
    pub costs: Vec<CostOf>,
    /// Of what else one would ask the cost, and what the plan does not say for it.
    pub unknown_costs: Vec<UnknownCost>,
    /// The part of its answers that are right, by the measured quality of the calls that give them; nothing where one
    /// of these was not measured.
    pub quality: Option<String>,
    /// The part of its units that gets no answer, since what is tried fails for good; nothing where each gets one.
    pub unanswered: Option<String>,
    /// The same of the turns of its conversations.
    pub unanswered_turns: Option<String>,
    /// What one would have said: the answer once, at launch. Nothing when no call answers.
    pub naive_unit_cost: Option<String>,
    /// The call that this is about, by its address: of several answers the dearest.
    pub naive_call: Option<String>,
    /// The tier that it is priced in, where that is not the standard one.
    pub naive_tier: Option<Tier>,
    /// Over all months, as an exact decimal.
    pub total: String,
    /// Over all months by driver, as exact decimals.
    pub drivers: Vec<DriverTotal>,
    /// Month by month.
    pub months: Vec<FeatureMonth>,
}

/// What a feature costs for one of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct CostOf {
    /// Of what: `call`, `user-month`, `seat-day`, `accepted`, `right`.
    pub per: String,
    /// The same as people read it.
    pub label: String,
    /// How many there are over all months.
    pub count: String,
    /// What one costs over all months; nothing where there is none.
    pub cost: Option<String>,
    /// The same month by month.
    pub months: Vec<Option<String>>,
    /// The address of the figure over all months.
    pub address: String,
}

/// What the cost of one is not known of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct UnknownCost {
    /// Of what: `user-month`, `seat-day`, `accepted`.
    pub per: String,
    /// The same as people read it.
    pub label: String,
    /// What the plan does not say: `no users in this volume`.
    pub lacks: String,
}

impl UnknownCost {
    /// All that a feature's plan says too little for.
    pub fn of(feature: &FeatureRows) -> Vec<Self> {
        let unknown = feature.unknown().map(|per| Self {
            per: per.name().to_owned(),
            label: per.one(&feature.unit),
            lacks: per.lacks().to_owned(),
        });
        unknown.collect()
    }
}

/// What one driver costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct DriverTotal {
    /// Why it is paid for.
    pub driver: Driver,
    /// The same as people read it.
    pub label: String,
    /// The amount, as an exact decimal.
    pub total: String,
}

/// What a feature costs in one month.
#[derive(Clone, Debug, PartialEq, Serialize, TS, JsonSchema)]
pub struct FeatureMonth {
    /// `2027-01`
    pub month: String,
    /// Units in the month.
    pub units: String,
    /// The cost of one of them; nothing where there are none.
    pub unit_cost: Option<String>,
    /// The amount, as an exact decimal.
    pub total: String,
}

/// What one month costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct MonthTotal {
    /// `2027-01`
    pub month: String,
    /// The amount, as an exact decimal.
    pub total: String,
}

/// What one step costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct StepTotal {
    /// Its address: `support.hard`.
    pub step: String,
    /// Over all months, as an exact decimal.
    pub total: String,
}

/// How long one text is in one vocabulary.
#[derive(Clone, Debug, PartialEq, Serialize, TS, JsonSchema)]
pub struct TextOf {
    /// Its address among the inputs: `prompts.system.tokens.o200k`.
    pub address: String,
    /// Tokens.
    pub tokens: String,
    /// `exact`, `estimated`, or `assumed` where it was set.
    pub certainty: String,
    /// The band of an estimate as a share of it.
    pub band: Option<String>,
    /// Who says so.
    pub source: Option<String>,
}

/// A model of the plan, as the book has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct ModelOf {
    /// The name that the plan uses.
    pub name: String,
    /// `provider/id`
    pub model: String,
    /// How the name was recognised.
    #[serde(rename = "match")]
    pub matched: Match,
}

/// A price that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct PriceOf {
    /// Its address: `price.openai/gpt-5.input`.
    pub address: String,
    /// `provider/id`
    pub model: String,
    /// The model that answers in its place, and is paid for; nothing where it answers itself.
    pub answers: Option<String>,
    /// What is billed.
    pub meter: Meter,
    /// How the call is processed.
    pub tier: Tier,
    /// For prompts of more tokens than this, or of this many and more.
    pub from_tokens: Option<u64>,
    /// For a million units, as an exact decimal.
    pub per_million: String,
    /// The first day; since always, as far as the book knows, when nothing is said.
    pub from: Option<String>,
    /// The first day without it.
    pub to: Option<String>,
    /// The page that it was read from.
    pub source: String,
    /// The day on which it was last checked.
    pub checked: String,
    /// Where the check comes from.
    pub basis: String,
}

/// One charge.
#[derive(Clone, Debug, PartialEq, Serialize, TS, JsonSchema)]
pub struct LineOf {
    /// `2027-01`
    pub month: String,
    /// Its feature; empty for what belongs to none.
    pub feature: String,
    /// The address of its step.
    pub step: String,
    /// The model as `provider/id`, or the name of another cost.
    pub item: String,
    /// What of the model is billed; nothing for another cost.
    pub meter: Option<Meter>,
    /// Why it is paid for.
    pub driver: Driver,
    /// How much, as an exact decimal.
    pub quantity: String,
    /// The price of one, as an exact decimal.
    pub rate: String,
    /// `quantity × rate`, settled, as an exact decimal.
    pub amount: String,
    /// The address of the price entry, or of the input that the rate is typed in.
    pub price: String,
    /// How sure the tokens of one call are: `exact`, `estimated`, or `assumed` where one that was
    /// typed is among them. How often it is made is no part of this.
    pub certainty: String,
    /// The band of an estimate as a share of it.
    pub band: Option<String>,
}

impl Worked {
    /// Which plan it is.
    pub fn plan_of(&self) -> PlanOf {
        PlanOf {
            name: self.opened.plan.name.clone(),
            hash: self.opened.hash.clone(),
            set: self.opened.set.clone(),
        }
    }

    /// What the plan costs, ready to be printed.
    pub fn answer(&self) -> Estimated {
        let (plan, ledger) = (&self.opened.plan, &self.estimate.ledger);
        let inputs = self.opened.inputs().inputs;
        let month = |(index, day): (usize, &Date)| MonthTotal {
            month: month_name(*day),
            total: ledger.month(index).to_string(),
        };
        Estimated {
            plan: self.plan_of(),
            book: BookOf {
                edition: self.pins.edition.clone(),
                checked_from: self.checked().map(|(oldest, _)| oldest.to_string()),
                checked_to: self.checked().map(|(_, newest)| newest.to_string()),
            },
            currency: plan.currency.clone(),
            total: ledger.total().to_string(),
            without_follows: self.without_follows(),
            list_total: contracts::list_total(self),
            contracts: contracts::contracts(self),
            exchanged: contracts::exchanged(self),
            features: {
                let rows = self.estimate.workings.features.iter();
                let tried = tried(plan, &self.estimate);
                rows.zip(tried).map(|(rows, tried)| self.feature(rows, tried)).collect()
            },
            months: ledger.months.iter().enumerate().map(month).collect(),
            peaks: self.peaks(),
            steps: self.steps(),
            inputs: inputs.len(),
            guesses: inputs.iter().filter(|input| input.guess).count(),
            notes: self.notes(),
            texts: self.texts(),
            models: self.models(),
            prices: self.prices(),
            lines: ledger.lines.iter().map(|line| self.line(line)).collect(),
        }
    }

    /// What to know about the plan before its figures are trusted.
    pub fn notes(&self) -> Vec<String> {
        notes(self)
    }

    /// What may go wrong though the plan can be worked out; the notes have it as well.
    pub fn warnings(&self) -> Vec<String> {
        let warnings = self.estimate.warnings(&self.opened.plan);
        warnings.iter().map(ToString::to_string).collect()
    }

    fn feature(&self, feature: &FeatureRows, tried: Option<String>) -> EstimatedFeature {
        let (values, ledger) = (&self.estimate.values, &self.estimate.ledger);
        let driver = |(driver, _): &(Driver, _)| DriverTotal {
            driver: *driver,
            label: driver.label().to_owned(),
            total: ledger
                .sum(|line| line.feature == feature.name && line.driver == *driver)
                .to_string(),
        };
        let month = |(index, day): (usize, &Date)| FeatureMonth {
            month: month_name(*day),
            units: values.at(feature.volume, index).to_string(),
            unit_cost: self.estimate.month_unit_cost(feature, index).map(|cost| cost.to_string()),
            total: ledger
                .sum(|line| line.feature == feature.name && line.month == index)
                .to_string(),
        };
        EstimatedFeature {
            name: feature.name.clone(),
            label: feature.label.clone(),
            unit: feature.unit.clone(),
            units: values.at(feature.units, 0).to_string(),
            unit_cost: self.estimate.unit_cost(feature).map(|cost| cost.to_string()),
            costs: feature.per.iter().map(|per| self.cost_of(feature, per)).collect(),
            unknown_costs: UnknownCost::of(feature),
            quality: feature.quality.map(|[_, all]| values.at(all, 0).to_string()),
            unanswered: feature.unanswered.map(|row| values.at(row, 0).to_string()),
            unanswered_turns: feature.unanswered_turns.map(|row| values.at(row, 0).to_string()),
            naive_unit_cost: feature.naive_unit_cost.map(|row| values.at(row, 0).to_string()),
            naive_tier: tried.as_deref().and_then(|tried| self.tier(tried)),
            naive_call: tried,
            total: self.estimate.feature_total(&feature.name).to_string(),
            drivers: feature.drivers.iter().map(driver).collect(),
            months: ledger.months.iter().enumerate().map(month).collect(),
        }
    }

    fn cost_of(&self, feature: &FeatureRows, per: &PerRows) -> CostOf {
        let (workings, values) = (&self.estimate.workings, &self.estimate.values);
        let month = |month| Some(self.estimate.month_cost_per(per, month)?.to_string());
        CostOf {
            per: per.per.name().to_owned(),
            label: per.per.one(&feature.unit),
            count: values.at(per.all, 0).to_string(),
            cost: self.estimate.cost_per(per).map(|cost| cost.to_string()),
            months: (0..workings.months).map(month).collect(),
            address: workings.row(per.cost).address.clone(),
        }
    }

    fn steps(&self) -> Vec<StepTotal> {
        let ledger = &self.estimate.ledger;
        let mut names: Vec<&str> = ledger.lines.iter().map(|line| line.step.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let mut steps: Vec<_> =
            names.into_iter().map(|name| (ledger.sum(|line| line.step == name), name)).collect();
        steps.sort_by_key(|(total, _)| std::cmp::Reverse((*total).max(-*total)));
        let step = |(total, name): (cost::money::Money, &str)| StepTotal {
            step: name.to_owned(),
            total: total.to_string(),
        };
        steps.into_iter().map(step).collect()
    }

    fn texts(&self) -> Vec<TextOf> {
        let inputs = &self.estimate.workings.inputs;
        let measured = inputs.iter().filter(|input| input.purpose == Purpose::Measured);
        let text = |input: &cost::workings::Input| TextOf {
            address: input.address.clone(),
            tokens: input.value.to_string(),
            certainty: input.certainty.name().to_owned(),
            band: band(input.certainty),
            source: input.provenance.source.clone(),
        };
        measured.map(|input| text(input)).collect()
    }

    fn models(&self) -> Vec<ModelOf> {
        let model = |(name, sold): (&str, &cost::check::Sold)| ModelOf {
            name: name.to_owned(),
            model: sold.name.clone(),
            matched: sold.matched,
        };
        self.models.iter().map(model).collect()
    }

    fn prices(&self) -> Vec<PriceOf> {
        let price = |price: &cost::workings::Price| PriceOf {
            address: price.address.clone(),
            model: price.model.clone(),
            answers: price.answers.clone(),
            meter: price.meter,
            tier: price.tier,
            from_tokens: price.bracket.map(|bracket| bracket.limit_tokens()),
            per_million: price.rate.per_million(),
            from: price.from.map(|day| day.to_string()),
            to: price.to.map(|day| day.to_string()),
            source: price.source.clone(),
            checked: price.checked.to_string(),
            basis: price.basis.clone(),
        };
        self.estimate.workings.prices.iter().map(price).collect()
    }

    fn line(&self, line: &LedgerLine) -> LineOf {
        let workings = &self.estimate.workings;
        let (item, meter) = match &line.item {
            Item::Model { model, meter } => (model.clone(), Some(*meter)),
            Item::Other(name) => (name.clone(), None),
        };
        LineOf {
            month: month_name(self.estimate.ledger.months[line.month]),
            feature: line.feature.clone(),
            step: line.step.clone(),
            item,
            meter,
            driver: line.driver,
            quantity: line.quantity.to_string(),
            rate: line.rate.to_string(),
            amount: line.amount.to_string(),
            price: match line.source {
                RateSource::Price(price) => workings.prices[price.0].address.clone(),
                RateSource::Agreed(contract) => workings.contracts[contract.0].address.clone(),
                RateSource::Typed(input) => workings.inputs[input.0].address.clone(),
            },
            certainty: line.certainty.name().to_owned(),
            band: band(line.certainty),
        }
    }
}

fn band(certainty: Certainty) -> Option<String> {
    match certainty {
        Certainty::Exact | Certainty::Assumed => None,
        Certainty::Estimated(band) => Some(band.to_string()),
    }
}
