//! What vendors billed, as ways of counting: each model's own, over its family's.

use std::collections::{BTreeMap, BTreeSet};

use cost::book::Found;
use cost::plan::{Plan, Told};
use cost::problem::{Lacks, Problem};
use prompt::{Calibration, Counting, Family};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::error::{Code, Error, More};
use crate::shelf::{Shelf, full_name};

/// The models whose counts are known from their vendors.
#[derive(Clone, Debug, Default)]
pub struct Calibrations(BTreeMap<(String, String), Own>);

/// What one model taught.
#[derive(Clone, Debug)]
struct Own {
    counting: Counting,
    /// What it is called where vocabularies are: `claude-opus-4-7`.
    name: String,
}

/// How a model's texts are counted, with the words for it.
#[derive(Clone, Debug)]
pub struct CountedAs {
    /// The way.
    pub counting: Counting,
    /// The vocabulary's short name, or the model's own.
    pub name: String,
    /// Who says so, where it is more than the vocabulary.
    pub source: Option<String>,
}

impl Calibrations {
    /// Learns from what was told. What cannot be learned from is left out: [`problems`] has it.
    pub fn of<'t>(
        told: impl IntoIterator<Item = (&'t String, &'t Vec<Told>)>,
        shelf: &Shelf,
    ) -> Self {
        let mut learned = BTreeMap::new();
        for (name, told) in told {
            let Some((id, family)) = estimated(shelf, name) else { continue };
            let counts: Vec<prompt::Told> = told
                .iter()
                .filter(|told| told.wrong().is_none())
                .map(|told| prompt::Told { estimated: told.estimated, billed: told.billed })
                .collect();
            if let Some(calibration) = Calibration::learned(&counts) {
                let (counting, name) = (Counting::Learned(family, calibration), slug(&id.1));
                learned.insert(id, Own { counting, name });
            }
        }
        // Sellers of one model may count it apart.
        let names: Vec<String> = learned.values().map(|it| it.name.clone()).collect();
        for ((provider, model), it) in &mut learned {
            if names.iter().filter(|name| **name == it.name).count() > 1 {
                it.name = slug(&format!("{provider}-{model}"));
            }
        }
        Self(learned)
    }

    /// How a model counts: as its vendor's counts taught, or as its book or its name says.
    pub fn counting(&self, shelf: &Shelf, found: &Found) -> Result<Counting, Error> {
        let id = (found.provider.id.clone(), found.model.id.clone());
        self.0.get(&id).map_or_else(|| shelf.counting(found), |it| Ok(it.counting))
    }

    /// What plans call the way in which a model counts: as its vocabulary or its family, or as the
    /// model itself where it taught.
    pub fn called(&self, model: &(String, String), counting: Counting) -> String {
        let own = self.0.get(model).map(|it| it.name.as_str());
        own.unwrap_or_else(|| counting.short_name()).to_owned()
    }

    /// What a model taught; nothing where it did not.
    pub fn learned(&self, shelf: &Shelf, name: &str) -> Option<Calibration> {
        match self.0.get(&id_of(shelf, name))?.counting {
            Counting::Exact(_) | Counting::Own(_) | Counting::Estimated(_) => None,
            Counting::Learned(_, calibration) => Some(calibration),
        }
    }

    /// The same of a name, with the words for it.
    pub fn counted_as(&self, shelf: &Shelf, name: &str) -> Result<CountedAs, Error> {
        let learned = self.0.get(&id_of(shelf, name));
        let (counting, name) = match learned {
            Some(it) => (it.counting, it.name.clone()),
            None => {
                let counting = shelf.counting_of(name)?;
                (counting, counting.short_name().to_owned())
            }
        };
        let source = match counting {
            Counting::Exact(_) | Counting::Own(_) | Counting::Estimated(_) => None,
            Counting::Learned(family, calibration) => Some(source(family, calibration)),
        };
        Ok(CountedAs { counting, name, source })
    }
}

/// What a model's counts come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Learned {
    /// How many counts it was learned from.
    pub counts: u32,
    /// What the family's estimate is multiplied by, as a decimal.
    pub factor: String,
    /// The wider side of the band in percent.
    pub plus_minus_percent: u64,
}

impl Learned {
    /// Of a way of counting; nothing where nothing was learned.
    pub fn of(counting: Counting) -> Option<Self> {
        match counting {
            Counting::Exact(_) | Counting::Own(_) | Counting::Estimated(_) => None,
            Counting::Learned(_, calibration) => Some(Self::from(calibration)),
        }
    }
}

impl From<Calibration> for Learned {
    fn from(calibration: Calibration) -> Self {
        Learned {
            counts: calibration.samples(),
            factor: format!("{:.3}", calibration.factor()),
            plus_minus_percent: (calibration.plus_minus() * 100.0).ceil() as u64,
        }
    }
}

/// The name that the plan has for a model already, else its own.
pub fn name_in(plan: &Plan, model: &str, shelf: &Shelf) -> String {
    let known = plan.calibration.keys().map(String::as_str).chain(plan.model_names());
    let is_it = |name: &&str| shelf.find(None, name).is_ok_and(|found| full_name(&found) == model);
    known.into_iter().find(is_it).unwrap_or(model).to_owned()
}

/// Who says how long a text is on a model that taught its own counts.
fn source(family: Family, calibration: Calibration) -> String {
    let counts = match calibration.samples() {
        1 => "1 count".to_owned(),
        many => format!("{many} counts"),
    };
    format!("learned from {counts} of the vendor, over {}", family.source())
}

/// Everything that is wrong with whose counts a plan has been told.
pub fn problems(plan: &Plan, shelf: &Shelf) -> Vec<Problem> {
    let mut problems = vec![];
    let mut seen = BTreeSet::new();
    for name in plan.calibration.keys() {
        let is_used = plan.model_names().contains(name.as_str());
        let refused = match refused(shelf, name) {
            // The plan may have pinned a model that the book has no longer.
            Some(error) if is_used && error.code == Code::UnknownModel => None,
            Some(error) => Some(error),
            None if !seen.insert(id_of(shelf, name)) => {
                let message = format!("`{name}` is the second name of a model that was told of.");
                Some(Error::new(Code::InvalidPlan, message, "Put all of its counts under one."))
            }
            None => None,
        };
        problems.extend(refused.map(|error| Problem {
            path: vec!["calibration".to_owned(), name.clone()],
            address: None,
            lacks: match error.more {
                Some(More::Models) => Lacks::Model,
                _ => Lacks::Nothing,
            },
            message: error.message,
            hint: error.hint,
        }));
    }
    problems
}

/// Why nothing can be learned of a model; nothing where it can.
pub fn refused(shelf: &Shelf, name: &str) -> Option<Error> {
    let found = match shelf.find(None, name) {
        Ok(found) => found,
        Err(error) => return Some(error),
    };
    match shelf.counting(&found) {
        Err(error) => Some(error),
        Ok(counting @ (Counting::Exact(_) | Counting::Own(_))) => Some(Error::new(
            Code::InvalidPlan,
            format!(
                "`{name}` is counted exactly, in {}: there is nothing to learn from its vendor.",
                counting.name()
            ),
            "Take it out. Where its counts differ from the vendor's, the prompts do.",
        )),
        Ok(Counting::Estimated(_) | Counting::Learned(..)) => None,
    }
}

/// The model of a name and its family; nothing where it is counted exactly.
fn estimated(shelf: &Shelf, name: &str) -> Option<((String, String), Family)> {
    Some((id_of(shelf, name), shelf.counting_of(name).ok()?.family()?))
}

fn id_of(shelf: &Shelf, name: &str) -> (String, String) {
    match shelf.find(None, name) {
        Ok(found) => (found.provider.id.clone(), found.model.id.clone()),
        Err(_) => {
            let (provider, model) = name.split_once('/').unwrap_or(("", name));
            (provider.to_owned(), model.to_owned())
        }
    }
}

/// A model's name as addresses need it: `anthropic/claude-opus-4.7` is `anthropic-claude-opus-4-7`.
fn slug(name: &str) -> String {
    let dashed = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-").to_ascii_lowercase();
    dashed.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(names: &[&str]) -> BTreeMap<String, Vec<Told>> {
        let pair = |estimated| Told { estimated, billed: estimated * 11 / 10 };
        let pairs: Vec<Told> = (1..=20).map(|of| pair(of * 100)).collect();
        names.iter().map(|name| ((*name).to_owned(), pairs.clone())).collect()
    }

    #[test]
    fn a_model_is_counted_as_it_taught_by_every_name_that_it_has() {
        let shelf = Shelf::of(None).expect("the book inside the program");
        let all = Calibrations::of(&told(&["claude-opus-4-7"]), &shelf);
        let own = all.counted_as(&shelf, "anthropic/claude-opus-4-7").expect("it is known");
        assert_eq!(own.name, "claude-opus-4-7");
        let Counting::Learned(Family::ClaudeNewer, calibration) = own.counting else {
            panic!("{:?}", own.counting);
        };
        assert!((1.08..1.11).contains(&calibration.factor()), "{}", calibration.factor());
        assert!(calibration.plus_minus() <= 0.05);
        let source = own.source.expect("it says so");
        assert!(source.starts_with("learned from 20 counts of the vendor, over the older models'"));
        let other = all.counted_as(&shelf, "anthropic/claude-opus-5-5").expect("it is known");
        assert_eq!((other.name.as_str(), other.source), ("claude-newer", None));
    }

    #[test]
    fn one_model_of_two_sellers_is_told_apart() {
        let shelf = Shelf::of(None).expect("the book inside the program");
        let names = ["anthropic/claude-opus-4-7", "google/claude-opus-4-7"];
        let all = Calibrations::of(&told(&names), &shelf);
        let called = names.map(|name| all.counted_as(&shelf, name).expect(name).name);
        assert_eq!(called, ["anthropic-claude-opus-4-7", "google-claude-opus-4-7"]);
    }
}
