//! What happens to one time step's gates, element by element, forward and backward.
//!
//! Gates lie in slots: i,f,g,o for LSTM; r, z, n from the input, n from the state for GRU; one for the
//! plain cell. Forward the sums in them become activations, backward these become ∂L/∂sum.

use super::activation::{sigmoid, tanh};
use super::product::NONE;
use crate::experiment::{Cell, Nonlinearity};
use pulp::{Simd, WithSimd};

/// States' gradients of smaller size become 0 on their way back through time: what is left of them could no
/// longer be told from 0 after a few more products, but as denormal numbers these are 20 times slower. The
/// gates' gradients are these times a slope: they are not looked at, as only a slope below 1e-5 makes a
/// denormal number of them.
const TINY: f32 = 1e-33;

/// Slots of gates for each block of units.
pub(super) fn slots(cell: Cell) -> usize {
    match cell {
        Cell::Lstm | Cell::Gru => 4,
        Cell::Rnn | Cell::Linear => 1,
    }
}

/// For each slot the block of rows in `PyTorch`'s `weight_ih` or, `recurrent`, `weight_hh` that fills it.
pub(super) fn sources(cell: Cell, recurrent: bool) -> &'static [Option<usize>] {
    match (cell, recurrent) {
        (Cell::Lstm, _) => &[Some(0), Some(1), Some(2), Some(3)],
        (Cell::Gru, false) => &[Some(0), Some(1), Some(2), None],
        (Cell::Gru, true) => &[Some(0), Some(1), None, Some(2)],
        _ => &[Some(0)],
    }
}

/// The slot that the input's product or, `recurrent`, the state's has nothing for.
pub(super) fn unused(cell: Cell, recurrent: bool) -> usize {
    sources(cell, recurrent)
        .iter()
        .position(Option::is_none)
        .unwrap_or(NONE)
}

/// One time step forward, for all blocks of units. All slices are blocked and begin at this step.
pub(super) struct Forward<'a> {
    pub(super) cell: Cell,
    pub(super) nonlinearity: Nonlinearity,
    /// Rows of one time step.
    pub(super) rows: usize,
    /// Blocks of units.
    pub(super) blocks: usize,
    /// In: sums. Out: activations.
    pub(super) gates: &'a mut [f32],
    /// Floats from one block of `gates` to the next.
    pub(super) gate_block: usize,
    /// From the state before this step; it is followed by the one after it.
    pub(super) hidden: &'a mut [f32],
    /// The same, LSTM only.
    pub(super) memory: &'a mut [f32],
    /// Floats from one block of `hidden` and `memory` to the next.
    pub(super) state_block: usize,
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (rows, one) = (self.rows, simd.splat_f32s(1.0));
        let span = rows * S::F32_LANES;
        let slots = slots(self.cell);
        for block in 0..self.blocks {
            let gates = &mut self.gates[block * slots * self.gate_block..];
            let state = block * self.state_block;
            let (h_before, h) = self.hidden[state..state + 2 * span].split_at_mut(span);
            let (h_before, h) = (registers::<S>(h_before, rows), registers_mut::<S>(h, rows));
            match self.cell {
                Cell::Lstm => {
                    let [i, f, g, o] = four::<S>(gates, self.gate_block, rows);
                    let (c_before, c) = self.memory[state..state + 2 * span].split_at_mut(span);
                    let c_before = registers::<S>(c_before, rows);
                    let c = registers_mut::<S>(c, rows);
                    for row in 0..rows {
                        let input = sigmoid(simd, i[row]);
                        let forget = sigmoid(simd, f[row]);
                        let new = tanh(simd, g[row]);
                        let output = sigmoid(simd, o[row]);
                        let kept = simd.mul_f32s(forget, c_before[row]);
                        (i[row], f[row], g[row], o[row]) = (input, forget, new, output);
                        c[row] = simd.mul_add_e_f32s(input, new, kept);
                    }
                    // By itself: one tanh after the other in one row would leave the processor waiting.
                    for row in 0..rows {
                        h[row] = simd.mul_f32s(o[row], tanh(simd, c[row]));
                    }
                }
                Cell::Gru => {
                    let [r, z, x, s] = four::<S>(gates, self.gate_block, rows);
                    // One kind after the other: with few values in each row the next rows' do not wait.
                    for gate in [&mut *r, &mut *z] {
                        for value in gate {
                            *value = sigmoid(simd, *value);
                        }
                    }
                    for row in 0..rows {
                        let sum = simd.mul_add_e_f32s(r[row], s[row], x[row]);
                        x[row] = tanh(simd, sum);
                        let difference = simd.sub_f32s(h_before[row], x[row]);
                        h[row] = simd.mul_add_e_f32s(z[row], difference, x[row]);
                    }
                }
                _ => {
                    let gate = registers_mut::<S>(gates, rows);
                    let zero = simd.splat_f32s(0.0);
                    for row in 0..rows {
                        let sum = gate[row];
                        let value = match self.nonlinearity {
                            Nonlinearity::Tanh => tanh(simd, sum),
                            Nonlinearity::Sigmoid => sigmoid(simd, sum),
                            Nonlinearity::Relu => {
                                simd.select_f32s(simd.less_than_f32s(sum, zero), zero, sum)
                            }
                            Nonlinearity::Identity => sum,
                        };
                        // The slope, which is all that the way back needs.
                        gate[row] = match self.nonlinearity {
                            Nonlinearity::Tanh => simd.negate_mul_add_e_f32s(value, value, one),
                            Nonlinearity::Sigmoid => {
                                simd.negate_mul_add_e_f32s(value, value, value)
                            }
                            Nonlinearity::Relu => {
                                simd.select_f32s(simd.less_than_f32s(zero, sum), one, zero)
                            }
                            Nonlinearity::Identity => one,
                        };
                        h[row] = value;
                    }
                }
            }
        }
    }
}

/// One time step backward, for all blocks of units. Blocked slices begin at this step.
pub(super) struct Backward<'a> {
    pub(super) cell: Cell,
    /// Rows of one time step.
    pub(super) rows: usize,
    /// Blocks of units.
    pub(super) blocks: usize,
    /// In: activations. Out: ∂L/∂sums.
    pub(super) gates: &'a mut [f32],
    pub(super) gate_block: usize,
    /// The state before this step; it is followed by the one after it.
    pub(super) hidden: &'a [f32],
    pub(super) memory: &'a [f32],
    pub(super) state_block: usize,
    /// ∂L/∂h_t through the layer above, in blocks as far apart as those of the gates; absent where
    /// `from_later` has all of it.
    pub(super) above: Option<&'a [f32]>,
    /// `[blocks][rows][L]`. In: ∂L/∂h_t without `above`. Out: what reaches h_{t-1} past the gates (GRU), or
    /// ∂L/∂h_t.
    pub(super) from_later: &'a mut [f32],
    /// The same for c, LSTM only.
    pub(super) memory_from_later: &'a mut [f32],
    /// Out, where wanted: what stands nowhere else afterwards, ∂L/∂c_t of an LSTM and ∂L/∂h_t of a GRU.
    pub(super) total: Option<&'a mut [f32]>,
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let rows = self.rows;
        let span = rows * S::F32_LANES;
        let slots = slots(self.cell);
        for block in 0..self.blocks {
            let gates = &mut self.gates[block * slots * self.gate_block..];
            let (state, local) = (block * self.state_block, block * span);
            let dh_later = registers_mut::<S>(&mut self.from_later[local..], rows);
            if let Some(above) = self.above {
                let above = registers::<S>(&above[block * self.gate_block..], rows);
                for (dh, above) in dh_later.iter_mut().zip(above) {
                    *dh = simd.add_f32s(*dh, *above);
                }
            }
            let mut total = (self.total.as_deref_mut())
                .map(|total| registers_mut::<S>(&mut total[local..], rows));
            match self.cell {
                Cell::Lstm => {
                    let [i, f, g, o] = four::<S>(gates, self.gate_block, rows);
                    let c_before = registers::<S>(&self.memory[state..], rows);
                    let h = registers::<S>(&self.hidden[state + span..], rows);
                    let dc_later = registers_mut::<S>(&mut self.memory_from_later[local..], rows);
                    for row in (0..rows).rev() {
                        let (dh, h) = (flush(simd, dh_later[row]), h[row]);
                        let (input, forget, new, output) = (i[row], f[row], g[row], o[row]);
                        // tanh c is h/o: to keep it too would be one more stream from and to memory. o is
                        // no less than e^-87.
                        let shown = simd.div_f32s(h, output);
                        let slope = simd.negate_mul_add_e_f32s(h, shown, output);
                        let through = simd.mul_f32s(dh, slope);
                        let dc = flush(simd, simd.add_f32s(dc_later[row], through));
                        i[row] = sigmoid_back(simd, simd.mul_f32s(dc, new), input);
                        f[row] = sigmoid_back(simd, simd.mul_f32s(dc, c_before[row]), forget);
                        g[row] = tanh_back(simd, simd.mul_f32s(dc, input), new);
                        o[row] = simd.mul_f32s(dh, simd.negate_mul_add_e_f32s(h, output, h));
                        dc_later[row] = simd.mul_f32s(dc, forget);
                        if let Some(total) = &mut total {
                            total[row] = dc;
                        }
                    }
                }
                Cell::Gru => {
                    let [r, z, x, s] = four::<S>(gates, self.gate_block, rows);
                    let h_before = registers::<S>(&self.hidden[state..], rows);
                    for row in (0..rows).rev() {
                        let dh = flush(simd, dh_later[row]);
                        let (reset, update, new, state) = (r[row], z[row], x[row], s[row]);
                        let difference = simd.sub_f32s(h_before[row], new);
                        let kept = simd.negate_mul_add_e_f32s(dh, update, dh);
                        let dn = tanh_back(simd, kept, new);
                        r[row] = sigmoid_back(simd, simd.mul_f32s(dn, state), reset);
                        z[row] = sigmoid_back(simd, simd.mul_f32s(dh, difference), update);
                        x[row] = dn;
                        s[row] = simd.mul_f32s(dn, reset);
                        dh_later[row] = simd.mul_f32s(dh, update);
                        if let Some(total) = &mut total {
                            total[row] = dh;
                        }
                    }
                }
                _ => {
                    let gate = registers_mut::<S>(gates, rows);
                    for row in (0..rows).rev() {
                        let dh = flush(simd, dh_later[row]);
                        gate[row] = simd.mul_f32s(dh, gate[row]);
                    }
                }
            }
        }
    }
}

/// d·y(1-y).
#[inline(always)]
fn sigmoid_back<S: Simd>(simd: S, d: S::f32s, y: S::f32s) -> S::f32s {
    simd.mul_f32s(d, simd.negate_mul_add_e_f32s(y, y, y))
}

/// d·(1-y²).
#[inline(always)]
fn tanh_back<S: Simd>(simd: S, d: S::f32s, y: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    simd.mul_f32s(d, simd.negate_mul_add_e_f32s(y, y, one))
}

/// 0 for what is tiny; a NaN stays one.
#[inline(always)]
fn flush<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let tiny = simd.less_than_f32s(simd.abs_f32s(x), simd.splat_f32s(TINY));
    simd.select_f32s(tiny, simd.splat_f32s(0.0), x)
}

/// The first `rows` registers of a block.
#[inline(always)]
fn registers<S: Simd>(block: &[f32], rows: usize) -> &[S::f32s] {
    // Cut once more: then the compiler knows the length and checks no index.
    &S::as_simd_f32s(&block[..rows * S::F32_LANES]).0[..rows]
}

/// As [`registers`].
#[inline(always)]
fn registers_mut<S: Simd>(block: &mut [f32], rows: usize) -> &mut [S::f32s] {
    &mut S::as_mut_simd_f32s(&mut block[..rows * S::F32_LANES]).0[..rows]
}

/// The first `rows` registers of each of four blocks.
#[inline(always)]
fn four<S: Simd>(gates: &mut [f32], block: usize, rows: usize) -> [&mut [S::f32s]; 4] {
    let (a, rest) = gates.split_at_mut(block);
    let (b, rest) = rest.split_at_mut(block);
    let (c, d) = rest.split_at_mut(block);
    [
        registers_mut::<S>(a, rows),
        registers_mut::<S>(b, rows),
        registers_mut::<S>(c, rows),
        registers_mut::<S>(d, rows),
    ]
}
