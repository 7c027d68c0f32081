//! Names, units and explanations of settings and their kinds.

use super::{NOTHING, Text, say};

/// How a setting is called and explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldText {
    /// Its name in the setup.
    pub label: String,
    /// Its unit, or nothing.
    pub unit: Text,
    /// One sentence.
    pub help: Text,
}

/// The texts of the setting at a dotted key.
#[must_use]
pub fn field(key: &str) -> FieldText {
    let last = key
        .rsplit('.')
        .find(|part| part.parse::<usize>().is_err())
        .unwrap_or(key);
    let own = super::choices::field(key).or_else(|| {
        if key.starts_with("data.join.") {
            return super::preparation::join_field(last);
        }
        key.starts_with("data.prepare.")
            .then(|| super::preparation::field(last))
            .flatten()
    });
    if let Some((label, unit, help)) = own {
        return FieldText {
            label: label.into(),
            unit,
            help,
        };
    }
    let (label, unit, help) = match key {
        "seeds" => (
            Text::new("Seeds", "种子"),
            NOTHING,
            Text::new(
                "Each contender runs once for each seed. Numbers, separated by commas.",
                "每个参赛者对每个种子运行一次。数字，用逗号分隔。",
            ),
        ),
        "data.source" => (
            Text::new("Source", "来源"),
            NOTHING,
            Text::new("Where the series comes from.", "序列从哪里来。"),
        ),
        "data.targets" => (
            Text::new("Targets", "目标"),
            NOTHING,
            Text::new(
                "Columns to predict. None chosen: the first numeric column that is no time, index or label.",
                "要预测的列。不选：第一个不是时间、序号或标签的数值列。",
            ),
        ),
        "data.target_weights" => (
            Text::new("Target weights", "目标权重"),
            NOTHING,
            Text::new(
                "How much the loss of each target counts, separated by commas; empty: all alike.",
                "各目标的损失占多少权重，用逗号分隔；留空则相同。",
            ),
        ),
        "data.features" => (
            Text::new("Features", "特征"),
            NOTHING,
            Text::new(
                "Further columns that the network sees beside the targets.",
                "除目标外网络还能看到的列。",
            ),
        ),
        "data.time" => (
            Text::new("Time column", "时间列"),
            NOTHING,
            Text::new(
                "The column that says when; detected where none is chosen.",
                "说明时间的列；不选则自动识别。",
            ),
        ),
        "data.task" => (
            Text::new("Task", "任务"),
            NOTHING,
            Text::new(
                "Forecast: numbers. Classify: which class each sequence belongs to, where the data have classes, or in which bin the target will be, by a step \"Bin\".",
                "预测：数值。分类：在有类别的数据中，每个序列属于哪一类；或由“分箱”步骤，目标将落在哪一箱。",
            ),
        ),
        "data.scale.method" => (
            Text::new("Scaling", "缩放"),
            NOTHING,
            Text::new(
                "Brings all columns to a common size; fitted on the training part only.",
                "使所有列大小相当；只在训练部分上拟合。",
            ),
        ),
        "data.window.lookback" => (
            Text::new("Lookback", "回看长度"),
            Text::new("steps", "步"),
            Text::new(
                "How many past steps a window holds.",
                "一个窗口含有过去的多少步。",
            ),
        ),
        "data.window.horizon" => (
            Text::new("Horizon", "预测步长"),
            Text::new("steps", "步"),
            Text::new("How many steps ahead the forecast is.", "向前预测多少步。"),
        ),
        "data.window.stride" => (
            Text::new("Stride", "步幅"),
            Text::new("steps", "步"),
            Text::new(
                "Distance between the starts of neighbouring training windows.",
                "相邻训练窗口起点之间的距离。",
            ),
        ),
        "data.window.output" => (
            Text::new("Output", "输出"),
            NOTHING,
            Text::new(
                "Every step: the network predicts after each input step. Last step: only after the whole window, all steps ahead at once.",
                "每一步：网络在每个输入步之后都预测。最后一步：只在整个窗口之后一次预测所有步。",
            ),
        ),
        "data.window.roll" => (
            Text::new("Roll forward", "向前滚动"),
            Text::new("rows", "行"),
            Text::new(
                "Over how many rows the model goes on from its own forecasts, from the test part's beginning and from the data's end. 0: none.",
                "模型从测试部分开头以及数据末尾起，依靠自己的预测继续多少行。0：不滚动。",
            ),
        ),
        "data.split.train" => (
            Text::new("Training share", "训练份额"),
            NOTHING,
            Text::new(
                "The first part of the rows, which the network learns from.",
                "网络从中学习的最前面的行。",
            ),
        ),
        "data.split.validation" => (
            Text::new("Validation share", "验证份额"),
            NOTHING,
            Text::new(
                "The rows after the training part; they choose the best model. The rest is the test part.",
                "训练部分之后的行，用来选出最佳模型。其余为测试部分。",
            ),
        ),
        "data.split.folds" => (
            Text::new("Backtest folds", "回测折数"),
            NOTHING,
            Text::new(
                "Further runs of every contender, each from a later origin: it trains on all rows before the origin, shared as above, and is judged on as many rows after it. The table shows each and their mean. 0: none.",
                "每个参赛者的附加运行，各从更晚的起点开始：用起点之前的所有行训练（按上面的份额划分），并用其后同样多的行评判。表中显示每折及其平均。0：无。",
            ),
        ),
        "data.generate.length" => (
            Text::new("Length", "长度"),
            Text::new("steps", "步"),
            Text::new(
                "Values in each generated series, or steps in each sequence.",
                "每个生成序列的值数，或每个样本序列的步数。",
            ),
        ),
        "data.generate.count" => (
            Text::new("Count", "数量"),
            Text::new("series", "个序列"),
            Text::new(
                "How many series or sequences are generated. For adding and temporal order 0 draws fresh sequences for every training batch.",
                "生成多少个序列。对加法和时间顺序问题，0 表示每个训练批次都抽取新序列。",
            ),
        ),
        "data.generate.period" => (
            Text::new("Period", "周期"),
            Text::new("steps", "步"),
            Text::new("Steps in one full turn.", "一整圈的步数。"),
        ),
        "data.generate.amplitude" => (
            Text::new("Amplitude", "振幅"),
            NOTHING,
            Text::new(
                "Half the distance from trough to crest.",
                "波谷到波峰距离的一半。",
            ),
        ),
        "data.generate.noise" => (
            Text::new("Noise", "噪声"),
            NOTHING,
            Text::new(
                "Standard deviation of the normal noise at each step.",
                "每一步正态噪声的标准差。",
            ),
        ),
        "data.generate.drift" => (
            Text::new("Drift", "漂移"),
            NOTHING,
            Text::new("Mean of each step of the walk.", "游走每一步的平均值。"),
        ),
        "data.generate.coefficients" => (
            Text::new("Coefficients", "系数"),
            NOTHING,
            Text::new(
                "Weights of the last values, the latest first, separated by commas.",
                "最近各值的权重，最新的在前，用逗号分隔。",
            ),
        ),
        "data.generate.missing" => (
            Text::new("Missing", "缺失"),
            NOTHING,
            Text::new("Share of the values that are missing.", "缺失值的比例。"),
        ),
        "data.generate.outliers" => (
            Text::new("Outliers", "离群值"),
            NOTHING,
            Text::new(
                "Share of the values that are wrong: five standard deviations of the series too large.",
                "错误值的比例：比原值大五个序列标准差。",
            ),
        ),
        "model.cell" => (
            Text::new("Cell", "单元"),
            NOTHING,
            Text::new(
                "The kind of network: LSTM and GRU have gates that keep gradients alive; a plain RNN has none; linear has no memory.",
                "网络的类型：LSTM 和 GRU 有使梯度不消失的门；普通 RNN 没有；线性模型没有记忆。",
            ),
        ),
        "model.nonlinearity" => (
            Text::new("Nonlinearity", "非线性函数"),
            NOTHING,
            Text::new(
                "The function inside the plain recurrent cell.",
                "普通循环单元内部的函数。",
            ),
        ),
        "model.hidden" => (
            Text::new("Hidden units", "隐藏单元"),
            NOTHING,
            Text::new(
                "Size of the hidden state in each layer.",
                "每层隐藏状态的大小。",
            ),
        ),
        "model.layers" => (
            Text::new("Layers", "层数"),
            NOTHING,
            Text::new("Recurrent layers on top of each other.", "相叠的循环层数。"),
        ),
        "model.dropout" => (
            Text::same("Dropout"),
            NOTHING,
            Text::new(
                "Probability that a unit's output is dropped between layers while training.",
                "训练时层间某单元输出被丢弃的概率。",
            ),
        ),
        "model.init" => (
            Text::new("Initial weights", "初始权重"),
            NOTHING,
            Text::new(
                "How weights are drawn before the first step.",
                "第一步之前权重如何抽取。",
            ),
        ),
        "model.init.radius" => (
            Text::new("Spectral radius", "谱半径"),
            NOTHING,
            Text::new(
                "Largest factor by which the recurrent matrix stretches at first: above 1 gradients grow, below 1 they fade.",
                "循环矩阵最初的最大伸缩倍数：大于 1 梯度增长，小于 1 梯度消退。",
            ),
        ),
        "model.forget_bias" => (
            Text::new("Forget bias", "遗忘偏置"),
            NOTHING,
            Text::new(
                "Added once to the LSTM's forget gate; above 0 it remembers longer at first.",
                "一次性加到 LSTM 的遗忘门上；大于 0 时起初记得更久。",
            ),
        ),
        "model.backend" => (
            Text::new("Backend", "后端"),
            NOTHING,
            Text::new("What computes the numbers.", "由什么来计算。"),
        ),
        "training.epochs" => (
            Text::new("Epochs", "轮数"),
            NOTHING,
            Text::new(
                "Passes over all training windows.",
                "遍历所有训练窗口的次数。",
            ),
        ),
        "training.steps" => (
            Text::new("Steps", "步数"),
            Text::new("steps", "步"),
            Text::new("Updates in the whole run.", "整个运行的更新次数。"),
        ),
        "training.batch_size" => (
            Text::new("Batch size", "批量大小"),
            Text::new("windows", "个窗口"),
            Text::new(
                "Windows whose mean loss makes one step.",
                "以多少个窗口的平均损失走一步。",
            ),
        ),
        "training.shuffle" => (
            Text::new("Shuffle", "打乱"),
            NOTHING,
            Text::new(
                "Draw a new order of windows for each epoch.",
                "每一轮重新抽取窗口的顺序。",
            ),
        ),
        "training.validate_every" => (
            Text::new("Validate every", "验证间隔"),
            Text::new("epochs", "轮"),
            Text::new(
                "Epochs between two looks at the validation part.",
                "两次验证之间的轮数。",
            ),
        ),
        "training.record_sharpness_every" => (
            Text::new("Sharpness every", "尖锐度间隔"),
            Text::new("steps", "步"),
            Text::new(
                "Steps between two measurements of the largest curvature of the training loss. Each takes as long as up to a hundred passes over the training part.",
                "两次测量训练损失最大曲率之间的步数。每次测量的用时最多相当于遍历训练部分一百次。",
            ),
        ),
        "training.stop_early" => (
            Text::new("Stop early", "提前停止"),
            Text::new("epochs", "轮"),
            Text::new(
                "End after so many epochs without a better validation loss; 0 never ends early.",
                "这么多轮验证损失没有变好就结束；0 表示从不提前结束。",
            ),
        ),
        _ => match last {
            "kind" | "step" => (super::KIND, NOTHING, Text::new("Which one.", "选哪一种。")),
            _ => {
                return FieldText {
                    label: humanise(last),
                    unit: NOTHING,
                    help: NOTHING,
                };
            }
        },
    };
    FieldText {
        label: label.into(),
        unit,
        help,
    }
}

/// A kind or another word of the experiment file as menus show it.
#[must_use]
pub fn kind(name: &str) -> String {
    known_kind(name).map_or_else(|| humanise(name), |text| text.to_string())
}

/// The text of a kind or word, where it has one.
fn known_kind(name: &str) -> Option<Text> {
    Some(match name {
        "gd" => Text::new("GD (full batch)", "GD（全批量）"),
        "sgd" => Text::same("SGD"),
        "adagrad" => Text::same("Adagrad"),
        "rmsprop" => Text::same("RMSprop"),
        "adam" => Text::same("Adam"),
        "adamw" => Text::same("AdamW"),
        "lbfgs" => Text::same("L-BFGS"),
        "lamb" => Text::same("LAMB"),
        "quantile" => Text::new("Quantiles", "分位数"),
        "inverse-sqrt" => Text::new("Inverse square root", "平方根倒数"),
        "polyak" => Text::new("Polyak step", "Polyak 步长"),
        "mse" => Text::new("Squared error (MSE)", "平方误差 (MSE)"),
        "mae" => Text::new("Absolute error (MAE)", "绝对误差 (MAE)"),
        "huber" => Text::same("Huber"),
        "log-cosh" => Text::same("Log-cosh"),
        "cross-entropy" => Text::new("Cross-entropy", "交叉熵"),
        "rnn" => Text::same("RNN"),
        "gru" => Text::same("GRU"),
        "lstm" => Text::same("LSTM"),
        "relu" => Text::same("ReLU"),
        "pytorch" => Text::same("PyTorch"),
        "xavier" => Text::same("Xavier (Glorot)"),
        "standard" => Text::new("Standard (z-score)", "标准化（z 分数）"),
        "min-max" => Text::new("Min–max", "最小–最大"),
        "ar" => Text::new("Autoregression", "自回归"),
        "noisy-sine" => Text::new("Noisy sine", "带噪正弦"),
        "random-walk" => Text::new("Random walk", "随机游走"),
        "uniform" => Text::new("Uniform noise", "均匀噪声"),
        "adding" => Text::new("Adding problem", "加法问题"),
        "temporal-order" => Text::new("Temporal order", "时间顺序"),
        "separable" => Text::new("Separable examples", "可分样本"),
        "cliff" => Text::new("The cliff", "悬崖"),
        "airline" => Text::new("Airline passengers", "航空旅客"),
        "sunspots" => Text::new("Sunspots", "太阳黑子"),
        "co2" => Text::new("CO2 at Mauna Loa", "莫纳罗亚 CO2"),
        "nile" => Text::new("Flow of the Nile", "尼罗河流量"),
        "macrodata" => Text::new("US macroeconomic data", "美国宏观经济"),
        "pbs" => Text::new("Prescriptions of a drug", "某药的处方数"),
        "flex" => Text::same("burn flex"),
        "ndarray" => Text::same("burn ndarray"),
        "one-cycle" => Text::new("One cycle", "单周期"),
        "constant" => Text::new("Constant", "恒定"),
        "linear" => Text::new("Linear", "线性"),
        "exponential" => Text::new("Exponential", "指数"),
        "step" => Text::new("Step", "阶梯"),
        "polynomial" => Text::new("Polynomial", "多项式"),
        "cosine" => Text::new("Cosine", "余弦"),
        "cosine-restarts" => Text::new("Cosine restarts", "余弦重启"),
        "plateau" => Text::new("Plateau", "平台"),
        "none" => Text::new("None", "无"),
        "value" => Text::new("Value", "按值"),
        "tensor-norm" => Text::new("Tensor norm", "张量范数"),
        "global-norm" => Text::new("Global norm", "全局范数"),
        "percentile" => Text::new("Percentile", "百分位"),
        "lion" => Text::same("Lion"),
        "adan" => Text::same("Adan"),
        "adafactor" => Text::same("Adafactor"),
        "muon" => Text::same("Muon"),
        "tanh" => Text::same("Tanh"),
        "sigmoid" => Text::same("Sigmoid"),
        "identity" => Text::new("Identity", "恒等"),
        "orthogonal" => Text::new("Orthogonal", "正交"),
        "robust" => Text::new("Robust", "稳健"),
        "fill" => Text::new("Fill", "填充"),
        "forward" => Text::new("Forward", "向前"),
        "backward" => Text::new("Backward", "向后"),
        "seasonal" => Text::new("Seasonal", "按季节"),
        "mean" => Text::new("Mean", "平均值"),
        "median" => Text::new("Median", "中位数"),
        "random" => Text::new("Random", "随机"),
        "drop" => Text::new("Drop", "删除"),
        "forecast" => Text::new("Forecast", "预测"),
        "classify" => Text::new("Classify", "分类"),
        "every-step" => Text::new("Every step", "每一步"),
        "last-step" => Text::new("Last step", "最后一步"),
        "balanced" => Text::new("Balanced", "平衡"),
        "full" => Text::new("Full", "全部"),
        other => return super::preparation::word(other),
    })
}

/// A kind of the table `table`, in words that say what it is a kind of.
#[must_use]
pub fn kind_of(table: &str, name: &str) -> String {
    match (table, name) {
        ("clipping", "none") => say!("no clipping", "不裁剪"),
        ("clipping", name) => say!("{} clipping", "{}裁剪", within(&kind(name))),
        ("schedule", name) => say!("{} schedule", "{}学习率计划", within(&kind(name))),
        (_, name) => kind(name),
    }
}

/// One sentence on a kind.
#[must_use]
pub fn kind_help(table: &str, kind: &str) -> Text {
    match table {
        "prepare" => super::preparation::kind_help(kind).unwrap_or(NOTHING),
        _ => super::kinds::kind_help(table, kind),
    }
}

/// `weight_decay` as "Weight decay".
fn humanise(word: &str) -> String {
    let spaced = word.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A label within a sentence: with a small letter, unless it is a name.
#[must_use]
pub fn within(label: &str) -> String {
    let people = ["Nesterov", "Polyak", "Huber"];
    let is_name = people.iter().any(|name| label.starts_with(name))
        || label.chars().skip(1).any(char::is_uppercase);
    let mut letters = label.chars();
    match letters.next() {
        Some(first) if !is_name => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_within_sentences_are_small_and_names_are_not() {
        assert_eq!(within("Learning rate"), "learning rate");
        for name in ["Nesterov", "AMSGrad", "LSTM", "Polyak step", "学习率"] {
            assert_eq!(within(name), name);
        }
    }

    #[test]
    fn every_word_of_a_menu_has_its_text() {
        use crate::experiment::document::{step_words, words};
        use crate::experiment::validate::{BUILTIN, backends};
        use crate::experiment::{Choice, Clipping, Generate, Loss, Optimizer, Prepare, Schedule};
        let mut all: Vec<String> = Vec::new();
        let names = BUILTIN.iter().chain(&Generate::NAMES).chain(backends());
        all.extend(names.map(|name| (*name).to_owned()));
        all.extend(Loss::all().iter().map(Choice::kind));
        all.extend(Optimizer::all().iter().map(Choice::kind));
        all.extend(Schedule::all().iter().map(Choice::kind));
        all.extend(Clipping::all().iter().map(Choice::kind));
        for step in Prepare::all() {
            let kind = step.kind();
            let table = toml::Table::try_from(&step).expect("steps are tables");
            all.extend(
                (table.keys())
                    .filter_map(|key| step_words(&kind, key))
                    .flatten(),
            );
            all.push(kind);
        }
        for path in [
            "model.cell",
            "model.nonlinearity",
            "model.init",
            "data.task",
            "loss.class_weights",
            "data.scale.method",
            "data.window.output",
            "data.join.0.how",
        ] {
            all.extend(words(path).expect("it is a word out of a few"));
        }
        assert!(all.len() > 90, "{}", all.len());
        all.retain(|name| known_kind(name).is_none());
        assert!(all.is_empty(), "shown as the file writes them: {all:?}");
    }

    #[test]
    fn unknown_words_still_read_well() {
        assert_eq!(kind("cosine-restarts"), "Cosine restarts");
        assert_eq!(field("model.some_thing").label, "Some thing");
        assert_eq!(field("data.prepare.0.method").label, "Method");
        assert_eq!(field("data.targets.1").label, "Targets");
    }
}
