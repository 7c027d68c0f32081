//! The choices that come in kinds: losses, optimizers, schedules, clipping, initialisation,
//! preparation steps and generated series. Defaults are `PyTorch`'s where it has the thing.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A setting that comes in kinds, each with keys of its own.
pub trait Choice: Sized + Clone + Serialize + DeserializeOwned {
    /// The key that names the kind.
    const TAG: &'static str = "kind";

    /// Every kind with its defaults, in the order menus show.
    fn all() -> Vec<Self>;

    /// The kind's name in experiment files.
    fn kind(&self) -> String {
        let value = toml::Value::try_from(self).expect("a choice serialises to a table");
        value[Self::TAG]
            .as_str()
            .expect("the tag is a string")
            .to_owned()
    }

    /// The kind `name` with its defaults.
    #[must_use]
    fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|choice| choice.kind() == name)
    }
}

/// What is minimised: the mean over all target elements of a function of the error
/// e = prediction − target, in scaled units; or, to classify, over all sequences of a function of the
/// logits and the class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Loss {
    /// e².
    Mse,
    /// |e|.
    Mae,
    /// e²/2 where |e| ≤ δ, δ·(|e| − δ/2) beyond.
    Huber {
        /// Where the parabola becomes a line.
        delta: f64,
    },
    /// ln cosh e: a parabola near 0 that becomes a line, without a border.
    LogCosh,
    /// −ln p of the class, p = softmax of the logits (`torch.nn.CrossEntropyLoss`).
    CrossEntropy {
        /// Share of the class's probability that all classes divide between them.
        label_smoothing: f64,
        /// How much each class counts.
        class_weights: ClassWeights,
        /// Power of 1 − p by which what is known already counts less (Lin et al. 2017).
        focal_gamma: f64,
    },
}

/// How much each class counts in the cross-entropy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassWeights {
    /// Each sequence alike.
    None,
    /// n / (classes · n of the class) over the training part, as scikit-learn's `balanced`.
    Balanced,
}

impl ClassWeights {
    /// Every way, in the order menus show.
    pub const ALL: [Self; 2] = [Self::None, Self::Balanced];
}

impl Loss {
    /// `PyTorch`'s cross-entropy.
    #[must_use]
    pub fn cross_entropy() -> Self {
        Self::CrossEntropy {
            label_smoothing: 0.0,
            class_weights: ClassWeights::None,
            focal_gamma: 0.0,
        }
    }

    /// Whether it compares logits with a class rather than a prediction with a value.
    #[must_use]
    pub fn of_classes(&self) -> bool {
        matches!(self, Self::CrossEntropy { .. })
    }
}

impl Choice for Loss {
    fn all() -> Vec<Self> {
        vec![
            Self::Mse,
            Self::Mae,
            Self::Huber { delta: 1.0 },
            Self::LogCosh,
            Self::cross_entropy(),
        ]
    }
}

/// How a gradient becomes an update.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Optimizer {
    /// Gradient descent on the whole training part as one batch.
    Gd {
        /// L2 penalty, added to the gradient.
        weight_decay: f64,
    },
    /// Stochastic gradient descent (`torch.optim.SGD`).
    Sgd {
        /// Share of the last velocity that is kept.
        momentum: f64,
        /// Share of the gradient kept out of the velocity.
        dampening: f64,
        /// Whether the velocity is looked ahead along.
        nesterov: bool,
        /// L2 penalty, added to the gradient.
        weight_decay: f64,
    },
    /// Adam (Kingma & Ba 2015; `torch.optim.Adam`).
    Adam {
        /// Memory of the mean.
        beta1: f64,
        /// Memory of the uncentred variance.
        beta2: f64,
        /// Added outside the root.
        epsilon: f64,
        /// L2 penalty, added to the gradient.
        weight_decay: f64,
        /// Whether the largest second moment so far is used (Reddi et al. 2018).
        amsgrad: bool,
    },
}

impl Optimizer {
    /// `PyTorch`'s SGD.
    #[must_use]
    pub fn sgd() -> Self {
        Self::Sgd {
            momentum: 0.0,
            dampening: 0.0,
            nesterov: false,
            weight_decay: 0.0,
        }
    }

    /// `PyTorch`'s Adam.
    #[must_use]
    pub fn adam() -> Self {
        Self::Adam {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
            amsgrad: false,
        }
    }

    /// Whether every step uses the whole training part, whatever `batch_size` says.
    #[must_use]
    pub fn full_batch(&self) -> bool {
        matches!(self, Self::Gd { .. })
    }
}

impl Default for Optimizer {
    fn default() -> Self {
        Self::adam()
    }
}

impl Choice for Optimizer {
    fn all() -> Vec<Self> {
        vec![Self::adam(), Self::sgd(), Self::Gd { weight_decay: 0.0 }]
    }
}

/// The learning rate over the steps: what all schedules share, and the kind's own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The shape.
    #[serde(flatten)]
    pub kind: ScheduleKind,
    /// The rate that the shape multiplies.
    pub learning_rate: f64,
    /// The first so many rates are multiplied by (step + 1) / `warmup_steps`.
    pub warmup_steps: u64,
}

/// The shape of a schedule; steps count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ScheduleKind {
    /// The rate.
    Constant,
    /// rate · (1 − (1 − `final_factor`) · step / over).
    Linear {
        /// Share of the rate at the end.
        final_factor: f64,
        /// Length in steps; absent: the whole run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        over: Option<u64>,
    },
    /// rate · factor^(step / every), smooth.
    Exponential {
        /// Multiplied in over `every` steps.
        factor: f64,
        /// Steps.
        every: u64,
    },
    /// rate · factor^⌊step / every⌋.
    Step {
        /// Multiplied in after each `every` steps.
        factor: f64,
        /// Steps.
        every: u64,
    },
}

impl Default for Schedule {
    fn default() -> Self {
        Self::of(ScheduleKind::Constant)
    }
}

impl Schedule {
    /// The kind with the default rate and no warm-up.
    #[must_use]
    pub fn of(kind: ScheduleKind) -> Self {
        Self {
            kind,
            learning_rate: 1e-3,
            warmup_steps: 0,
        }
    }
}

impl Choice for Schedule {
    fn all() -> Vec<Self> {
        [
            ScheduleKind::Constant,
            ScheduleKind::Linear {
                final_factor: 0.0,
                over: None,
            },
            ScheduleKind::Exponential {
                factor: 0.5,
                every: 1000,
            },
            ScheduleKind::Step {
                factor: 0.5,
                every: 1000,
            },
        ]
        .map(Self::of)
        .to_vec()
    }
}

/// What is done to a gradient before the optimizer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Clipping {
    /// Nothing.
    None,
    /// Each element into [−limit, limit].
    Value {
        /// The bound.
        limit: f64,
    },
    /// Each tensor's norm to at most limit.
    TensorNorm {
        /// The bound.
        limit: f64,
    },
    /// The norm over all tensors together to at most limit (Pascanu et al. 2013).
    GlobalNorm {
        /// The bound.
        limit: f64,
    },
}

impl Clipping {
    /// The limit, where there is one.
    #[must_use]
    pub fn limit(&self) -> Option<f64> {
        match *self {
            Self::None => None,
            Self::Value { limit } | Self::TensorNorm { limit } | Self::GlobalNorm { limit } => {
                Some(limit)
            }
        }
    }
}

impl Choice for Clipping {
    fn all() -> Vec<Self> {
        vec![
            Self::None,
            Self::GlobalNorm { limit: 1.0 },
            Self::TensorNorm { limit: 1.0 },
            Self::Value { limit: 1.0 },
        ]
    }
}

/// How the weights are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Init {
    /// A scheme by its name.
    Named(NamedInit),
    /// Recurrent matrices orthogonal, times this spectral radius; the rest as `pytorch`.
    Radius {
        /// The spectral radius.
        radius: f64,
    },
}

/// The schemes with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamedInit {
    /// U(−1/√H, 1/√H), every tensor.
    Pytorch,
    /// Weights U(−a, a) with a = √(6 / (fan in + fan out)) for each gate, biases 0 (Glorot & Bengio 2010).
    Xavier,
    /// Recurrent matrices orthogonal for each gate, input matrices as `xavier`, biases 0 (Saxe et al. 2014).
    Orthogonal,
    /// Recurrent matrices the identity for each gate, input matrices as `xavier`, biases 0 (Le et al. 2015).
    Identity,
}

impl NamedInit {
    /// Every scheme, in the order menus show.
    pub const ALL: [Self; 4] = [
        Self::Pytorch,
        Self::Xavier,
        Self::Orthogonal,
        Self::Identity,
    ];
}

/// A preparation step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Prepare {
    /// Missing values get values.
    Fill(Fill),
}

/// Missing values get values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fill {
    /// Columns; empty: all numeric ones.
    pub columns: Vec<String>,
    /// Where the values come from.
    pub method: FillMethod,
    /// Longer runs of missing values stay as they are; 0: no bound.
    pub max_gap: usize,
    /// Whether a column of 0 and 1 says where a value was missing.
    pub flag: bool,
}

impl Default for Fill {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: FillMethod::Linear,
            max_gap: 0,
            flag: false,
        }
    }
}

/// Where the values for missing ones come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FillMethod {
    /// The last value before.
    Forward,
    /// The next value after (looks ahead, within its own part).
    Backward,
    /// On the line between both (looks ahead, within its own part).
    Linear,
    /// The mean of the nearest values at the same place of the season (looks ahead, within its own part).
    Seasonal,
    /// The training part's mean.
    Mean,
    /// The training part's median.
    Median,
    /// A value drawn from the training part's observed ones.
    Random,
    /// Rows with a missing value go.
    Drop,
}

impl FillMethod {
    /// Every method, in the order menus show.
    pub const ALL: [Self; 8] = [
        Self::Linear,
        Self::Forward,
        Self::Backward,
        Self::Seasonal,
        Self::Mean,
        Self::Median,
        Self::Random,
        Self::Drop,
    ];

    /// Whether a filled value depends on later rows (of its own part).
    #[must_use]
    pub fn looks_ahead(self) -> bool {
        matches!(self, Self::Backward | Self::Linear | Self::Seasonal)
    }
}

impl Choice for Prepare {
    const TAG: &'static str = "step";

    fn all() -> Vec<Self> {
        vec![Self::Fill(Fill::default())]
    }
}

/// Parameters of a generated series; which ones a generator has is in [`Generate::defaults`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generate {
    /// Values in each series, or steps in each sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// Series, or sequences; 0 (for sequences alone): fresh ones for every training batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Steps in one period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<f64>,
    /// Half the distance from trough to crest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amplitude: Option<f64>,
    /// Standard deviation of the normal noise at each step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<f64>,
    /// Mean of a random walk's step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<f64>,
    /// Weights of the last values, the latest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coefficients: Option<Vec<f64>>,
}

impl Generate {
    /// The generators, in the order menus show.
    pub const NAMES: [&'static str; 6] = [
        "noisy-sine",
        "random-walk",
        "ar",
        "uniform",
        "adding",
        "temporal-order",
    ];

    /// Whether no parameter is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The parameters that generator `name` has, with their defaults.
    #[must_use]
    pub fn defaults(name: &str) -> Option<Self> {
        let none = Self::default();
        Some(match name {
            "noisy-sine" => Self {
                length: Some(500),
                period: Some(25.0),
                amplitude: Some(1.0),
                noise: Some(0.1),
                ..none
            },
            "random-walk" => Self {
                length: Some(500),
                noise: Some(1.0),
                drift: Some(0.0),
                ..none
            },
            "ar" => Self {
                length: Some(500),
                coefficients: Some(vec![1.5, -0.75]),
                noise: Some(1.0),
                ..none
            },
            "uniform" => Self {
                count: Some(32),
                length: Some(51),
                ..none
            },
            "adding" => Self {
                length: Some(100),
                count: Some(0),
                ..none
            },
            "temporal-order" => Self {
                length: Some(50),
                count: Some(0),
                ..none
            },
            _ => return None,
        })
    }

    /// Whether `source` is a generator of sequences that each have one answer.
    #[must_use]
    pub fn of_sequences(source: &str) -> bool {
        matches!(source, "generate:adding" | "generate:temporal-order")
    }

    /// Whether these parameters of `source` ask for fresh sequences in every training batch.
    #[must_use]
    pub fn draws_fresh(&self, source: &str) -> bool {
        Self::of_sequences(source) && self.count.unwrap_or(0) == 0
    }

    /// Defaults for a data source: empty where it is not `generate:`.
    #[must_use]
    pub fn for_source(source: &str) -> Self {
        source
            .strip_prefix("generate:")
            .and_then(Self::defaults)
            .unwrap_or_default()
    }
}
