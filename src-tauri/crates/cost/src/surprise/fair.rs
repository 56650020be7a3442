//! Fair shares of a difference that several causes make together: Shapley values.

/// What each of `players` adds, by what every group of them comes to: bit i is player i.
///
/// A player's share is what it adds to the others, averaged over every order in which they can come.
/// The shares add up to what all come to together, less what none does.
pub fn shares(players: usize, worth: impl Fn(usize) -> f64) -> Vec<f64> {
    let worths: Vec<f64> = (0..1 << players).map(worth).collect();
    let share = |player: usize| {
        let without = (0..worths.len()).filter(|group| group & (1 << player) == 0);
        without
            .map(|group| {
                let before = group.count_ones() as usize;
                let adds = worths[group | (1 << player)] - worths[group];
                chance(players, before) * adds
            })
            .sum()
    };
    (0..players).map(share).collect()
}

/// The part of all orders in which exactly these `before` come before a player, and the others after it.
fn chance(players: usize, before: usize) -> f64 {
    // before! · (players − before − 1)! / players!
    let orders = (1..=before).map(|nth| nth as f64 / (players - nth) as f64);
    orders.product::<f64>() / players as f64
}

#[cfg(test)]
mod tests {
    use super::shares;

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
    }

    #[test]
    fn what_two_do_together_is_halved() {
        // 2 by itself, 5 by itself, 4 more by both.
        let worth = [1.0, 3.0, 6.0, 12.0];
        close(&shares(2, |group| worth[group]), &[4.0, 7.0]);
    }

    #[test]
    fn the_glove_game_of_the_textbooks() {
        // One left glove, two right ones: a pair is worth 1.
        let worth = |group: usize| f64::from(u8::from(group & 1 == 1 && group > 1));
        close(&shares(3, worth), &[2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]);
    }

    #[test]
    fn who_adds_nothing_gets_nothing_and_all_of_it_is_given() {
        let worth = |group: usize| ((group & 0b1011).count_ones() as f64).powi(3) + 2.5;
        let found = shares(4, worth);
        close(&found, &[9.0, 9.0, 0.0, 9.0]);
        close(&shares(0, |_| 7.0), &[]);
    }
}
