//! One part of the batch back through the whole network and through time.

use super::cells::{Backward, unused};
use super::forward::{Blocked, LayerTrace, Trace};
use super::gather::{Gather, HeadGather};
use super::memory::Buffer;
use super::norms::SumOfNorms;
use super::pack::{pack_sequence, unpack_sequence};
use super::product::{Factor, NONE, Product, Start};
use super::shape::{Dimensions, Shape};
use crate::experiment::Cell;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Rows whose gates are gathered for the weights' gradients while they are still in the cache: at least
/// so many, in whole steps.
const CHUNK: usize = 96;

/// Rows at most, where one step has many.
const CHUNK_MOST: usize = 2 * CHUNK;

/// One layer's weights as the way back reads them.
#[derive(Debug)]
pub(super) struct Transposed {
    /// `[U][V·L][L]`.
    pub(super) weight_hh: Buffer,
    /// `[⌈I/L⌉][V·L][L]`, where something below wants its gradient.
    pub(super) weight_ih: Option<Buffer>,
}

/// Sums over one part of the batch.
#[derive(Debug)]
pub(super) struct PartGradients {
    pub(super) layers: Vec<LayerGradients>,
    /// `[U][O][L]`.
    pub(super) head_weight: Buffer,
    /// `[⌈O/L⌉][L]`.
    pub(super) head_bias: Buffer,
}

/// Of one layer.
#[derive(Debug)]
pub(super) struct LayerGradients {
    /// `[V][I][L]`.
    pub(super) weight_ih: Buffer,
    /// `[V][H][L]`.
    pub(super) weight_hh: Buffer,
    /// `[V][L]`.
    pub(super) bias: Buffer,
    /// Sums over the rows of ‖∂L/∂h_t‖ and, LSTM only, ‖∂L/∂c_t‖, where wanted.
    pub(super) flow: Option<(Vec<f64>, Vec<f64>)>,
}

impl PartGradients {
    /// To be written by what is gathered first.
    fn dirty(shape: &Shape) -> Self {
        let layer = |index| {
            let d = shape.layer(index);
            LayerGradients {
                weight_ih: Buffer::dirty(d.vectors() * d.inputs * d.lanes),
                weight_hh: Buffer::dirty(d.vectors() * d.hidden * d.lanes),
                bias: Buffer::dirty(d.vectors() * d.lanes),
                flow: None,
            }
        };
        Self {
            layers: (0..shape.layers).map(layer).collect(),
            head_weight: Buffer::dirty(shape.blocks() * shape.outputs * shape.lanes),
            head_bias: Buffer::dirty(shape.outputs.next_multiple_of(shape.lanes)),
        }
    }

    /// Adds another part's sums; their flows stay apart.
    pub(super) fn add(&mut self, other: &Self) {
        let own = (self.layers.iter_mut())
            .flat_map(|layer| [&mut layer.weight_ih, &mut layer.weight_hh, &mut layer.bias])
            .chain([&mut self.head_weight, &mut self.head_bias]);
        let others = (other.layers.iter())
            .flat_map(|layer| [&layer.weight_ih, &layer.weight_hh, &layer.bias])
            .chain([&other.head_weight, &other.head_bias]);
        for (sums, more) in own.zip(others) {
            for (sum, more) in sums.iter_mut().zip(more.iter()) {
                *sum += *more;
            }
        }
    }
}

/// ∂L/∂predictions, and at which steps there are any.
struct Slopes {
    /// `[⌈O/L⌉][T·B][L]`; only steps that are read are written.
    blocked: Buffer,
    /// Which steps are read; all where absent.
    read: Option<Vec<bool>>,
}

impl Slopes {
    #[inline(always)]
    fn new<S: Simd>(shape: &Shape, slopes: &[f32], rows: usize, ends: Option<&[usize]>) -> Self {
        let (block, lanes, outputs) = (shape.sequence_block(rows), shape.lanes, shape.outputs);
        let Some(ends) = ends else {
            return Self {
                blocked: pack_sequence::<S>(slopes, [rows, shape.steps, outputs], block),
                read: None,
            };
        };
        let mut blocked = Buffer::dirty(outputs.div_ceil(lanes) * block);
        let mut read = vec![false; shape.steps];
        for &end in ends {
            if !std::mem::replace(&mut read[end], true) {
                for block in blocked.chunks_exact_mut(block) {
                    block[end * rows * lanes..][..rows * lanes].fill(0.0);
                }
            }
        }
        for (row, (end, slopes)) in ends.iter().zip(slopes.chunks_exact(outputs)).enumerate() {
            let at = (end * rows + row) * lanes;
            for (block, slopes) in blocked.chunks_exact_mut(block).zip(slopes.chunks(lanes)) {
                block[at..at + slopes.len()].copy_from_slice(slopes);
            }
        }
        Self {
            blocked,
            read: Some(read),
        }
    }

    fn is_read(&self, t: usize) -> bool {
        self.read.as_ref().is_none_or(|read| read[t])
    }
}

/// Where ∂L/∂h_t through the outputs comes from.
#[derive(Clone, Copy)]
enum Above<'a> {
    /// The head: its slopes, times its weights `[U][O][L]`.
    Head(&'a Slopes, &'a [f32]),
    /// The next layer's ∂L/∂input `[U][T·B][L]`.
    Layer(&'a [f32]),
}

/// Back, and the sums over all steps.
pub(super) struct BackwardPass<'a> {
    pub(super) shape: &'a Shape,
    pub(super) layers: &'a [Transposed],
    /// The head's weights `[U][O][L]`.
    pub(super) head: &'a [f32],
    /// Its activations become gradients.
    pub(super) trace: Trace,
    /// ∂L/∂predictions, `[B, T, O]` or, with `ends`, `[B, O]`.
    pub(super) slopes: &'a [f32],
    /// The step at which each sequence is read; every step where absent.
    pub(super) ends: Option<&'a [usize]>,
    /// ∂L/∂x `[B, T, I]`, where that is wanted.
    pub(super) inputs: Option<&'a mut [f32]>,
    /// Whether norms through time are wanted.
    pub(super) record: bool,
}

impl WithSimd for BackwardPass<'_> {
    type Output = PartGradients;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> PartGradients {
        let (shape, rows) = (self.shape, self.trace.rows);
        let mut trace = self.trace;
        let slopes = Slopes::new::<S>(shape, self.slopes, rows, self.ends);
        let mut gradients = PartGradients::dirty(shape);
        simd.vectorize(HeadGather {
            shape,
            rows,
            slopes: &slopes.blocked,
            read: slopes.read.as_deref(),
            features: trace.features(shape, shape.layers),
            weight: &mut gradients.head_weight,
            bias: &mut gradients.head_bias,
        });
        let mut above: Option<Buffer> = None;
        for index in (0..shape.layers).rev() {
            // The layer is taken out so that those below can be read beside it.
            let mut layer = trace.layers.pop().expect("a trace of every layer");
            if let (Some(above), Some([mask, _])) = (&mut above, &layer.dropout) {
                for (slope, kept) in above.iter_mut().zip(mask.iter()) {
                    *slope *= kept;
                }
            }
            above = simd.vectorize(LayerBackward {
                d: &shape.layer(index),
                rows,
                sequence_block: shape.sequence_block(rows),
                state_block: shape.state_block(rows),
                transposed: &self.layers[index],
                trace: &mut layer,
                features: trace.features(shape, index),
                above: (above.as_deref()).map_or(Above::Head(&slopes, self.head), Above::Layer),
                record: self.record,
                gradients: &mut gradients.layers[index],
            });
        }
        if let Some(into) = self.inputs {
            let packed = above.unwrap_or_else(|| {
                simd.vectorize(LinearInputs {
                    shape,
                    rows,
                    slopes: &slopes,
                    head: self.head,
                })
            });
            let sizes = [rows, shape.steps, shape.inputs];
            unpack_sequence::<S>(&packed, shape.sequence_block(rows), sizes, into);
        }
        gradients
    }
}

/// ∂L/∂x `[⌈I/L⌉][T·B][L]` where there is no layer but the head.
struct LinearInputs<'a> {
    shape: &'a Shape,
    rows: usize,
    slopes: &'a Slopes,
    head: &'a [f32],
}

impl WithSimd for LinearInputs<'_> {
    type Output = Buffer;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Buffer {
        let (shape, span) = (self.shape, self.rows * S::F32_LANES);
        let block = shape.sequence_block(self.rows);
        let mut inputs = Buffer::zeros(shape.blocks() * block);
        for t in (0..shape.steps).filter(|t| self.slopes.is_read(*t)) {
            simd.vectorize(Product::<false> {
                factors: &[head_factor(
                    shape.outputs,
                    self.slopes,
                    self.head,
                    t * span,
                    block,
                )],
                start: Start::Zero,
                out: &mut inputs[t * span..],
                out_block: block,
                blocks: shape.blocks(),
                rows: self.rows,
            });
        }
        inputs
    }
}

fn head_factor<'a>(
    outputs: usize,
    slopes: &'a Slopes,
    head: &'a [f32],
    at: usize,
    block: usize,
) -> Factor<'a> {
    Factor {
        a: &slopes.blocked[at..],
        a_block: block,
        w: head,
        w_block: 0,
        depth: outputs,
        skip_a: NONE,
        skip_w: NONE,
    }
}

/// One layer back through time.
struct LayerBackward<'a> {
    d: &'a Dimensions,
    rows: usize,
    sequence_block: usize,
    state_block: usize,
    transposed: &'a Transposed,
    trace: &'a mut LayerTrace,
    /// What the layer read.
    features: Blocked<'a>,
    above: Above<'a>,
    record: bool,
    gradients: &'a mut LayerGradients,
}

impl LayerBackward<'_> {
    /// ∂L/∂h_t through the next step and the head, into `from_later`, which holds what reached h_t past
    /// the gates (GRU), else is written over.
    #[inline(always)]
    fn reach<S: Simd>(&self, simd: S, t: usize, from_later: &mut [f32]) {
        let d = self.d;
        let span = self.rows * d.lanes;
        let later = (t + 1 < d.steps).then(|| Factor {
            a: &self.trace.gates[(t + 1) * span..],
            a_block: self.sequence_block,
            w: &self.transposed.weight_hh,
            w_block: 0,
            depth: d.vectors() * d.lanes,
            skip_a: unused(d.cell, true),
            skip_w: NONE,
        });
        let head = match self.above {
            Above::Head(slopes, weight) if slopes.is_read(t) => {
                let outputs = weight.len() / (d.blocks() * d.lanes);
                let block = self.sequence_block;
                Some(head_factor(outputs, slopes, weight, t * span, block))
            }
            _ => None,
        };
        let factors = match (later, head) {
            (Some(later), Some(head)) => &[later, head][..],
            (Some(factor), None) | (None, Some(factor)) => &[factor][..],
            (None, None) => return,
        };
        simd.vectorize(Product::<false> {
            factors,
            start: if d.cell == Cell::Gru {
                Start::Output
            } else {
                Start::Zero
            },
            out: from_later,
            out_block: span,
            blocks: d.blocks(),
            rows: self.rows,
        });
    }

    #[inline(always)]
    fn gather<S: Simd>(
        &mut self,
        simd: S,
        rows: Range<usize>,
        first: bool,
        inputs: Option<&mut [f32]>,
    ) {
        simd.vectorize(Gather {
            d: self.d,
            gates: Blocked {
                floats: &self.trace.gates,
                block: self.sequence_block,
            },
            features: self.features,
            hidden: Blocked {
                floats: &self.trace.hidden,
                block: self.state_block,
            },
            rows,
            step: self.rows,
            first,
            inputs: self.transposed.weight_ih.as_deref().zip(inputs),
            gradients: self.gradients,
        });
    }
}

impl WithSimd for LayerBackward<'_> {
    type Output = Option<Buffer>;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) -> Option<Buffer> {
        let (d, rows) = (self.d, self.rows);
        let span = rows * d.lanes;
        let (gate_block, state_block) = (self.sequence_block, self.state_block);
        let lstm = d.cell == Cell::Lstm;
        let mut from_later = Buffer::zeros(d.blocks() * span);
        let mut memory_from_later = Buffer::zeros(if lstm { d.blocks() * span } else { 0 });
        let kept = self.record && matches!(d.cell, Cell::Lstm | Cell::Gru);
        let mut total = kept.then(|| Buffer::dirty(from_later.len()));
        let mut flow = self.record.then(|| {
            (
                vec![0.0; d.steps],
                vec![0.0; if lstm { d.steps } else { 0 }],
            )
        });
        let mut inputs = (self.transposed.weight_ih.is_some())
            .then(|| Buffer::dirty(d.inputs.div_ceil(d.lanes) * gate_block));
        let (mut ended, mut nothing_yet) = (d.steps, true);
        for t in (0..d.steps).rev() {
            let at = t * span;
            self.reach(simd, t, &mut from_later);
            simd.vectorize(Backward {
                cell: d.cell,
                rows,
                blocks: d.blocks(),
                gates: &mut self.trace.gates[at..],
                gate_block,
                hidden: &self.trace.hidden[at..],
                memory: self.trace.memory.get(at..).unwrap_or_default(),
                state_block,
                above: match self.above {
                    Above::Head(..) => None,
                    Above::Layer(slopes) => Some(&slopes[at..]),
                },
                from_later: &mut from_later,
                memory_from_later: &mut memory_from_later,
                total: total.as_deref_mut(),
            });
            if let Some((h_flow, c_flow)) = &mut flow {
                let (h, c) = match (&total, lstm) {
                    (Some(h), false) => (h, None),
                    (total, _) => (&from_later, total.as_ref()),
                };
                h_flow[t] = simd.vectorize(SumOfNorms { matrix: h, rows });
                if let Some(c) = c {
                    c_flow[t] = simd.vectorize(SumOfNorms { matrix: c, rows });
                }
            }
            // While these gates are still in the cache.
            if (ended - t) * rows >= CHUNK || t == 0 {
                let mut first = t * rows;
                while first < ended * rows {
                    let last = (first + CHUNK_MOST).min(ended * rows);
                    self.gather(simd, first..last, nothing_yet, inputs.as_deref_mut());
                    (first, nothing_yet) = (last, false);
                }
                ended = t;
            }
        }
        self.gradients.flow = flow;
        inputs
    }
}
