//! What makes a price doubtful.
#![deny(clippy::float_arithmetic)]

use jiff::civil::DateTime;

use crate::book::{Entry, Origin};

/// After so many days a price that nobody looked at since is old.
pub const OLD_AFTER_DAYS: i32 = 120;

/// What makes an entry's price doubtful for a moment.
pub fn doubts(entry: &Entry, origin: &Origin, at: DateTime) -> Vec<String> {
    let day = at.date();
    let mut doubts = vec![];
    if let Some(to) = entry.guaranteed_to.filter(|to| *to < day) {
        doubts.push(format!(
            "The price was promised until {to} at least; whether it still holds on {day} is not known."
        ));
    }
    if let Some(calendar) = entry.days.as_ref().and_then(|days| days.undecided(day)) {
        doubts.push(format!(
            "The holidays of {} are known to {}: {day} counts as a working day.",
            calendar.id, calendar.known_to
        ));
    }
    if origin.is_inferred() {
        doubts.push("The price is inferred from others, not read from its seller.".into());
    }
    let age = origin.checked.until(day).map_or(0, |span| span.get_days());
    if age > OLD_AFTER_DAYS {
        doubts.push(format!(
            "The price was last checked on {}, {age} days before {day}.",
            origin.checked
        ));
    }
    doubts.extend(entry.note.clone());
    doubts
}
