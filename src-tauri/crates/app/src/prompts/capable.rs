//! What models are asked to be able to do, by name.

use cost::book::Capability;

use crate::error::{Code, Error};
use crate::suggest::did_you_mean;

/// The capabilities of these names.
pub(super) fn capabilities(names: &[String]) -> Result<Vec<Capability>, Error> {
    let named = |name: &String| {
        Capability::parse(name).ok_or_else(|| {
            let known = Capability::ALL.map(Capability::name);
            Error::new(
                Code::BadArguments,
                format!("There is no capability `{name}`."),
                did_you_mean(name, &known, "There are"),
            )
        })
    };
    names.iter().map(named).collect()
}
