//! Where the steps of agents stand: in the place of every use, each with an address of its own.

use std::collections::{BTreeMap, BTreeSet};

use cost::plan::{Plan, Step};

/// The steps of a plan as they are worked out.
#[derive(Default)]
pub struct Stands {
    /// Those of agents: `support.scout.look` stands for `agents.scout.look`.
    of_agents: BTreeMap<String, Vec<String>>,
    /// Every step, by its address.
    known: BTreeSet<String>,
    tools: BTreeSet<String>,
    /// The features in which each agent is used.
    features: BTreeMap<String, BTreeSet<String>>,
    /// How many steps of the document use each agent.
    uses: BTreeMap<String, usize>,
}

impl Stands {
    /// Those of a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut stands = Self::default();
        for standing in plan.steps() {
            if let Step::Agent(used) = standing.step {
                *stands.uses.entry(used.agent.clone()).or_default() += 1;
            }
        }
        let mut left = MOST;
        for feature in &plan.features {
            let place = Place { feature: &feature.name, above: &feature.name, own: &feature.name };
            stands.gather(plan, &feature.step, &place, &mut vec![], &mut left);
        }
        stands
    }

    /// Where a step is worked out: at its own address, or at those of an agent's uses if all of them are
    /// in one feature.
    pub fn places(&self, address: &str) -> Vec<String> {
        let Some(agent) = address.strip_prefix("agents.") else {
            return vec![address.to_owned()];
        };
        let name = agent.split('.').next().unwrap_or_default();
        match self.feature_of(name) {
            Some(_) => self.of_agents.get(address).cloned().unwrap_or_default(),
            None => vec![],
        }
    }

    /// Whether a step stands at an address.
    pub fn has(&self, address: &str) -> bool {
        self.known.contains(address)
    }

    /// Whether a tool stands at an address.
    pub fn is_tool(&self, address: &str) -> bool {
        self.tools.contains(address)
    }

    /// The feature in which all uses of an agent are.
    pub fn feature_of(&self, agent: &str) -> Option<&str> {
        let features = self.features.get(agent)?;
        features.first().filter(|_| features.len() == 1).map(String::as_str)
    }

    /// How many steps use an agent.
    pub fn uses_of(&self, agent: &str) -> usize {
        self.uses.get(agent).copied().unwrap_or_default()
    }

    fn gather<'p>(
        &mut self,
        plan: &'p Plan,
        step: &'p Step,
        place: &Place,
        agents: &mut Vec<&'p str>,
        left: &mut usize,
    ) {
        if *left == 0 {
            return;
        }
        *left -= 1;
        if let Some(name) = step.name() {
            let address = format!("{}.{name}", place.above);
            if place.own != place.above {
                let own = format!("{}.{name}", place.own);
                self.of_agents.entry(own).or_default().push(address.clone());
            }
            if matches!(step, Step::Tool(_)) {
                self.tools.insert(address.clone());
            }
            if let Step::Agent(used) = step
                // One without an end is refused, and has no figures.
                && (used.depth.is_some() || !agents.contains(&used.agent.as_str()))
                && used.stands_in(agents)
                && let Some((known, agent)) = plan.agents.get_key_value(&used.agent)
            {
                let features = self.features.entry(known.clone()).or_default();
                features.insert(place.feature.to_owned());
                agents.push(known);
                let own = format!("agents.{known}");
                let inside = Place { above: &address, own: &own, ..*place };
                self.gather(plan, &agent.step, &inside, agents, left);
                agents.pop();
            }
            self.known.insert(address);
        }
        for (_, child) in step.children() {
            self.gather(plan, child, place, agents, left);
        }
    }
}

/// No plan that can be worked out has more steps.
const MOST: usize = 50_000;

/// What addresses begin with: as they are worked out, and in the tree that says them.
struct Place<'a> {
    feature: &'a str,
    above: &'a str,
    own: &'a str,
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::behind::Steps;
    use super::super::figures;
    use super::super::listed::Listed;
    use super::super::node::Node;
    use super::super::outline;
    use crate::estimates::work;
    use crate::plans::Request;

    const PLAN: &str = "forebill: 1
name: Desk
starts: 2027-01
months: 2
prices: { as_of: 2026-11-22 }
prompts:
  system: { tokens: 3000, role: system }
  question: { tokens: 1000 }
  page: { tokens: 800, role: tools }
agents:
  scout:
    step:
      loop:
        steps: 3
        step:
          chain:
            - call: { name: look, answer: true, model: openai/gpt-4o, input: [system, question, context], output: 60 }
            - tool: { name: search, label: Web search, uses: 2, fee: $0.01, returns: page }
            - tool: { name: note }
features:
  - name: ask
    unit: question
    volume: { units: 10000/month }
    step:
      conversation:
        turns: 2
        pause: 1 min
        history: { summary: { last: 1, step: { call: { name: brief, model: openai/gpt-4o, input: [history], output: 90 } } } }
        turn:
          - agent: { use: scout }
          - cascade:
              tiers:
                - { step: { call: { name: small, answer: true, model: openai/gpt-4o-mini, input: [system, history, question], output: 200, quality: 80% } }, judge: { call: { name: judge, model: openai/gpt-4o-mini, input: [question], output: 5 } }, accepts_right: 90%, accepts_wrong: 20% }
                - { step: { call: { name: large, answer: true, model: openai/gpt-4o, input: [system, history, question], output: 300, cache: { in_time: 80% } } } }
          - response-cache: { traffic: { distinct: 10k, zipf: 1, max_age: 1 h }, lookup: { call: { name: look, model: openai/text-embedding-3-small, input: [question] } }, step: { until: { rounds: 3, accepts: 60%, draft: { call: { name: draft, model: openai/gpt-4o, input: [question, context], output: 90 } }, check: { call: { name: check, model: openai/gpt-4o, input: [context], output: 9 } } } } }
";

    /// The nodes of a plan with their figures in its first month.
    fn nodes(text: &str) -> Vec<Node> {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = folder.path().join("plan.yaml");
        fs::write(&plan, text).expect("the folder can be written to");
        let request = Request { plan, ..Request::default() };
        let worked = work(&request).expect("the plan is free of problems");
        let mut nodes = outline::nodes(&worked.opened.plan, &Listed::of(&worked.opened.plan));
        figures::fill(&mut nodes, &Steps::of(&worked, 0));
        nodes
    }

    fn line(node: &Node) -> String {
        let place = node.place.as_deref().map(|place| format!("[{place}] ")).unwrap_or_default();
        let main = node.main.as_ref().map(|main| main.text.as_str()).unwrap_or_default();
        let figures = node.figures.as_ref().map_or("no figures".to_owned(), |it| {
            let calls = it.calls.as_deref().unwrap_or("–");
            let read = it.tokens_in.as_deref().unwrap_or("–");
            format!("{calls} calls, {read} in, ${} {}%, why {}", it.cost, it.share, it.why)
        });
        let name = node.label.as_deref().unwrap_or(&node.name);
        let kind = serde_json::to_value(node.kind).expect("a word");
        let kind = kind.as_str().unwrap_or_default();
        let shown = format!("{place}{kind} {name} ({main}) {figures}");
        format!("{}{}", "  ".repeat(node.depth), shown.trim_end())
    }

    #[test]
    fn every_kind_is_a_row_with_what_it_comes_to() {
        let nodes = nodes(PLAN);
        let lines: Vec<String> = nodes.iter().map(line).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        feature ask () 17.598913860328928 calls, 52421.5 in, $0.2257 100.0%, why ask.month.unit-cost
          conversation conversation (2 turns) 17.598913860328928 calls, 52421.5 in, $0.2257 100.0%, why
            agent scout (scout) 6 calls, 33960 in, $0.2085 92.4%, why
            cascade cascade (90% of right) 4.4799999999999995 calls, 13437.8 in, $0.0071 3.1%, why
              [tier 1] call small (200) 2 calls, 9224 in, $0.0016 0.7%, why ask.small.unit-cost
              [judge] call judge (5) 2 calls, 2000 in, $0.0003 0.1%, why ask.judge.unit-cost
              [tier 2] call large (300) 0.47999999999999976 calls, 2213.8 in, $0.0052 2.3%, why ask.large.unit-cost
            response-cache response-cache (10k requests) 7.118913860328927 calls, 5023.7 in, $0.0101 4.5%, why
              [look-up] call look () 2 calls, 2000 in, $0.0000 0.0%, why ask.look.base-prompt
              [if not kept] until until (3 rounds, 60% accepted) 5.118913860328926 calls, 3023.7 in, $0.0101 4.5%, why
                [draft] call draft (90) 2.559456930164463 calls, 2676.4 in, $0.0090 4.0%, why ask.draft.unit-cost
                [check] call check (9) 2.559456930164463 calls, 347.3 in, $0.0011 0.5%, why ask.check.unit-cost
            [summary] call brief (90) 0 calls, 0 in, $0.0000 0.0%, why ask.brief.unit-cost
        named-agent scout () 6 calls, 33960 in, $0.2085 92.4%, why
          loop loop (3 steps) 6 calls, 33960 in, $0.2085 92.4%, why
            chain  () 6 calls, 33960 in, $0.2085 92.4%, why
              call look (60) 6 calls, 33960 in, $0.0885 39.2%, why ask.scout.look.unit-cost
              tool Web search ($0.01) 0 calls, 0 in, $0.1200 53.2%, why ask.scout.search.tools
              tool note () 0 calls, 0 in, $0.0000 0.0%, why
        ");
        let forms: Vec<String> = nodes
            .iter()
            .filter_map(|node| Some(format!("{} {:?}", node.name, node.form.as_ref()?)))
            .collect();
        insta::assert_snapshot!(forms.join("\n"), @r#"
        conversation Conversation { history: "summary" }
        scout Agent { agent: "scout", depth: None, calls: ["scout.look"] }
        cascade Cascade { tiers: [TierOf { at: "features/0/step/conversation/turn/1/cascade/tiers/0/step", judge: Some("features/0/step/conversation/turn/1/cascade/tiers/0/judge"), is_judged: true }, TierOf { at: "features/0/step/conversation/turn/1/cascade/tiers/1/step", judge: None, is_judged: false }] }
        small Call { keep: false, keep_reasoning: false, cache: None, in_conversation: true, in_context: false }
        judge Call { keep: false, keep_reasoning: false, cache: None, in_conversation: true, in_context: false }
        large Call { keep: false, keep_reasoning: false, cache: Some("whole"), in_conversation: true, in_context: false }
        response-cache ResponseCache { from_traffic: true, lookup: true, insert: false }
        look Call { keep: false, keep_reasoning: false, cache: None, in_conversation: true, in_context: false }
        draft Call { keep: false, keep_reasoning: false, cache: None, in_conversation: true, in_context: true }
        check Call { keep: false, keep_reasoning: false, cache: None, in_conversation: true, in_context: true }
        brief Call { keep: false, keep_reasoning: false, cache: None, in_conversation: true, in_context: false }
        scout NamedAgent { uses: 1 }
        look Call { keep: false, keep_reasoning: false, cache: None, in_conversation: false, in_context: true }
        search Tool { list: None, meter: None, meters: ["request", "web_search", "file_search", "page", "annotated_page", "session", "text_unit", "rerank_search", "read_unit", "write_unit", "image", "step", "credit"], returns: Some("page") }
        note Tool { list: None, meter: None, meters: ["request", "web_search", "file_search", "page", "annotated_page", "session", "text_unit", "rerank_search", "read_unit", "write_unit", "image", "step", "credit"], returns: None }
        "#);
    }

    #[test]
    fn an_agent_of_several_features_has_its_figures_where_it_is_used() {
        let second = "  - name: other
    unit: letter
    volume: { units: 10/month }
    step: { agent: { use: scout, name: reader } }
";
        let nodes = nodes(&format!("{PLAN}{second}"));
        let of = |address: &str| {
            let node = nodes.iter().find(|node| node.address.as_deref() == Some(address));
            node.expect(address).figures.as_ref()
        };
        assert_eq!(of("agents.scout"), None);
        let reader = of("other.reader").expect("it is worked out");
        let under: Vec<&str> = reader.under.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(under, ["look", "search"]);
        let sum: f64 = reader.under.iter().map(|it| it.cost.parse::<f64>().expect("a sum")).sum();
        assert!((sum - reader.cost_exact.parse::<f64>().expect("a sum")).abs() < 1e-12, "{sum}");
    }
}
