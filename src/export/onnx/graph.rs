//! A graph under construction: nodes and constants, each with a name of its own.

use prost::Message as _;
use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::tensor_shape_proto::{Dimension, dimension::Value as Size};
use tract_onnx::pb::type_proto::{Tensor as TensorType, Value as Kind};
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, StringStringEntryProto,
    TensorProto, TensorShapeProto, TypeProto, ValueInfoProto,
};

/// The operator set that the nodes are meant by: onnxruntime 1.12 and later know it.
const OPERATORS: i64 = 17;
/// The file format that goes with it.
const FORMAT: i64 = 8;
/// For the end of a slice: as far as there is something.
pub const END: i64 = i64::MAX;

/// A value of the graph, known by its name.
pub type Value = String;

/// A node's setting.
pub enum Setting {
    /// A number.
    Int(i64),
    /// Several numbers.
    Ints(Vec<i64>),
    /// Several floats.
    Floats(Vec<f32>),
    /// Several words.
    Words(Vec<&'static str>),
}

/// A graph under construction.
#[derive(Default)]
pub struct Graph {
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
}

impl Graph {
    /// Appends a node with one output.
    pub fn node(&mut self, operator: &str, inputs: &[&str]) -> Value {
        self.node_with(operator, inputs, &[], 1).remove(0)
    }

    /// Appends a node with settings and so many outputs.
    pub fn node_with(
        &mut self,
        operator: &str,
        inputs: &[&str],
        settings: &[(&str, Setting)],
        outputs: usize,
    ) -> Vec<Value> {
        let name = format!("{}_{}", operator.to_lowercase(), self.nodes.len());
        let output: Vec<Value> = match outputs {
            1 => vec![name.clone()],
            _ => (0..outputs).map(|k| format!("{name}_{k}")).collect(),
        };
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: output.clone(),
            name,
            op_type: operator.to_owned(),
            attribute: settings
                .iter()
                .map(|(name, setting)| attribute(name, setting))
                .collect(),
            ..NodeProto::default()
        });
        output
    }

    /// Calls the output of the last node `name`.
    pub fn name_last(&mut self, name: &str) {
        let last = self.nodes.last_mut().expect("a graph has nodes");
        last.output = vec![name.to_owned()];
    }

    /// Appends a constant of 32-bit floats.
    pub fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) -> Value {
        let bytes = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.constant(name, shape, DataType::Float, bytes)
    }

    /// Appends a constant of 64-bit floats.
    pub fn doubles(&mut self, shape: &[usize], values: &[f64]) -> Value {
        let bytes = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.constant("number", shape, DataType::Double, bytes)
    }

    /// Appends one 64-bit float.
    pub fn double(&mut self, value: f64) -> Value {
        self.doubles(&[], &[value])
    }

    /// Appends a constant of integers.
    pub fn integers(&mut self, values: &[i64]) -> Value {
        let bytes = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.constant("integers", &[values.len()], DataType::Int64, bytes)
    }

    fn constant(
        &mut self,
        name: &str,
        shape: &[usize],
        kind: DataType,
        raw_data: Vec<u8>,
    ) -> Value {
        // What the network is made of has its own name; what is only reckoned with is numbered.
        let name = match kind {
            DataType::Float => name.to_owned(),
            _ => format!("{name}_{}", self.constants.len()),
        };
        self.constants.push(TensorProto {
            dims: shape.iter().map(|&size| size as i64).collect(),
            data_type: kind as i32,
            name: name.clone(),
            raw_data,
            ..TensorProto::default()
        });
        name
    }

    /// Gives the optional input `name` the value that it has where nobody gives one.
    pub fn default_input(&mut self, name: &str, values: &[i64]) {
        let constant = self.integers(values);
        let tensor = self.constants.last_mut().expect("one was made");
        debug_assert_eq!(tensor.name, constant);
        name.clone_into(&mut tensor.name);
    }

    /// `a` and `b` under an operator of two.
    pub fn two(&mut self, operator: &str, a: &str, b: &str) -> Value {
        self.node(operator, &[a, b])
    }

    /// `a` and a number under an operator of two.
    pub fn with_number(&mut self, operator: &str, a: &str, number: f64) -> Value {
        let number = self.double(number);
        self.node(operator, &[a, &number])
    }

    /// Elements `start..end` of an axis.
    pub fn slice(&mut self, value: &str, axis: i64, start: i64, end: i64) -> Value {
        if (start, end) == (0, END) {
            return value.to_owned();
        }
        let [start, end, axis] = [start, end, axis].map(|x| self.integers(&[x]));
        self.node("Slice", &[value, &start, &end, &axis])
    }

    /// Values side by side along an axis.
    pub fn concat(&mut self, values: &[Value], axis: i64) -> Value {
        if let [one] = values {
            return one.clone();
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let axis = ("axis", Setting::Int(axis));
        self.node_with("Concat", &values, &[axis], 1).remove(0)
    }

    /// The axes in another order.
    pub fn transpose(&mut self, value: &str, order: &[i64]) -> Value {
        let order = ("perm", Setting::Ints(order.to_vec()));
        self.node_with("Transpose", &[value], &[order], 1).remove(0)
    }

    /// Without an axis of size 1.
    pub fn squeeze(&mut self, value: &str, axis: i64) -> Value {
        let axis = self.integers(&[axis]);
        self.node("Squeeze", &[value, &axis])
    }

    /// In another type.
    pub fn cast(&mut self, value: &str, kind: DataType) -> Value {
        let to = ("to", Setting::Int(kind as i64));
        self.node_with("Cast", &[value], &[to], 1).remove(0)
    }

    /// The whole as a model.
    pub fn finish(
        self,
        inputs: Vec<ValueInfoProto>,
        outputs: Vec<ValueInfoProto>,
        description: &str,
    ) -> ModelProto {
        ModelProto {
            ir_version: FORMAT,
            opset_import: vec![OperatorSetIdProto {
                domain: String::new(),
                version: OPERATORS,
            }],
            producer_name: env!("CARGO_PKG_NAME").to_owned(),
            producer_version: env!("CARGO_PKG_VERSION").to_owned(),
            doc_string: description.to_owned(),
            graph: Some(GraphProto {
                node: self.nodes,
                name: "forecaster".to_owned(),
                initializer: self.constants,
                input: inputs,
                output: outputs,
                ..GraphProto::default()
            }),
            ..ModelProto::default()
        }
    }
}

/// A size of an axis: a number, or a name for what differs from call to call.
pub enum Axis {
    /// Always so many.
    Fixed(usize),
    /// As many as are given.
    Named(&'static str),
}

/// An input or output.
pub fn value_info(name: &str, kind: DataType, axes: &[Axis], description: &str) -> ValueInfoProto {
    let dim = axes.iter().map(|axis| Dimension {
        value: Some(match axis {
            Axis::Fixed(size) => Size::DimValue(*size as i64),
            Axis::Named(name) => Size::DimParam((*name).to_owned()),
        }),
        ..Dimension::default()
    });
    ValueInfoProto {
        name: name.to_owned(),
        doc_string: description.to_owned(),
        r#type: Some(TypeProto {
            value: Some(Kind::TensorType(TensorType {
                elem_type: kind as i32,
                shape: Some(TensorShapeProto { dim: dim.collect() }),
            })),
            ..TypeProto::default()
        }),
    }
}

/// Adds an entry to the model's metadata.
pub fn describe(model: &mut ModelProto, key: &str, value: String) {
    model.metadata_props.push(StringStringEntryProto {
        key: key.to_owned(),
        value,
    });
}

/// The model as a file.
pub fn bytes(model: &ModelProto) -> Vec<u8> {
    model.encode_to_vec()
}

fn attribute(name: &str, setting: &Setting) -> AttributeProto {
    let mut attribute = AttributeProto {
        name: name.to_owned(),
        ..AttributeProto::default()
    };
    let kind = match setting {
        Setting::Int(value) => {
            attribute.i = *value;
            AttributeType::Int
        }
        Setting::Ints(values) => {
            attribute.ints.clone_from(values);
            AttributeType::Ints
        }
        Setting::Floats(values) => {
            attribute.floats.clone_from(values);
            AttributeType::Floats
        }
        Setting::Words(words) => {
            attribute.strings = words.iter().map(|word| word.as_bytes().to_vec()).collect();
            AttributeType::Strings
        }
    };
    attribute.r#type = kind as i32;
    attribute
}
