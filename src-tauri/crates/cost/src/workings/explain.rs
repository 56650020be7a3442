//! Why a figure is what it is: its formula, the numbers in it, and where they come from.

use super::axis::serial;
use super::eval::Values;
use super::expr::{Expr, InputId, Node, PriceId, RowId, SeriesId};
use super::print::{Words, print};
use super::row::{Input, Price, Shape, Workings};

/// A figure explained, for one month.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The figure.
    pub figure: Figure,
    /// Its formula in addresses; empty for what is typed.
    pub formula: String,
    /// Its formula in numbers; empty for what is typed.
    pub numbers: String,
    /// What the formula reads, in reading order.
    pub operands: Vec<Figure>,
}

/// A figure with its place and value.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its address.
    pub address: String,
    /// What it says, in words.
    pub label: String,
    /// What one of it is.
    pub unit: String,
    /// Its value. `None` for a table, which has one for each k, and for what one unit costs where there are none.
    pub value: Option<f64>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// A formula.
    Computed,
    /// A typed, measured or set number.
    Input(InputId),
    /// A price entry.
    Price(PriceId),
    /// The calendar.
    Calendar,
}

/// Explains the row, input, price or given series at an address, in a month counted from 0. `None` when there is none.
pub fn explain(
    workings: &Workings,
    values: &Values,
    address: &str,
    month: usize,
) -> Option<Explanation> {
    if let Some(row) = workings.find(address) {
        return Some(of_row(workings, values, row, month));
    }
    let typed = |figure| Explanation {
        figure,
        formula: String::new(),
        numbers: String::new(),
        operands: vec![],
    };
    let input = workings.inputs.iter().position(|input| input.address == address);
    let price = workings.prices.iter().position(|price| price.address == address);
    let series = workings.series.iter().position(|series| series.address == address);
    let input = input.map(|index| input_figure(workings, InputId(index)));
    let price = price.map(|index| price_figure(workings, PriceId(index)));
    let series = series.map(|index| series_figure(workings, SeriesId(index), month));
    input.or(price).or(series).map(typed)
}

/// Whether what stands at an address has a value for each month.
pub fn varies(workings: &Workings, address: &str) -> bool {
    let by_month = |row| match workings.row(row).shape {
        Shape::Month | Shape::TableMonth(_) => true,
        Shape::Scalar | Shape::Table(_) => false,
    };
    match workings.find(address) {
        Some(row) => by_month(row),
        None => workings.series.iter().any(|series| series.address == address),
    }
}

/// Every address that [`explain`] knows.
pub fn addresses(workings: &Workings) -> impl Iterator<Item = &str> {
    let rows = workings.rows.iter().map(|row| row.address.as_str());
    let inputs = workings.inputs.iter().map(|input| input.address.as_str());
    let series = workings.series.iter().map(|series| series.address.as_str());
    let prices = workings.prices.iter().map(|price| price.address.as_str());
    rows.chain(inputs).chain(prices).chain(series)
}

/// A number as people read it: six digits that count, without an exponent.
pub fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { value.to_string() };
    }
    let digits = libm::log10(value.abs()).floor();
    let places = (5.0 - digits).clamp(0.0, 18.0) as usize;
    let text = format!("{value:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

fn of_row(workings: &Workings, values: &Values, id: RowId, month: usize) -> Explanation {
    let row = workings.row(id);
    let in_words = Words(|leaf: &Node| name(workings, leaf));
    let in_numbers = Words(|leaf: &Node| value(workings, values, leaf, month));
    Explanation {
        figure: row_figure(workings, values, id, month),
        formula: print(&row.expr, &in_words),
        numbers: print(&row.expr, &in_numbers),
        operands: operands(workings, values, &row.expr, month),
    }
}

fn series_figure(workings: &Workings, id: SeriesId, month: usize) -> Figure {
    let series = &workings.series[id.0];
    Figure {
        address: series.address.clone(),
        label: series.label.clone(),
        unit: series.unit.clone(),
        value: Some(series.values[month]),
        origin: Origin::Calendar,
    }
}

fn operands(workings: &Workings, values: &Values, expr: &Expr, month: usize) -> Vec<Figure> {
    let mut figures: Vec<Figure> = vec![];
    let mut add = |figure: Figure| {
        if figures.iter().all(|known| known.address != figure.address) {
            figures.push(figure);
        }
    };
    expr.visit(&mut |node| match node {
        Node::Input(input) => add(input_figure(workings, *input)),
        Node::Net(price) | Node::From(price) | Node::To(price) => {
            add(price_figure(workings, *price))
        }
        Node::DayShare(price) | Node::Limit(price) => add(price_figure(workings, *price)),
        Node::Given(series) => add(series_figure(workings, *series, month)),
        Node::Row(row) | Node::Sum(row) | Node::Before(row) => {
            add(row_figure(workings, values, *row, month));
        }
        Node::SoFar(row) => {
            let figure = row_figure(workings, values, *row, month);
            let value = Some(so_far(values, *row, month));
            add(Figure { label: format!("{}, so far", figure.label), value, ..figure });
        }
        Node::InMonth(row, first) => {
            let first = first_of(workings, first);
            let figure = row_figure(workings, values, *row, first);
            let month = workings.first_day(first);
            let when = format!("{}-{:02}", month.year(), month.month());
            add(Figure { label: format!("{}, in {when}", figure.label), ..figure });
        }
        Node::Total(row) => {
            let figure = row_figure(workings, values, *row, month);
            let value = Some(values.all(*row).iter().fold(0.0, |sum, value| sum + value));
            add(Figure { label: format!("{}, all months", figure.label), value, ..figure });
        }
        Node::Dot(left, right) | Node::Beyond { of: left, add: right, .. } => {
            add(row_figure(workings, values, *left, month));
            add(row_figure(workings, values, *right, month));
        }
        Node::Gather(key) => {
            gathered(workings, key).for_each(|row| add(row_figure(workings, values, row, month)))
        }
        Node::MonthNumber | Node::FirstDay | Node::NextFirstDay => {
            let value = calendar(workings, node, month);
            let label = name(workings, node);
            add(Figure {
                address: label.clone(),
                label,
                unit: "calendar".to_owned(),
                value: Some(value),
                origin: Origin::Calendar,
            });
        }
        Node::Listed(_, first) => add(input_figure(workings, *first)),
        Node::OfYear(january) => add(input_figure(workings, workings.of_year(*january, month))),
        Node::Whole(_) | Node::Index | Node::Binary(..) | Node::Apply(..) | Node::If { .. } => {}
    });
    figures
}

/// The month that is asked for by its number, which is typed or the first, counted from 0.
fn first_of(workings: &Workings, month: &Expr) -> usize {
    let number = month.input().map_or(1.0, |input| workings.inputs[input.0].value);
    (number - 1.0).max(0.0) as usize
}

fn gathered<'w>(workings: &'w Workings, key: &str) -> impl Iterator<Item = RowId> + 'w {
    let key = key.to_owned();
    let rows = workings.rows.iter().enumerate();
    rows.filter(move |(_, row)| row.key.as_ref() == Some(&key)).map(|(index, _)| RowId(index))
}

fn row_figure(workings: &Workings, values: &Values, id: RowId, month: usize) -> Figure {
    let row = workings.row(id);
    let value = match row.shape {
        Shape::Scalar | Shape::Month if is_of_no_units(workings, values, id, month) => None,
        Shape::Scalar | Shape::Month => Some(values.at(id, month)),
        Shape::Table(_) | Shape::TableMonth(_) => None,
    };
    Figure {
        address: row.address.clone(),
        label: row.label.clone(),
        unit: row.unit.clone(),
        value,
        origin: Origin::Computed,
    }
}

/// Whether it is what one unit costs, and there are none.
fn is_of_no_units(workings: &Workings, values: &Values, id: RowId, month: usize) -> bool {
    workings.features.iter().any(|feature| {
        let units = match id {
            id if id == feature.month_unit_cost => feature.volume,
            id if id == feature.unit_cost => feature.units,
            id => {
                let counted = feature.per.iter().find_map(|per| match id {
                    id if id == per.month_cost => Some(per.count),
                    id if id == per.cost => Some(per.all),
                    _ => None,
                });
                match counted {
                    Some(counted) => counted,
                    None => return false,
                }
            }
        };
        values.at(units, month) <= 0.0
    })
}

fn input_figure(workings: &Workings, id: InputId) -> Figure {
    let Input { address, unit, value, text, .. } = workings.inputs[id.0].as_ref();
    Figure {
        address: address.clone(),
        label: text.clone(),
        unit: unit.clone(),
        value: Some(*value),
        origin: Origin::Input(id),
    }
}

fn price_figure(workings: &Workings, id: PriceId) -> Figure {
    let price = &workings.prices[id.0];
    let Price { address, meter, rate, .. } = price;
    Figure {
        address: address.clone(),
        label: format!("{} of {}", meter.name(), price.sold_as()),
        unit: format!("USD per {}", meter.unit()),
        value: Some(rate.to_f64()),
        origin: Origin::Price(id),
    }
}

fn name(workings: &Workings, leaf: &Node) -> String {
    let row = |row: &RowId| workings.row(*row).address.clone();
    let price = |price: &PriceId| workings.prices[price.0].address.clone();
    match leaf {
        Node::Whole(value) => value.to_string(),
        Node::Input(input) => workings.inputs[input.0].address.clone(),
        Node::Listed(_, first) => {
            let address = &workings.inputs[first.0].address;
            format!("{}-k", address.trim_end_matches("-1"))
        }
        Node::OfYear(january) => {
            let address = &workings.inputs[january.0].address;
            format!("{} of the month", address.trim_end_matches(".january"))
        }
        Node::Net(id) => price(id),
        Node::From(id) => format!("{}.from", price(id)),
        Node::To(id) => format!("{}.to", price(id)),
        Node::DayShare(id) => format!("{}.part-of-day", price(id)),
        Node::Limit(id) => format!("{}.limit", price(id)),
        Node::Given(id) => workings.series[id.0].address.clone(),
        Node::MonthNumber => "month number".to_owned(),
        Node::FirstDay => "first day".to_owned(),
        Node::NextFirstDay => "day after the last".to_owned(),
        Node::Index => "k".to_owned(),
        Node::Row(id) => row(id),
        Node::Sum(id) => format!("sum({})", row(id)),
        Node::Before(id) => format!("sum before k({})", row(id)),
        Node::Dot(left, right) => format!("sum({} × {})", row(left), row(right)),
        Node::Total(id) => format!("all months({})", row(id)),
        Node::SoFar(id) => format!("so far({})", row(id)),
        Node::Gather(key) => {
            let rows: Vec<String> =
                gathered(workings, key).map(|id| workings.row(id).address.clone()).collect();
            format!("({})", rows.join(" + "))
        }
        Node::Binary(..)
        | Node::Apply(..)
        | Node::If { .. }
        | Node::Beyond { .. }
        | Node::InMonth(..) => {
            unreachable!("the printer writes operations itself")
        }
    }
}

fn value(workings: &Workings, values: &Values, leaf: &Node, month: usize) -> String {
    let row = |id: &RowId| match workings.row(*id).shape {
        Shape::Scalar | Shape::Month => number(values.at(*id, month)),
        Shape::Table(_) | Shape::TableMonth(_) => workings.row(*id).address.clone(),
    };
    match leaf {
        Node::Whole(value) => value.to_string(),
        Node::Input(input) => number(workings.inputs[input.0].value),
        Node::OfYear(january) => number(workings.inputs[workings.of_year(*january, month).0].value),
        Node::Net(price) => number(workings.prices[price.0].rate.to_f64()),
        Node::From(price) => {
            workings.prices[price.0].from.map_or_else(String::new, |day| day.to_string())
        }
        Node::To(price) => {
            workings.prices[price.0].to.map_or_else(String::new, |day| day.to_string())
        }
        Node::DayShare(price) => number(workings.prices[price.0].day_share),
        Node::Limit(price) => workings.prices[price.0]
            .bracket
            .map_or_else(String::new, |bracket| bracket.limit_tokens().to_string()),
        Node::Given(id) => number(workings.series[id.0].values[month]),
        Node::MonthNumber => number(calendar(workings, leaf, month)),
        Node::FirstDay => workings.first_day(month).to_string(),
        Node::NextFirstDay => workings.first_day(month + 1).to_string(),
        Node::Row(id) => row(id),
        Node::SoFar(id) => number(so_far(values, *id, month)),
        Node::Sum(id) | Node::Total(id) => {
            number(values.all(*id).iter().fold(0.0, |sum, value| sum + value))
        }
        Node::Gather(key) => {
            let rows: Vec<String> = gathered(workings, key).map(|id| row(&id)).collect();
            format!("({})", rows.join(" + "))
        }
        Node::Index | Node::Before(_) | Node::Dot(..) | Node::Listed(..) => name(workings, leaf),
        Node::Binary(..)
        | Node::Apply(..)
        | Node::If { .. }
        | Node::Beyond { .. }
        | Node::InMonth(..) => {
            unreachable!("the printer writes operations itself")
        }
    }
}

fn so_far(values: &Values, row: RowId, month: usize) -> f64 {
    (0..=month).fold(0.0, |sum, earlier| sum + values.at(row, earlier))
}

fn calendar(workings: &Workings, leaf: &Node, month: usize) -> f64 {
    if *leaf == Node::FirstDay {
        serial(workings.first_day(month))
    } else if *leaf == Node::NextFirstDay {
        serial(workings.first_day(month + 1))
    } else {
        month as f64 + 1.0
    }
}
