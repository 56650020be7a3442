//! The plan's own fields, its features and its other costs.

use super::done::{Done, NotEdited};
use super::fields::{
    AdoptionForm, FeatureField, OtherCostField, PlanField, SeasonForm, VolumeForm,
};
use super::fresh::Spot;
use super::words;
use crate::check;
use crate::plan::{
    Adoption, Curve, Feature, Hours, Of, OtherCost, Plan, Prices, Profile, Rise, Root, Season,
    Trail, Volume,
};
use crate::units::{Kind, Period};

/// A field of the whole plan.
pub fn plan_field(plan: &mut Plan, field: PlanField, value: &str) -> Result<Done, NotEdited> {
    let value = value.trim();
    let (key, label) = match field {
        PlanField::Name => {
            let label = words::change("name of the plan", &plan.name, value);
            value.clone_into(&mut plan.name);
            ("name", label)
        }
        PlanField::Starts => {
            let label = words::change("first month", &plan.starts, value);
            value.clone_into(&mut plan.starts);
            ("starts", label)
        }
        PlanField::Months => {
            let months = value.parse().map_err(|_| {
                NotEdited::new(format!("`{value}` is not a number of months."), "Write 1 to 60.")
            })?;
            let label = words::change("months", &plan.months.to_string(), value);
            plan.months = months;
            ("months", label)
        }
        PlanField::PricesAsOf => {
            let day = (!value.is_empty()).then(|| value.parse()).transpose().map_err(|_| {
                NotEdited::new(format!("`{value}` is not a day."), "Write it as 2026-11-20.")
            })?;
            plan.prices = day.map(|as_of| Prices { as_of });
            ("prices-as-of", format!("prices as of {}", words::short(value)))
        }
    };
    Ok(Done::typed(format!("plan {key}"), label))
}

/// A field of a feature.
pub fn field(
    plan: &mut Plan,
    index: usize,
    field: FeatureField,
    value: &str,
) -> Result<Done, NotEdited> {
    let before = at(plan, index)?.name.clone();
    let name = match (field, value.trim()) {
        (FeatureField::Name, typed) if !typed.is_empty() => {
            check::feature_name(typed).map_err(|hint| {
                NotEdited::new(format!("`{typed}` cannot be the name of a feature."), hint)
            })?
        }
        (_, value) => value.to_owned(),
    };
    let value = name.as_str();
    if field == FeatureField::Name {
        not_taken(plan, index, value)?;
    }
    let feature = at(plan, index)?;
    let text = Some(value.to_owned()).filter(|value| !value.is_empty());
    let (key, label) = match field {
        FeatureField::Name => {
            value.clone_into(&mut feature.name);
            ("name", words::change("rename", &before, value))
        }
        FeatureField::Label => {
            feature.label = text;
            ("label", format!("label of {before}: {}", words::short(value)))
        }
        FeatureField::Owner => {
            feature.owner = text;
            ("owner", format!("owner of {before}: {}", words::short(value)))
        }
        FeatureField::CostCentre => {
            feature.cost_centre = text;
            ("cost-centre", format!("cost centre of {before}: {}", words::short(value)))
        }
        FeatureField::GlAccount => {
            feature.gl_account = text;
            ("gl-account", format!("account of {before}: {}", words::short(value)))
        }
        FeatureField::Unit => {
            let label = words::change(&format!("unit of {before}"), &feature.unit, value);
            value.clone_into(&mut feature.unit);
            ("unit", label)
        }
        FeatureField::Load => {
            feature.load = load(feature.load.take(), value)?;
            let hours = feature.load.as_ref().map_or(&Hours::Flat, |profile| &profile.hours);
            let label = match hours {
                // Twenty-four weights say nothing in a line.
                Hours::Daily(_) => format!("hours of {before}"),
                Hours::Flat | Hours::Office | Hours::Weekly(_) => {
                    format!("hours of {before}: {}", hours.name())
                }
            };
            ("load", label)
        }
        FeatureField::Zone => {
            let hours = feature.load.take().map_or(Hours::Flat, |profile| profile.hours);
            feature.load = said(Profile { hours, zone: text });
            ("zone", format!("time zone of {before}: {}", words::short(value)))
        }
    };
    if field == FeatureField::Name {
        for other in &mut plan.other_costs {
            if other.of.as_ref() == Some(&before) {
                other.of = Some(value.to_owned());
            }
        }
    }
    Ok(Done::typed(format!("features/{index} {key}"), label))
}

/// A profile with other hours: named, or 24 weights.
fn load(before: Option<Profile>, value: &str) -> Result<Option<Profile>, NotEdited> {
    let named = if value.is_empty() { Some(Hours::Flat) } else { Hours::named(value) };
    let weights = || {
        let words = value.split(|c: char| c.is_whitespace() || c == ',');
        let weights = words.filter(|word| !word.is_empty()).map(|word| word.parse().ok());
        weights.collect::<Option<Vec<f64>>>().map(Hours::Daily)
    };
    let hours = named.or_else(weights).ok_or_else(|| {
        NotEdited::new(
            format!("`{}` says no hours.", words::short(value)),
            "Write `flat`, `office hours`, or 24 numbers, one for each hour of a day.",
        )
    })?;
    Ok(said(Profile { hours, zone: before.and_then(|profile| profile.zone) }))
}

/// Nothing is said by a profile that is flat in UTC.
fn said(profile: Profile) -> Option<Profile> {
    (profile.hours != Hours::Flat || profile.zone.is_some()).then_some(profile)
}

/// A new feature with one call.
pub fn add(plan: &mut Plan, name: &str) -> Result<Done, NotEdited> {
    let name = name.trim().to_owned();
    let index = plan.features.len();
    not_taken(plan, index, &name)?;
    say_whose(plan);
    let near = Trail::top(Root::Feature(index.saturating_sub(1)));
    let step = Spot::elsewhere(plan, &near).call(true);
    let volume = Volume { units: Some(Of::new("1k/month")), ..Volume::default() };
    let label = format!("add feature {name}");
    plan.features.push(Feature {
        name,
        label: None,
        owner: None,
        cost_centre: None,
        gl_account: None,
        unit: "request".to_owned(),
        starts: None,
        load: None,
        volume,
        budget: None,
        success: None,
        value: None,
        step,
    });
    let path = Trail::top(Root::Feature(index)).path(plan);
    Ok(Done::once(label).selecting(path))
}

/// A copy of a feature after it.
pub fn duplicate(plan: &mut Plan, index: usize) -> Result<Done, NotEdited> {
    let mut copy = at(plan, index)?.clone();
    let label = format!("copy feature {}", copy.name);
    let taken = |name: &str| plan.features.iter().any(|known| known.name == name);
    let mut names = (2..).map(|count: u32| format!("{}-{count}", copy.name));
    copy.name = names.find(|name| !taken(name)).expect("there are more counts than features");
    copy.label = copy.label.map(|label| format!("{label} (copy)"));
    say_whose(plan);
    plan.features.insert(index + 1, copy);
    let path = Trail::top(Root::Feature(index + 1)).path(plan);
    Ok(Done::once(label).selecting(path))
}

/// A feature goes to another place among them.
pub fn shift(plan: &mut Plan, index: usize, to: usize) -> Result<Done, NotEdited> {
    let name = at(plan, index)?.name.clone();
    let to = to.min(plan.features.len() - 1);
    let feature = plan.features.remove(index);
    plan.features.insert(to, feature);
    let way = if to < index { "up" } else { "down" };
    let path = Trail::top(Root::Feature(to)).path(plan);
    Ok(Done::once(format!("move feature {name} {way}")).selecting(path))
}

/// A feature goes.
pub fn remove(plan: &mut Plan, index: usize) -> Result<Done, NotEdited> {
    let name = at(plan, index)?.name.clone();
    if plan.features.len() == 1 {
        return Err(NotEdited::new(
            "A plan needs a feature, and this is its only one.",
            "Add another feature first.",
        ));
    }
    let costs: Vec<&str> = plan
        .other_costs
        .iter()
        .filter(|cost| cost.of.as_ref() == Some(&name))
        .map(|cost| cost.name.as_str())
        .collect();
    if !costs.is_empty() {
        return Err(NotEdited::new(
            format!("Units of {name} have costs of their own: {}.", costs.join(", ")),
            "Remove these costs first, or give them another feature.",
        ));
    }
    plan.features.remove(index);
    let left = index.min(plan.features.len() - 1);
    let path = Trail::top(Root::Feature(left)).path(plan);
    Ok(Done::once(format!("delete feature {name}")).selecting(path))
}

/// Whether a volume is given, or comes from people. What comes of it stays about the same.
pub fn volume_form(plan: &mut Plan, index: usize, form: VolumeForm) -> Result<Done, NotEdited> {
    let feature = at(plan, index)?;
    let name = feature.name.clone();
    let volume = &mut feature.volume;
    let says = match form {
        VolumeForm::Units => {
            if volume.users.is_some() || volume.each.is_some() || volume.units.is_none() {
                volume.units = Some(Of::new(&units_of_people(volume)));
            }
            (volume.users, volume.adoption, volume.each) = (None, None, None);
            "given"
        }
        VolumeForm::Users => {
            let (users, each) = people_of_units(volume);
            let provenance = volume.units.take().map(|units| units.provenance.clone());
            if volume.users.is_none() {
                volume.users = Some(Of::sourced(&users, provenance.unwrap_or_default()));
            }
            volume.each.get_or_insert_with(|| Of::new(&each));
            "from people"
        }
    };
    Ok(Done::once(format!("volume of {name} {says}")))
}

/// How adoption goes over the months.
pub fn adoption_form(plan: &mut Plan, index: usize, form: AdoptionForm) -> Result<Done, NotEdited> {
    let by = plan.months.clamp(2, 6);
    let feature = at(plan, index)?;
    let name = feature.name.clone();
    if feature.volume.units.is_some() {
        return Err(NotEdited::new(
            format!("The volume of {name} is given: nobody has to adopt it."),
            "Let the volume come from people first.",
        ));
    }
    let before = feature.volume.adoption.take();
    let rise = |curve: Curve| {
        let rise = match before.clone() {
            Some(Adoption::Rising(rise)) => Rise { curve, ..*rise },
            Some(Adoption::Steady(to)) => {
                Rise { from: Of::new("5%"), to, by: Of::new(&format!("month {by}")), curve }
            }
            None => Rise {
                from: Of::new("5%"),
                to: Of::new("60%"),
                by: Of::new(&format!("month {by}")),
                curve,
            },
        };
        Adoption::Rising(Box::new(rise))
    };
    let (adoption, says) = match form {
        AdoptionForm::Everyone => (None, "everyone"),
        AdoptionForm::Steady => {
            let share = match before {
                Some(Adoption::Steady(share)) => share,
                Some(Adoption::Rising(rise)) => rise.to,
                None => Of::new("60%"),
            };
            (Some(Adoption::Steady(share)), "steady")
        }
        AdoptionForm::SCurve => (Some(rise(Curve::SCurve)), "slow, fast, slow"),
        AdoptionForm::Linear => (Some(rise(Curve::Linear)), "the same step each month"),
    };
    at(plan, index)?.volume.adoption = adoption;
    Ok(Done::once(format!("adoption of {name}: {says}")))
}

/// Whether the months of a year differ.
pub fn season_form(plan: &mut Plan, index: usize, form: SeasonForm) -> Result<Done, NotEdited> {
    let feature = at(plan, index)?;
    let (name, season) = (feature.name.clone(), &mut feature.volume.season);
    let says = match form {
        SeasonForm::None => {
            *season = None;
            "none"
        }
        SeasonForm::ByMonth => {
            season.get_or_insert_with(Season::even);
            "by month"
        }
        SeasonForm::Scaled => {
            let season = season.get_or_insert_with(Season::even);
            let scaled = season.scaled();
            for (factor, text) in season.factors.iter_mut().zip(scaled) {
                *factor = Of::sourced(&text, factor.provenance.clone());
            }
            "scaled to a mean of 1"
        }
    };
    Ok(Done::once(format!("season of {name}: {says}")))
}

/// A field of another cost.
pub fn cost_field(
    plan: &mut Plan,
    index: usize,
    field: OtherCostField,
    value: &str,
) -> Result<Done, NotEdited> {
    let cost = plan.other_costs.get_mut(index).ok_or_else(no_cost)?;
    let value = value.trim();
    let (key, label) = match field {
        OtherCostField::Name => {
            let label = words::change("rename", &cost.name, value);
            value.clone_into(&mut cost.name);
            ("name", label)
        }
        OtherCostField::Of => {
            let label = format!("{} is of {}", cost.name, words::short(value));
            cost.of = Some(value.to_owned()).filter(|value| !value.is_empty());
            ("of", label)
        }
    };
    Ok(Done::typed(format!("other_costs/{index} {key}"), label))
}

/// A new cost beside the model calls.
pub fn add_cost(plan: &mut Plan, name: &str) -> Result<Done, NotEdited> {
    let name = name.trim();
    let cost = OtherCost {
        name: name.to_owned(),
        cost: Of::new("$100"),
        once: None,
        share: None,
        of: None,
    };
    if plan.other_costs.iter().any(|known| known.id() == cost.id()) {
        return Err(NotEdited::new(
            format!("Another cost is called `{name}`."),
            "Choose another name.",
        ));
    }
    plan.other_costs.push(cost);
    Ok(Done::once(format!("add cost {name}")))
}

/// A cost beside the model calls goes.
pub fn remove_cost(plan: &mut Plan, index: usize) -> Result<Done, NotEdited> {
    if index >= plan.other_costs.len() {
        return Err(no_cost());
    }
    let cost = plan.other_costs.remove(index);
    Ok(Done::once(format!("delete cost {}", cost.name)))
}

fn at(plan: &mut Plan, index: usize) -> Result<&mut Feature, NotEdited> {
    plan.features.get_mut(index).ok_or_else(|| {
        NotEdited::new("There is no such feature.", "It may have been removed: select it again.")
    })
}

fn no_cost() -> NotEdited {
    NotEdited::new("There is no such cost.", "It may have been removed: select it again.")
}

fn not_taken(plan: &Plan, index: usize, name: &str) -> Result<(), NotEdited> {
    let mut others = plan.features.iter().enumerate().filter(|(other, _)| *other != index);
    if name.is_empty() || others.any(|(_, known)| known.name == name) {
        let message = match name {
            "" => "A feature needs a name.".to_owned(),
            name => format!("Another feature is called `{name}`."),
        };
        return Err(NotEdited::new(message, "Choose another name; a label may be any text."));
    }
    Ok(())
}

/// Costs of the only feature's units name it before there is another.
pub fn say_whose(plan: &mut Plan) {
    let [only] = &plan.features[..] else { return };
    for cost in &mut plan.other_costs {
        if cost.share.is_some() && cost.of.is_none() {
            cost.of = Some(only.name.clone());
        }
    }
}

/// The units that people come to, as text.
fn units_of_people(volume: &Volume) -> String {
    let share = match &volume.adoption {
        None => 1.0,
        Some(Adoption::Steady(share)) => mean(share).unwrap_or(1.0),
        Some(Adoption::Rising(rise)) => mean(&rise.to).unwrap_or(1.0),
    };
    let period = volume.each.as_ref().and_then(|each| each.read.as_ref().ok()?.period);
    let units = (|| Some(mean(volume.users.as_ref()?)? * share * mean(volume.each.as_ref()?)?))();
    match (units, period) {
        (Some(units), Some(period)) if units > 0.0 => {
            // Three digits say as much as the people did.
            let digits = 10_f64.powi(2 - libm::floor(libm::log10(units)) as i32);
            format!("{}/{}", (units * digits).round() / digits, period.name())
        }
        _ => "1k/month".to_owned(),
    }
}

/// The people and how often each comes that make units: everyone once.
fn people_of_units(volume: &Volume) -> (String, String) {
    let units = volume.units.as_ref();
    let typed = units.and_then(|units| Some((units, units.read.as_ref().ok()?.period?)));
    let (text, period) = typed.map_or(("1k", Period::Month), |(units, period)| {
        let digits = units.text.rsplit_once('/').map_or("", |(digits, _)| digits.trim());
        let readable = crate::units::read(digits, Kind::People).is_ok();
        (if readable { digits } else { "1k" }, period)
    });
    (text.to_owned(), format!("1/{}", period.name()))
}

fn mean(number: &crate::plan::Number) -> Option<f64> {
    number.read.is_ok().then(|| number.mean())
}
