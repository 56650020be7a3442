//! `report`: a plan's figures as files.

use app::{estimates, reports};

use crate::args::{Common, Report};
use crate::estimate::request;
use crate::failure::Failure;
use crate::{prices, print};

/// Works a plan out and writes its files.
pub fn report(args: &Report, common: &Common) -> Result<(), Failure> {
    let worked = estimates::work(&request(&args.plan, common))?;
    let written = reports::write(&worked, &args.out)?;
    prices::keep(&worked.pins, &args.plan, common);
    print::answer("report", common, &written, || {
        written.files.iter().map(|file| format!("{}\n", file.file)).collect()
    })
}
