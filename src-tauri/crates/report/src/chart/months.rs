//! The months, stacked by driver, with their figures beside them.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::scale::Scale;
use crate::figures::Figures;
use crate::number::grouped;
use crate::palette;
use crate::text::clean;

const WIDTH: i32 = 960;
const HEIGHT: i32 = 420;
/// The plot: left, top, right, bottom.
const PLOT: (i32, i32, i32, i32) = (72, 84, 604, 372);
/// The table: swatch, names, right edges of costs and shares.
const TABLE: (i32, i32, i32, i32) = (640, 662, 872, 936);
const ROW: i32 = 25;
/// Months with a label of their own.
const LABELS: usize = 12;

type Area<'s> = DrawingArea<SVGBackend<'s>, plotters::coord::Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// A picture of the months, stacked by driver from the axis up.
pub fn months_svg(figures: &Figures) -> String {
    let mut svg = String::new();
    {
        let size = (WIDTH.unsigned_abs(), HEIGHT.unsigned_abs());
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&area, figures).expect("a text can always be written to");
        area.present().expect("a text can always be written to");
    }
    titled(&svg, &title(figures))
}

fn draw(area: &Area, figures: &Figures) -> Drawn {
    area.fill(&colour(palette::PAGE))?;
    let months = figures.months();
    let largest = tops(figures).into_iter().fold(0.0_f64, f64::max);
    let total = months.iter().fold(0.0, |sum, month| sum + month);
    write(area, &title(figures), (24, 30), 17.0, palette::INK, HPos::Left, true)?;
    let money = Money::of(figures, total);
    let count = match months.len() {
        1 => "1 month".to_owned(),
        count => format!("{count} months"),
    };
    let sum = format!("{} over {count}", money.say(total));
    write(area, &sum, (24, 54), 12.5, palette::INK2, HPos::Left, false)?;
    let scale = Scale::up_to(largest);
    draw_axis(area, &scale, &money)?;
    draw_months(area, figures, &scale)?;
    draw_table(area, figures, total, &money)
}

/// How high each month's stack reaches: above its cost where a contract takes off.
fn tops(figures: &Figures) -> Vec<f64> {
    let drivers = figures.drivers();
    let top = |month: usize| {
        let reached = drivers.iter().scan(0.0, |sum, (_, costs)| {
            *sum += costs[month];
            Some(*sum)
        });
        reached.fold(0.0_f64, f64::max)
    };
    (0..figures.workings.months).map(top).collect()
}

fn draw_axis(area: &Area, scale: &Scale, money: &Money) -> Drawn {
    let (left, _, right, _) = PLOT;
    for tick in &scale.ticks {
        let y = height(scale, *tick);
        let line = if *tick == 0.0 { palette::RULE } else { palette::HAIR };
        area.draw(&PathElement::new([(left, y), (right, y)], colour(line)))?;
        let label = format!("{}{}", money.sign, grouped(*tick, scale.decimals));
        write(area, &label, (left - 8, y), 12.0, palette::INK3, HPos::Right, false)?;
    }
    Ok(())
}

fn draw_months(area: &Area, figures: &Figures, scale: &Scale) -> Drawn {
    let (left, _, right, bottom) = PLOT;
    let count = figures.workings.months.max(1);
    let pitch = f64::from(right - left) / count as f64;
    let drivers = figures.drivers();
    let every = count.div_ceil(LABELS);
    for month in 0..figures.workings.months {
        let from = f64::from(left) + pitch * month as f64;
        let edge = |part: f64| (from + pitch * part).round() as i32;
        let (start, end) = (edge(0.16), edge(0.84));
        let mut below = 0.0;
        for (driver, costs) in &drivers {
            let above = below + costs[month];
            // What is taken off lies over the top of the stack.
            let (low, high) = (height(scale, below.min(above)), height(scale, below.max(above)));
            below = above;
            // A line of the page's colour parts neighbours, where there is room for it.
            let high = if low - high >= 4 { high + 1 } else { high };
            if high < low {
                let fill = colour(palette::driver(*driver)).filled();
                area.draw(&Rectangle::new([(start, high), (end, low)], fill))?;
            }
        }
        if month % every == 0 {
            let name = figures.workings.first_day(month).strftime("%b %y").to_string();
            let middle = edge(0.5);
            write(area, &name, (middle, bottom + 18), 12.0, palette::INK3, HPos::Center, false)?;
        }
    }
    Ok(())
}

/// Names and figures, in the order of the stack: its top first.
fn draw_table(area: &Area, figures: &Figures, total: f64, money: &Money) -> Drawn {
    let (swatch, names, costs, shares) = TABLE;
    let (_, top, ..) = PLOT;
    let line = |y: i32, cells: [&str; 3], ink: u32, bold: bool| -> Drawn {
        let [name, cost, share] = cells;
        write(area, name, (names, y), 12.5, ink, HPos::Left, bold)?;
        write(area, cost, (costs, y), 12.5, ink, HPos::Right, bold)?;
        write(area, share, (shares, y), 12.5, ink, HPos::Right, bold)
    };
    let rule =
        |y: i32| area.draw(&PathElement::new([(swatch, y), (shares, y)], colour(palette::RULE)));
    let mut y = top + 8;
    line(y, ["Driver", "Cost", "Share"], palette::INK3, false)?;
    rule(y + ROW / 2)?;
    for (driver, months) in figures.drivers().iter().rev() {
        y += ROW;
        let cost = months.iter().fold(0.0, |sum, month| sum + month);
        let share = if total > 0.0 { cost / total } else { 0.0 };
        let fill = colour(palette::driver(*driver)).filled();
        area.draw(&Rectangle::new([(swatch, y - 6), (swatch + 13, y + 7)], fill))?;
        let share = format!("{}%", grouped(share * 100.0, 1));
        line(y, [driver.label(), &money.say(cost), &share], palette::INK, false)?;
    }
    rule(y + ROW / 2)?;
    line(y + ROW, ["All drivers", &money.say(total), "100.0%"], palette::INK, true)
}

/// How amounts are written: with cents only where they matter.
struct Money {
    sign: &'static str,
    code: String,
    decimals: usize,
}

impl Money {
    fn of(figures: &Figures, total: f64) -> Self {
        let currency = &figures.about.currency;
        let (sign, code) = match currency.as_str() {
            "USD" => ("$", String::new()),
            other => ("", format!(" {}", clean(other))),
        };
        Self { sign, code, decimals: if total < 1000.0 { 2 } else { 0 } }
    }

    fn say(&self, amount: f64) -> String {
        format!("{}{}{}", self.sign, grouped(amount, self.decimals), self.code)
    }
}

fn title(figures: &Figures) -> String {
    let about = &figures.about;
    let name: String = clean(&about.name).chars().take(60).collect();
    format!("{name}: cost by month and driver, {}", clean(&about.currency))
}

/// With a title that is read aloud.
fn titled(svg: &str, title: &str) -> String {
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    svg.replacen(">\n", &format!(" role=\"img\">\n<title>{title}</title>\n"), 1)
}

fn height(scale: &Scale, value: f64) -> i32 {
    let (_, top, _, bottom) = PLOT;
    bottom - (value / scale.top() * f64::from(bottom - top)).round() as i32
}

fn colour(rgb: u32) -> RGBColor {
    let [_, red, green, blue] = rgb.to_be_bytes();
    RGBColor(red, green, blue)
}

/// Writes a text whose middle line is at `y`.
fn write(
    area: &Area,
    text: &str,
    at: (i32, i32),
    size_px: f64,
    ink: u32,
    side: HPos,
    bold: bool,
) -> Drawn {
    // The SVG writer makes letters smaller by this factor.
    const SHRINK: f64 = 1.24;
    let weight = if bold { FontStyle::Bold } else { FontStyle::Normal };
    let family = FontFamily::Name("Helvetica, Arial, sans-serif");
    let font = FontDesc::new(family, size_px * SHRINK, weight);
    let ink = colour(ink);
    let style = TextStyle::from(font).color(&ink).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))
}
