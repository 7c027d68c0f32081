//! A graph read back and run by `tract`.

use tract_onnx::ops::rec::common::{CommonRec, WireBody};
use tract_onnx::ops::rec::{gru::GRU, rnn::RNN};
use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops as core;
use tract_onnx::tract_hir::internal::{InferenceOp, expand};
use tract_onnx::tract_hir::ops;

/// A graph that was read, for windows of one size.
pub struct Loaded {
    plan: Arc<TypedRunnableModel>,
    shape: [usize; 3],
}

impl Loaded {
    /// Reads the file `bytes` for so many windows of so many rows and columns at a time.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(bytes: &[u8], shape: [usize; 3]) -> Result<Self, String> {
        Self::load(bytes, shape).map_err(|error| format!("{error:#}").replace('\n', " "))
    }

    fn load(bytes: &[u8], shape: [usize; 3]) -> TractResult<Self> {
        let mut reader = tract_onnx::onnx();
        // tract's own has tanh alone.
        reader.op_register.insert("RNN", plain);
        // And its own sums up whole sequences at once, which it cannot do for some sizes.
        reader.op_register.insert("GRU", gated);
        let model = reader.model_for_read(&mut &*bytes)?;
        let fact = f32::fact(shape);
        let plan = model
            .with_input_fact(0, fact.into())?
            .into_optimized()?
            .into_runnable()?;
        Ok(Self { plan, shape })
    }

    /// What the graph says of `windows`, row-major.
    ///
    /// # Errors
    /// What went wrong, in words.
    pub fn run(&self, windows: &[f32]) -> Result<Vec<f32>, String> {
        let input = Tensor::from_shape(&self.shape, windows).map_err(|error| error.to_string())?;
        let outputs = self
            .plan
            .run(tvec![input.into()])
            .map_err(|error| format!("{error:#}").replace('\n', " "))?;
        let output = outputs[0]
            .to_plain_array_view::<f32>()
            .map_err(|error| error.to_string())?;
        Ok(output.iter().copied().collect())
    }
}

/// A GRU that takes one step after the other.
#[derive(Debug, Clone)]
struct StepByStep(GRU);

impl WireBody for StepByStep {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn wire_body(&self, prefix: &str, body: &mut TypedModel) -> TractResult<()> {
        self.0.wire_body(prefix, body)
    }

    fn w_b_multipliers(&self) -> (usize, usize) {
        self.0.w_b_multipliers()
    }

    fn have_extra_c_state(&self) -> bool {
        self.0.have_extra_c_state()
    }
}

fn gated(
    _: &tract_onnx::model::ParsingContext<'_>,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    let reset = node
        .attribute
        .iter()
        .find(|a| a.name == "linear_before_reset");
    let gru = GRU {
        f: Box::new(ops::nn::sigmoid()),
        g: Box::new(ops::math::tanh()),
        linear_before_reset: reset.is_some_and(|a| a.i == 1),
    };
    let common = CommonRec::from_node_and_options(node, 3, 0, Box::new(StepByStep(gru)))?;
    Ok((expand(common), vec![]))
}

/// The plain recurrent node with the activation that it names.
fn plain(
    _: &tract_onnx::model::ParsingContext<'_>,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    let named = node.attribute.iter().find(|a| a.name == "activations");
    let name = named.and_then(|a| a.strings.first()).map(Vec::as_slice);
    let activation = || -> TractResult<Box<dyn core::TypedOp>> {
        Ok(match name {
            None | Some(b"Tanh") => Box::new(ops::math::tanh()),
            Some(b"Relu") => Box::new(core::nn::leaky_relu(0.0)),
            Some(b"Sigmoid") => Box::new(ops::nn::sigmoid()),
            // Affine with slope 1 and offset 0: nothing is changed.
            Some(b"Affine") => Box::new(core::nn::leaky_relu(1.0)),
            Some(other) => {
                let name = String::from_utf8_lossy(other);
                return Err(TractError::msg(format!(
                    "the activation {name} is not known"
                )));
            }
        })
    };
    let rnn = RNN {
        fore: activation()?,
        back: activation()?,
    };
    let common = CommonRec::from_node_and_options(node, 3, 0, Box::new(rnn))?;
    Ok((expand(common), vec![]))
}
