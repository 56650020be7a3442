//! Numbers rounded for people so that the parts still add up to the whole: by largest remainder.

/// Parts in whole steps of `10⁻ᵈᵉᶜⁱᵐᵃˡˢ`, whose sum is that of the parts, rounded.
///
/// Where the rest of a division has to go is decided by size, then by place.
pub fn foot(parts: &[f64], decimals: u32) -> Vec<i64> {
    let scale = 10f64.powi(i32::try_from(decimals).expect("a few decimals"));
    let scaled: Vec<f64> = parts.iter().map(|part| part * scale).collect();
    let whole = |value: f64| value as i64;
    let mut footed: Vec<i64> = scaled.iter().map(|part| whole(part.floor())).collect();
    let total = whole(scaled.iter().sum::<f64>().round());
    let missing = total - footed.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| {
        let rest = |index: usize| scaled[index] - scaled[index].floor();
        rest(b).total_cmp(&rest(a)).then(a.cmp(&b))
    });
    for &index in order.iter().take(usize::try_from(missing).unwrap_or(0)) {
        footed[index] += 1;
    }
    footed
}

/// Parts of a hundred percent, with one decimal, that add up to it; zeros where there is nothing.
pub fn shares(parts: &[f64]) -> Vec<i64> {
    let total: f64 = parts.iter().sum();
    if total <= 0.0 {
        return vec![0; parts.len()];
    }
    foot(&parts.iter().map(|part| part / total * 100.0).collect::<Vec<_>>(), 1)
}

/// Whole steps of `10⁻ᵈᵉᶜⁱᵐᵃˡˢ` as a decimal: 426 of four decimals is `0.0426`.
pub fn decimal(steps: i64, decimals: u32) -> String {
    let (sign, digits) = (if steps < 0 { "-" } else { "" }, steps.unsigned_abs().to_string());
    let places = usize::try_from(decimals).expect("a few decimals");
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[f64], decimals: u32, expected: &str) {
        let shown: Vec<String> =
            foot(parts, decimals).into_iter().map(|part| decimal(part, decimals)).collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn parts_add_up_to_the_rounded_whole() {
        check(&[0.33333, 0.33333, 0.33334], 2, "0.33 0.33 0.34");
        check(&[0.00004, 0.00004, 0.00004], 4, "0.0001 0.0000 0.0000");
        check(&[2.5, 2.5], 0, "3 2");
        check(&[], 4, "");
    }

    #[test]
    fn shares_add_up_to_a_hundred() {
        assert_eq!(shares(&[1.0, 1.0, 1.0]), [334, 333, 333]);
        assert_eq!(shares(&[0.0, 0.0]), [0, 0]);
    }

    #[test]
    fn steps_read_as_decimals() {
        assert_eq!([decimal(426, 4), decimal(-5, 1), decimal(7, 0)], ["0.0426", "-0.5", "7"]);
    }
}
