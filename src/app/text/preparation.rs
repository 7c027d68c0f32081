//! Names, units and explanations of the preparation steps and their keys.

/// What `sort` goes by where no column is chosen.
pub const ROWS_FROM: &str = "the time";
/// Leaves the order of a difference to the program.
pub const DEFAULT_ORDER: &str = "Usual order";
/// What that comes to.
pub const DEFAULT_ORDER_HELP: &str = "Once from row to row, or not at all where there is a season";

/// Name, unit and one sentence of the key `name` of a step.
pub(super) fn field(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match name {
        "method" => ("Method", "", "How it is done."),
        "columns" => (
            "Columns",
            "",
            "Columns that it applies to; none chosen: all numeric ones.",
        ),
        "max_gap" => (
            "Longest gap",
            "rows",
            "Longer runs of missing values stay as they are; 0 fills all.",
        ),
        "flag" => (
            "Flag",
            "",
            "Adds a column that says where a value was missing.",
        ),
        "limit" => (
            "Limit",
            "",
            "How many of the method's measure away from the middle a value is too far.",
        ),
        "window" => (
            "Window",
            "rows",
            "How many of the last values are looked at, this one included.",
        ),
        "action" => (
            "Action",
            "",
            "Clip sets outliers to the nearest value that is none, missing leaves them to a later fill, flag adds a column that says where they are.",
        ),
        "kernel" => (
            "Kernel",
            "",
            "Weights of the last values, the latest first, separated by commas; their sum is brought to 1.",
        ),
        "order" => (
            "Order",
            "times",
            "How many times the change from row to row is taken.",
        ),
        "season" => (
            "Season",
            "rows",
            "Takes the change since so many rows before, such as 12 for months in years; 0: none.",
        ),
        "count" => ("Count", "bins", "How many bins there are."),
        "every" => (
            "Every",
            "",
            "Duration between rows in ISO 8601: P1Y, P3M, P1M, P7D, P1D, PT1H, PT30M.",
        ),
        "aggregate" => (
            "Aggregate",
            "",
            "What the values that fall in one new row become.",
        ),
        "lags" => (
            "Lags",
            "rows",
            "How many rows before the values are from, separated by commas.",
        ),
        "functions" => (
            "Functions",
            "",
            "Statistics of the last values, each a further input.",
        ),
        "parts" => (
            "Parts",
            "",
            "Places in the calendar, each a further input as sine and as cosine.",
        ),
        "by" => ("By", "", "The column that gives the order."),
        "on_duplicate" => (
            "Duplicates",
            "",
            "What becomes of rows of the same time: an error, their mean, or the last of them.",
        ),
        _ => return None,
    })
}

/// One sentence on the step `step`.
pub(super) fn kind_help(step: &str) -> Option<&'static str> {
    Some(match step {
        "fill" => "Missing values get values.",
        "outliers" => "Values far from the others are clipped, taken for missing, or flagged.",
        "smooth" => "Values become averages of themselves and those before, never of later ones.",
        "difference" => "Values become their changes; the forecast adds them up again.",
        "transform" => "Values are bent by a function; the forecast is bent back.",
        "bin" => "Values become the training median of their bin.",
        "resample" => "Rows become rows of another frequency; needs a time.",
        "lag" => "Earlier values become further inputs.",
        "rolling" => "Statistics of the last values become further inputs.",
        "calendar" => "The hour, weekday, month and so on become further inputs; needs a time.",
        "sort" => "Rows are put in order, and those of the same time become one.",
        _ => return None,
    })
}

/// A word of a step as menus show it, where it reads ill as it is written.
pub(super) fn word(name: &str) -> Option<&'static str> {
    Some(match name {
        "mad" => "Median deviation (MAD)",
        "iqr" => "Interquartile range",
        "z-score" => "z-score",
        "savitzky-golay" => "Savitzky–Golay",
        "log" => "Logarithm",
        "log1p" => "Logarithm of 1 + x",
        "sqrt" => "Square root",
        "box-cox" => "Box–Cox",
        "yeo-johnson" => "Yeo–Johnson",
        "std" => "Standard deviation",
        "max" => "Maximum",
        "min" => "Minimum",
        "year-day" => "Day of the year",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{field, kind_help};
    use crate::experiment::{Choice, Prepare};

    #[test]
    fn every_step_and_every_key_of_it_is_explained() {
        for step in Prepare::all() {
            let kind = step.kind();
            assert!(!kind_help("prepare", &kind).is_empty(), "{kind}");
            let keys = toml::Table::try_from(&step).unwrap();
            for key in keys.keys() {
                let text = field(&format!("data.prepare.0.{key}"));
                assert!(!text.help.is_empty(), "{kind}: {key}");
            }
        }
        assert!(!field("data.prepare.2.order").help.is_empty());
        assert_eq!(field("data.prepare.2.lags.1").label, "Lags");
        assert_eq!(field("data.prepare.2.columns.0").label, "Columns");
    }
}
