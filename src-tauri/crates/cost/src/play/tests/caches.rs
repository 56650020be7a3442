//! Providers' caches, worked out by hand.

use super::*;
use crate::meter::Meter;
use crate::money::Rate;

/// $3 and $15, $0.30 to read, $3.75 to write, $6 to write for an hour; $0.01 for a search.
pub(super) fn keeper() -> Model {
    let mut entry = entry("3", "15");
    for (meter, rate) in
        [(Meter::CacheRead, "0.3"), (Meter::CacheWrite, "3.75"), (Meter::CacheWrite1h, "6")]
    {
        entry.rates.insert(meter, Rate::parse_per_million(rate).expect("a rate"));
    }
    entry.rates.insert(Meter::WebSearch, Rate::parse("0.01").expect("a rate"));
    model(vec![entry])
}

#[test]
fn a_fee_may_stand_in_a_price_list() {
    let step = "{ tool: { model: keeper, meter: web_search, uses: 3 } }";
    expect(&script("", step), &[("uses", 3.0), ("cost", 30_000.0)]);
}
