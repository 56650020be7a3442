//! The same workings printed as NumPy and evaluated by it.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cost::estimate::Estimate;
use cost::workings::{Function, Node, Operation, RowId, Shape, Spelling, Workings, print, serial};

/// What the formulas stand in. `single` works one plan out, `many` so many at once.
const HARNESS: &str = include_str!("harness.py");

/// Prints how long NumPy takes for what took us so long. Without NumPy it says so.
pub fn compare(worked: &Estimate, ours: Duration, drawn: &[(usize, Duration)]) {
    let python = env::var("FOREBILL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_TARGET_TMPDIR")).join("workings.py");
    fs::write(&script, program(&worked.workings)).expect("the target folder can be written to");
    let total = worked.workings.totals.expect("a plan has totals").total;
    let mut run = Command::new(&python);
    // One core for both.
    for threads in ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"] {
        run.env(threads, "1");
    }
    let output = run.arg(&script).output();
    let output = match output {
        Ok(output) if output.status.success() => output,
        Ok(output)
            if String::from_utf8_lossy(&output.stderr).contains("No module named 'numpy'") =>
        {
            println!(
                "NumPy is not installed for {python}: nothing to compare one evaluation with."
            );
            return;
        }
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => {
            println!("{python} cannot be run ({error}): nothing to compare one evaluation with.");
            return;
        }
    };
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = answer.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let version = lines.next().expect("its version")[0].to_owned();
    println!("one evaluation of the workings, ours        {:8.3} ms", ours.as_secs_f64() * 1e3);
    for (draws, each) in drawn {
        println!(
            "ours, {draws:3} draws of every input at once, each {:8.3} ms",
            each.as_secs_f64() * 1e3
        );
    }
    let mut times = vec![];
    for line in lines {
        let (plans, milliseconds): (usize, f64) =
            (line[0].parse().expect("a number"), line[1].parse().expect("a time"));
        let found: f64 = line[2].parse().expect("a total");
        let expected = worked.values.at(total, 0);
        // NumPy's normal distribution is a shorter one, to seven digits.
        assert!((found / expected - 1.0).abs() < 1e-5, "{found} is not {expected}");
        let ratio = milliseconds / (ours.as_secs_f64() * 1e3);
        let what = match plans {
            1 => "one plan".to_owned(),
            many => format!("{many} plans at once, each"),
        };
        println!("NumPy {version:<8} {what:<28} {milliseconds:8.3} ms   {ratio:5.1} times ours");
        times.push((plans, ratio));
    }
    let of_one = times.iter().find(|(plans, _)| *plans == 1).map_or(0.0, |(_, ratio)| *ratio);
    let best = times.iter().map(|(_, ratio)| *ratio).fold(f64::INFINITY, f64::min);
    let quickest = drawn.iter().map(|(_, each)| each.as_secs_f64()).fold(f64::INFINITY, f64::min);
    let of_draws = best * ours.as_secs_f64() / quickest;
    println!(
        "times as fast as NumPy: {of_one:.1} on one plan; against its best block of plans {best:.1} on one, \
         {of_draws:.1} on each of our best block of draws"
    );
}

/// A program of Python.
fn program(workings: &Workings) -> String {
    let mut text = String::new();
    let mut say = |line: String| text.push_str(&(line + "\n"));
    say(format!("M = {}", workings.months));
    let months: Vec<String> = (0..=workings.months)
        .map(|month| format!("{:?}", serial(workings.first_day(month))))
        .collect();
    say(format!("DAYS = [{}]", months.join(", ")));
    let inputs: Vec<String> =
        workings.inputs.iter().map(|input| format!("{:?}", input.value)).collect();
    say(format!("INPUTS = [{}]", inputs.join(", ")));
    let list = |values: &[f64]| format!("{values:?}");
    let series: Vec<String> = workings.series.iter().map(|it| list(&it.values)).collect();
    say(format!("SERIES = [{}]", series.join(", ")));
    let tables: Vec<String> = workings.tables.iter().map(|table| table.rows.to_string()).collect();
    say(format!("TABLES = [{}]", tables.join(", ")));
    let mut years = vec![];
    for row in workings.rows.iter() {
        row.expr.visit(&mut |node| {
            if let Node::OfYear(january) = node {
                years.push(january.0);
            }
        });
    }
    years.sort_unstable();
    years.dedup();
    for january in years {
        let of_month = |month| workings.of_year(cost::workings::InputId(january), month).0;
        let places: Vec<usize> = (0..workings.months).map(of_month).collect();
        say(format!("YEAR_{january} = {places:?}"));
    }
    let total = workings.totals.expect("a plan has totals").total.0;
    for (name, many) in [("SINGLE", false), ("MANY", true)] {
        say(format!("{name} = '''def evaluate():"));
        for (index, row) in workings.rows.iter().enumerate() {
            let wide = many || row.shape != Shape::Scalar;
            let table = match row.shape {
                Shape::Table(table) | Shape::TableMonth(table) => table.0,
                Shape::Scalar | Shape::Month => 0,
            };
            let spelling = Python { workings, wide, table, before: index };
            say(format!("  r{index} = {}", print(&row.expr, &spelling)));
        }
        say(format!("  return r{total}'''"));
    }
    text + HARNESS
}

/// How Python writes the formula of a row.
struct Python<'w> {
    workings: &'w Workings,
    /// Whether it has more than one value.
    wide: bool,
    /// The table in which it stands.
    table: usize,
    /// How many rows stand before it.
    before: usize,
}

impl Spelling for Python<'_> {
    fn leaf(&self, node: &Node) -> String {
        let row = |row: &RowId| format!("r{}", row.0);
        let number = |value: f64| format!("{value:?}");
        match node {
            Node::Whole(value) => format!("{value}.0"),
            Node::Input(input) => format!("i{}", input.0),
            Node::Listed(table, first) => format!("listed({}, {})", table.0, first.0),
            Node::OfYear(january) => format!("of_year(YEAR_{})", january.0),
            Node::Net(price) => number(self.workings.prices[price.0].rate.to_f64()),
            Node::From(price) => {
                number(serial(self.workings.prices[price.0].from.expect("it is dated")))
            }
            Node::To(price) => {
                number(serial(self.workings.prices[price.0].to.expect("it is dated")))
            }
            Node::DayShare(price) => number(self.workings.prices[price.0].day_share),
            Node::Limit(price) => {
                let bracket = self.workings.prices[price.0].bracket.expect("it has a bracket");
                number(bracket.limit_tokens() as f64)
            }
            Node::Given(series) => format!("s{}", series.0),
            Node::MonthNumber => "MONTH".to_owned(),
            Node::FirstDay => "FIRST".to_owned(),
            Node::NextFirstDay => "NEXT".to_owned(),
            Node::Index => format!("k{}", self.table),
            Node::Row(id) => row(id),
            Node::Sum(id) => format!("sum_of({})", row(id)),
            Node::Before(id) => format!("before({})", row(id)),
            Node::Dot(left, right) => format!("dot({}, {})", row(left), row(right)),
            Node::Total(id) => format!("total({})", row(id)),
            Node::SoFar(id) => format!("so_far({})", row(id)),
            Node::Gather(key) => {
                let rows = self.workings.rows[..self.before].iter().enumerate();
                let lines = rows.filter(|(_, row)| row.key.as_ref() == Some(key));
                let mut sum = String::from("(0.0");
                lines.for_each(|(index, _)| write!(sum, " + r{index}").expect("a text"));
                sum + ")"
            }
            Node::Binary(..)
            | Node::Apply(..)
            | Node::If { .. }
            | Node::InMonth(..)
            | Node::Beyond { .. } => unreachable!("the printer writes it"),
        }
    }

    fn operator(&self, operation: Operation) -> Option<&'static str> {
        match operation {
            Operation::Add => Some(" + "),
            Operation::Subtract => Some(" - "),
            Operation::Multiply => Some(" * "),
            Operation::Divide => Some(" / "),
            Operation::Power | Operation::Min | Operation::Max => None,
        }
    }

    fn operation(&self, operation: Operation) -> &'static str {
        match (operation, self.wide) {
            (Operation::Min, true) => "np.minimum",
            (Operation::Max, true) => "np.maximum",
            (Operation::Min, false) => "min",
            (Operation::Max, false) => "max",
            (Operation::Power, true) => "np.power",
            (Operation::Power, false) => "math.pow",
            (Operation::Add | Operation::Subtract | Operation::Multiply | Operation::Divide, _) => {
                unreachable!("it is an operator")
            }
        }
    }

    fn function(&self, function: Function) -> &'static str {
        match (function, self.wide) {
            (Function::Floor, true) => "np.floor",
            (Function::Floor, false) => "math.floor",
            (Function::Exp, true) => "np.exp",
            (Function::Exp, false) => "math.exp",
            (Function::Ln, true) => "np.log",
            (Function::Ln, false) => "math.log",
            (Function::Sqrt, true) => "np.sqrt",
            (Function::Sqrt, false) => "math.sqrt",
            (Function::NormalCdf, true) => "normal_cdf",
            (Function::NormalCdf, false) => "normal_cdf_of_one",
        }
    }

    fn choice(&self, left: &str, right: &str, then: &str, otherwise: &str) -> String {
        match self.wide {
            true => format!("np.where({left} <= {right}, {then}, {otherwise})"),
            false => format!("(({then}) if {left} <= {right} else ({otherwise}))"),
        }
    }

    fn in_month(&self, row: RowId, month: &str) -> String {
        format!("in_month(r{}, {month})", row.0)
    }

    fn beyond(&self, of: RowId, add: RowId, limit: &str, inclusive: bool) -> String {
        let sign = if inclusive { ">=" } else { ">" };
        format!("sum_of(np.where(r{} {sign} {limit}, r{}, 0.0))", of.0, add.0)
    }
}
