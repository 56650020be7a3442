//! Names that are free in a tree.

use crate::plan::{Plan, Root, Step};

/// Names that are free in a tree.
#[derive(Clone, Debug)]
pub struct Names {
    /// What addresses of the tree begin with.
    above: String,
    names: Vec<String>,
    addresses: Vec<String>,
}

impl Names {
    /// Those of a tree.
    pub fn of(plan: &Plan, root: Root) -> Self {
        let steps = plan.steps().into_iter().filter(|standing| standing.root == root);
        Self {
            above: plan.address_of(root).map(|above| plain(&above)).unwrap_or_default(),
            names: steps.filter_map(|standing| standing.step.name().map(plain)).collect(),
            addresses: plan.numbers().iter().map(|number| plain(&number.address)).collect(),
        }
    }

    /// Whether no step has this name, and no number an address that a workbook could take for its own.
    pub fn is_free(&self, name: &str) -> bool {
        let (name, address) = (plain(name), format!("{}_{}_", self.above, plain(name)));
        !self.names.contains(&name)
            && !self.addresses.iter().any(|known| known.starts_with(&address))
    }

    /// The first free one of `rerank`, `rerank-2`, `rerank-3`; taken from now on.
    pub fn free(&mut self, wanted: &str) -> String {
        let stem = wanted.trim_end_matches(|c: char| c.is_ascii_digit());
        let stem = stem.strip_suffix(['-', '.']).filter(|stem| !stem.is_empty()).unwrap_or(wanted);
        let counted = (2..).map(|count: u32| format!("{stem}-{count}"));
        let name = std::iter::once(stem.to_owned())
            .chain(counted)
            .find(|name| self.is_free(name))
            .expect("there are more counts than names");
        self.names.push(plain(&name));
        name
    }
}

/// As names stand in a workbook, which knows neither dots nor dashes.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['.', '-'], "_")
}

/// Gives every step in a copy a name of its own.
pub fn rename(step: &mut Step, names: &mut Names) {
    // A route is numbered by its place.
    if !matches!(step, Step::Route(_))
        && let Some(name) = step.name_mut()
    {
        *name = names.free(name);
    }
    step.children_mut().into_iter().for_each(|child| rename(child, names));
}
