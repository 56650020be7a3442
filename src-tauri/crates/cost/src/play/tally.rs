//! Executions added up: means, standard errors, exact expectations.

use libm::sqrt;

macro_rules! figures {
    ($($field:ident $doc:literal;)*) => {
        /// What executions use: tokens by what they are for, each in exactly one place, prompt tokens once more by
        /// class, and dollars.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct Used<T> {
            $(#[doc = $doc] pub $field: T,)*
        }

        /// How many figures there are.
        const FIGURES: usize = [$(stringify!($field)),*].len();

        impl<T> Used<T> {
            /// Its figures with their names.
            pub fn figures(&self) -> [(&'static str, &T); FIGURES] {
                [$((stringify!($field), &self.$field)),*]
            }

            /// The same figures, each seen through `view`.
            pub fn map<U>(&self, mut view: impl FnMut(&T) -> U) -> Used<U> {
                Used { $($field: view(&self.$field)),* }
            }

            fn each_with<U>(&mut self, other: &Used<U>, mut meet: impl FnMut(&mut T, &U)) {
                $(meet(&mut self.$field, &other.$field);)*
            }
        }
    };
}

figures! {
    calls "Calls made, failed attempts included.";
    uses "Uses of tools that are billed, in failed attempts as well.";
    input "Prompt tokens sent for the first time.";
    history "Prompt tokens of earlier turns, sent again.";
    context "Prompt tokens of earlier steps of a loop, sent again.";
    output "Visible tokens written.";
    reasoning "Hidden tokens written.";
    failed_input "Prompt tokens billed of failed attempts, whatever they are.";
    failed_output "Tokens billed that failed attempts wrote, hidden ones included.";
    escalated_input "Prompt tokens of later tiers and their judges, failed attempts not included.";
    escalated_output "Tokens that later tiers and their judges wrote.";
    beyond_input "Prompt tokens of agents beyond the first, failed and escalated ones not included.";
    beyond_output "Tokens that agents beyond the first wrote.";
    uncached "Of all prompt tokens: plain input.";
    cache_read "Of all prompt tokens: read from a provider's cache.";
    cache_write "Of all prompt tokens: written to a cache for its default time.";
    cache_write_1h "Of all prompt tokens: written to a cache for an hour.";
    written "All tokens written, whatever they are for.";
    cost "US dollars, failed attempts included.";
    failed_cost "US dollars of failed attempts.";
    escalated_cost "US dollars of later tiers and their judges.";
    beyond_cost "US dollars of agents beyond the first.";
    answers "Answers that users see: one for each turn that has one.";
    measured "Of these, answers of calls whose quality somebody measured.";
    right "Of these, right answers.";
}

impl Used<f64> {
    /// Every billed prompt token, whatever it is for.
    pub fn prompt_tokens(&self) -> f64 {
        let dear = self.failed_input + self.escalated_input + self.beyond_input;
        self.input + self.history + self.context + dear
    }

    /// Every billed token written, whatever it is for.
    pub fn written_tokens(&self) -> f64 {
        let dear = self.failed_output + self.escalated_output + self.beyond_output;
        self.output + self.reasoning + dear
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.each_with(other, |sum, value| *sum += value);
    }
}

/// A mean over executions, and how sure it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figure {
    /// The mean.
    pub mean: f64,
    /// The standard error of the mean.
    pub standard_error: f64,
}

impl Figure {
    /// How far an exact figure lies from the mean, in standard errors: 0 where they differ by rounding alone, infinite
    /// where they differ and nothing varied.
    pub fn errors_from(&self, exact: f64) -> f64 {
        let difference = (self.mean - exact).abs();
        if difference <= 1e-9 * exact.abs() {
            return 0.0;
        }
        difference / self.standard_error
    }
}

impl Used<Figure> {
    /// The figure that lies furthest from its exact one: its name, and how many standard errors.
    pub fn furthest_from(&self, exact: &Used<f64>) -> (&'static str, f64) {
        let exact = exact.figures();
        let errors = self.figures().into_iter().zip(exact);
        errors
            .map(|((name, figure), (_, exact))| (name, figure.errors_from(*exact)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .expect("there are figures")
    }
}

/// Mean and variance, gathered value by value (Welford).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Running {
    mean: f64,
    squares: f64,
}

impl Running {
    /// Takes the `nth` value, from 1.
    pub(super) fn take(&mut self, value: f64, nth: f64) {
        let before = value - self.mean;
        self.mean += before / nth;
        self.squares += before * (value - self.mean);
    }

    pub(super) fn figure(&self, values: f64) -> Figure {
        let variance = self.squares / (values - 1.0);
        Figure { mean: self.mean, standard_error: sqrt(variance / values) }
    }
}

impl Used<Running> {
    pub(super) fn take(&mut self, used: &Used<f64>, nth: f64) {
        self.each_with(used, |running, &value| running.take(value, nth));
    }

    pub(super) fn summary(&self, values: f64) -> Used<Figure> {
        self.map(|running| running.figure(values))
    }
}

/// A sum that loses no digits to its length (Neumaier).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(super) fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() {
            (self.sum - sum) + value
        } else {
            (value - sum) + self.sum
        };
        self.sum = sum;
    }

    pub(super) fn total(&self) -> f64 {
        self.sum + self.lost
    }
}

impl Used<Sum> {
    pub(super) fn add_weighted(&mut self, used: &Used<f64>, weight: f64) {
        self.each_with(used, |sum, value| sum.add(value * weight));
    }

    pub(super) fn total(&self) -> Used<f64> {
        self.map(Sum::total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_the_textbook_standard_error() {
        let mut running = Running::default();
        [2.0, 4.0, 4.0, 6.0].iter().zip(1..).for_each(|(&v, nth)| running.take(v, f64::from(nth)));
        let figure = running.figure(4.0);
        // The sample variance is 8/3, that of the mean a quarter of it.
        assert_eq!(figure, Figure { mean: 4.0, standard_error: sqrt(8.0 / 3.0 / 4.0) });
        assert_eq!(figure.errors_from(4.0 + 1e-12), 0.0);
        assert!((figure.errors_from(4.0 + 2.0 * figure.standard_error) - 2.0).abs() < 1e-12);
        assert_eq!(Figure { mean: 1.0, standard_error: 0.0 }.errors_from(2.0), f64::INFINITY);
    }

    #[test]
    fn a_long_sum_keeps_its_digits() {
        let mut sum = Sum::default();
        sum.add(1e16);
        (0..10).for_each(|_| sum.add(0.5));
        sum.add(-1e16);
        assert_eq!(sum.total(), 5.0);
    }
}
