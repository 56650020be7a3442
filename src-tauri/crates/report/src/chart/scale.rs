//! Round numbers along an axis.

/// An axis from 0 to a round number.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// From 0 to the upper end.
    pub ticks: Vec<f64>,
    /// How many decimals the ticks need.
    pub decimals: usize,
}

impl Scale {
    /// An axis for values up to `largest`, with about five ticks.
    pub fn up_to(largest: f64) -> Self {
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let power = (largest / 5.0).log10().floor();
        let unit = 10f64.powf(power);
        let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * unit);
        let enough = |step: &&f64| **step * 5.0 >= largest * 0.999_999;
        let step = steps.iter().find(enough).copied().unwrap_or(10.0 * unit);
        let count = (largest / step - 1e-6).ceil().max(1.0);
        let ticks = (0..=count as u32).map(|tick| f64::from(tick) * step).collect();
        // 2.5 needs one more than its power of ten.
        let places = -power + f64::from(u8::from((step / unit).fract() != 0.0));
        Self { ticks, decimals: places.max(0.0) as usize }
    }

    /// The upper end.
    pub fn top(&self) -> f64 {
        self.ticks.last().copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let ends = |largest| {
            let scale = Scale::up_to(largest);
            (scale.ticks.len(), scale.top(), scale.decimals)
        };
        assert_eq!(ends(17_903.0), (5, 20_000.0, 0));
        assert_eq!(ends(1.0), (6, 1.0, 1));
        assert_eq!(ends(0.0123), (6, 0.0125, 4));
        assert_eq!(ends(12.0), (6, 12.5, 1));
        assert_eq!(ends(0.0), (6, 1.0, 1));
    }
}
