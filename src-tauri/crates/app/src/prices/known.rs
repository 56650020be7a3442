//! Names of a file that somebody wrote: one that differs from a name of the program's own book by its letters alone means that.

use cost::book::{Provider, seller};
use cost::problem::{Lacks, Problem};

use crate::shelf::Shelf;

/// Calls sellers and models as the program's own book does, where only letters tell them apart. What was renamed.
pub fn call_as_known(providers: &mut [Provider]) -> Vec<Problem> {
    let program = Shelf::program();
    let mut told = vec![];
    for place in 0..providers.len() {
        let written = providers[place].id.clone();
        if program.provider(&written).is_none()
            && let Some(known) = seller(&program.providers(), &written)
            && !providers.iter().any(|other| other.id == known.id)
        {
            let provider = &mut providers[place];
            if provider.name == written {
                provider.name.clone_from(&known.name);
            }
            provider.id.clone_from(&known.id);
            told.push(means(vec![known.id.clone()], &written, &known.id));
        }
        let provider = &mut providers[place];
        let Some(known) = program.provider(&provider.id) else { continue };
        call_models_as_known(provider, known, &mut told);
        intake::book::sort(provider);
    }
    providers.sort_by(|a, b| a.id.cmp(&b.id));
    told
}

fn call_models_as_known(provider: &mut Provider, known: &Provider, told: &mut Vec<Problem>) {
    for place in 0..provider.models.len() {
        let written = provider.models[place].id.clone();
        let Some(name) = name_of(known, &written) else { continue };
        if provider.models.iter().any(|other| other.id == name) {
            continue;
        }
        provider.terms.follow(&written, &name);
        told.push(means(vec![provider.id.clone(), name.clone()], &written, &name));
        provider.models[place].id = name;
    }
}

/// The name of a model in the book that differs from one by its letters alone, ids before other names.
fn name_of(known: &Provider, written: &str) -> Option<String> {
    let ids = || known.models.iter().map(|model| &model.id);
    let all = || ids().chain(known.models.iter().flat_map(|model| &model.aliases));
    if all().any(|name| name == written) {
        return None;
    }
    all().find(|name| name.eq_ignore_ascii_case(written)).cloned()
}

fn means(path: Vec<String>, written: &str, known: &str) -> Problem {
    Problem {
        path,
        address: None,
        message: format!("`{written}` means `{known}`, which the program's own book has."),
        hint: "Its prices are of that one.".into(),
        lacks: Lacks::Nothing,
    }
}
