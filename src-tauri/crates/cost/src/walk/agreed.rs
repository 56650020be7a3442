//! What every term of a contract writes with: its rows, its months, and its lines by feature.

use std::sync::Arc;

use jiff::civil::Date;

use super::writer::{Writer, one, say, zero};
use crate::book::Tier;
use crate::meter::Meter;
use crate::plan::{Certainty, Contract, Number, Scope, Span, first_day};
use crate::workings::{
    Charged, ContractId, Driver, Expr, Item, Line, LineRate, Node, Place, RowId, Series, SeriesId,
};

/// What one call pays for one meter in a month.
pub struct Charge {
    /// Its feature, by its place in the contract's.
    pub feature: usize,
    /// The address of the call and its meter.
    pub address: String,
    /// The model that is paid for, as `provider/id`: the one that answers.
    pub model: String,
    /// What of it is billed.
    pub meter: Meter,
    /// How the call is processed.
    pub tier: Tier,
    /// Its lines at list prices; where other models answer on other days, with this one's prices alone.
    pub lines: Vec<Line>,
    /// Whether other models answer on other days.
    pub is_part: bool,
    /// The spend at list prices.
    pub list: Expr,
    /// What is left to pay by the terms so far.
    pub agreed: Expr,
    /// Units that are left to pay for.
    pub units: Expr,
}

impl Charge {
    /// Later terms meet what is left of its units and of their cost.
    pub fn free(&mut self, part: &Expr) {
        let kept = one() - part;
        self.agreed = &self.agreed * &kept;
        self.units = &self.units * kept;
    }
}

/// A contract while its rows are written.
pub struct Agreed<'a, 'p, 'c> {
    /// What all of the walk writes with.
    pub w: &'a mut Writer<'p>,
    /// The contract.
    pub contract: &'c Contract,
    /// Which one it is.
    pub id: ContractId,
    /// What its calls pay, by call and meter.
    pub charges: Vec<Charge>,
    /// The features with spend under it, each with that at list prices by month.
    pub features: Vec<(String, Expr)>,
    /// The spend at list prices by month.
    pub list: Expr,
    /// What each feature has a part of the month's terms by, and all of it: the spend at list prices, and what was
    /// agreed in a month in which that is nothing.
    pub weights: (Vec<Expr>, Expr),
    /// What has been changed so far, feature by feature: the terms that come later count on it.
    pub changes: Vec<Vec<RowId>>,
    /// What belongs to no feature, as in a month without usage.
    pub apart: Vec<RowId>,
}

impl Agreed<'_, '_, '_> {
    /// Writes a row of the contract.
    pub fn row(&mut self, field: &str, label: &str, unit: &str, expr: Expr) -> Expr {
        Expr::from(Node::Row(self.row_id(field, label, unit, expr)))
    }

    /// The same, by its id.
    pub fn row_id(&mut self, field: &str, label: &str, unit: &str, expr: Expr) -> RowId {
        let group = format!("contracts.{}", self.contract.name);
        let address = format!("{group}.{field}");
        self.w.row_id(Place::Month, &group, &address, say(label, unit), expr)
    }

    /// A number of the contract: it has one value.
    pub fn number(&mut self, number: &Number) -> Expr {
        super::number::mean(self.w, number)
    }

    /// 1 in the months in which a term holds, else 0; nothing where it holds in all of them.
    pub fn holds(&mut self, term: &str, span: Span) -> Option<Expr> {
        let holds: Vec<bool> = self.months(span);
        let always = holds.iter().all(|holds| *holds);
        (!always).then(|| self.flag(term, "holds in the month", &holds))
    }

    /// Whether a term holds, month by month.
    pub fn months(&self, span: Span) -> Vec<bool> {
        let day = |month: Option<&str>| month.and_then(first_day);
        let (from, to) = (day(span.from), day(span.to));
        let holds =
            |first: Date| from.is_none_or(|from| from <= first) && to.is_none_or(|to| first < to);
        let workings = &self.w.workings;
        (0..workings.months).map(|month| holds(workings.first_day(month))).collect()
    }

    /// 1 in some months, 0 in the others.
    pub fn flag(&mut self, field: &str, label: &str, months: &[bool]) -> Expr {
        let values = months.iter().map(|holds| f64::from(u8::from(*holds))).collect();
        self.given(field, label, "count", values)
    }

    /// What is given for each month.
    pub fn given(&mut self, field: &str, label: &str, unit: &str, values: Vec<f64>) -> Expr {
        let address = format!("contracts.{}.{field}", self.contract.name);
        let series = &mut self.w.workings.series;
        let (label, unit) = (label.to_owned(), unit.to_owned());
        series.push(Series { address, label, unit, values });
        Expr::from(Node::Given(SeriesId(series.len() - 1)))
    }

    /// Takes a part off what some charges cost so far.
    pub fn take_off(&mut self, part: &Expr, of: impl Fn(&Charge) -> bool) {
        for charge in self.charges.iter_mut().filter(|charge| of(charge)) {
            charge.agreed = &charge.agreed * (one() - part);
        }
    }

    /// Whether a term is about a charge. Its model may be written in any way that the book knows.
    pub fn meets(&self, scope: Scope, charge: &Charge) -> bool {
        let same = |model: &str| self.w.checked.named.get(model) == Some(&charge.model);
        scope.model.is_none_or(same)
            && scope.meter.is_none_or(|meter| meter == charge.meter)
            && scope.tier.is_none_or(|tier| tier == charge.tier)
    }

    /// What a feature's calls cost as agreed so far.
    pub fn agreed_of(&self, feature: usize) -> Expr {
        let changes = self.changes[feature].iter();
        changes.fold(self.features[feature].1.clone(), |sum, &row| sum + Expr::from(Node::Row(row)))
    }

    /// What all calls cost as agreed so far, as a row.
    pub fn spend(&mut self, term: &str) -> Expr {
        let features = 0..self.features.len();
        let spend = features.fold(zero(), |sum, feature| sum + self.agreed_of(feature));
        self.row(&format!("{term}.spend"), "spend as agreed so far", "USD", spend)
    }

    /// Lines of a term: what it changes for each feature.
    pub fn lines(&mut self, term: &str, label: &str, amounts: Vec<Expr>) {
        for (index, amount) in amounts.into_iter().enumerate() {
            if amount.is(0) {
                continue;
            }
            let feature = self.features[index].0.clone();
            let row = self.line(&format!("{term}.of.{feature}"), term, label, &feature, amount);
            self.changes[index].push(row);
        }
    }

    /// Lines of what a term comes to in a month, by each feature's part of the spend at list prices, or of what was
    /// agreed where list prices are 0. What a month
    /// without spend comes to belongs to no feature.
    pub fn allocated(&mut self, term: &str, label: &str, amount: &Expr, may_stand_alone: bool) {
        let parts: Vec<Expr> = (0..self.features.len()).map(|index| self.part(index)).collect();
        self.lines(term, label, parts.into_iter().map(|part| amount * part).collect());
        if may_stand_alone {
            let alone = Expr::if_at_most(&self.weights.1, &zero(), amount, &zero());
            let row = self.line(&format!("{term}.of-none"), term, label, "", alone);
            self.apart.push(row);
        }
    }

    /// A feature's part of the spend at list prices.
    fn part(&mut self, index: usize) -> Expr {
        let feature = self.features[index].0.clone();
        let (weight, all) = (self.weights.0[index].clone(), self.weights.1.clone());
        let address = format!("contracts.{}.part.{feature}", self.contract.name);
        if let Some(row) = self.w.workings.find(&address) {
            return Expr::from(Node::Row(row));
        }
        let part = Expr::if_at_most(&all, &zero(), &zero(), &(weight / &all));
        self.row(&format!("part.{feature}"), "part of the spend at list prices", "share", part)
    }

    fn line(&mut self, field: &str, term: &str, label: &str, feature: &str, amount: Expr) -> RowId {
        let label = format!("{}: {label}", self.contract.label());
        let amount = self.row_id(field, &label, "USD", amount);
        self.w.workings.lines.push(Line {
            amount,
            quantity: Some(amount),
            volume: None,
            charged: Arc::new(Charged {
                feature: feature.to_owned(),
                step: format!("contracts.{}.{term}", self.contract.name),
                item: Item::Other(label),
                driver: Driver::Contract,
                certainty: Certainty::Assumed,
                sent: false,
            }),
            rate: LineRate::Agreed(self.id),
        });
        amount
    }
}
