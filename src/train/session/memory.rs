//! Whether memory holds what a session asks for, said before anything is allocated.

use crate::data::Dataset;
use crate::experiment::KeyError;
use crate::model::Architecture;

/// Refuses a network that memory would not hold, before anything is allocated.
pub(super) fn check_memory(
    architecture: &Architecture,
    batch: usize,
    dataset: &Dataset,
) -> Result<(), KeyError> {
    let needed = architecture.training_bytes(batch, dataset.lookback);
    let Some(sizes) = beyond_memory(needed) else {
        return Ok(());
    };
    Err(KeyError::new(
        "model.hidden",
        format!(
            "{} units in {} layers with batches of {batch} windows need {sizes}; use fewer units or smaller batches",
            architecture.hidden, architecture.layers,
        ),
    ))
}

/// How much is needed and how much is free, in words, where so many bytes are more than are free.
pub(super) fn beyond_memory(needed: f64) -> Option<String> {
    let mut system = sysinfo::System::new();
    system.refresh_memory();
    let available = system.available_memory() as f64;
    let gibibytes = |bytes: f64| bytes / f64::from(1_u32 << 30);
    (available > 0.0 && needed > available).then(|| {
        format!(
            "about {:.1} GiB, and {:.1} GiB are free",
            gibibytes(needed),
            gibibytes(available)
        )
    })
}
