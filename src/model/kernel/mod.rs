//! The whole network, all layers and the head, as two calls, there and back, in f32 on the processor.
//!
//! burn's tensor operations need a dozen small operations per time step and as many again on the way
//! back. Here a step is one product and one pass over its gates; the gradients of the weights are large
//! products over many steps. Nothing changes its layout on the way from the input to the predictions
//! and back. `network` is the plain-data core, `operation` makes it a differentiable burn operation of
//! the Flex backend.
//!
//! What always holds:
//!
//! * Results depend on shapes and on [`Width`], never on the number of threads: the batch is split by
//!   its shape and partial sums are added in order.
//! * One source for all instruction sets, by the `pulp` crate.

#![allow(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instruction set enabled runs without it"
)]

mod activation;
mod backward;
mod cells;
mod forward;
mod gather;
mod memory;
mod network;
mod norms;
mod operation;
mod pack;
mod product;
mod shape;
mod threads;

pub(super) use network::learn;
pub(super) use operation::{Call, network};

use burn::tensor::Device;
use pulp::{Arch, Simd, WithSimd};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

thread_local! {
    static SPENT: std::cell::Cell<Duration> = const { std::cell::Cell::new(Duration::ZERO) };
}

/// Time that this thread has spent in networks, there and back: what is left of a training step is
/// burn's tape, the optimizer and the records.
#[must_use]
pub fn time_spent() -> Duration {
    SPENT.get()
}

/// Does `work` on the clock of [`time_spent`].
fn timed<T>(work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = work();
    SPENT.set(SPENT.get() + begun.elapsed());
    result
}

/// Whether `device`, with or without automatic differentiation, has the kernel.
pub(super) fn runs_on(device: &Device) -> bool {
    device.clone().inner() == Device::flex()
}

/// Registers to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// The widest that the machine has: AVX-512 (where there are units for it), AVX2 with FMA, NEON, else
    /// none.
    #[default]
    Widest,
    /// AVX2 with FMA, for tests; [`Width::Widest`] where there is none.
    Avx2,
    /// None, for tests.
    Portable,
}

impl Width {
    fn dispatch<O: WithSimd>(self, operation: O) -> O::Output {
        match self {
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx2 => {
                if let Some(simd) = pulp::x86::V3::try_new() {
                    return Simd::vectorize(simd, operation);
                }
            }
            Self::Portable => return pulp::Scalar::new().vectorize(operation),
            _ => {}
        }
        Arch::new().dispatch(operation)
    }

    /// For so few units that half of a wide register would stay empty, registers of half the width.
    fn for_units(self, units: usize) -> Self {
        const NARROW: usize = 8;
        match self {
            Self::Widest if units <= NARROW && self.lanes() > NARROW => Self::Avx2,
            other => other,
        }
    }

    /// f32 in a register.
    fn lanes(self) -> usize {
        struct Lanes;
        impl WithSimd for Lanes {
            type Output = usize;
            #[inline(always)]
            fn with_simd<S: Simd>(self, _: S) -> usize {
                S::F32_LANES
            }
        }
        self.dispatch(Lanes)
    }
}

/// How the kernel runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Threads at most; they never change a result.
    pub threads: usize,
    /// Registers to use.
    pub width: Width,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            threads: 1,
            width: Width::Widest,
        }
    }
}

/// How the loss depends on one layer's state at each time step: norms over the units, averaged over the
/// batch, first step first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayerFlow {
    /// ‖∂L/∂h_t‖, the total derivative: through time and through the output at t.
    pub hidden: Vec<f64>,
    /// ‖∂L/∂c_t‖; LSTM only.
    pub memory: Vec<f64>,
}

/// Where a backward pass leaves each layer's [`LayerFlow`].
#[derive(Debug, Clone, Default)]
pub(super) struct FlowSlot(Arc<Mutex<Option<Vec<LayerFlow>>>>);

impl FlowSlot {
    fn set(&self, flow: Vec<LayerFlow>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(flow);
    }

    pub(super) fn take(&self) -> Option<Vec<LayerFlow>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
