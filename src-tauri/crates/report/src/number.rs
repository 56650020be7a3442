//! Numbers as people read them.

/// With commas between groups of three digits, rounded half away from zero.
pub fn grouped(value: f64, decimals: usize) -> String {
    let scale = 10f64.powi(i32::try_from(decimals).expect("a few decimals"));
    let text = format!("{:.decimals$}", (value * scale).round() / scale);
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!(grouped(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(grouped(999.5, 0), "1,000");
        assert_eq!(grouped(-1000.0, 0), "-1,000");
        assert_eq!(grouped(0.126, 2), "0.13");
    }
}
