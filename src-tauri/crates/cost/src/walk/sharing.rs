//! Explicit caches that calls of several features name.

use super::explicit::{call, close, feature, is_of, made, paid, plan, script_of, stored};
use super::tests::{value, worked_out};
use crate::meter::Meter;
use crate::plan::Plan;
use crate::play::enumerate;

/// Users come in nine hours side by side, from this one on, on these clocks.
fn nine(first: usize, zone: &str) -> String {
    let hours: [u8; 24] = std::array::from_fn(|hour| u8::from((hour + 24 - first) % 24 < 9));
    format!("load: {{ zone: {zone}, hours: {hours:?} }},")
}

/// Two features that send the same beginning.
fn two(loads: [&str; 2], held: &str) -> Plan {
    let step = call("a", "book, question", held);
    let [f, g] = loads.map(|load| format!("{load} volume: {{ units: 1000/month }}"));
    plan(&[feature("f", &f, &step), feature("g", &g, &step)])
}

#[test]
fn features_whose_users_come_at_other_hours_hold_caches_of_their_own() {
    let day = nine(9, "Europe/London");
    for (other, held, caches) in [
        (day.clone(), "9 h", 1.0),
        (nine(23, "Europe/London"), "9 h", 2.0),
        (nine(9, "Australia/Sydney"), "9 h", 2.0),
        (String::new(), "9 h", 2.0),
        (nine(23, "Europe/London"), "24 h", 1.0),
        ("load: office hours,".to_owned(), "24 h", 1.0),
    ] {
        let plan = two([&day, &other], held);
        let estimate = worked_out(&plan);
        let hours: f64 = held.trim_end_matches(" h").parse().expect("hours");
        close(stored(&estimate, 1), caches * 0.1 * 31.0 * hours * 4.5);
        // Who calls reads at the hours of its own cache, as it does in play.
        let played =
            [0, 1].map(|nth| enumerate(&script_of(&plan, nth)).expect("few outcomes").unit);
        let used: f64 = played.iter().map(|unit| 1000.0 * unit.cost).sum();
        let read: f64 = played.iter().map(|unit| 1000.0 * unit.cache_read).sum();
        close(paid(&estimate, 1, |_| true), used + stored(&estimate, 1) + made(&estimate));
        close(paid(&estimate, 1, is_of(Meter::CacheRead)), read * 0.125 / 1e6);
    }
}

#[test]
fn an_even_load_is_even_on_any_clock() {
    let even = "load: { zone: Asia/Tokyo, hours: flat },";
    let estimate = worked_out(&two(["", even], "6 h"));
    close(stored(&estimate, 1), 0.1 * 31.0 * 6.0 * 4.5);
    close(value(&estimate, "f.a.cache.in-hours", 1), 0.25);
}
