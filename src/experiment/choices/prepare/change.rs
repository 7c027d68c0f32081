//! Steps that turn values into others.

use super::is_false;
use serde::{Deserialize, Serialize};

/// Values become their changes, first by seasons, then `order` times from row to row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Difference {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// How many times; absent: 1, or 0 where there is a season.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<usize>,
    /// Rows in a season whose change is taken; 0: none.
    pub season: usize,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Difference {
    /// How many times changes from row to row are taken.
    #[must_use]
    pub fn times(&self) -> usize {
        self.order.unwrap_or(usize::from(self.season == 0))
    }
}

/// Values are bent by a function that can be undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transform {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// Which function.
    pub method: TransformMethod,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Transform {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: TransformMethod::Log,
            off: false,
        }
    }
}

/// A function of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransformMethod {
    /// ln x, of values above 0.
    Log,
    /// ln(1 + x), of values above −1.
    Log1p,
    /// √x, of values of at least 0.
    Sqrt,
    /// (x^λ − 1) / λ of values above 0, λ the most likely one of the training part (Box & Cox 1964).
    BoxCox,
    /// The same for values of any sign (Yeo & Johnson 2000).
    YeoJohnson,
    /// The share of training values below, on the line between them; beyond them the line goes on.
    Quantile,
}

impl TransformMethod {
    /// All, in the order menus show.
    pub const ALL: [Self; 6] = [
        Self::Log,
        Self::Log1p,
        Self::Sqrt,
        Self::BoxCox,
        Self::YeoJohnson,
        Self::Quantile,
    ];
}

/// Values become the training median of their bin. Under `task = "classify"` the target's bins are the classes that
/// windows ask for, and its past stays an input as a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bin {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// Bins.
    pub count: usize,
    /// Where their borders are.
    pub method: BinMethod,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Bin {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            count: 10,
            method: BinMethod::EqualWidth,
            off: false,
        }
    }
}

/// Where the borders of bins are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BinMethod {
    /// Evenly between the smallest and the largest training value.
    EqualWidth,
    /// So that as many training values fall in each.
    EqualFrequency,
}

impl BinMethod {
    /// All, in the order menus show.
    pub const ALL: [Self; 2] = [Self::EqualWidth, Self::EqualFrequency];
}
