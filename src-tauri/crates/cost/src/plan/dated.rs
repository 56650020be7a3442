//! On which days features, and branches of routes, run.

use jiff::ToSpan;

use super::document::Plan;
use super::feature::Feature;
use super::step::{Branch, BranchShare, Route};
use super::when::{Days, When};

impl Plan {
    /// All of its days. `None` where it starts in no month, or ends beyond all calendars.
    pub fn days(&self) -> Option<Days> {
        let starts = self.first_day()?;
        let end = starts.checked_add(i64::from(self.months).months()).ok()?;
        Some(Days::of(starts..end))
    }
}

impl Feature {
    /// Of a plan's days, those from the month on in which it begins.
    pub fn days_of(&self, all: &Days) -> Days {
        let Some(starts) = all.first() else { return Days::default() };
        // The month of a feature is typed within the plan, or the plan is refused.
        let later = i64::from((self.first_month() - 1.0).clamp(0.0, 12e3) as i32);
        match starts.checked_add(later.months()) {
            Ok(first) => all.without(&Days::of(starts..first)),
            Err(_) => Days::default(),
        }
    }
}

impl Branch {
    /// Whether it is said when it runs.
    pub const fn is_dated(&self) -> bool {
        self.from.is_some() || self.until.is_some()
    }

    /// Of a plan's days, those between its own ends.
    pub fn days_of(&self, all: &Days) -> Days {
        let (Some(first), Some(last)) = (all.first(), all.stretches().last()) else {
            return Days::default();
        };
        let day = |when: &Option<When>| when.as_ref().and_then(|when| when.day(first));
        let from = day(&self.from).unwrap_or(first);
        let until = day(&self.until).unwrap_or(last.end);
        all.and(&Days::of(from..until))
    }
}

impl Route {
    /// Of a plan's days, those on which each of its branches may be taken. What takes all of some days leaves the rest
    /// nothing of them.
    pub fn days_of(&self, all: &Days) -> Vec<Days> {
        let whole = |branch: &&Branch| branch.share == BranchShare::All;
        let taken = self.branches.iter().filter(whole);
        let taken = taken.fold(Days::default(), |taken, branch| taken.or(&branch.days_of(all)));
        let days = self.branches.iter().map(|branch| match branch.share {
            BranchShare::Rest => all.without(&taken),
            BranchShare::All | BranchShare::Named(_) => branch.days_of(all),
        });
        days.collect()
    }

    /// Whether it is said of a branch when it runs.
    pub fn is_dated(&self) -> bool {
        self.branches.iter().any(Branch::is_dated)
    }
}
