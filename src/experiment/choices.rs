//! The choices that come in kinds: losses, optimizers, schedules, clipping, initialisation,
//! preparation steps and generated series. Defaults are `PyTorch`'s where it has the thing.

mod clipping;
mod loss;
mod optimizer;
pub mod prepare;
mod schedule;

pub use clipping::Clipping;
pub use loss::{ClassWeights, Loss};
pub use optimizer::Optimizer;
pub use prepare::{Fill, FillMethod, Prepare};
pub use schedule::{Schedule, ScheduleKind};

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
    /// Share of the values that are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<f64>,
    /// Share of the values that are wrong: five standard deviations of the series too large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outliers: Option<f64>,
}

impl Generate {
    /// The generators, in the order menus show.
    pub const NAMES: [&'static str; 8] = [
        "noisy-sine",
        "random-walk",
        "ar",
        "uniform",
        "adding",
        "temporal-order",
        "separable",
        "cliff",
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
                missing: Some(0.0),
                outliers: Some(0.0),
                ..none
            },
            "random-walk" => Self {
                length: Some(500),
                noise: Some(1.0),
                drift: Some(0.0),
                missing: Some(0.0),
                outliers: Some(0.0),
                ..none
            },
            "ar" => Self {
                length: Some(500),
                coefficients: Some(vec![1.5, -0.75]),
                noise: Some(1.0),
                missing: Some(0.0),
                outliers: Some(0.0),
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
            "separable" => Self {
                count: Some(200),
                ..none
            },
            "cliff" => Self {
                length: Some(50),
                count: Some(10),
                ..none
            },
            _ => return None,
        })
    }

    /// Whether `source` is a generator of sequences that each have one answer.
    #[must_use]
    pub fn of_sequences(source: &str) -> bool {
        matches!(
            source,
            "generate:adding" | "generate:temporal-order" | "generate:separable" | "generate:cliff"
        )
    }

    /// Whether these parameters of `source` ask for fresh sequences in every training batch.
    #[must_use]
    pub fn draws_fresh(&self, source: &str) -> bool {
        let count = self.count.or(Self::for_source(source).count);
        Self::of_sequences(source) && count == Some(0)
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
