//! The prices that a plan uses, written out beside it, so that a new edition of the book changes nothing by itself.

use cost::book::{Book, Model, Provider, Terms};
use sha2::{Digest, Sha256};
use toml::de::DeTable;

use super::fields::{BadBook, Fields, Seller, syntax};
use super::line::{field, list, quoted};
use super::read::{calendars, model};
use super::terms;
use super::write::{self, model as write_model};

/// The lock file of a plan: models in the order of their providers and ids.
pub fn write(book: &Book) -> String {
    let mut body = String::new();
    let mut providers: Vec<&Provider> = book.providers.iter().collect();
    providers.sort_by(|a, b| a.id.cmp(&b.id));
    for provider in &providers {
        body.push_str("\n[[provider]]\n");
        field(&mut body, "id", &quoted(&provider.id));
        field(&mut body, "name", &quoted(&provider.name));
        list(&mut body, "aliases", &provider.aliases);
    }
    for provider in providers {
        let mut models: Vec<_> = provider.models.iter().collect();
        models.sort_by(|a, b| a.id.cmp(&b.id));
        for each in models {
            // What a model can do is no part of what it costs, and must not move a pin.
            let priced = Model { capabilities: None, hosted: None, ..each.clone() };
            write_model(&mut body, Some(&provider.id), &priced);
        }
        let ids: Vec<&str> = provider.models.iter().map(|model| model.id.as_str()).collect();
        terms::write(&mut body, Some(&provider.id), &provider.terms.about(&ids));
        write::calendars(&mut body, Some(&provider.id), provider);
    }
    format!("{HEAD}sha256 = \"{}\"\n{body}", hash(&body))
}

/// Reads a lock file, and refuses one whose content is not what its hash says.
pub fn read(text: &str) -> Result<Book, BadBook> {
    let document = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    let whole = Fields { text, table: document.get_ref(), span: 0..0, model: None };
    let fields = &whole;
    fields.only(&[&["sha256", "provider", "model", "calendar"], terms::TABLES].concat())?;
    let stated = fields.needed_text("sha256")?;
    let body = text.split_once(stated).map_or("", |(_, body)| body);
    if hash(body) != stated {
        let message =
            "The prices are not the ones that were pinned: their hash differs. Pin them again.";
        return Err(fields.bad(0..0, message));
    }
    let mut providers =
        fields.tables("provider")?.iter().map(provider).collect::<Result<Vec<_>, _>>()?;
    for fields in fields.tables("model")? {
        let seller = fields.needed_text("provider")?;
        let Some(provider) = providers.iter_mut().find(|provider| provider.id == seller) else {
            return Err(
                fields.bad(fields.span.clone(), format!("There is no [[provider]] `{seller}`."))
            );
        };
        let calendars = calendars(&whole, &Seller::Named(seller))?;
        provider.models.push(model(&fields, &calendars)?);
    }
    for provider in &mut providers {
        provider.terms = terms::read(&whole, &Seller::Named(&provider.id))?;
    }
    Ok(Book { providers })
}

const HEAD: &str = "# Prices as they were when this plan was pinned. Written by Forebill: pin again to change them.\n\n";

fn provider(fields: &Fields) -> Result<Provider, BadBook> {
    fields.only(&["id", "name", "aliases"])?;
    Ok(Provider {
        id: fields.needed_text("id")?.into(),
        name: fields.needed_text("name")?.into(),
        aliases: fields.texts("aliases")?,
        models: vec![],
        terms: Terms::default(),
    })
}

/// SHA-256 of what follows the hash, in hexadecimal; line ends and the quote before it do not count.
fn hash(body: &str) -> String {
    let body = body.replace('\r', "");
    let body = body.trim_start_matches('"').trim();
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cost::book::Capability;

    const PINNED: &str = r#"# Prices as they were when this plan was pinned. Written by Forebill: pin again to change them.

sha256 = "HASH"

[[provider]]
id = "acme"
name = "Acme"
aliases = ["acme-cloud"]

[[model]]
provider = "acme"
id = "large"
source = "https://acme.example/prices"
checked = 2026-11-09
basis = "documented"

[[model.price]]
input = "2.5"
"#;

    fn pinned() -> String {
        PINNED.replace("HASH", &hash(PINNED.split_once("HASH").expect("a hash").1))
    }

    #[test]
    fn what_is_pinned_reads_back() {
        let book = read(&pinned()).expect("a lock file");
        assert_eq!(write(&book), pinned());
        assert_eq!(read(&pinned().replace('\n', "\r\n")), Ok(book));
    }

    #[test]
    fn what_a_model_can_do_moves_no_pin() {
        let mut book = read(&pinned()).expect("a lock file");
        book.providers[0].models[0].capabilities = Some(Capability::ALL.into());
        assert_eq!(write(&book), pinned());
    }

    #[test]
    fn a_price_changed_by_hand_is_refused() {
        let error = read(&pinned().replace("2.5", "2.4")).expect_err("refused");
        assert_eq!(
            error.to_string(),
            "line 1, column 1: The prices are not the ones that were pinned: their hash differs. Pin them again."
        );
    }
}
