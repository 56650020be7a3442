//! The inputs of a plan as a list: address, value, unit, and who says so.

use std::borrow::Cow;
use std::collections::BTreeSet;

use cost::plan::{Certainty, Counted, Measures, Number, Plan, measure_address};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// The inputs of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Inputs {
    /// In reading order, the lengths of texts first.
    pub inputs: Vec<Input>,
    /// The model of every call.
    pub models: Vec<ModelInput>,
}

/// A call's model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct ModelInput {
    /// Where it stands: `support.easy.model`.
    pub address: String,
    /// Its name in the plan.
    pub model: String,
}

/// One input of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Input {
    /// Where it stands: `support.easy.output`.
    pub address: String,
    /// As typed, or as counted.
    pub value: String,
    /// What one of it is.
    pub unit: String,
    /// The expected value: the mean of a range.
    pub expected: String,
    /// Who says so; nobody when it is a guess.
    pub source: Option<String>,
    /// The day of the source.
    pub as_of: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The data behind it.
    pub evidence: Option<String>,
    /// Of a part's length, what it was counted for: `o200k`, `claude-newer ±12%`.
    pub counted: Option<String>,
    /// Whether nobody has said where it comes from.
    pub guess: bool,
    /// What its range means: units of work differ by it (`varies`), or its mean is not known better (`unsure`).
    pub width: Option<String>,
    /// How much its mean is in doubt, as a share of it; nothing where its range says that, or where it is settled.
    pub doubt: Option<String>,
    /// Who says so: `typed`, `measured`, or `assumed` where nobody does.
    pub doubt_basis: Option<String>,
    /// What moves it together with other inputs, and the part of its doubt that this explains: `hype 60%`.
    pub cause: Option<String>,
    /// Whether it can change after the first month, as tokens and counts can.
    pub can_change: bool,
    /// What it grows by each month: `2%/month`.
    pub grows: Option<String>,
    /// The driver that it follows: `support.volume.adoption`.
    pub follows: Option<String>,
    /// What to know of how it is counted.
    pub note: Option<String>,
    /// The single numbers that it is made of, each of which can be set.
    pub scalars: Vec<Scalar>,
}

/// A single number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Scalar {
    /// `support.easy.output.low`
    pub address: String,
    /// As formulas read it: 0.7 for 70 %.
    pub value: String,
}

/// Every input, in reading order; the lengths of texts first.
pub fn list(plan: &Plan, measures: &Measures) -> Inputs {
    let models = plan.models().into_iter();
    let models = models.map(|(address, model)| ModelInput { address, model: model.to_owned() });
    Inputs {
        inputs: inputs_of(plan, &plan.numbers(), measures)
            .into_iter()
            .map(|(input, _)| input)
            .collect(),
        models: models.collect(),
    }
}

/// The same of a plan's numbers, each with the one that it is; nothing for the length of a text.
pub fn inputs_of<'n>(
    plan: &Plan,
    numbers: &'n [Number],
    measures: &Measures,
) -> Vec<(Input, Option<&'n Number>)> {
    let mut seen = BTreeSet::new();
    let counted = measures.iter().filter_map(|(part, measure)| {
        let address = measure_address(part, &measure.vocabulary);
        seen.insert(address.clone()).then(|| {
            let tokens = measure.tokens.to_string();
            Input {
                scalars: vec![Scalar { address: address.clone(), value: tokens.clone() }],
                address,
                value: tokens.clone(),
                unit: "tokens".to_owned(),
                expected: tokens,
                source: Some(match (measure.certainty, &measure.source) {
                    (Certainty::Exact, _) => "counted".to_owned(),
                    (Certainty::Assumed, source) => {
                        source.clone().unwrap_or_else(|| "typed".to_owned())
                    }
                    (Certainty::Estimated(band), source) => {
                        let source = source.as_ref().map(|source| format!(", {source}"));
                        let percent = (band * 100.0).round();
                        format!("estimated ±{percent}%{}", source.unwrap_or_default())
                    }
                }),
                as_of: None,
                owner: None,
                evidence: None,
                counted: None,
                guess: false,
                width: None,
                doubt: None,
                doubt_basis: None,
                cause: None,
                can_change: false,
                grows: None,
                follows: None,
                note: None,
            }
        })
    });
    let counted = counted.map(|input| (input, None));
    counted.chain(numbers.iter().map(|number| (input(plan, number), Some(number)))).collect()
}

/// A typed number of a plan.
pub fn input(plan: &Plan, number: &Number) -> Input {
    let scalar = |(end, value): (Cow<str>, f64)| {
        let address = match end.as_ref() {
            "" => number.address.clone(),
            end => format!("{}.{end}", number.address),
        };
        Scalar { address, value: value.to_string() }
    };
    let provenance = &number.provenance;
    let doubt = number.doubt();
    let mut causes = plan.causes.iter();
    let cause = causes.find_map(|(name, cause)| Some((name, cause.get(&number.address)?)));
    Input {
        address: number.address.clone(),
        value: number.text.clone(),
        unit: number.unit(),
        expected: number
            .read
            .as_ref()
            .map_or_else(|_| String::new(), |_| number.mean().to_string()),
        source: number.source().map(str::to_owned),
        as_of: provenance.as_of.map(|day| day.to_string()),
        owner: provenance.owner.clone(),
        evidence: provenance.evidence.clone(),
        counted: provenance.counted.as_ref().map(Counted::to_string),
        guess: number.is_guess(),
        width: number.width().map(|width| width.name().to_owned()),
        doubt: doubt.map(|doubt| doubt.share.to_string()),
        doubt_basis: doubt.map(|doubt| doubt.basis.word().to_owned()),
        cause: cause.map(|(name, part)| format!("{name} {}", part.text)),
        can_change: can_change(number),
        grows: number.over_time.grows.as_ref().map(|grows| grows.text.clone()),
        follows: number.over_time.follows.as_ref().map(|follows| follows.driver.clone()),
        note: number.table_note(),
        scalars: number.ends().into_iter().map(scalar).collect(),
    }
}

/// What steps and parts use may be another in later months.
fn can_change(number: &Number) -> bool {
    let is_of_step = number.path.first().is_some_and(|root| root == "features");
    Number::can_change(number.kind) && (is_of_step || number.part().is_some())
}
