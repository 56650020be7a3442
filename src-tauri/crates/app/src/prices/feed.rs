//! Somebody's price data, whatever its form: bytes in, a proposed book out. The one place that knows every form.

use std::collections::BTreeMap;
use std::path::Path;

use cost::book::{Provider, UnknownModel, find};
use cost::problem::{Lacks, Problem};
use intake::feed::{Format, Kept};
use jiff::civil::Date;

use super::known::call_as_known;
use super::moment::today;
use crate::books::{Proposed, UnreadKey, UnreadValue};
use crate::error::{Code, Error};
use crate::files;
use crate::shelf::Shelf;
use crate::vocabularies;

/// Reads a file of price data, with its bytes. Its prices are marked as checked on `checked`, or as its form says.
pub fn read(file: &Path, checked: Option<Date>) -> Result<(Vec<u8>, Proposed), Vec<Error>> {
    if let Some(day) = checked.filter(|day| today().tomorrow().is_ok_and(|next| *day > next)) {
        let message = format!("Nobody can have checked prices on {day}: that day is yet to come.");
        let hint = "Give the day on which the file was checked.";
        return Err(vec![Error::new(Code::BadArguments, message, hint)]);
    }
    let bytes = std::fs::read(file).map_err(|error| {
        let message = format!("The feed `{}` cannot be read: {error}.", file.display());
        let hint = "Check the path, and that you may read it.";
        vec![Error::new(Code::BadPrices, message, hint).at(files::named(file))]
    })?;
    let mut proposed = recognised(file, &bytes, checked).map_err(|error| vec![error])?;
    has_prices(file, &proposed)?;
    let is_own = OWN.contains(&proposed.format.as_str());
    if is_own {
        let told = call_as_known(&mut proposed.providers);
        proposed.problems.extend(told);
    }
    add_capabilities(&mut proposed.providers);
    leave_vocabularies(&mut proposed);
    if is_own {
        proposed.problems.extend(unknown_names(&proposed.providers));
    }
    Ok((bytes, proposed))
}

/// Forms that people write themselves.
const OWN: [&str; 2] = [Format::OursToml.id(), Format::OursCsv.id()];

fn recognised(file: &Path, bytes: &[u8], checked: Option<Date>) -> Result<Proposed, Error> {
    let (format, read) = intake::feed::read(bytes, checked, today()).map_err(|error| {
        Error::new(
            Code::BadPrices,
            format!("`{}` cannot be imported. {error}", file.display()),
            "Give a book as it was published, or one of your own.",
        )
        .at(files::named(file))
    })?;
    let value = |kept: Kept| UnreadValue { model: kept.model, value: kept.value };
    let unread = read.unread.into_iter();
    let unread = unread
        .map(|it| UnreadKey { key: it.key, values: it.kept.into_iter().map(value).collect() })
        .collect();
    let (format, providers, problems) = (format.id().into(), read.providers, read.problems);
    Ok(Proposed { format, providers, problems, unread })
}

/// Refuses a file in which nothing is a price, with everything that is wrong in it.
fn has_prices(file: &Path, proposed: &Proposed) -> Result<(), Vec<Error>> {
    /// So many of what may be thousands.
    const MOST: usize = 40;
    let mut models = proposed.providers.iter().flat_map(|provider| &provider.models);
    if models.any(|model| !model.prices.is_empty()) {
        return Ok(());
    }
    let wrong = |message: String, hint: &str| {
        Error::new(Code::BadPrices, message, hint).at(files::named(file))
    };
    let name = file.display();
    let mut errors = vec![wrong(
        format!("Nothing in `{name}` could be read as a price, and nothing is kept."),
        "Mend what is wrong in it, and import it again.",
    )];
    let problems = &proposed.problems;
    errors.extend(problems.iter().take(MOST).map(|problem| {
        wrong(format!("`{name}`, {}: {}", problem.path.join(", "), problem.message), "")
    }));
    if let Some(more) = problems.len().checked_sub(MOST).filter(|more| *more > 0) {
        errors.push(wrong(format!("`{name}` has {more} more such lines."), ""));
    }
    Err(errors)
}

/// Names that the program's own book does not have and that look like some of its own: perhaps they are misspelt.
fn unknown_names(providers: &[Provider]) -> Vec<Problem> {
    let program = Shelf::program();
    let mut problems = vec![];
    for provider in providers {
        let mut about = |path: Vec<String>, unknown: &UnknownModel, kept: &str| {
            problems.extend(unknown.suggestion().map(|suggestion| Problem {
                path,
                address: None,
                message: unknown.message(),
                hint: format!("{suggestion} {kept}"),
                lacks: Lacks::Nothing,
            }));
        };
        let seller = match program.provider(&provider.id) {
            Some(seller) => vec![seller],
            None => program.providers(),
        };
        for model in &provider.models {
            let Err(unknown) = find(&seller, Some(&provider.id), &model.id) else { continue };
            let is_seller = matches!(unknown, UnknownModel::NoProvider { .. });
            let path = vec![provider.id.clone(), model.id.clone()];
            match is_seller {
                true => about(path, &unknown, "As it stands, it is another seller."),
                false => about(path, &unknown, "As it stands, it is another model."),
            }
            if is_seller {
                break;
            }
        }
    }
    problems
}

/// A feed has prices alone: what its models can do is what the book inside the program says of the same ones.
fn add_capabilities(providers: &mut [Provider]) {
    let program = Shelf::program();
    for provider in providers {
        for model in &mut provider.models {
            if let Some(known) = program.exact(&provider.id, &model.id)
                && model.capabilities.is_none()
            {
                model.capabilities.clone_from(&known.model.capabilities);
            }
        }
    }
}

/// From when prices without a first day hold, once they are laid over the program's own: those of a list of others
/// since it was checked, one's own always.
pub fn since(providers: &[Provider]) -> Vec<Problem> {
    let mut days: BTreeMap<Option<Date>, usize> = BTreeMap::new();
    for model in providers.iter().flat_map(|provider| &provider.models) {
        for entry in model.prices.iter().filter(|entry| entry.from.is_none()) {
            let says = model.origin_of(entry);
            let day = says.is_of_another_book().then_some(says.checked);
            *days.entry(day).or_default() += 1;
        }
    }
    let told = |(day, prices): (Option<Date>, usize)| {
        let (have, they) = match prices {
            1 => ("One price has".to_owned(), "It holds"),
            more => (format!("{more} prices have"), "They hold"),
        };
        let hint = match day {
            Some(day) => {
                format!(
                    "{they} from {day} on, the day of the list, where another book has a price before."
                )
            }
            None => format!("{they} always; give a first day to leave the past as it is."),
        };
        Problem {
            path: vec!["feed".into()],
            address: None,
            message: format!("{have} no first day."),
            hint,
            lacks: Lacks::Nothing,
        }
    };
    days.into_iter().map(told).collect()
}

/// A vocabulary in a file beside a price file does not come along: the model counts as its name asks for.
fn leave_vocabularies(proposed: &mut Proposed) {
    for provider in &mut proposed.providers {
        for model in &mut provider.models {
            let Some(name) = model.vocabulary.take_if(|name| vocabularies::is_file(name)) else {
                continue;
            };
            proposed.problems.push(Problem {
                path: vec![provider.id.clone(), model.id.clone(), "vocabulary".into()],
                address: None,
                message: format!("Its vocabulary `{name}` is a file, which is not imported."),
                hint: "A folder of price files with the vocabulary beside them counts in it."
                    .into(),
                lacks: Lacks::Nothing,
            });
        }
    }
}
