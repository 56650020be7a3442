//! Price books of others: one file or folder each, and one answer.

mod answer;
mod azure;
mod format;
mod gather;
mod genai;
mod hours;
mod litellm;
mod metergraph;
mod model_prices;
mod models_dev;
mod names;
mod ours;
mod rows;
mod values;

use jiff::civil::Date;

pub use answer::{Feed, Kept, Refused, Unread};
pub use format::Format;
pub use ours::survey;

/// Reads a price book of any format. `checked` is the day of the file, where it is known.
pub fn read(bytes: &[u8], checked: Option<Date>, today: Date) -> Result<(Format, Feed), Refused> {
    if format::is_workbook(bytes) {
        return Err(Refused::Workbook);
    }
    let format = format::look(bytes).map_err(|seen| Refused::Unknown { seen })?;
    Ok((format, reader(format)(bytes, checked, today)?))
}

type Reader = fn(&[u8], Option<Date>, Date) -> Result<Feed, Refused>;

fn reader(format: Format) -> Reader {
    match format {
        Format::Genai => genai::read,
        Format::LiteLlm => litellm::read,
        Format::ModelsDev => models_dev::read,
        Format::ModelPrices => model_prices::read,
        Format::Metergraph => metergraph::read,
        Format::Azure => azure::read,
        Format::OursToml => ours::toml,
        Format::OursCsv => ours::csv,
    }
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod mutants;
#[cfg(test)]
mod tests;
