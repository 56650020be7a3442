//! The plan as an outline: features, their steps and their other costs, each with its numbers.

use std::collections::BTreeMap;
use std::iter;

use cost::edit::AdoptionForm;
use cost::plan::{
    Adoption, Branch, BranchShare, Call, Contract, Curve, Feature, HISTORY, Hours, Number,
    OtherCost, Part, Plan, Role, Step,
};
use cost::spread::Spread;

use super::agreements;
use super::view::{Kind, Main, Node, Part as PartView, PlanInput, Sent};
use crate::plans::Input;

/// Every node in reading order, without figures.
pub fn nodes(plan: &Plan) -> Vec<Node> {
    let mut outline = Outline { plan, nodes: vec![] };
    for (index, feature) in plan.features.iter().enumerate() {
        outline.feature(index, feature);
    }
    for (index, other) in plan.other_costs.iter().enumerate() {
        if feature_of(plan, other).is_none() {
            outline.other_cost(index, other, None);
        }
    }
    for (index, contract) in plan.contracts.iter().enumerate() {
        outline.contract(index, contract);
    }
    assign(&mut outline.nodes, &plan.numbers());
    assign_absent(&mut outline.nodes, plan);
    agreements::fill(&mut outline.nodes, plan);
    outline.nodes
}

/// Nodes by their places in the document.
pub struct Places<'n> {
    by_place: BTreeMap<&'n str, usize>,
}

impl<'n> Places<'n> {
    /// The places of all nodes.
    pub fn of(nodes: &'n [Node]) -> Self {
        let place = |(index, node): (usize, &'n Node)| (node.at.as_str(), index);
        Self { by_place: nodes.iter().enumerate().map(place).collect() }
    }

    /// The node, or the part, that a path of the document belongs to: the deepest that it leads through.
    pub fn node_of(&self, path: &[String]) -> String {
        let whole = path.join("/");
        match self.deepest(&whole) {
            Some((place, _)) => place.to_owned(),
            None => path.iter().take(2).cloned().collect::<Vec<_>>().join("/"),
        }
    }

    fn deepest<'p>(&self, path: &'p str) -> Option<(&'p str, usize)> {
        leading(path, '/').find_map(|place| Some((place, *self.by_place.get(place)?)))
    }
}

/// A path and what it leads through, the longest first.
fn leading(path: &str, between: char) -> impl Iterator<Item = &str> {
    iter::successors(Some(path), move |longer| longer.rsplit_once(between).map(|(rest, _)| rest))
}

/// The parts of prompts, without what is counted.
pub fn parts(plan: &Plan, nodes: &[Node]) -> Vec<PartView> {
    let numbers = plan.numbers();
    let absent: Vec<String> = plan.absent_numbers().into_iter().map(|(at, _)| at).collect();
    let view = |(name, part): (&String, &Part)| {
        let address = format!("prompts.{name}");
        let of_part = |number: &&Number| number.address.starts_with(&format!("{address}."));
        let sends = |node: &&Node| node.sends.iter().any(|sent| sent.part == *name);
        let inside = |absent: &String| absent.starts_with(&format!("{address}."));
        // A text is counted, and a part that is no text has its tokens.
        let optional =
            absent.iter().filter(|absent| inside(absent) && !absent.ends_with(".tokens"));
        PartView {
            name: name.clone(),
            label: label_of(plan, name),
            role: role(part.role()).to_owned(),
            is_text: part.is_text(),
            file: part.file.clone(),
            keep: part.is_kept(),
            tokens: None,
            typed: part.tokens.as_ref().map(|tokens| tokens.text.clone()),
            inputs: numbers.iter().filter(of_part).map(|number| number.address.clone()).collect(),
            optional: optional.cloned().collect(),
            sent_by: nodes.iter().filter(sends).map(|node| node.at.clone()).collect(),
        }
    };
    plan.prompts.iter().map(view).collect()
}

/// What a number is called beside its value: the last words of its address.
pub fn number_label(number: &Number) -> String {
    let mut words: Vec<&str> = number.address.split('.').collect();
    // `route.share.2`: the number counts branches.
    let nth = words.last().and_then(|last| last.parse::<u32>().ok());
    if nth.is_some() {
        words.pop();
    }
    let after = |word: &str| words.iter().position(|known| *known == word).map(|at| &words[at..]);
    let words = if let Some(["fails", kind, field]) = after("fails") {
        format!("{kind}: {}", field.replace('_', " "))
    } else if let Some(["fails", kind]) = after("fails") {
        format!("fails: {kind}")
    } else if let (Some(["row", step @ ..]), "contracts") = (after("row"), words[0]) {
        let nth = step.first().filter(|_| step.len() > 1).unwrap_or(&"1");
        format!("step {nth}: {}", step.last().unwrap_or(&""))
    } else if let ([.., of, "grows"], Some("step")) =
        (words.as_slice(), number.path.get(2).map(String::as_str))
    {
        format!("{of} grows by")
    } else if let [.., of, "follows", "doubled"] = words.as_slice() {
        format!("{of} where its driver doubles")
    } else if let Some(["adoption", end]) = after("adoption") {
        format!("adoption {end}")
    } else if let [.., part, "copies"] = words.as_slice() {
        if words.len() > 3 { format!("{part}, how many") } else { "copies".to_owned() }
    } else {
        let last = words.last().copied().unwrap_or_default();
        match nth {
            Some(nth) => format!("{last} of branch {nth}"),
            None => last.replace(['_', '-'], " "),
        }
    };
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

struct Outline<'p> {
    plan: &'p Plan,
    nodes: Vec<Node>,
}

impl<'p> Outline<'p> {
    fn feature(&mut self, index: usize, feature: &'p Feature) {
        let at = format!("features/{index}");
        self.nodes.push(Node {
            address: Some(feature.name.clone()),
            label: feature.label.clone(),
            name: feature.name.clone(),
            unit: Some(feature.unit.clone()),
            units: Some(feature.units()),
            owner: feature.owner.clone(),
            cost_centre: feature.cost_centre.clone(),
            gl_account: feature.gl_account.clone(),
            load: Some(load_of(feature)),
            zone: feature.load.as_ref().and_then(|profile| profile.zone.clone()),
            adoption: form_of(feature),
            ..empty(at.clone(), None, 0, Kind::Feature)
        });
        self.step(feature, format!("{at}/step"), &at, 1, None, &feature.step);
        for (other_index, other) in self.plan.other_costs.iter().enumerate() {
            if feature_of(self.plan, other) == Some(feature.name.as_str()) {
                self.other_cost(other_index, other, Some(&at));
            }
        }
    }

    fn step(
        &mut self,
        feature: &'p Feature,
        at: String,
        parent: &str,
        depth: usize,
        place: Option<String>,
        step: &'p Step,
    ) {
        let name = step.name().unwrap_or_default().to_owned();
        let mut node = Node {
            address: (!name.is_empty()).then(|| format!("{}.{name}", feature.name)),
            name,
            place,
            main: main_number(step),
            ..empty(at.clone(), Some(parent.to_owned()), depth, kind(step))
        };
        if let Step::Call(call) = step {
            self.call(&mut node, call);
        }
        self.nodes.push(node);
        for (index, (path, child)) in step.children().into_iter().enumerate() {
            let below = format!("{at}/{}/{}", step.kind(), path.join("/"));
            let place = match step {
                Step::Route(route) => route.branches.get(index).map(branch_share),
                Step::Retry(_) if index == 1 => Some("then".to_owned()),
                Step::Retry(_)
                | Step::Call(_)
                | Step::Chain(_)
                | Step::FanOut(_)
                | Step::Tool(_)
                | Step::Agent(_)
                | Step::Loop(_) => None,
                Step::Conversation(conversation) => {
                    (index >= conversation.turn.len()).then(|| "summary".to_owned())
                }
                Step::Cascade(cascade) => cascade.seat(index).map(|(tier, judges)| match judges {
                    true => "judge".to_owned(),
                    false => format!("tier {}", tier + 1),
                }),
                Step::Until(_) | Step::ResponseCache(_) => path.last().cloned(),
            };
            self.step(feature, below, &at, depth + 1, place, child);
        }
    }

    fn call(&self, node: &mut Node, call: &Call) {
        node.label.clone_from(&call.label);
        node.model = Some(call.model.clone());
        node.tier = Some(call.tier.name().to_owned());
        node.answer = call.answer;
        let sent = |input: &cost::plan::InputRef| Sent {
            part: input.part.clone(),
            label: label_of(self.plan, &input.part),
            copies: input.copies.as_ref().map(|copies| copies.text.clone()),
            tokens: None,
            certainty: None,
        };
        node.sends = call.input.iter().map(sent).collect();
    }

    fn contract(&mut self, index: usize, contract: &Contract) {
        self.nodes.push(Node {
            address: Some(format!("contracts.{}", contract.name)),
            name: contract.name.clone(),
            label: contract.label.clone(),
            ..empty(format!("contracts/{index}"), None, 0, Kind::Contract)
        });
    }

    fn other_cost(&mut self, index: usize, other: &OtherCost, parent: Option<&str>) {
        let text = match &other.share {
            Some(share) => format!("{} × {}", share.text, other.cost.text),
            None => format!("{} a month", other.cost.text),
        };
        let (at, depth) = (format!("other_costs/{index}"), usize::from(parent.is_some()));
        let address = format!("other-costs.{}", other.id());
        let main = Main {
            address: Some(match &other.share {
                Some(_) => format!("{address}.share"),
                None => format!("{address}.cost"),
            }),
            text,
            guess: other.cost.is_guess() || other.share.as_ref().is_some_and(|s| s.is_guess()),
        };
        self.nodes.push(Node {
            address: Some(address),
            name: other.id(),
            label: Some(other.name.clone()),
            main: Some(main),
            ..empty(at, parent.map(str::to_owned), depth, Kind::OtherCost)
        });
    }
}

/// The feature whose units have a cost; none for what comes once a month, or names none that there is.
fn feature_of<'p>(plan: &'p Plan, other: &OtherCost) -> Option<&'p str> {
    other.share.as_ref()?;
    let named = |feature: &&Feature| other.of.as_ref().is_none_or(|of| *of == feature.name);
    plan.features.iter().find(named).map(|feature| feature.name.as_str())
}

/// Gives every number of the plan to the node that it belongs to.
fn assign(nodes: &mut [Node], numbers: &[Number]) {
    let places = Places::of(nodes);
    let home = |number: &Number| places.deepest(&number.path.join("/")).map(|(_, index)| index);
    let homes: Vec<Option<usize>> = numbers.iter().map(home).collect();
    for (number, home) in numbers.iter().zip(homes) {
        if let Some(index) = home {
            nodes[index].inputs.push(number.address.clone());
        }
    }
}

/// Gives every number that could be added to the node with the longest address that it begins with.
fn assign_absent(nodes: &mut [Node], plan: &Plan) {
    let addresses = nodes.iter().enumerate();
    let addresses = addresses.filter_map(|(index, node)| Some((node.address.clone()?, index)));
    let by_address: BTreeMap<String, usize> = addresses.collect();
    for (address, _) in plan.absent_numbers() {
        let last = address.rsplit('.').next().unwrap_or_default();
        // The terms of a contract offer theirs beside what they have.
        if address.starts_with("contracts.") {
            continue;
        }
        // How a volume is given is a choice of its own, and copies stand beside their part.
        if ["units", "users", "each", "copies"].contains(&last) {
            continue;
        }
        let known = |above| by_address.get(above).copied();
        let home = leading(&address, '.').skip(1).find_map(known);
        if let Some(index) = home {
            nodes[index].optional.push(address);
        }
    }
}

fn empty(at: String, parent: Option<String>, depth: usize, kind: Kind) -> Node {
    Node {
        at,
        parent,
        depth,
        kind,
        address: None,
        name: String::new(),
        label: None,
        unit: None,
        units: None,
        owner: None,
        cost_centre: None,
        gl_account: None,
        load: None,
        zone: None,
        adoption: None,
        model: None,
        tier: None,
        answer: false,
        place: None,
        main: None,
        inputs: vec![],
        optional: vec![],
        sends: vec![],
        figures: None,
        contract: None,
    }
}

/// When users come, as the window edits it.
fn load_of(feature: &Feature) -> String {
    match feature.load.as_ref().map(|profile| &profile.hours) {
        None => Hours::Flat.name().to_owned(),
        Some(Hours::Daily(weights)) => {
            weights.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")
        }
        Some(hours @ (Hours::Flat | Hours::Office | Hours::Weekly(_))) => hours.name().to_owned(),
    }
}

/// How adoption goes, where people make the volume.
fn form_of(feature: &Feature) -> Option<AdoptionForm> {
    feature.volume.users.as_ref()?;
    Some(match &feature.volume.adoption {
        None => AdoptionForm::Everyone,
        Some(Adoption::Steady(_)) => AdoptionForm::Steady,
        Some(Adoption::Rising(rise)) => match rise.curve {
            Curve::SCurve => AdoptionForm::SCurve,
            Curve::Linear => AdoptionForm::Linear,
        },
    })
}

const fn kind(step: &Step) -> Kind {
    match step {
        Step::Call(_) => Kind::Call,
        Step::Chain(_) => Kind::Chain,
        Step::Route(_) => Kind::Route,
        Step::Retry(_) => Kind::Retry,
        Step::FanOut(_) => Kind::FanOut,
        Step::Conversation(_) => Kind::Conversation,
        Step::Cascade(_) => Kind::Cascade,
        Step::Until(_) => Kind::Until,
        Step::Loop(_) => Kind::Loop,
        Step::ResponseCache(_) => Kind::ResponseCache,
        Step::Tool(_) => Kind::Tool,
        Step::Agent(_) => Kind::Agent,
    }
}

/// The number that says most about a step.
fn main_number(step: &Step) -> Option<Main> {
    let of = |number: &Number, text: String| Main {
        address: Some(number.address.clone()),
        text,
        guess: number.is_guess(),
    };
    match step {
        Step::Call(call) => {
            let number = call.output.as_ref().or(call.reasoning.as_ref())?;
            Some(of(number, shown(number)))
        }
        Step::Chain(_) => None,
        Step::Route(route) => {
            let shares: Vec<String> = route.branches.iter().map(branch_share).collect();
            let first = route.branches.iter().find_map(|branch| match &branch.share {
                BranchShare::Named(share) => Some(share),
                BranchShare::Rest => None,
            });
            Some(match first {
                Some(share) => of(share, shares.join(" / ")),
                None => Main { address: None, text: shares.join(" / "), guess: false },
            })
        }
        Step::Retry(retry) => {
            Some(of(&retry.attempts, format!("{} attempts", shown(&retry.attempts))))
        }
        Step::FanOut(fan) => Some(of(&fan.copies, format!("{} copies", shown(&fan.copies)))),
        Step::Conversation(conversation) => {
            Some(of(&conversation.turns, format!("{} turns", shown(&conversation.turns))))
        }
        Step::Cascade(cascade) => {
            let accepts = cascade
                .tiers
                .iter()
                .find_map(|rung| rung.accepts.as_ref().or(rung.accepts_right.as_ref()));
            Some(match accepts {
                Some(share) => of(share, format!("{} accepted", shown(share))),
                None => Main { address: None, text: "one tier".to_owned(), guess: false },
            })
        }
        Step::Until(until) => {
            let text =
                format!("{} rounds, {} accepted", shown(&until.rounds), shown(&until.accepts));
            Some(of(&until.accepts, text))
        }
        Step::Loop(repeated) => {
            Some(of(&repeated.steps, format!("{} steps", shown(&repeated.steps))))
        }
        Step::ResponseCache(cache) => Some(match (&cache.hits, &cache.traffic) {
            (Some(hits), _) => of(hits, format!("{} hits", shown(hits))),
            (None, Some(traffic)) => {
                of(&traffic.distinct, format!("{} requests", shown(&traffic.distinct)))
            }
            (None, None) => Main { address: None, text: "no hits".to_owned(), guess: false },
        }),
        Step::Tool(tool) => match (&tool.fee, &tool.uses) {
            (Some(fee), _) => Some(of(fee, shown(fee))),
            (None, Some(uses)) => Some(of(uses, format!("{} uses", shown(uses)))),
            (None, None) => None,
        },
        Step::Agent(used) => Some(Main { address: None, text: used.agent.clone(), guess: false }),
    }
}

/// A number as typed; of a long list of measured values the mean.
fn shown(number: &Number) -> String {
    const LONGEST: usize = 24;
    match number.read.as_ref().map(|typed| &typed.spread) {
        Ok(Spread::Measured(_)) if number.text.len() > LONGEST => {
            format!("mean {}", decimal(number.mean()))
        }
        Ok(
            Spread::Fixed(_) | Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_),
        )
        | Err(_) => number.text.clone(),
    }
}

/// One decimal, but for whole and large numbers.
fn decimal(value: f64) -> String {
    if value >= 100.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

fn branch_share(branch: &Branch) -> String {
    match &branch.share {
        BranchShare::Named(share) => share.text.clone(),
        BranchShare::Rest => "rest".to_owned(),
    }
}

fn label_of(plan: &Plan, part: &str) -> String {
    if part == HISTORY {
        return "Earlier turns".to_owned();
    }
    let label = plan.prompts.get(part).and_then(|part| part.label.clone());
    label.unwrap_or_else(|| part.to_owned())
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Retrieved => "retrieved",
        Role::Tools => "tools",
    }
}

/// A number with where it belongs and how it spreads.
pub fn plan_input(input: Input, number: Option<&Number>, places: &Places) -> PlanInput {
    let Some(number) = number else {
        // The length of a text: `prompts.system.tokens.o200k`.
        let part = input.address.split('.').nth(1).unwrap_or_default();
        let at = format!("prompts/{part}");
        return PlanInput { label: "Tokens".to_owned(), at, optional: false, range: None, input };
    };
    let range = match number.read.as_ref().map(|typed| &typed.spread) {
        Ok(Spread::Range { low, high } | Spread::Likely { low, high, .. }) => {
            Some([low.to_string(), high.to_string()])
        }
        // The page draws a smooth curve between two ends, which measured values need not follow.
        Ok(Spread::Fixed(_) | Spread::Measured(_)) | Err(_) => None,
    };
    PlanInput {
        label: number_label(number),
        at: places.node_of(&number.path),
        optional: can_be_left_out(number),
        range,
        input,
    }
}

fn can_be_left_out(number: &Number) -> bool {
    let last = number.address.rsplit('.').next().unwrap_or_default();
    match number.address.starts_with("contracts.") {
        true => ["tax", "minimum", "per-million", "each"].contains(&last),
        false => [
            "reasoning",
            "max_tokens",
            "quality",
            "pause",
            "adds",
            "grows",
            "used",
            "adoption",
            "starts",
            "success",
            "value",
        ]
        .contains(&last),
    }
}

#[cfg(test)]
mod tests {
    use cost::plan::Provenance;
    use cost::units::Kind as Measures;

    use super::*;

    #[test]
    fn a_long_list_of_measured_values_is_shown_by_its_mean() {
        let check = |text: &str, expected: &str| {
            let number = Number::new(Measures::Tokens, text, Provenance::default());
            assert_eq!(shown(&number), expected);
        };
        check("120..300 ±5%", "120..300 ±5%");
        check("120 x14 | 350 x88", "120 x14 | 350 x88");
        check("120 x14 | 350 x88 | 900 x12 | 4000 x1", "mean 411");
        check("1 x140 | 2 x88 | 4 x12 | 9 x1", "mean 1.5");
    }
}
