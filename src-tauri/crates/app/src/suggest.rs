//! "Did you mean": the known names nearest to what was typed.

/// A hint that offers the nearest of a few names, then all of them.
pub fn did_you_mean(typed: &str, known: &[&str], these_are: &str) -> String {
    let all = format!("{these_are}: {}.", known.join(", "));
    match nearest(typed, known.iter().copied()) {
        Some(name) => format!("Did you mean `{name}`? {all}"),
        None => all,
    }
}

/// The nearest name, if it is near enough to be a slip of the fingers.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = typed.chars().count() / 3 + 1;
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
