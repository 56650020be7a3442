//! Names of cells: `In_` for what is typed, `Px_` for prices, `Out_` for results, `Chk_` for checks.

use std::collections::HashMap;

use cost::workings::{InputId, PriceId, Workings};

use crate::error::Error;

/// The longest name that spreadsheets allow.
const LONGEST: usize = 255;

/// Every name of the workbook, each with one owner.
pub struct Names {
    inputs: Vec<String>,
    prices: Vec<String>,
    owners: HashMap<String, String>,
    cells: Vec<(String, String)>,
}

impl Names {
    /// Names every input and price; refuses what would share a name or is too long.
    pub fn new(workings: &Workings) -> Result<Self, Error> {
        let owners = HashMap::new();
        let mut names = Self { inputs: vec![], prices: vec![], owners, cells: vec![] };
        for input in &workings.inputs {
            let name = names.claim("In_", &input.address, "")?;
            names.inputs.push(name);
        }
        for price in &workings.prices {
            let address = price.address.strip_prefix("price.").unwrap_or(&price.address);
            let name = names.claim("Px_", address, "")?;
            names.claim("Px_", address, "_list")?;
            names.prices.push(name);
        }
        Ok(names)
    }

    /// An input's typed cell.
    pub fn input(&self, id: InputId) -> &str {
        &self.inputs[id.0]
    }

    /// A price for one unit.
    pub fn price(&self, id: PriceId) -> &str {
        &self.prices[id.0]
    }

    /// A price as it is listed.
    pub fn list_price(&self, id: PriceId) -> String {
        format!("{}_list", self.prices[id.0])
    }

    /// Takes a name for an address.
    pub fn claim(&mut self, prefix: &str, address: &str, suffix: &str) -> Result<String, Error> {
        let name = format!("{prefix}{}{suffix}", plain(address));
        if name.len() > LONGEST {
            return Err(Error::NameTooLong { address: address.to_owned() });
        }
        // Case does not count: spreadsheets find the second name only when they open the file.
        match self.owners.insert(name.to_ascii_lowercase(), address.to_owned()) {
            None => Ok(name),
            Some(first) => Err(Error::NameTaken { name, first, second: address.to_owned() }),
        }
    }

    /// Says which cell a name stands for, as `Inputs!$D$7`; refuses what somebody else is called.
    pub fn define(&mut self, name: &str, cell: String) -> Result<(), Error> {
        if name.len() > LONGEST {
            return Err(Error::NameTooLong { address: name.to_owned() });
        }
        if !self.owners.contains_key(&name.to_ascii_lowercase()) {
            self.claim("", name, "")?;
        } else if self.cells.iter().any(|(taken, _)| taken.eq_ignore_ascii_case(name)) {
            let (name, second) = (name.to_owned(), cell);
            return Err(Error::NameTaken { name: name.clone(), first: name, second });
        }
        self.cells.push((name.to_owned(), cell));
        Ok(())
    }

    /// Every name with its cell.
    pub fn cells(&self) -> &[(String, String)] {
        &self.cells
    }
}

/// An address as people read it, with the names of models as they are: `price › google/gemini-3.6-flash › context`.
pub fn words_of(address: &str, workings: &Workings) -> String {
    around(address, workings.prices.iter().map(|price| price.model.as_str()))
}

fn around<'m>(address: &str, models: impl Iterator<Item = &'m str>) -> String {
    let Some(rest) = address.strip_prefix("price.") else { return words(address) };
    let is_under = |model: &&str| rest.strip_prefix(*model).is_some_and(|end| end.starts_with('.'));
    // The name of one may go on as that of another: `acme/gpt-3` and `acme/gpt-3.5`.
    match models.filter(is_under).max_by_key(|model| model.len()) {
        Some(model) => format!("price › {model} › {}", words(&rest[model.len() + 1..])),
        None => words(address),
    }
}

/// `support.easy.output.low` as people read it: `support › easy › output, low`.
pub fn words(address: &str) -> String {
    let (head, end) = match address.rsplit_once('.') {
        Some((head, end @ ("low" | "likely" | "high"))) => (head, Some(end)),
        _ => (address, None),
    };
    let words = head.replace('.', " › ").replace('-', " ");
    match end {
        None => words,
        Some(end) => format!("{words}, {end}"),
    }
}

/// Letters, digits and underscores only.
fn plain(address: &str) -> String {
    address.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cost::plan::{Certainty, Provenance};
    use cost::workings::{Input, Purpose};
    use jiff::civil::date;

    use super::*;

    fn named(addresses: &[&str]) -> Result<Vec<String>, String> {
        let mut workings = Workings::new(date(2027, 1, 1), 1);
        workings.inputs = addresses
            .iter()
            .map(|address| {
                Arc::new(Input {
                    address: (*address).to_owned(),
                    number: (*address).to_owned(),
                    value: 1.0,
                    unit: String::new(),
                    text: "1".to_owned(),
                    provenance: Provenance::default(),
                    doubt: None,
                    certainty: Certainty::Exact,
                    purpose: Purpose::Typed,
                })
            })
            .collect();
        let names = Names::new(&workings).map_err(|error| error.to_string())?;
        Ok((0..addresses.len()).map(|id| names.input(InputId(id)).to_owned()).collect())
    }

    #[test]
    fn a_name_is_the_address_without_its_marks() {
        let names = named(&["support.easy.output.low", "prompts.system.tokens.o200k"]);
        assert_eq!(
            names,
            Ok(vec!["In_support_easy_output_low".into(), "In_prompts_system_tokens_o200k".into()])
        );
    }

    #[test]
    fn what_would_share_a_name_is_refused() {
        assert_eq!(
            named(&["a.b-c", "a.b.c"]),
            Err("`a.b-c` and `a.b.c` would both be called `In_a_b_c` in the workbook.".into())
        );
        assert_eq!(
            named(&["a.start", "A.Start"]),
            Err("`a.start` and `A.Start` would both be called `In_A_Start` in the workbook.".into())
        );
    }

    #[test]
    fn an_address_reads_as_words() {
        assert_eq!(words("support.easy.output.low"), "support › easy › output, low");
        assert_eq!(words("prompts.tool-result.tokens"), "prompts › tool result › tokens");
    }

    #[test]
    fn the_name_of_a_model_stays_as_it_is() {
        let read = |address: &str| around(address, ["acme/small-3", "acme/small-3.6"].into_iter());
        assert_eq!(read("price.acme/small-3.6.context"), "price › acme/small-3.6 › context");
        let minimum = "price › acme/small-3 › cache › held minimum";
        assert_eq!(read("price.acme/small-3.cache.held-minimum"), minimum);
        assert_eq!(read("ask.small-3.output"), "ask › small 3 › output");
    }

    #[test]
    fn a_name_has_an_end() {
        let long = "a".repeat(253);
        assert_eq!(named(&[&long]), Err(format!("`{long}` is too long to be the name of a cell.")));
        assert!(named(&[&long[1..]]).is_ok());
    }
}
