//! `train --range-test`: which learning rates train at all, for every contender and seed.

use super::{Ending, say};
use crate::files::write_whole;
use crate::train::{RangeTest, RateRange, RunPlan, Session};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The columns of `range_test.csv`.
const COLUMNS: [&str; 4] = ["step", "learning_rate", "train_loss", "smoothed_loss"];

/// Tests the plans one after the other, each with all `threads`, and writes `range_test.csv` where their
/// run folders are or would be; trains nothing.
pub(super) fn range_test(
    plans: &[RunPlan],
    threads: usize,
    interrupted: &AtomicBool,
) -> Result<(), Ending> {
    for plan in plans {
        let session = Session::new(
            &plan.experiment,
            &plan.contender,
            Arc::clone(&plan.dataset),
            threads,
        )
        .map_err(|error| Ending::Failed(error.to_string()))?;
        let test = session.range_test(&RateRange::default(), |_| {
            !interrupted.load(Ordering::Relaxed)
        });
        if interrupted.load(Ordering::Relaxed) {
            return Err(Ending::Interrupted);
        }
        let file = plan
            .folder
            .as_deref()
            .unwrap_or(Path::new(""))
            .join("range_test.csv");
        write(&file, &test)?;
        say(&format!(
            "{} seed {}: {}; {}\n",
            plan.contender,
            plan.seed,
            verdict(&test),
            file.display()
        ));
    }
    Ok(())
}

/// What the test says, in words.
fn verdict(test: &RangeTest) -> String {
    let Some(last) = test.points.last() else {
        return "the loss is not a finite number at the first step".to_owned();
    };
    let end = if test.blew_up {
        format!("the loss blew up at {:.2e}", last.learning_rate)
    } else {
        format!("the loss had not blown up at {:.2e}", last.learning_rate)
    };
    match test.suggestion {
        Some(rate) => {
            format!("try a learning rate of {rate:.2e}, where the loss fell the fastest ({end})")
        }
        None => format!("no learning rate made the loss fall ({end})"),
    }
}

fn write(file: &Path, test: &RangeTest) -> Result<(), Ending> {
    let failed = |cause: std::io::Error| {
        Ending::Failed(format!("{}: cannot be written: {cause}", file.display()))
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut rows = COLUMNS.join(",") + "\n";
    for point in &test.points {
        rows += &format!(
            "{},{:e},{},{}\n",
            point.step, point.learning_rate, point.train_loss, point.smoothed_loss
        );
    }
    write_whole(file, rows.as_bytes()).map_err(failed)
}
