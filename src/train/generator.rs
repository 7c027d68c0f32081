//! The generators of a run's own random numbers.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Generators of one run, each its own ChaCha stream of the seed, so that no choice changes another's
/// draws. The data room has its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    Weights = 1,
    Order = 2,
    Dropout = 3,
    Plane = 4,
}

pub(super) fn generator(seed: u64, stream: Stream) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(stream as u64);
    generator
}
