//! Every number of a plan with its address, in reading order.

use super::call::Call;
use super::contract::{self, Contract};
use super::document::{Part, Plan};
use super::failure::Failure;
use super::feature::{Adoption, Feature, OtherCost, Volume};
use super::given;
use super::limited::Limited;
use super::number::Number;
use super::season::CALENDAR;
use super::slot::Slot;
use super::step::{
    BranchShare, Cascade, Conversation, History, ResponseCache, Retry, Route, Step, Tool, Until,
};

/// What is shown a place for a number: its address, its path in the document, the place.
pub type VisitSlot<'v> = dyn FnMut(&str, &[String], &mut dyn Slot) + 'v;

impl Plan {
    /// Names unnamed steps, fills in what is billed of failures, and gives every number its address.
    #[must_use]
    pub fn addressed(mut self) -> Self {
        let agents = self.agents.values_mut().map(|agent| &mut agent.step);
        let features = self.features.iter_mut().map(|feature| &mut feature.step);
        agents.chain(features).for_each(given::fill_in);
        let source = |contract: &Contract| {
            contract.source.clone().unwrap_or_else(|| contract::SOURCE.to_owned())
        };
        let sources: Vec<String> = self.contracts.iter().map(source).collect();
        self.each_number(&mut |address, path, number| {
            if number.address != address {
                address.clone_into(&mut number.address);
            }
            if *number.path != *path {
                number.path = path.into();
            }
            if let [contracts, index, ..] = path
                && contracts == "contracts"
            {
                number.agreed = index.parse().ok().map(|index: usize| sources[index].clone());
            }
        });
        self
    }

    /// Every number, in reading order.
    pub fn numbers(&self) -> Vec<Number> {
        let mut numbers = vec![];
        self.clone().each_number(&mut |_, _, number| numbers.push(number.clone()));
        numbers
    }

    /// Shows every number to `visit` with its address and its path in the document.
    pub fn each_number(&mut self, visit: &mut dyn FnMut(&str, &[String], &mut Number)) {
        self.each_slot(&mut |address, path, slot| {
            if let Some(number) = slot.number() {
                visit(address, path, number);
            }
        });
    }

    /// Shows every place where a number stands, or could beside what else is said.
    pub fn each_slot(&mut self, visit: &mut VisitSlot<'_>) {
        let mut visitor =
            Visitor { address: String::new(), names: 0, path: vec![], depth: 0, visit };
        for (name, part) in &mut self.prompts {
            visitor.within(&["prompts", name], &["prompts", name], |v| v.part(part));
        }
        for (name, agent) in &mut self.agents {
            visitor
                .within(&["agents", name], &["agents", name, "step"], |v| v.step(&mut agent.step));
        }
        for (index, feature) in self.features.iter_mut().enumerate() {
            let (name, index) = (feature.name.clone(), index.to_string());
            visitor.within(&[&name], &["features", &index], |v| v.feature(feature));
        }
        for (model, limits) in &mut self.rate_limits {
            visitor.within(&["rate-limits", model], &["rate_limits", model], |v| {
                for limited in Limited::ALL {
                    v.field_if(false, limited.name(), limits.get_mut(limited));
                }
            });
        }
        for (index, other) in self.other_costs.iter_mut().enumerate() {
            let (id, index) = (other.id(), index.to_string());
            visitor
                .within(&["other-costs", &id], &["other_costs", &index], |v| v.other_cost(other));
        }
        if let Some(exchange) = &mut self.exchange {
            visitor.within(&["exchange"], &["exchange"], |v| v.field("rate", &mut exchange.rate));
        }
        for (name, cause) in &mut self.causes {
            visitor.within(&["causes", name], &["causes", name], |v| {
                cause.iter_mut().for_each(|(address, part)| v.field(address, part));
            });
        }
        for (index, contract) in self.contracts.iter_mut().enumerate() {
            let (name, index) = (contract.name.clone(), index.to_string());
            visitor.within(&["contracts", &name], &["contracts", &index], |v| v.contract(contract));
        }
    }
}

struct Visitor<'v> {
    address: String,
    names: usize,
    /// As deep as it ever was: names are written over those before them.
    path: Vec<String>,
    depth: usize,
    visit: &'v mut VisitSlot<'v>,
}

impl Visitor<'_> {
    /// Goes down by so many names of the address and of the path, and back.
    fn within(&mut self, address: &[&str], path: &[&str], inside: impl FnOnce(&mut Self)) {
        let (end, names, depth) = (self.address.len(), self.names, self.depth);
        for name in address {
            if self.names > 0 {
                self.address.push('.');
            }
            self.address.push_str(name);
            self.names += 1;
        }
        for &step in path {
            match self.path.get_mut(self.depth) {
                Some(known) => step.clone_into(known),
                None => self.path.push(step.to_owned()),
            }
            self.depth += 1;
        }
        inside(self);
        self.address.truncate(end);
        (self.names, self.depth) = (names, depth);
    }

    fn slot(&mut self, address: &[&str], path: &[&str], slot: &mut dyn Slot) {
        self.within(address, path, |v| {
            (v.visit)(&v.address, &v.path[..v.depth], slot);
            let Some(number) = slot.number() else { return };
            let over_time = &mut number.over_time;
            if over_time.grows.is_some() {
                v.field("grows", &mut over_time.grows);
            }
            if let Some(follows) = &mut over_time.follows {
                v.slot(&["follows", "doubled"], &["follows", "doubled"], &mut follows.doubled);
            }
        });
    }

    fn field(&mut self, name: &str, slot: &mut dyn Slot) {
        self.slot(&[name], &[name], slot);
    }

    /// A field that another one excludes while nothing stands in it.
    fn field_if(&mut self, free: bool, name: &str, slot: &mut dyn Slot) {
        if free || slot.number().is_some() {
            self.field(name, slot);
        }
    }

    fn part(&mut self, part: &mut Part) {
        self.field_if(!part.is_text(), "tokens", &mut part.tokens);
        self.field("grows", &mut part.grows);
        self.field("used", &mut part.used);
    }

    fn feature(&mut self, feature: &mut Feature) {
        self.field("starts", &mut feature.starts);
        self.within(&[], &["volume"], |v| v.volume(&mut feature.volume));
        self.field("success", &mut feature.success);
        self.field_if(feature.success.is_some(), "value", &mut feature.value);
        self.within(&[], &["step"], |v| v.step(&mut feature.step));
    }

    fn volume(&mut self, volume: &mut Volume) {
        let (given, by_people) = (volume.units.is_some(), volume.users.is_some());
        self.field_if(!by_people, "units", &mut volume.units);
        self.field_if(!given, "users", &mut volume.users);
        if let Some(Adoption::Rising(rise)) = &mut volume.adoption {
            self.within(&["adoption"], &["adoption"], |v| {
                v.field("from", &mut rise.from);
                v.field("to", &mut rise.to);
                v.field("by", &mut rise.by);
            });
        } else {
            self.field_if(!given, "adoption", &mut volume.adoption);
        }
        self.field_if(!given, "each", &mut volume.each);
        self.field("grows", &mut volume.grows);
        if let Some(season) = &mut volume.season {
            let listed = season.listed;
            for (index, (month, factor)) in CALENDAR.iter().zip(&mut season.factors).enumerate() {
                let place = if listed { index.to_string() } else { (*month).to_owned() };
                self.slot(&["season", month], &["season", &place], factor);
            }
        }
    }

    fn other_cost(&mut self, other: &mut OtherCost) {
        self.field("cost", &mut other.cost);
        let (once, by_units) = (other.once.is_some(), other.share.is_some());
        self.field_if(!by_units, "once", &mut other.once);
        self.field_if(!once, "share", &mut other.share);
    }

    fn contract(&mut self, contract: &mut Contract) {
        self.each("price", "prices", &mut contract.prices, |v, price| {
            let (each, million) = (price.each.is_some(), price.per_million.is_some());
            let per_million = &mut price.per_million;
            if million || !each {
                v.slot(&["per-million"], &["per_million"], per_million);
            }
            v.field_if(!million, "each", &mut price.each);
        });
        self.each("discount", "discounts", &mut contract.discounts, |v, discount| {
            v.field("off", &mut discount.off);
        });
        self.each("free", "free", &mut contract.free, |v, free| v.field("units", &mut free.units));
        self.each("steps", "steps", &mut contract.steps, |v, steps| {
            let by_units = steps.meter.is_some();
            v.each("row", "rows", &mut steps.rows, |v, row| {
                v.field_if(!by_units, "spend", &mut row.spend);
                v.field_if(by_units, "units", &mut row.units);
                v.field("off", &mut row.off);
            });
        });
        self.each("fee", "fees", &mut contract.fees, |v, fee| {
            v.field("share", &mut fee.share);
            v.field("minimum", &mut fee.minimum);
        });
        self.each("commitment", "commitments", &mut contract.commitments, |v, commitment| {
            v.field("amount", &mut commitment.amount);
        });
        self.each("credit", "credits", &mut contract.credits, |v, credit| {
            v.field("amount", &mut credit.amount);
        });
        self.field("tax", &mut contract.tax);
    }

    /// A list whose items are called `name`, `name.2`, `name.3`.
    fn each<T>(
        &mut self,
        name: &str,
        field: &str,
        items: &mut [T],
        see: impl Fn(&mut Self, &mut T),
    ) {
        for (index, item) in items.iter_mut().enumerate() {
            let (counted, index) = (contract::term(name, index), index.to_string());
            self.within(&[&counted], &[field, &index], |v| see(v, item));
        }
    }

    fn step(&mut self, step: &mut Step) {
        match step {
            Step::Call(call) => {
                let name = call.name.clone();
                self.within(&[&name], &["call"], |v| v.call(call));
            }
            Step::Chain(steps) => self.within(&[], &["chain"], |v| v.steps(steps)),
            Step::Route(route) => self.route(route),
            Step::Retry(retry) => self.within(&[], &["retry"], |v| v.retry(retry)),
            Step::FanOut(fan) => self.within(&[], &["fan-out"], |v| {
                v.slot(&[&fan.name, "copies"], &["copies"], &mut fan.copies);
                v.within(&[], &["step"], |v| v.step(&mut fan.step));
            }),
            Step::Conversation(conversation) => {
                self.within(&[], &["conversation"], |v| v.conversation(conversation));
            }
            Step::Cascade(cascade) => self.within(&[], &["cascade"], |v| v.cascade(cascade)),
            Step::Until(until) => self.within(&[], &["until"], |v| v.until(until)),
            Step::Loop(repeated) => self.within(&[], &["loop"], |v| {
                let name = [repeated.name.clone()];
                v.within(&[&name[0]], &[], |v| {
                    v.field("steps", &mut repeated.steps);
                    v.field("adds", &mut repeated.adds);
                    v.field("pause", &mut repeated.pause);
                });
                v.within(&[], &["step"], |v| v.step(&mut repeated.step));
            }),
            Step::ResponseCache(cache) => {
                self.within(&[], &["response-cache"], |v| v.response_cache(cache));
            }
            Step::Tool(tool) => self.within(&[], &["tool"], |v| v.tool(tool)),
            Step::Agent(_) => {}
        }
    }

    fn route(&mut self, route: &mut Route) {
        let name = route.name.clone();
        let last = route.branches.len().saturating_sub(1);
        let list = route.list();
        for (index, branch) in route.branches.iter_mut().enumerate() {
            let place = index.to_string();
            self.within(&[], &[&["route"], list, &[&place]].concat(), |v| {
                // The last branch takes the rest: it has no number of its own.
                if index != last || branch.share != BranchShare::Rest {
                    let field =
                        if index == 0 { "share".into() } else { format!("share.{}", index + 1) };
                    v.slot(&[&name, &field], &["share"], &mut branch.share);
                }
                v.within(&[], &["step"], |v| v.step(&mut branch.step));
            });
        }
    }

    fn conversation(&mut self, conversation: &mut Conversation) {
        let name = conversation.name.clone();
        self.within(&[&name], &[], |v| {
            v.field("turns", &mut conversation.turns);
            v.field("pause", &mut conversation.pause);
            match &mut conversation.history {
                History::Full => {}
                History::Last(last) => v.slot(&["last"], &["history", "last"], last),
                History::Summary(summary) => {
                    v.slot(&["last"], &["history", "summary", "last"], &mut summary.last);
                }
            }
        });
        self.within(&[], &["turn"], |v| v.steps(&mut conversation.turn));
        if let History::Summary(summary) = &mut conversation.history {
            self.within(&[], &["history", "summary", "step"], |v| v.step(&mut summary.step));
        }
    }

    fn cascade(&mut self, cascade: &mut Cascade) {
        let name = cascade.name.clone();
        let last = cascade.tiers.len().saturating_sub(1);
        for (index, rung) in cascade.tiers.iter_mut().enumerate() {
            let place = index.to_string();
            self.within(&[], &["tiers", &place], |v| {
                let tier = format!("tier-{}", index + 1);
                v.within(&[&name, &tier], &[], |v| {
                    let derived = rung.accepts_right.is_some() || rung.accepts_wrong.is_some();
                    if index != last {
                        v.field_if(!derived, "accepts", &mut rung.accepts);
                    }
                    let given = rung.accepts.is_some();
                    if index != last {
                        v.field_if(!given, "accepts_right", &mut rung.accepts_right);
                        v.field_if(!given, "accepts_wrong", &mut rung.accepts_wrong);
                    }
                    if index == 1 {
                        v.field("after_right", &mut rung.after_right);
                        v.field("after_wrong", &mut rung.after_wrong);
                    }
                });
                v.within(&[], &["step"], |v| v.step(&mut rung.step));
                if let Some(judge) = &mut rung.judge {
                    v.within(&[], &["judge"], |v| v.step(judge));
                }
            });
        }
    }

    fn until(&mut self, until: &mut Until) {
        let name = until.name.clone();
        self.within(&[&name], &[], |v| {
            v.field("rounds", &mut until.rounds);
            v.field("accepts", &mut until.accepts);
        });
        self.within(&[], &["draft"], |v| v.step(&mut until.draft));
        self.within(&[], &["check"], |v| v.step(&mut until.check));
    }

    fn response_cache(&mut self, cache: &mut ResponseCache) {
        let name = cache.name.clone();
        self.within(&[&name], &[], |v| {
            v.field_if(cache.traffic.is_none(), "hits", &mut cache.hits);
            if let Some(traffic) = &mut cache.traffic {
                v.within(&[], &["traffic"], |v| {
                    v.field("distinct", &mut traffic.distinct);
                    v.field("zipf", &mut traffic.zipf);
                    v.field("max_age", &mut traffic.max_age);
                    v.field("scopes", &mut traffic.scopes);
                });
            }
            v.field("wrong", &mut cache.wrong);
            v.field("excluded", &mut cache.excluded);
        });
        if let Some(lookup) = &mut cache.lookup {
            self.within(&[], &["lookup"], |v| v.step(lookup));
        }
        self.within(&[], &["step"], |v| v.step(&mut cache.step));
        if let Some(insert) = &mut cache.insert {
            self.within(&[], &["insert"], |v| v.step(insert));
        }
    }

    fn tool(&mut self, tool: &mut Tool) {
        let name = tool.name.clone();
        self.within(&[&name], &[], |v| {
            v.field("uses", &mut tool.uses);
            v.field_if(tool.meter.is_none(), "fee", &mut tool.fee);
        });
    }

    fn steps(&mut self, steps: &mut [Step]) {
        for (index, step) in steps.iter_mut().enumerate() {
            self.within(&[], &[&index.to_string()], |v| v.step(step));
        }
    }

    fn retry(&mut self, retry: &mut Retry) {
        let name = retry.name.clone();
        self.slot(&[&name, "attempts"], &["attempts"], &mut retry.attempts);
        for (kind, failure) in &mut retry.fails {
            self.within(&[&name, "fails", kind], &["fails", kind], |v| v.failure(failure));
        }
        if let Some(outage) = &mut retry.outage {
            self.within(&[&name, "outage"], &["outage"], |v| v.failure(outage));
        }
        self.within(&[], &["step"], |v| v.step(&mut retry.step));
        if let Some(then) = &mut retry.then {
            self.within(&[], &["then"], |v| v.step(then));
        }
    }

    fn failure(&mut self, failure: &mut Failure) {
        self.slot(&[], &[], &mut failure.share);
        self.field("billed_input", &mut failure.billed_input);
        self.field("billed_output", &mut failure.billed_output);
    }

    fn call(&mut self, call: &mut Call) {
        for (index, input) in call.input.iter_mut().enumerate() {
            let part = input.part.clone();
            if input.is_part() || input.copies.is_some() {
                let path = ["input", &index.to_string()];
                self.slot(&[&part, "copies"], &path, &mut input.copies);
            }
        }
        self.field("output", &mut call.output);
        self.field("reasoning", &mut call.reasoning);
        self.field("max_tokens", &mut call.max_tokens);
        self.field("quality", &mut call.quality);
        if let Some(cache) = &mut call.cache {
            self.within(&["cache"], &["cache"], |v| {
                let free = cache.held.is_none();
                v.field_if(!free, "held", &mut cache.held);
                v.field_if(free, "ttl", &mut cache.ttl);
                v.field_if(free, "alive", &mut cache.alive);
                v.field_if(free, "in_time", &mut cache.in_time);
            });
        }
    }
}
