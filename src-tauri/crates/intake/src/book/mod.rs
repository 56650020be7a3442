//! Our own price files: read, checked and written, so that a difference reads like a sentence.

pub(crate) mod check;
mod fields;
mod hosted;
mod line;
pub mod lock;
mod read;
mod survey;
mod terms;
mod write;

pub use check::overlap;
pub use fields::BadBook;
pub(crate) use fields::{HIGHEST_RATE, not_in_dollars, other_currency};
pub use read::read;
pub use survey::{Lack, Unsound, survey};
pub use write::{hours, model as write_model, sort, write};

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Overlaps, and entries without a date of the check or a source, are refused when a file is read.
    #[test]
    fn the_prices_that_ship_read_and_write_to_the_same_bytes() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prices");
        let files = [folder.clone(), folder.join("curated"), folder.join("curated/tiers")]
            .into_iter()
            .flat_map(|folder| std::fs::read_dir(folder).expect("the prices are there"));
        let mut models = 0;
        for file in files {
            let path = file.expect("readable").path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("readable");
            let provider =
                super::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(super::write(&provider), text, "{}", path.display());
            assert!(
                provider.models.iter().all(|model| model.origin.source.starts_with("https://"))
            );
            models += provider.models.len();
        }
        assert!(models > 2000, "{models} models");
    }
}
