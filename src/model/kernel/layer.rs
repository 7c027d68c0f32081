//! One layer, plain data in and out.

use super::memory::Buffer;
use super::pack::{Packed, pack_transposed, unpack};
use super::pass::{BackwardPass, ForwardPass, PartGradients, Trace};
use super::{Dimensions, LayerFlow, Run};
use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::num::NonZero;
use std::ops::Range;
use std::sync::LazyLock;

/// Multiplications below which a part of the batch is not worth a thread of its own.
const WORTH_A_THREAD: usize = 3_000_000;

/// Rows of the batch in a part at least, and where the weights do not fit into a core's cache: each
/// part reads all of these at every step.
const PART_ROWS: usize = 16;
const PART_ROWS_LARGE: usize = 32;
const CACHED_WEIGHTS: usize = 128 * 1024;

/// `PyTorch`'s parameters of one layer.
#[derive(Clone, Copy)]
pub(super) struct Weights<'a> {
    /// `[G·H, I]`.
    pub(super) weight_ih: &'a [f32],
    /// `[G·H, H]`.
    pub(super) weight_hh: &'a [f32],
    /// `[G·H]`.
    pub(super) bias_ih: &'a [f32],
    /// `[G·H]`.
    pub(super) bias_hh: &'a [f32],
}

/// Gradients in the shapes of [`Weights`], and of the input `[B, T, I]` where wanted.
pub(super) struct Gradients {
    pub(super) inputs: Option<Vec<f32>>,
    pub(super) weight_ih: Vec<f32>,
    pub(super) weight_hh: Vec<f32>,
    pub(super) bias_ih: Vec<f32>,
    pub(super) bias_hh: Vec<f32>,
    pub(super) flow: Option<LayerFlow>,
}

/// The parts that a batch is worked on in, by its shape alone.
fn parts(d: &Dimensions, batch: usize) -> Vec<Range<usize>> {
    let weights = d.vectors() * d.lanes * (d.inputs + d.hidden);
    let work = batch * d.steps * weights;
    let least = if weights > CACHED_WEIGHTS {
        PART_ROWS_LARGE
    } else {
        PART_ROWS
    };
    let count = (work / WORTH_A_THREAD).min(batch / least).clamp(1, 16);
    (0..count)
        .map(|part| batch * part / count..batch * (part + 1) / count)
        .collect()
}

/// Helpers of all runs, asleep while there is nothing to do: to start a thread at every call would cost
/// more than a small network's step. `None` where the system gives no threads.
static HELPERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("kernel {index}"))
        .build()
        .ok()
});

/// `work` done on every item, results in the items' order.
fn on_threads<I: Send, O: Send>(
    threads: usize,
    items: Vec<I>,
    work: impl Fn(I) -> O + Sync,
) -> Vec<O> {
    let threads = threads.min(items.len());
    let Some(helpers) = HELPERS.as_ref().filter(|_| threads > 1) else {
        return items.into_iter().map(work).collect();
    };
    let count = items.len();
    let mut shares: Vec<(Vec<I>, Vec<O>)> =
        (0..threads).map(|_| (Vec::new(), Vec::new())).collect();
    for (index, item) in items.into_iter().enumerate() {
        shares[index * threads / count].0.push(item);
    }
    let all = |share: &mut (Vec<I>, Vec<O>)| share.1.extend(share.0.drain(..).map(&work));
    helpers.in_place_scope(|scope| {
        let (own, others) = shares.split_at_mut(1);
        for share in others {
            scope.spawn(|_| all(share));
        }
        own.iter_mut().for_each(&all);
    });
    shares
        .into_iter()
        .flat_map(|(_, results)| results)
        .collect()
}

/// A layer's input.
#[derive(Clone, Copy)]
pub(super) struct Sequences<'a> {
    /// `[B, T, I]`.
    pub(super) values: &'a [f32],
    /// B.
    pub(super) batch: usize,
    /// Steps of each sequence; T where absent.
    pub(super) lengths: Option<&'a [usize]>,
}

/// h `[B, T, H]` of `inputs` `[B, T, I]` from a zero state, 0 beyond a sequence's end, and what the way
/// back needs.
pub(super) fn forward(
    run: Run,
    d: &Dimensions,
    weights: Weights<'_>,
    inputs: Sequences<'_>,
) -> (Vec<f32>, Vec<Trace>) {
    let Sequences {
        values: inputs,
        batch,
        lengths,
    } = inputs;
    let packed = Packed::new(d, weights);
    let mut output = vec![0.0; batch * d.steps * d.hidden];
    let mut rest = &mut output[..];
    let mut passes = Vec::new();
    for part in parts(d, batch) {
        let (own, others) = rest.split_at_mut(part.len() * d.steps * d.hidden);
        rest = others;
        passes.push(ForwardPass {
            d,
            packed: &packed,
            inputs: &inputs[part.start * d.steps * d.inputs..part.end * d.steps * d.inputs],
            lengths: lengths.map(|lengths| &lengths[part.clone()]),
            output: own,
        });
    }
    let traces = on_threads(run.threads, passes, |pass| run.width.dispatch(pass));
    (output, traces)
}

/// All gradients, from that of h `[B, T, H]`.
pub(super) fn backward(
    run: Run,
    d: &Dimensions,
    weights: Weights<'_>,
    traces: Vec<Trace>,
    output: &[f32],
    inputs_wanted: bool,
    record: bool,
) -> Gradients {
    let transposed_hh = pack_transposed(d, weights.weight_hh, d.hidden, true);
    let transposed_ih: Option<Buffer> =
        inputs_wanted.then(|| pack_transposed(d, weights.weight_ih, d.inputs, false));
    let batch = output.len() / (d.steps * d.hidden);
    let mut inputs = inputs_wanted.then(|| vec![0.0; batch * d.steps * d.inputs]);
    let mut inputs_rest = inputs.as_deref_mut().unwrap_or_default();
    let mut output_rest = output;
    let mut passes = Vec::new();
    for trace in traces {
        let (own, others) = output_rest.split_at(trace.rows * d.steps * d.hidden);
        output_rest = others;
        let inputs = transposed_ih.as_ref().map(|transposed| {
            let (own, others) =
                std::mem::take(&mut inputs_rest).split_at_mut(trace.rows * d.steps * d.inputs);
            inputs_rest = others;
            (&transposed[..], own)
        });
        passes.push(BackwardPass {
            d,
            transposed_hh: &transposed_hh,
            inputs,
            trace,
            output: own,
            record,
        });
    }
    let parts = on_threads(run.threads, passes, |pass| run.width.dispatch(pass));
    let flow = record.then(|| flow(&parts, batch));
    let mut parts = parts.into_iter();
    let Some(mut sum) = parts.next() else {
        unreachable!("a batch has at least one part")
    };
    parts.for_each(|part| sum.add(&part));
    Gradients {
        inputs,
        weight_ih: unpack(d, &sum.weight_ih, d.inputs, false),
        weight_hh: unpack(d, &sum.weight_hh, d.hidden, true),
        bias_ih: unpack(d, &sum.bias, 1, false),
        bias_hh: unpack(d, &sum.bias, 1, true),
        flow,
    }
}

/// Averages over the batch.
fn flow(parts: &[PartGradients], batch: usize) -> LayerFlow {
    let mut flow = LayerFlow::default();
    for (hidden, memory) in parts.iter().filter_map(|part| part.flow.as_ref()) {
        for (sums, part) in [(&mut flow.hidden, hidden), (&mut flow.memory, memory)] {
            sums.resize(part.len(), 0.0);
            for (sum, norm) in sums.iter_mut().zip(part) {
                *sum += norm / batch as f64;
            }
        }
    }
    flow
}
