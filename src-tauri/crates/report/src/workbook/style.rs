//! How cells look: number formats by unit, and one colour for each meaning.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::palette;

/// How a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// An amount of money, to the cent.
    Money,
    /// Money for one unit of work: four decimals.
    UnitMoney,
    /// Less of it: six decimals.
    SmallMoney,
    /// Money for one token: ten decimals.
    Rate,
    /// A line of one unit of work: eight decimals.
    Line,
    /// A part of a whole: percent with two decimals.
    Share,
    /// Less than a thousandth of it: percent with six decimals.
    SmallShare,
    /// Many, without decimals.
    Whole,
    /// Some, with two decimals.
    Some,
    /// Few, with six decimals.
    Few,
    /// As it is typed.
    Typed,
    /// A listed price: two decimals, more where it has them.
    Listed,
    /// A day.
    Date,
    /// A month.
    Month,
    /// 0 or 1, counted.
    Flag,
    /// 0 or 1, in words.
    Verdict,
}

impl Show {
    /// How to show values of a unit, the largest of which is `largest`.
    pub fn of(unit: &str, currency: &str, largest: f64) -> Self {
        if unit.starts_with("share") {
            return Self::of_share(largest);
        }
        match unit.strip_prefix(currency) {
            Some("") => Self::Money,
            Some(_) => Self::of_unit(largest),
            None if unit == "flag" || largest >= 1000.0 => Self::Whole,
            None if largest >= 1.0 || largest == 0.0 => Self::Some,
            None => Self::Few,
        }
    }

    /// How to show parts of a whole: a small one never as none.
    pub const fn of_share(largest: f64) -> Self {
        match largest {
            0.0 | 0.001.. => Self::Share,
            _ => Self::SmallShare,
        }
    }

    /// How to show money for one of something.
    pub const fn of_unit(largest: f64) -> Self {
        match largest {
            0.0 | 0.01.. => Self::UnitMoney,
            0.0001.. => Self::SmallMoney,
            _ => Self::Rate,
        }
    }

    /// The number format.
    pub const fn format(self) -> &'static str {
        match self {
            Self::Money | Self::Some => "#,##0.00",
            Self::UnitMoney => "#,##0.0000",
            Self::SmallMoney | Self::Few => "0.000000",
            Self::Line => "0.00000000",
            Self::Rate => "0.0000000000",
            Self::Share => "0.00%",
            Self::SmallShare => "0.000000%",
            Self::Whole => "#,##0",
            Self::Typed => "General",
            Self::Listed => "#,##0.00########",
            Self::Date => "yyyy-mm-dd",
            Self::Month => "mmm yy",
            Self::Flag => "0",
            // Positive, negative, zero: colour is not the only sign.
            Self::Verdict => "\"FAILS\";\"FAILS\";\"ok\"",
        }
    }

    /// How many characters a value takes, about.
    pub fn width(self, value: f64) -> usize {
        let digits = value.abs().max(1.0).log10() as usize + 1;
        let whole = digits + (digits - 1) / 3 + usize::from(value < 0.0);
        match self {
            Self::Money | Self::Some => whole + 3,
            Self::UnitMoney => whole + 5,
            Self::SmallMoney | Self::Few => whole + 7,
            Self::Line => whole + 9,
            Self::Rate => whole + 11,
            Self::Share => whole + 5,
            Self::SmallShare => whole + 9,
            Self::Whole | Self::Flag => whole,
            Self::Typed | Self::Listed => value.to_string().len() + (digits - 1) / 3,
            Self::Date => 10,
            Self::Month | Self::Verdict => 6,
        }
    }
}

/// A font that every system has, or has one of the same widths: columns print as wide everywhere.
pub const FONT: &str = "Arial";

/// What a cell looks like without a style.
pub fn plain() -> Format {
    Format::new().set_font_name(FONT).set_font_size(10)
}

fn base() -> Format {
    plain().set_font_color(palette::INK).set_align(FormatAlign::VerticalCenter)
}

/// A computed number.
pub fn computed(show: Show) -> Format {
    base().set_num_format(show.format()).set_align(FormatAlign::Right)
}

/// A computed number that says nothing where it is 0.
pub fn or_nothing(show: Show) -> Format {
    let format = show.format();
    computed(show).set_num_format(format!("{format};-{format};\"–\""))
}

/// A number that a person may change.
pub fn typed(show: Show) -> Format {
    computed(show)
        .set_font_color(palette::INPUT)
        .set_background_color(0xfc_f9e8)
        .set_border_bottom(FormatBorder::Hair)
        .set_border_bottom_color(palette::RULE)
        .set_unlocked()
}

/// A sum of the rows above it.
pub fn sum(show: Show) -> Format {
    let line = computed(show).set_bold().set_border_top(FormatBorder::Thin);
    line.set_border_top_color(palette::RULE)
}

/// The figures that the page is read for.
pub fn headline(show: Show) -> Format {
    computed(show).set_bold().set_background_color(0xea_f2ec)
}

/// A label.
pub fn label() -> Format {
    base()
}

/// A text that somebody wrote: it never becomes a formula, even when it is edited.
pub fn quoted() -> Format {
    let text = base().set_font_color(palette::INK2).set_quote_prefix();
    text.set_align(FormatAlign::Left).set_indent(1)
}

/// A unit.
pub fn unit() -> Format {
    base().set_font_color(palette::INK3).set_align(FormatAlign::Left).set_indent(1)
}

/// An address.
pub fn address() -> Format {
    base().set_font_size(8).set_font_color(palette::INK3).set_quote_prefix()
}

/// What a row is gathered by.
pub fn key() -> Format {
    address().set_align(FormatAlign::Left).set_indent(1)
}

/// The word `guess`.
pub fn guess() -> Format {
    let word = base().set_font_color(palette::AMBER).set_bold().set_background_color(0xfd_f0d8);
    word.set_align(FormatAlign::Left).set_indent(1)
}

/// A link to a page.
pub fn link() -> Format {
    base().set_font_color(palette::INPUT).set_align(FormatAlign::Left).set_indent(1)
}

/// A sheet's name.
pub fn title() -> Format {
    plain().set_font_size(14).set_bold().set_font_color(palette::INK)
}

/// What a sheet is for.
pub fn purpose() -> Format {
    base().set_font_color(palette::INK2)
}

/// The line that says on every sheet whether all checks pass.
pub fn strip() -> Format {
    base().set_bold().set_background_color(0xf2_f2ef)
}

/// The strip when a check fails.
pub fn failed() -> Format {
    Format::new().set_font_color(palette::PAGE).set_background_color(palette::RED)
}

/// The head of a column.
pub fn header() -> Format {
    base()
        .set_bold()
        .set_font_color(palette::INK2)
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(palette::INK2)
        .set_text_wrap()
}

/// The head of a column of indented texts.
pub fn text_header() -> Format {
    header().set_align(FormatAlign::Left).set_indent(1)
}

/// The head of a column of numbers.
pub fn number_header() -> Format {
    header().set_align(FormatAlign::Right)
}

/// The head of a month's column.
pub fn month_header() -> Format {
    number_header().set_num_format(Show::Month.format())
}

/// The number of a row.
pub fn index() -> Format {
    base().set_font_color(palette::INK3).set_num_format("0").set_align(FormatAlign::Left)
}

/// The head of a group of rows.
pub fn heading() -> Format {
    base().set_bold().set_font_size(11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_share_is_not_shown_as_none() {
        let format = |share: f64| Show::of("share of units", "USD", share).format();
        assert_eq!([0.0, 0.001, 0.5].map(format), ["0.00%"; 3]);
        assert_eq!([0.000_999, 8e-6].map(format), ["0.000000%"; 2]);
    }
}
