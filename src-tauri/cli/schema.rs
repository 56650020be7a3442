//! `schema`: the JSON Schema of a plan, or of what a verb prints.

use crate::args::Schema;
use crate::failure::Failure;
use crate::print;

/// Prints a schema; it is JSON with and without `--json`.
pub fn schema(args: &Schema) -> Result<(), Failure> {
    let schema = match &args.of {
        None => app::schemas::plan(),
        Some(verb) => app::schemas::of(verb)?,
    };
    Ok(print::out(&format!("{schema:#}\n"))?)
}
