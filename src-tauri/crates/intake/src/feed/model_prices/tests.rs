//! An excerpt of the snapshot with one model for each of its rules.

use super::super::format::Format;
use super::super::tests::{check, excerpt, names, said, unread};

#[test]
fn every_change_is_an_entry_with_its_own_source() {
    check(
        &excerpt(Format::ModelPrices),
        "anthropic",
        "claude-opus-5-5",
        r#"
aliases = ["claude-opus-5.5"]
source = "https://github.com/sst/models.dev/commit/1ba7a9dff9a2"
checked = 2026-10-26
basis = "book"
[[model.price]]
input = "4"
cache_read = "0.2"
cache_write = "5"
cache_write_1h = "8"
output = "20"
note = "Known since 2026-09-22."
[[model.price]]
from = 2024-10-08
tier = "batch"
input = "2"
cache_read = "0.1"
cache_write = "2.5"
cache_write_1h = "4"
output = "10"
source = "https://github.com/sst/models.dev/commit/1ba7a9dff9a2"
checked = 2026-10-26
basis = "models.dev commit"
[[model.price]]
tier = "fast"
input = "8"
cache_read = "0.4"
cache_write = "10"
cache_write_1h = "16"
output = "40"
note = "Known since 2026-09-22."
"#,
    );
    check(
        &excerpt(Format::ModelPrices),
        "x-ai",
        "grok-4.7",
        r#"
source = "https://github.com/sst/models.dev/commit/ce2cb0547484"
checked = 2026-10-26
basis = "book"
[[model.price]]
input = "2"
cache_read = "0.5"
output = "6"
note = "Known since 2026-09-21."
[[model.price]]
over = 200000
input = "4"
cache_read = "1"
output = "12"
note = "Known since 2026-09-21."
[[model.price]]
from = 2026-10-22
tier = "batch"
input = "1.6"
cache_read = "0.4"
output = "4.8"
source = "https://docs.x.ai/developers/pricing#batch-api-pricing"
checked = 2026-10-26
basis = "first observed"
[[model.price]]
from = 2026-10-22
tier = "batch"
over = 200000
input = "3.2"
cache_read = "0.8"
output = "9.6"
source = "https://docs.x.ai/developers/pricing#batch-api-pricing"
checked = 2026-10-26
basis = "first observed"
"#,
    );
}

/// Peak hours on working days without Chinese holidays, since the day on which they began.
#[test]
fn peak_hours_are_laid_over_the_prices_that_they_change() {
    check(
        &excerpt(Format::ModelPrices),
        "deepseek",
        "deepseek-v4-pro",
        r#"
source = "https://github.com/sst/models.dev/commit/b2ab9735fe23"
checked = 2026-10-26
basis = "models.dev commit"
[[model.price]]
to = 2026-05-25
input = "1.74"
cache_read = "0.145"
output = "3.48"
source = "https://github.com/sst/models.dev/commit/3e82669a8257"
checked = 2026-10-26
basis = "book"
note = "Known since 2026-04-24."
[[model.price]]
from = 2026-05-25
to = 2026-08-16
input = "0.435"
cache_read = "0.003625"
output = "0.87"
source = "https://github.com/sst/models.dev/commit/ad654e71da15"
checked = 2026-10-26
basis = "models.dev commit"
[[model.price]]
from = 2026-08-16
to = 2026-10-02
input = "0.66"
cache_read = "0.022"
output = "1.98"
source = "https://api-docs.deepseek.com/quick_start/pricing"
checked = 2026-10-26
basis = "documented"
[[model.price]]
from = 2026-08-16
to = 2026-10-02
window = "01:00-04:00"
days = "mon-fri"
except = "cn"
input = "1.32"
cache_read = "0.044"
output = "3.96"
source = "https://api-docs.deepseek.com/quick_start/pricing"
checked = 2026-10-26
basis = "documented"
[[model.price]]
from = 2026-08-16
to = 2026-10-02
window = "06:00-10:00"
days = "mon-fri"
except = "cn"
input = "1.32"
cache_read = "0.044"
output = "3.96"
source = "https://api-docs.deepseek.com/quick_start/pricing"
checked = 2026-10-26
basis = "documented"
[[model.price]]
from = 2026-10-02
input = "0.66"
cache_read = "0.022"
output = "1.98"
[[model.price]]
from = 2026-10-02
window = "01:00-04:00"
days = "mon-fri"
except = "cn"
input = "1.32"
cache_read = "0.044"
output = "3.96"
[[model.price]]
from = 2026-10-02
window = "06:00-10:00"
days = "mon-fri"
except = "cn"
input = "1.32"
cache_read = "0.044"
output = "3.96"
"#,
    );
    check(
        &excerpt(Format::ModelPrices),
        "alibaba",
        "deepseek-v4-flash-0731",
        r#"
source = "https://www.alibabacloud.com/help/en/model-studio/model-pricing"
checked = 2026-10-26
basis = "documented"
[[model.price]]
to = 2026-08-16
input = "0.2"
cache_read = "0.04"
output = "0.4"
source = "https://github.com/sst/models.dev/commit/51f2c91c8b99"
checked = 2026-10-26
basis = "book"
note = "Known since 2026-08-09."
[[model.price]]
from = 2026-08-16
input = "0.44"
cache_read = "0.088"
output = "1.32"
[[model.price]]
from = 2026-08-16
window = "14:00-00:00"
input = "0.22"
cache_read = "0.044"
output = "0.66"
"#,
    );
    let feed = excerpt(Format::ModelPrices);
    let deepseek = feed.providers.iter().find(|provider| provider.id == "deepseek");
    let mut entries = deepseek.into_iter().flat_map(|provider| &provider.models[0].prices);
    let calendar = entries.find_map(|entry| entry.days.as_ref()?.except.clone());
    let calendar = calendar.expect("holidays");
    assert_eq!((calendar.dates.len(), calendar.known_to.to_string().as_str()), (10, "2026-12-31"));
}

#[test]
fn nothing_is_lost_in_silence() {
    let feed = excerpt(Format::ModelPrices);
    let mut problems = said(&feed);
    problems.retain(|problem| !problem.contains("is 0 for"));
    assert_eq!(
        problems,
        [
            "feed: Prices change at times of the day in this feed. Each holds here from the beginning of \
             its day, in UTC.",
            "x-ai.grok-4.7: `output` 4.800000000000001 has more digits than a price. It is read as 4.8 \
             for a million.",
        ]
    );
    let keys: Vec<_> = feed.unread.iter().map(|unread| unread.key.as_str()).collect();
    assert_eq!(keys, ["aliases.providers", "plans"]);
    assert_eq!((names(&feed).len(), unread(&feed).len()), (7, 2));
}

#[test]
fn what_is_not_sold_in_a_span_has_no_price_there() {
    let file = r#"{"schema": 1, "updated_at": "2026-10-26T18:46:35Z", "prices": {"acme": {"large": {
        "standard": [
            {"start": null, "rates": {"input": 1, "output": 2, "valid_from": "2026-01-01T00:00:00Z"}},
            {"start": "2026-03-01T00:00:00Z", "rates": null},
            {"start": "2026-05-01T00:00:00Z", "rates": {"input": 3, "output": 4}},
            {"start": "2026-05-01T06:00:00Z", "rates": {"input": 5, "output": 6}}],
        "thinking": [{"start": null, "rates": {"input": 9}}]}}}}"#;
    let day = jiff::civil::date(2026, 11, 20);
    let feed = super::read(file.as_bytes(), None, day).expect("a snapshot");
    check(
        &feed,
        "acme",
        "large",
        r#"
source = "https://pypi.org/project/model-prices/"
checked = 2026-10-26
basis = "book"
[[model.price]]
to = 2026-03-01
input = "1"
output = "2"
note = "Known since 2026-01-01."
[[model.price]]
from = 2026-05-01
input = "5"
output = "6"
"#,
    );
    assert_eq!(
        said(&feed),
        [
            "feed: Prices change at times of the day in this feed. Each holds here from the beginning of \
             its day, in UTC.",
            "acme.large: 1 of its prices end on the day on which they begin. They are left out: a book \
             has prices of days.",
        ]
    );
    assert_eq!(
        unread(&feed),
        ["1 mode thinking acme/large [{\"rates\":{\"input\":9},\"start\":null}]"]
    );
}
