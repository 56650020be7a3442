//! The plan as an outline: features, their steps and their other costs, each with its numbers.

use std::collections::BTreeMap;
use std::iter;

use cost::edit::AdoptionForm;
use cost::plan::{
    Adoption, Agent, CONTEXT, Call, Contract, Curve, Feature, HISTORY, Hours, Number, OtherCost,
    Part, Plan, Role, Step,
};

use super::agreements;
use super::listed::Listed;
use super::node::{Form, Kind, Main, Node, Sent};
use super::stands::Stands;
use super::steps::{Around, branch_share, form, kind, main_number};
use super::view::Part as PartView;

/// Every node in reading order, without figures.
pub fn nodes(plan: &Plan, listed: &Listed) -> Vec<Node> {
    let mut outline = Outline { plan, nodes: vec![] };
    for (index, feature) in plan.features.iter().enumerate() {
        outline.feature(index, feature);
    }
    for (index, other) in plan.other_costs.iter().enumerate() {
        if feature_of(plan, other).is_none() {
            outline.other_cost(index, other, None);
        }
    }
    let stands = Stands::of(plan);
    for (name, agent) in &plan.agents {
        outline.agent(name, agent, &stands);
    }
    for (index, contract) in plan.contracts.iter().enumerate() {
        outline.contract(index, contract);
    }
    assign(&mut outline.nodes, &listed.numbers);
    assign_absent(&mut outline.nodes, &listed.absent);
    agreements::fill(&mut outline.nodes, plan, listed);
    outline.nodes
}

/// The nodes of a feature, without their numbers; none where there is no such feature.
pub fn feature(plan: &Plan, index: usize) -> Vec<Node> {
    let mut outline = Outline { plan, nodes: vec![] };
    if let Some(feature) = plan.features.get(index) {
        outline.feature(index, feature);
    }
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
pub fn parts(plan: &Plan, nodes: &[Node], listed: &Listed) -> Vec<PartView> {
    let mut sent_by: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for node in nodes {
        for sent in &node.sends {
            let by = sent_by.entry(&sent.part).or_default();
            // A call may send a part twice.
            if by.last() != Some(&node.at) {
                by.push(node.at.clone());
            }
        }
    }
    let is_of_a_part = |address: &&String| address.starts_with("prompts.");
    let numbers = listed.numbers.iter().map(|number| &number.address).filter(is_of_a_part);
    let (numbers, absent): (Vec<&String>, Vec<&String>) =
        (numbers.collect(), listed.absent.iter().filter(is_of_a_part).collect());
    let view = |(name, part): (&String, &Part)| {
        let before = format!("prompts.{name}.");
        let inside = |address: &&&String| address.starts_with(&before);
        // A text is counted, and a part that is no text has its tokens.
        let optional = absent.iter().filter(inside).filter(|it| !it.ends_with(".tokens"));
        PartView {
            name: name.clone(),
            label: label_of(plan, name),
            role: role(part.role()).to_owned(),
            is_text: part.is_text(),
            file: part.file.clone(),
            keep: part.is_kept(),
            tokens: None,
            typed: part.tokens.as_ref().map(|tokens| tokens.text.clone()),
            inputs: numbers.iter().filter(inside).map(|address| (*address).clone()).collect(),
            optional: optional.map(|address| (*address).clone()).collect(),
            sent_by: sent_by.get(name.as_str()).cloned().unwrap_or_default(),
        }
    };
    plan.prompts.iter().map(view).collect()
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
        self.tree(&feature.name, &at, &feature.step);
        for (other_index, other) in self.plan.other_costs.iter().enumerate() {
            if feature_of(self.plan, other) == Some(feature.name.as_str()) {
                self.other_cost(other_index, other, Some(&at));
            }
        }
    }

    /// An agent, with what it does when it is used.
    fn agent(&mut self, name: &str, agent: &'p Agent, stands: &Stands) {
        let at = format!("agents/{name}");
        let feature = stands.feature_of(name);
        let feature =
            feature.and_then(|name| self.plan.features.iter().find(|known| known.name == name));
        self.nodes.push(Node {
            address: Some(format!("agents.{name}")),
            name: name.to_owned(),
            label: agent.label.clone(),
            unit: feature.map(|feature| feature.unit.clone()),
            form: Some(Form::NamedAgent { uses: stands.uses_of(name) }),
            ..empty(at.clone(), None, 0, Kind::NamedAgent)
        });
        self.tree(&format!("agents.{name}"), &at, &agent.step);
    }

    /// The steps under a feature or an agent.
    fn tree(&mut self, above: &str, at: &str, step: &'p Step) {
        let stand = Stand {
            at: format!("{at}/step"),
            parent: at.to_owned(),
            depth: 1,
            place: None,
            around: Around::default(),
        };
        self.step(above, stand, step);
    }

    fn step(&mut self, above: &str, stand: Stand, step: &'p Step) {
        let Stand { at, parent, depth, place, around } = stand;
        let name = step.name().unwrap_or_default().to_owned();
        let mut node = Node {
            address: (!name.is_empty()).then(|| format!("{above}.{name}")),
            name,
            place,
            main: main_number(step),
            form: form(self.plan, step, &at, around),
            ..empty(at.clone(), Some(parent), depth, kind(step))
        };
        match step {
            Step::Call(call) => self.call(&mut node, call),
            Step::Tool(tool) => node.label.clone_from(&tool.label),
            Step::Agent(used) => node.answer = used.answer,
            Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::FanOut(_)
            | Step::Conversation(_)
            | Step::Cascade(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::ResponseCache(_) => {}
        }
        self.nodes.push(node);
        for (index, (path, child)) in step.children().into_iter().enumerate() {
            let stand = Stand {
                at: format!("{at}/{}/{}", step.kind(), path.join("/")),
                parent: at.clone(),
                depth: depth + 1,
                place: place_under(step, index, &path),
                around: around.under(step),
            };
            self.step(above, stand, child);
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
        let text = match (&other.once, &other.share) {
            (Some(once), _) => format!("{} in {}", other.cost.text, once.text),
            (None, Some(share)) => format!("{} × {}", share.text, other.cost.text),
            (None, None) => format!("{} a month", other.cost.text),
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

/// Where a step stands in the outline.
struct Stand {
    at: String,
    parent: String,
    depth: usize,
    place: Option<String>,
    around: Around,
}

/// What a child is to the step that it stands under, where that matters.
fn place_under(step: &Step, index: usize, path: &[String]) -> Option<String> {
    match step {
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
        Step::Until(_) => path.last().cloned(),
        Step::ResponseCache(_) => Some(match path.last().map(String::as_str) {
            Some("lookup") => "look-up".to_owned(),
            Some("insert") => "insertion".to_owned(),
            _ => "if not kept".to_owned(),
        }),
    }
}

/// The feature whose units have a cost; none for what comes every month or once, or names none that there is.
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
fn assign_absent(nodes: &mut [Node], absent: &[String]) {
    let addresses = nodes.iter().enumerate();
    let addresses = addresses.filter_map(|(index, node)| Some((node.address.clone()?, index)));
    let by_address: BTreeMap<String, usize> = addresses.collect();
    for address in absent {
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
        let home = leading(address, '.').skip(1).find_map(known);
        if let Some(index) = home {
            nodes[index].optional.push(address.clone());
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
        form: None,
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

fn label_of(plan: &Plan, part: &str) -> String {
    if part == HISTORY {
        return "Earlier turns".to_owned();
    }
    if part == CONTEXT {
        return "Steps so far".to_owned();
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
