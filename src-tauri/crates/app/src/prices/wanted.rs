//! Which models of a book are looked at: of one seller, of one name.

use std::borrow::Cow;

use cost::book::{Model, Provider};

use crate::error::{Code, Error, More};

/// Which models are looked at; all of them where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The seller's id.
    pub provider: Option<String>,
    /// The model, as `provider/id` or by its id alone.
    pub model: Option<String>,
}

impl Wanted {
    /// Books with these models alone. A wish that none of them fulfils is an error.
    pub fn of<'b>(
        &self,
        books: [Vec<&'b Provider>; 2],
    ) -> Result<[Vec<Cow<'b, Provider>>; 2], Error> {
        if self.provider.is_none() && self.model.is_none() {
            return Ok(books.map(|book| book.into_iter().map(Cow::Borrowed).collect()));
        }
        let books = books.map(|book| {
            let only = |provider: &Provider| {
                let has = |model: &&Model| self.has(&provider.id, &model.id, &model.aliases);
                let models: Vec<Model> = provider.models.iter().filter(has).cloned().collect();
                (!models.is_empty()).then(|| Cow::Owned(Provider { models, ..provider.clone() }))
            };
            book.into_iter().filter_map(only).collect::<Vec<_>>()
        });
        match books.iter().all(Vec::is_empty) {
            false => Ok(books),
            true => {
                let words = [&self.provider, &self.model].into_iter().flatten();
                let words: Vec<_> = words.map(|word| format!("`{word}`")).collect();
                let message = format!("There is no model of {} in it.", words.join(" and "));
                let hint = "Write a seller's id, or a model's as provider/model.";
                Err(Error::new(Code::NotFound, message, hint).with(More::Models))
            }
        }
    }

    /// Whether a model is one of them.
    fn has(&self, provider: &str, id: &str, aliases: &[String]) -> bool {
        let is_seller = |wanted: &String| wanted.eq_ignore_ascii_case(provider);
        let is_model = |wanted: &String| {
            let bare = wanted.split_once('/').filter(|(seller, _)| *seller == provider);
            let bare = bare.map(|(_, id)| id);
            let is_it = |name: &str| name == id || aliases.iter().any(|alias| alias == name);
            is_it(wanted) || bare.is_some_and(is_it)
        };
        self.provider.as_ref().is_none_or(is_seller) && self.model.as_ref().is_none_or(is_model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_goes_by_its_id_its_full_name_and_its_other_names() {
        let check = |provider: Option<&str>, model: Option<&str>| {
            let (provider, model) = (provider.map(str::to_owned), model.map(str::to_owned));
            Wanted { provider, model }.has("acme", "wide/large", &["big".into()])
        };
        assert!(check(None, None) && check(Some("Acme"), None));
        for name in ["wide/large", "acme/wide/large", "big", "acme/big"] {
            assert!(check(None, Some(name)), "{name}");
        }
        assert!(!check(Some("other"), Some("big")));
        for name in ["large", "other/big", "acme"] {
            assert!(!check(None, Some(name)), "{name}");
        }
    }
}
