//! What preparation, joining and the making of windows and sequences say.

/// English, Chinese.
pub(super) const FORMS: &[(&str, &str)] = &[
    // Steps that change rows.
    (
        "changes the rows, and \"{}\" before it their values; move it to the front",
        "会改变行，而它之前的“{}”改变值；请把它移到最前",
    ),
    (
        "{} needs a time column, and {} has none; name one in data.time",
        "{}需要时间列，而 {} 没有；请在 data.time 中指定",
    ),
    (
        "{} is for one series, and {} holds {}",
        "{}用于单个序列，而 {} 有 {} 个",
    ),
    (
        "{} needs a date in every row of \"{}\"; correct or remove the rows without",
        "{}要求“{}”每行都有日期；请改正或删去没有日期的行",
    ),
    ("sorting by time", "按时间排序"),
    ("resampling", "重采样"),
    (
        "rows {} and {} have the same time {}; take their \"mean\" or the \"last\", or correct the file",
        "第 {} 行和第 {} 行的时间同为 {}；请取“均值”或“最后一个”，或改正文件",
    ),
    (
        "\"{}\" is no duration; write one such as P1M, P7D or PT1H",
        "“{}”不是时长；请写成 P1M、P7D 或 PT1H 这样",
    ),
    (
        "the times are not in order; put a step \"sort\" before it",
        "时间没有按顺序；请在它之前加“排序”步骤",
    ),
    (
        "\"{}\" makes more rows than are loaded; make it longer",
        "“{}”产生的行数超过载入上限；请调长",
    ),
    (
        "\"{}\" leaves fewer than two rows; make it shorter",
        "“{}”之后不到两行；请调短",
    ),
    (
        "{} holds {} series already; leave the step out",
        "{} 已经有 {} 个序列；请去掉此步骤",
    ),
    (
        "each of the {} values of \"{}\" is a series of its own; parts are cut between series",
        "{} 个值（“{}”）各成一个序列；各部分在序列之间划分",
    ),
    (
        "no series has {} rows, so none would be left; make it smaller",
        "没有一个序列有 {} 行，会一个不剩；请调小",
    ),
    (
        "{} of {} series are shorter than {} rows and left out",
        "{} 个序列（共 {} 个）短于 {} 行，已略去",
    ),
    // Texts.
    (
        "{} holds sequences already; leave the step out",
        "{} 已经是序列；请去掉此步骤",
    ),
    (
        "{} has no column besides \"{}\" that says what each text is to be answered with",
        "{} 除“{}”外没有别的列说明每个文本的答案",
    ),
    ("has no text with an answer", "没有带答案的文本"),
    (
        "makes more than {} tokens; give shorter or fewer texts",
        "产生超过 {} 个词元；请给出更短或更少的文本",
    ),
    (
        "{} texts without an answer are left out",
        "略去 {} 个没有答案的文本",
    ),
    ("{} has no column of texts", "{} 没有文本列"),
    (
        "{} has several columns of texts; name one of {}",
        "{} 有多个文本列；请指定其一：{}",
    ),
    (
        "each text has one answer; leave out \"{}\"",
        "每个文本只有一个答案；请去掉“{}”",
    ),
    (
        "\"{}\" has {} different texts in the training part, more than {} columns are made of; use \"embedding\", or a smaller vocabulary",
        "“{}”在训练部分有 {} 种文本，超过可生成列的上限 {}；请用“嵌入”，或减小词表",
    ),
    (
        "\"{}\" has {} different texts in the training part, more than {} columns are made of; use \"embedding\" or \"ordinal\", or leave it out",
        "“{}”在训练部分有 {} 种文本，超过可生成列的上限 {}；请用“嵌入”或“序号”，或去掉它",
    ),
    (
        "\"{}\" holds text, and no step makes numbers of it; add an \"encode\" step",
        "“{}”是文本，而没有步骤把它变成数；请加“编码”步骤",
    ),
    (
        "\"{}\" holds text, and no step makes numbers of it; add an \"encode\" step, or leave it out of data.features",
        "“{}”是文本，而没有步骤把它变成数；请加“编码”步骤，或从 data.features 中去掉",
    ),
    (
        "\"{}\" holds text; put an \"encode\" step before this one",
        "“{}”是文本；请在此步骤之前加“编码”步骤",
    ),
    (
        "\"{}\" holds numbers already; leave it out here",
        "“{}”已经是数；请在此处去掉",
    ),
    (
        "the numbers of \"{}\" are places in a table that is learned; leave it out here",
        "“{}”的数是可学习表中的位置；请在此处去掉",
    ),
    // Steps that change values.
    (
        "has no value in the training part; choose another column or a larger data.split.train",
        "在训练部分没有值；请另选一列，或调大 data.split.train",
    ),
    (
        "has no value in the training part; leave it out of data.features",
        "在训练部分没有值；请从 data.features 中去掉",
    ),
    ("left out as saying little: {}", "因信息太少而略去：{}"),
    (
        "no seasonal period stands out in the training part; give one of at least 2 rows, or leave the step out",
        "训练部分没有明显的季节周期；请给出至少 2 行的周期，或去掉此步骤",
    ),
    (
        "a season of {} rows is learned from at least {}, and the training part has {} in a row; make it smaller",
        "{} 行的季节至少要从 {} 行中学习，而训练部分连续只有 {} 行；请调小",
    ),
    (
        "no seasonal period stands out in the training part; gaps are filled on a line",
        "训练部分没有明显的季节周期；空缺按连线填补",
    ),
    (
        "the weights add up to nothing; give some such as [0.5, 0.3, 0.2]",
        "权重之和为 0；请给出例如 [0.5, 0.3, 0.2]",
    ),
    ("{}, and \"{}\" is {} at {}", "{}，而“{}”为 {}（在 {}）"),
    (
        "{}, and \"{}\" is {} at {}; choose another method, such as yeo-johnson, or other columns",
        "{}，而“{}”为 {}（在 {}）；请换一种方法，例如 yeo-johnson，或另选列",
    ),
    ("the logarithm needs values above 0", "对数要求值大于 0"),
    ("log1p needs values above -1", "log1p 要求值大于 -1"),
    (
        "the square root needs values of at least 0",
        "平方根要求值不小于 0",
    ),
    ("Box-Cox needs values above 0", "Box-Cox 要求值大于 0"),
    ("the numbers become too large", "数变得太大"),
    (
        "the rows have no times that are dates; name the time column in data.time, or leave the step out",
        "各行没有日期时间；请在 data.time 中指定时间列，或去掉此步骤",
    ),
    (
        "the changes reach back over {} rows, and no series has more; make it smaller",
        "差分要回看 {} 行，而没有更长的序列；请调小",
    ),
    (
        "{} missing values of \"{}\" are filled on a line within their sequence",
        "{} 个缺失值（“{}”）在各自序列内按连线填补",
    ),
    // Joining.
    (
        "sequences that are each one sample have no rows to be joined; leave it out",
        "每个序列是一个样本，没有可合并的行；请去掉",
    ),
    (
        "{} has no time to be joined on; name a column",
        "{} 没有可用于合并的时间；请指定一列",
    ),
    (
        "{} has no column \"{}\"; there are {}",
        "{} 没有列“{}”；有 {}",
    ),
    (
        "no row of {} goes with one of {} (such as \"{}\" and \"{}\"); join on another column",
        "{} 没有一行与 {} 相配（例如“{}”与“{}”）；请按另一列合并",
    ),
    (
        "{} of {} rows have a partner in {}",
        "{} 行（共 {} 行）在 {} 中有对应行",
    ),
    ("\"{}\" of {} is called \"{}\"", "“{}”（来自 {}）改称“{}”"),
    (
        "{} holds {} series, and no row says to which a further one belongs; use \"left\"",
        "{} 有 {} 个序列，无法知道多出的行属于哪一个；请用 \"left\"",
    ),
    ("there is no time to be joined on", "没有可用于合并的时间"),
    (
        "the time of {} stands in {} columns; only one can be continued, use \"left\"",
        "{} 的时间分在 {} 列中；只能延续一列，请用 \"left\"",
    ),
    // Parts and windows.
    ("{} is the test part", "{} 是测试部分"),
    (
        "the rows of {} do not follow on the others; windows do not cross between them",
        "{} 的行不与其余的行相接；窗口不跨越两者",
    ),
    (
        "holds text where the first file holds numbers, or the other way round; make both alike",
        "在第一个文件是数的地方是文本，或相反；请让两者一致",
    ),
    (
        "{} has no classes to learn; add a \"bin\" step that makes classes of \"{}\", set data.task = \"forecast\", or give sequences with classes such as generate:temporal-order",
        "{} 没有可学的类别；请加上把“{}”变成类别的 \"bin\" 步骤，设 data.task = \"forecast\"，或给出有类别的序列，如 generate:temporal-order",
    ),
    (
        "{} of {} rows is none; make it larger",
        "{}（共 {} 行）不足一行；请调大",
    ),
    (
        "{} of {} sequences is none; make it larger",
        "{}（共 {} 个序列）不足一个；请调大",
    ),
    (
        "the first row of a series has no change from before and serves the later ones alone",
        "序列的第一行没有与之前的差，只供后面的行使用",
    ),
    (
        "the first {} rows of a series have no changes from before and serve the later ones alone",
        "序列的前 {} 行没有与之前的差，只供后面的行使用",
    ),
    (
        "holds numbers too large to be scaled; divide them by a common factor first",
        "数太大，无法缩放；请先除以一个公因数",
    ),
    (
        "{} of {} training series are shorter than a window ({} rows) and go unused",
        "{} 个训练序列（共 {} 个）短于一个窗口（{} 行），没有用上",
    ),
    (
        "\"{}\" does not change in the training part, so there is nothing to learn from it",
        "“{}”在训练部分从不变化，从中学不到什么",
    ),
    (
        "has {} rows, and the model looks back over {}; give at least as many",
        "有 {} 行，而模型回看 {} 行；请至少给出这么多",
    ),
    (
        "has {} columns after the model's own preparation, and the model reads {}; a column of texts holds numbers here, or the other way round",
        "经模型自己的预处理后有 {} 列，而模型读 {} 列；某个文本列在此处是数，或相反",
    ),
    (
        "{} is beyond single precision after scaling by \"{}\"; correct it, or set another data.scale.method",
        "{} 经“{}”缩放后超出单精度；请改正，或另设 data.scale.method",
    ),
    (
        "\"every-step\" forecasts the row {} ahead alone, and a step whose changes reach back over {} needs those between; set data.window.output = \"last-step\"",
        "\"every-step\" 只预测前方第 {} 行，而回看 {} 行的差分步骤需要其间各行；请设 data.window.output = \"last-step\"",
    ),
    (
        "the test part is a file of its own already; leave out folds, or that file",
        "测试部分已是单独的文件；请去掉折数，或去掉该文件",
    ),
    (
        "folds are origins in the time of one series, and there are {} series; leave it out",
        "各折是同一序列在时间上的起点，而有 {} 个序列；请去掉",
    ),
    (
        "{} folds need at least {} rows, and there are {}; make it smaller",
        "{} 折至少需要 {} 行，而只有 {} 行；请调小",
    ),
    // Sequences with one answer each.
    (
        "sequence {} (counted from 0) has no steps; take it out",
        "第 {} 个序列（从 0 数起）没有时间步；请去掉",
    ),
    (
        "folds are origins in the time of one series, and each sequence of {} is a sample; leave it out",
        "各折是同一序列在时间上的起点，而 {} 的每个序列是一个样本；请去掉",
    ),
    (
        "each sequence of {} is one sample with one answer, which no steps but \"lengths\", \"tokenize\" and \"encode\" prepare; leave it out",
        "{} 的每个序列是带一个答案的样本，只能用“长度”“分词”“编码”步骤预处理；请去掉",
    ),
    (
        "each sequence of {} has {}; set data.task = \"{}\"",
        "{} 的每个序列有{}；请设 data.task = \"{}\"",
    ),
    ("a class", "一个类别"),
    (
        "has the class \"{}\", which {} has not (there are: {}); give a test file of the same classes",
        "有类别“{}”，而 {} 没有（有：{}）；请给出类别相同的测试文件",
    ),
    (
        "has other answers than {}: one has classes, one numbers; give two files of a kind",
        "答案与 {} 不同：一个是类别，一个是数；请给出同类的两个文件",
    ),
    (
        "has no answer for each sequence, as {} has; give a test file of the same form",
        "不像 {} 那样每个序列有一个答案；请给出形式相同的测试文件",
    ),
    (
        "each sequence of {} has one answer, \"{}\"; name this one or none",
        "{} 的每个序列只有一个答案“{}”；请指定它，或不指定",
    ),
    (
        "there is no input \"{}\" in {}; there are {}",
        "没有输入“{}”（在 {} 中）；有 {}",
    ),
    // Generated data.
    (
        "{} series of {} values are too many; keep to {} values in all",
        "{} 个序列、每个 {} 个值太多；总共不要超过 {} 个值",
    ),
    (
        "the series explodes under these coefficients; make them smaller",
        "在这些系数下序列会爆炸；请调小",
    ),
    (
        "{} sequences of {} steps with {} inputs are too many; keep to {} values in all",
        "{} 个序列、{} 步、{} 个输入太多；总共不要超过 {} 个值",
    ),
    (
        "training draws fresh sequences for every batch; of these {} it validates on the first {} and tests on the others",
        "训练时每批抽取新的序列；这 {} 个中前 {} 个用于验证，其余用于测试",
    ),
    (
        "{} examples have {} inputs each, which is too much; keep to {}",
        "{} 个样本、每个 {} 个输入太多；不要超过 {}",
    ),
    // Classes of a series.
    (
        "one target is learned as classes, \"{}\"; name \"{}\" in data.features instead",
        "只有一个目标作为类别学习，即“{}”；请把“{}”改写在 data.features 中",
    ),
    (
        "a class is no number that a forecast could go on from; set it to 0, or leave it out",
        "类别不是数，预测不能由此继续；请设为 0，或去掉",
    ),
    (
        "has no value in the training part that a window asks for; make data.window.lookback smaller, or data.split.train larger",
        "训练部分没有窗口要问的值；请减小 data.window.lookback，或增大 data.split.train",
    ),
    (
        "\"{}\" is learned as {} classes, with so many training rows each: {}",
        "“{}”作为 {} 个类别学习，各类的训练行数：{}",
    ),
    (
        "\"{}\" is classes after the \"bin\" step; put this step before that one, or leave \"{}\" out here",
        "“{}”在 \"bin\" 步骤之后是类别；请把这一步放到它前面，或在此去掉“{}”",
    ),
    (
        "\"{}\" does not change in the training part, so it has no classes; choose another target, or a larger data.split.train",
        "“{}”在训练部分不变，所以没有类别；请换一个目标，或增大 data.split.train",
    ),
    (
        "most values of \"{}\" are alike, so that {} bins of equal frequency are one class; ask for more, or set method = \"equal-width\"",
        "“{}”的大多数值相同，{} 个等频箱成了一个类别；请要更多的箱，或设 method = \"equal-width\"",
    ),
    (
        "has classes without a rising border between each two, or without names of their own",
        "的类别之间没有递增的分界，或没有各自的名称",
    ),
];
