//! Names, units and explanations of the preparation steps and their keys.

use super::{NOTHING, Text, say};
use crate::experiment::{Choice as _, Prepare};

/// What `sort` goes by where no column is chosen.
pub const ROWS_FROM: Text = Text::new("the time", "时间");
/// Leaves the order of a difference to the program.
pub const DEFAULT_ORDER: Text = Text::new("Usual order", "默认阶数");
/// What that comes to.
pub const DEFAULT_ORDER_HELP: Text = Text::new(
    "Once from row to row, or not at all where there is a season",
    "逐行一次；有季节时不用",
);

/// What the setup calls the step with this index.
#[must_use]
pub fn step_name(index: usize, step: &Prepare) -> String {
    format!("{}. {}", index + 1, super::kind(&step.kind()))
}

/// The button that takes a step out.
#[must_use]
pub fn remove_step(step: &str) -> String {
    say!("Remove \"{step}\"", "移除“{step}”")
}

/// The button that lets a step act earlier.
#[must_use]
pub fn raise_step(step: &str) -> String {
    say!(
        "Move \"{step}\" up: it acts earlier",
        "上移“{step}”：更早起作用"
    )
}

/// The button that lets a step act later.
#[must_use]
pub fn lower_step(step: &str) -> String {
    say!(
        "Move \"{step}\" down: it acts later",
        "下移“{step}”：更晚起作用"
    )
}

/// Name, unit and one sentence of the key `name` of a step.
pub(super) fn field(name: &str) -> Option<(Text, Text, Text)> {
    Some(match name {
        "method" => (
            Text::new("Method", "方法"),
            NOTHING,
            Text::new("How it is done.", "如何处理。"),
        ),
        "columns" => (
            Text::new("Columns", "列"),
            NOTHING,
            Text::new(
                "Columns that it applies to; none chosen: all numeric ones.",
                "作用于哪些列；不选：所有数值列。",
            ),
        ),
        "max_gap" => (
            Text::new("Longest gap", "最长空缺"),
            Text::new("rows", "行"),
            Text::new(
                "Longer runs of missing values stay as they are; 0 fills all.",
                "更长的连续缺失保持原样；0 表示全部填充。",
            ),
        ),
        "flag" => (
            Text::new("Flag", "标记"),
            NOTHING,
            Text::new(
                "Adds a column that says where a value was missing.",
                "添加一列说明哪里缺值。",
            ),
        ),
        "scale_each" => (
            Text::new("Scale each", "各自缩放"),
            NOTHING,
            Text::new(
                "Divides each series by its own size, the mean of its first values without their signs, so that large and small ones teach alike.",
                "每个序列除以自身的大小，即其最初若干值的绝对值均值，使大小序列同等重要。",
            ),
        ),
        "limit" => (
            Text::new("Limit", "界限"),
            NOTHING,
            Text::new(
                "How many of the method's measure away from the middle a value is too far.",
                "离中心超过该方法度量的多少倍算太远。",
            ),
        ),
        "window" => (
            Text::new("Window", "窗口"),
            Text::new("rows", "行"),
            Text::new(
                "How many of the last values are looked at, this one included.",
                "看最近多少个值，包括当前值。",
            ),
        ),
        "action" => (
            Text::new("Action", "处理"),
            NOTHING,
            Text::new(
                "Clip sets outliers to the nearest value that is none, missing leaves them to a later fill, flag adds a column that says where they are.",
                "截断到最近的正常值、留给之后的填充，或加一列标出位置。",
            ),
        ),
        "kernel" => (
            Text::new("Kernel", "卷积核"),
            NOTHING,
            Text::new(
                "Weights of the last values, the latest first, separated by commas; their sum is brought to 1.",
                "最近各值的权重，最新的在前，用逗号分隔；其和归一为 1。",
            ),
        ),
        "order" => (
            Text::new("Order", "阶数"),
            Text::new("times", "次"),
            Text::new(
                "How many times the change from row to row is taken.",
                "逐行求差多少次。",
            ),
        ),
        "season" => (
            Text::new("Season", "季节"),
            Text::new("rows", "行"),
            Text::new(
                "Takes the change since so many rows before, such as 12 for months in years; 0: none.",
                "与多少行之前求差，例如按月数据为 12；0 表示不用。",
            ),
        ),
        "count" => (
            Text::new("Count", "分箱数"),
            Text::new("bins", "个分箱"),
            Text::new("How many bins there are.", "有多少个分箱。"),
        ),
        "every" => (
            Text::new("Every", "间隔"),
            NOTHING,
            Text::new(
                "Duration between rows in ISO 8601: P1Y, P3M, P1M, P7D, P1D, PT1H, PT30M.",
                "行之间的时长（ISO 8601）：P1Y、P3M、P1M、P7D、P1D、PT1H、PT30M。",
            ),
        ),
        "aggregate" => (
            Text::new("Aggregate", "汇总"),
            NOTHING,
            Text::new(
                "What the values that fall in one new row become.",
                "落在同一新行的各值变成什么。",
            ),
        ),
        "lags" => (
            Text::new("Lags", "滞后"),
            Text::new("rows", "行"),
            Text::new(
                "How many rows before the values are from, separated by commas.",
                "取多少行之前的值，用逗号分隔。",
            ),
        ),
        "functions" => (
            Text::new("Functions", "函数"),
            NOTHING,
            Text::new(
                "Statistics of the last values, each a further input.",
                "最近若干值的统计量，每个成为一个输入。",
            ),
        ),
        "parts" => (
            Text::new("Parts", "部分"),
            NOTHING,
            Text::new(
                "Places in the calendar, each a further input as sine and as cosine.",
                "日历中的位置，各以正弦和余弦成为输入。",
            ),
        ),
        "by" => (
            Text::new("By", "依据"),
            NOTHING,
            Text::new(
                "The column that gives the order or the groups; of texts what a token is.",
                "决定顺序或分组的列；对文字则为词元的单位。",
            ),
        ),
        "on_duplicate" => (
            Text::new("Duplicates", "重复"),
            NOTHING,
            Text::new(
                "What becomes of rows of the same time: an error, their mean, or the last of them.",
                "同一时间的多行如何处理：报错、取平均或取最后一行。",
            ),
        ),
        "period" => (
            Text::new("Period", "周期"),
            Text::new("rows", "行"),
            Text::new(
                "Rows in a season; 0 finds it in the training part.",
                "一个季节的行数；0 表示从训练部分中检测。",
            ),
        ),
        "keep" => (
            Text::new("Keep", "保留"),
            NOTHING,
            Text::new(
                "What stays: the residual or the components; of selected inputs so many, or below 1 those that say as much.",
                "保留什么：残差或各分量；选择输入时为个数，小于 1 时为阈值。",
            ),
        ),
        "to" => (
            Text::new("Length", "长度"),
            Text::new("rows", "行"),
            Text::new("Rows of a series at most.", "一个序列最多有多少行。"),
        ),
        "column" => (
            Text::new("Column", "列"),
            NOTHING,
            Text::new(
                "The column of texts; empty: the only one that is not the target.",
                "文字所在的列；留空：目标以外唯一的文字列。",
            ),
        ),
        "vocabulary" => (
            Text::new("Vocabulary", "词汇量"),
            Text::new("tokens", "个词元"),
            Text::new(
                "Tokens that are told apart at most: those that are most frequent in the training part.",
                "最多区分多少个词元：训练部分中最常见的。",
            ),
        ),
        "size" => (
            Text::new("Size", "维数"),
            Text::new("numbers", "个数"),
            Text::new(
                "Numbers that are learned for each text; 0: half as many as there are texts, at most 50.",
                "每个文字学习多少个数；0：文字种数的一半，最多 50。",
            ),
        ),
        "short" => (
            Text::new("Shorter", "较短"),
            NOTHING,
            Text::new(
                "Shorter series stay and are padded behind a mask, or are left out.",
                "较短的序列保留并加掩码填充，或被舍去。",
            ),
        ),
        "long" => (
            Text::new("Longer", "较长"),
            NOTHING,
            Text::new(
                "Longer series lose their beginning or their end.",
                "较长的序列截去开头或结尾。",
            ),
        ),
        _ => return None,
    })
}

/// As [`field`], of a join.
pub(super) fn join_field(name: &str) -> Option<(Text, Text, Text)> {
    Some(match name {
        "source" => (
            Text::new("File", "文件"),
            NOTHING,
            Text::new(
                "A file or sheet whose columns stand beside those of the source.",
                "其列并排加入来源的文件或工作表。",
            ),
        ),
        "on" => (
            Text::new("On", "依据列"),
            NOTHING,
            Text::new(
                "The column of both by which rows belong together; empty: the time.",
                "两个文件中把行对应起来的列；留空则按时间。",
            ),
        ),
        "how" => (
            Text::new("Rows kept", "保留的行"),
            NOTHING,
            Text::new(
                "Left keeps all rows of the source, inner those that have a partner, outer all of both.",
                "左连接保留来源的所有行，内连接只保留有对应的行，外连接保留双方的所有行。",
            ),
        ),
        _ => return None,
    })
}

/// One sentence on the step `step`.
pub(super) fn kind_help(step: &str) -> Option<Text> {
    Some(match step {
        "fill" => Text::new("Missing values get values.", "为缺失值填上数值。"),
        "outliers" => Text::new(
            "Values far from the others are clipped, taken for missing, or flagged.",
            "离其他值太远的值被截断、视为缺失或加标记。",
        ),
        "smooth" => Text::new(
            "Values become averages of themselves and those before, never of later ones.",
            "值变为自身与之前各值的平均，绝不用之后的值。",
        ),
        "difference" => Text::new(
            "Values become their changes; the forecast adds them up again.",
            "值变为其变化量；预测时再累加回来。",
        ),
        "transform" => Text::new(
            "Values are bent by a function; the forecast is bent back.",
            "值经函数变换；预测时再变换回来。",
        ),
        "bin" => Text::new(
            "Values become the training median of their bin; where the task is to classify, the target's bins are the classes.",
            "值变为所在分箱的训练中位数；任务为分类时，目标的分箱即为类别。",
        ),
        "resample" => Text::new(
            "Rows become rows of another frequency; needs a time.",
            "行变为另一频率的行；需要时间。",
        ),
        "lag" => Text::new(
            "Earlier values become further inputs.",
            "更早的值成为更多输入。",
        ),
        "rolling" => Text::new(
            "Statistics of the last values become further inputs.",
            "最近若干值的统计量成为更多输入。",
        ),
        "calendar" => Text::new(
            "The hour, weekday, month and so on become further inputs; needs a time.",
            "小时、星期、月份等成为更多输入；需要时间。",
        ),
        "sort" => Text::new(
            "Rows are put in order, and those of the same time become one.",
            "把行排好顺序，同一时间的行合为一行。",
        ),
        "decompose" => Text::new(
            "Values are parted into season, trend and rest; the season is learned from the training part, the trend looks back alone.",
            "值被分解为季节、趋势和余项；季节从训练部分学得，趋势只看过去。",
        ),
        "encode" => Text::new(
            "Texts become numbers, by those of the training part.",
            "按训练部分的文字把文字变为数字。",
        ),
        "select" => Text::new(
            "Of the inputs that are no targets, those stay that say most in the training part.",
            "在非目标的输入中，保留训练部分中信息最多的。",
        ),
        "group" => Text::new(
            "Each value of a column is a series of its own; windows never cross.",
            "列的每个取值自成一个序列；窗口绝不跨越。",
        ),
        "tokenize" => Text::new(
            "Each text becomes a sequence of tokens, a sample with the answer in another column; an encode step makes numbers of them.",
            "每段文字成为一个词元序列，即一个样本，答案在另一列；再由编码步骤变为数字。",
        ),
        "lengths" => Text::new(
            "Series and sequences are brought to a length.",
            "把各序列调整到同一长度。",
        ),
        _ => return None,
    })
}

/// A word of a step as menus show it, where it reads ill as it is written.
pub(super) fn word(name: &str) -> Option<Text> {
    Some(match name {
        "outliers" => Text::new("Outliers", "离群值"),
        "smooth" => Text::new("Smooth", "平滑"),
        "difference" => Text::new("Difference", "差分"),
        "transform" => Text::new("Transform", "变换"),
        "bin" => Text::new("Bin", "分箱"),
        "resample" => Text::new("Resample", "重采样"),
        "lag" => Text::new("Lag", "滞后"),
        "rolling" => Text::new("Rolling", "滚动统计"),
        "calendar" => Text::new("Calendar", "日历"),
        "sort" => Text::new("Sort", "排序"),
        "decompose" => Text::new("Decompose", "分解"),
        "encode" => Text::new("Encode", "编码"),
        "select" => Text::new("Select", "选择"),
        "group" => Text::new("Group", "分组"),
        "lengths" => Text::new("Lengths", "长度"),
        "tokenize" => Text::new("Tokenize", "分词"),
        "embedding" => Text::new("Learned embedding", "学习的嵌入"),
        "word" => Text::new("Words", "词"),
        "character" => Text::new("Characters", "字符"),
        "left" => Text::new("Left", "左连接"),
        "inner" => Text::new("Inner", "内连接"),
        "outer" => Text::new("Outer", "外连接"),
        "stl" => Text::same("STL"),
        "mstl" => Text::same("MSTL"),
        "residual" => Text::new("Residual", "残差"),
        "components" => Text::new("Components", "分量"),
        "one-hot" => Text::new("One-hot", "独热"),
        "ordinal" => Text::new("Ordinal", "序数"),
        "correlation" => Text::new("Correlation", "相关"),
        "mutual-information" => Text::new("Mutual information", "互信息"),
        "variance" => Text::new("Variance", "方差"),
        "pad" => Text::new("Pad", "填充"),
        "truncate-start" => Text::new("Cut the beginning", "截去开头"),
        "truncate-end" => Text::new("Cut the end", "截去结尾"),
        "mad" => Text::new("Median deviation (MAD)", "中位数绝对偏差 (MAD)"),
        "iqr" => Text::new("Interquartile range", "四分位距"),
        "z-score" => Text::new("z-score", "z 分数"),
        "savitzky-golay" => Text::same("Savitzky–Golay"),
        "log" => Text::new("Logarithm", "对数"),
        "log1p" => Text::new("Logarithm of 1 + x", "1 + x 的对数"),
        "sqrt" => Text::new("Square root", "平方根"),
        "box-cox" => Text::same("Box–Cox"),
        "yeo-johnson" => Text::same("Yeo–Johnson"),
        "std" => Text::new("Standard deviation", "标准差"),
        "max" => Text::new("Maximum", "最大值"),
        "min" => Text::new("Minimum", "最小值"),
        "sum" => Text::new("Sum", "总和"),
        "last" => Text::new("Last", "最后一个"),
        "error" => Text::new("Error", "报错"),
        "hampel" => Text::same("Hampel"),
        "clip" => Text::new("Clip", "截断"),
        "missing" => Text::new("Missing", "视为缺失"),
        "flag" => Text::new("Flag", "标记"),
        "moving-average" => Text::new("Moving average", "移动平均"),
        "convolution" => Text::new("Convolution", "卷积"),
        "equal-width" => Text::new("Equal width", "等宽"),
        "equal-frequency" => Text::new("Equal frequency", "等频"),
        "minute" => Text::new("Minute", "分钟"),
        "hour" => Text::new("Hour", "小时"),
        "weekday" => Text::new("Weekday", "星期几"),
        "day" => Text::new("Day", "日"),
        "week" => Text::new("Week", "周"),
        "month" => Text::new("Month", "月"),
        "quarter" => Text::new("Quarter", "季度"),
        "year-day" => Text::new("Day of the year", "年内第几天"),
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
            let keys = toml::Table::try_from(&step).expect("steps are tables");
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
