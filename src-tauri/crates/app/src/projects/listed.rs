//! The numbers of a plan, listed once for all that is told of it.

use cost::plan::{Number, Plan};

/// The numbers of a plan.
pub struct Listed {
    /// Every one, in reading order.
    pub numbers: Vec<Number>,
    /// The addresses of those that it could have and has not.
    pub absent: Vec<String>,
}

impl Listed {
    /// Those of a plan.
    pub fn of(plan: &Plan) -> Self {
        let absent = plan.absent_numbers().into_iter().map(|(address, _)| address).collect();
        Self { numbers: plan.numbers(), absent }
    }
}
