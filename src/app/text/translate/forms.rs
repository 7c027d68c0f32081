//! The forms of the sentences that rooms below make, and their translations: `{}` stands for a value, and the values
//! come in the same order in both. They stand by what speaks: here the settings, the commoner files and the runs.

mod formats;
mod models;
mod preparing;
mod shapes;

/// All of them: English, Chinese.
pub(super) fn forms() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    [
        FORMS,
        formats::FORMS,
        shapes::FORMS,
        preparing::FORMS,
        models::FORMS,
    ]
    .into_iter()
    .flatten()
}

/// English, Chinese.
const FORMS: &[(&str, &str)] = &[
    // Ranges of numbers.
    (
        "{} is more than {}, the most there can be",
        "{} 超过上限 {}",
    ),
    ("is more than {}, the most there can be", "超过上限 {}"),
    ("is not {}", "不是{}"),
    ("{} is not {}", "{} 不是{}"),
    ("at least {}", "至少为 {} 的数"),
    ("greater than {}", "大于 {} 的数"),
    ("between {} and {}", "{} 到 {} 之间的数"),
    ("greater than {} and at most {}", "大于 {} 且不超过 {} 的数"),
    ("greater than {} and less than {}", "大于 {} 且小于 {} 的数"),
    ("at least {} and less than {}", "至少为 {} 且小于 {} 的数"),
    ("{} is not a finite number", "{} 不是有限数"),
    // Keys and values of an experiment.
    ("there is no {}; use one of {}", "没有 {}；可用的有 {}"),
    ("there is no {}; use {}{}", "没有 {}；可用{} {}"),
    ("one of ", "之一："),
    (
        "a scheme; use a word or { radius = NUMBER }",
        "初始化方案；请用一个词或 { radius = 数 }",
    ),
    ("a scheme; use a word or {}", "初始化方案；请用一个词或 {}"),
    (
        "is a list of tables; write [[{}]] with two brackets",
        "是表的列表；请用两层括号写 [[{}]]",
    ),
    (
        "`{}` has {} entries, counted from 0",
        "`{}` 有 {} 项，从 0 数起",
    ),
    ("an array; write [ … ]", "数组；请写 [ … ]"),
    ("{} is not an array; write [ … ]", "{} 不是数组；请写 [ … ]"),
    ("a whole number of at least 0", "不小于 0 的整数"),
    ("a number of windows or \"full\"", "窗口个数或 \"full\""),
    ("a whole number", "整数"),
    ("a number", "数"),
    ("a table", "表"),
    ("true or false", "true 或 false"),
    ("a text in quotes", "带引号的文本"),
    (
        "a preparation needs `step = \"…\"`",
        "预处理需要 `step = \"…\"`",
    ),
    ("{} has no such key", "{} 没有这个键"),
    (
        "only a `generate:` source has parameters",
        "只有 `generate:` 来源才有参数",
    ),
    ("no such key", "没有这个键"),
    ("{}; there are {}", "{}；有 {}"),
    // An experiment that does not fit together.
    (
        "\"{}\" and \"{}\" would share the folder \"{}\"; give them different names",
        "“{}”和“{}”会共用文件夹“{}”；请取不同的名称",
    ),
    (
        "at least one seed is needed, such as [7]",
        "至少需要一个种子，例如 [7]",
    ),
    (
        "{} stands there twice; each seed runs once",
        "{} 出现了两次；每个种子只运行一次",
    ),
    (
        "names no data; give a path, builtin:NAME or generate:NAME",
        "没有指定数据；请给出路径、builtin:名称 或 generate:名称",
    ),
    (
        "there is no built-in series \"{}\"; there are {}",
        "没有内置序列“{}”；有 {}",
    ),
    (
        "there is no generator \"{}\"; there are {}",
        "没有生成器“{}”；有 {}",
    ),
    (
        "\"{}\" is a target, and targets are inputs already; leave it out here",
        "“{}”是目标，目标本来就是输入；请在此处去掉",
    ),
    ("\"{}\" stands there twice", "“{}”出现了两次"),
    (
        "there are {} weights for {} targets; give one for each",
        "有 {} 个权重，而目标有 {} 个；请每个目标给一个",
    ),
    (
        "all weights are 0, so nothing would be learned; make one larger",
        "所有权重都是 0，什么也学不到；请把某个调大",
    ),
    (
        "names no data; give a path or builtin:NAME",
        "没有指定数据；请给出路径或 builtin:名称",
    ),
    (
        "name the column whose values are series of their own",
        "请指出以哪一列的值区分各个序列",
    ),
    (
        "\"drop\" removes the rows, so neither max_gap nor flag applies",
        "\"drop\" 会删除这些行，所以 max_gap 和 flag 都不适用",
    ),
    (
        "train {} and validation {} are together more than 1; make one of them smaller",
        "训练 {} 与验证 {} 之和超过 1；请调小其中一个",
    ),
    (
        "one fold is a split like any other; give at least 2, or 0 for none",
        "一折与普通划分无异；请至少给 2，或用 0 表示不用",
    ),
    (
        "there are {} folds in data.split.folds, so there is none with number {}",
        "data.split.folds 是 {} 折，所以没有第 {} 折",
    ),
    (
        "the ndarray backend is not compiled in; build with `--features ndarray`, or use flex",
        "没有编译 ndarray 后端；请用 `--features ndarray` 构建，或改用 flex",
    ),
    (
        "there is no backend \"{}\"; there is {}",
        "没有后端“{}”；有 {}",
    ),
    (
        "only the rnn cell has a choice of nonlinearity; set model.cell = \"rnn\"",
        "只有 rnn 单元可选非线性；请设 model.cell = \"rnn\"",
    ),
    (
        "only the lstm cell has a forget gate; set model.cell = \"lstm\"",
        "只有 lstm 单元有遗忘门；请设 model.cell = \"lstm\"",
    ),
    ("{} has no such parameter", "{} 没有这个参数"),
    ("at least one number is needed", "至少需要一个数"),
    (
        "`{}` cannot change while a run goes on; only keys of schedule and clipping can",
        "运行期间不能改变 `{}`；只有学习率计划和裁剪的键可以",
    ),
    (
        "{} compares classes, and the task is to forecast numbers; use another loss, or data.task = \"classify\" with a \"bin\" step or sequences with classes",
        "{} 比较类别，而任务是预测数值；请换一种损失，或加上 \"bin\" 步骤、或对有类别的序列设 data.task = \"classify\"",
    ),
    (
        "{} compares numbers, and the task is to classify; use loss.kind = \"cross-entropy\"",
        "{} 比较数值，而任务是分类；请用 loss.kind = \"cross-entropy\"",
    ),
    (
        "{} has classes; its task is \"classify\"",
        "{} 有类别；它的任务是 \"classify\"",
    ),
    (
        "{} has no classes; its task is \"forecast\", unless a \"bin\" step makes some",
        "{} 没有类别；它的任务是 \"forecast\"，除非有 \"bin\" 步骤产生类别",
    ),
    (
        "{} needs at least 1 series; 0 (fresh ones for every batch) is for adding and temporal-order",
        "{} 至少需要 1 个序列；0（每批抽取新的）只用于 adding 和 temporal-order",
    ),
    (
        "{} has sequences with one answer each",
        "{} 的每个序列只有一个答案",
    ),
    (
        "{}, which does not go with it; leave it out",
        "{}，与此不合；请去掉",
    ),
    (
        "set data.generate.count to the number of sequences",
        "把 data.generate.count 设为序列个数",
    ),
    (
        "{} uses the whole training part at once, and {} draws fresh sequences without end; {}, or use another optimizer",
        "{} 一次使用整个训练部分，而 {} 不断抽取新的序列；请{}，或换一种优化器",
    ),
    (
        "{} draws fresh sequences without end, so there is no full batch; {}, or give a number",
        "{} 不断抽取新的序列，所以没有全批量；请{}，或给出一个数",
    ),
    (
        "Nesterov needs a momentum above 0 and no dampening, as in PyTorch",
        "Nesterov 需要大于 0 的动量且没有阻尼，与 PyTorch 相同",
    ),
    (
        "L-BFGS compares losses of different weights and needs the same windows for all of them: set training.batch_size = \"full\", or take another optimizer for mini-batches",
        "L-BFGS 要在相同的窗口上比较不同权重的损失：请设 training.batch_size = \"full\"，小批量请换一种优化器",
    ),
    (
        "the Polyak step is made for plain gradient steps: set optimizer.kind = \"sgd\" or \"gd\", or take another schedule",
        "Polyak 步长用于普通梯度步：请设 optimizer.kind = \"sgd\" 或 \"gd\"，或换一种学习率计划",
    ),
    (
        "a plateau cuts the rate, so its factor is greater than 0 and less than 1; raise_factor raises it",
        "停滞时降低学习率，所以因子大于 0 且小于 1；要提高请用 raise_factor",
    ),
    (
        "at least one quantile is needed, such as [0.1, 0.5, 0.9]",
        "至少需要一个分位数，例如 [0.1, 0.5, 0.9]",
    ),
    (
        "quantiles rise from one to the next, such as [0.1, 0.5, 0.9]",
        "分位数须依次递增，例如 [0.1, 0.5, 0.9]",
    ),
    // Files.
    (
        "there is no such file; check the path",
        "没有这个文件；请检查路径",
    ),
    (
        "may not be read; change its permissions or copy it",
        "没有读取权限；请更改权限或复制一份",
    ),
    ("cannot be read: {}", "无法读取：{}"),
    (
        "is a folder; give a file in it",
        "是文件夹；请给出其中的文件",
    ),
    (
        "is damaged in a way that its reader cannot name; get or save it anew, or as CSV",
        "已损坏，读取器说不出原因；请重新获取或保存，或存为 CSV",
    ),
    ("unpacked by gzip", "已用 gzip 解压"),
    ("\"{}\" in the zip archive is read", "读取 zip 中的“{}”"),
    (
        "files of the form .{} are not read as series; save it as CSV",
        "不能把 .{} 文件作为序列读取；请存为 CSV",
    ),
    (
        "is larger than {} GiB, the most that is loaded; thin it out or cut it into pieces",
        "超过 {} GiB 的载入上限；请抽稀或切成几份",
    ),
    (
        "is compressed by zstd; unpack it first",
        "用 zstd 压缩；请先解压",
    ),
    (
        "is compressed by bzip2; unpack it first",
        "用 bzip2 压缩；请先解压",
    ),
    (
        "is compressed by xz; unpack it first",
        "用 xz 压缩；请先解压",
    ),
    (
        "is UTF-32 text; save it as UTF-8",
        "是 UTF-32 文本；请存为 UTF-8",
    ),
    (
        "is binary; give delimited text such as CSV",
        "是二进制文件；请给出 CSV 之类的文本",
    ),
    (
        "is empty; give a file with a row for each time step",
        "是空的；请给出每个时间步一行的文件",
    ),
    (
        "is {} bytes long without a line break; give delimited text with a line for each time step",
        "有 {} 字节而没有换行；请给出每个时间步一行的文本",
    ),
    (
        "has {} where the rows before have {}{}; give every row as many",
        "有 {}，而前面各行有{} {} 个；请让每行一样多",
    ),
    (
        "has {} where the rows before have {} (a quote is left open somewhere); give every row as many",
        "有 {}，而前面各行有 {} 个（某处引号没有闭合）；请让每行一样多",
    ),
    (" (a quote is left open somewhere)", "（某处引号没有闭合）"),
    ("{} fields", "{} 个字段"),
    ("1 field", "1 个字段"),
    (
        "holds more than {} cells, the most that is loaded; thin it out or cut it into pieces",
        "超过 {} 个单元格的载入上限；请抽稀或切成几份",
    ),
    (
        "has a header and no rows; give a row for each time step",
        "只有表头没有数据行；请给出每个时间步一行",
    ),
    (
        "has one row; a series needs a row for each time step",
        "只有一行；序列需要每个时间步一行",
    ),
    (
        "{} is not a finite number; correct it, or leave the field empty",
        "{} 不是有限数；请改正，或把该处留空",
    ),
    ("\"{}\" is read with a decimal comma", "“{}”按小数逗号读取"),
    (
        "\"{}\" to \"{}\" in the first row are read as names of columns",
        "第一行中“{}”到“{}”按列名读取",
    ),
    (
        "\"{}\" in the first row is read as a column's name",
        "第一行中“{}”按列名读取",
    ),
    (
        "{} lines above the table are left out, the first of them: {}",
        "略去表格上方的 {} 行，第一行为：{}",
    ),
    (
        "{} lines below the table are left out, the first of them: {}",
        "略去表格下方的 {} 行，第一行为：{}",
    ),
    (
        "a line above the table is left out: {}",
        "略去表格上方的一行：{}",
    ),
    (
        "a line below the table is left out: {}",
        "略去表格下方的一行：{}",
    ),
    (
        "a row a day and a column for each of its {} pieces are read as one series; left out: {}",
        "每行一天、每列为其 {} 个时段之一，按一个序列读取；略去：{}",
    ),
    (
        "a row a day and a column for each of its {} pieces are read as one series",
        "每行一天、每列为其 {} 个时段之一，按一个序列读取",
    ),
    (
        "\"{}\" is read with points between thousands, since other columns have decimal commas",
        "“{}”中的点按千位分隔符读取，因为其他列用小数逗号",
    ),
    (
        "\"{}\" is read with a decimal point, though each of its points may part thousands; if they do, take them out",
        "“{}”按小数点读取，但其中的点也可能是千位分隔符；若是，请把它们去掉",
    ),
    (
        "\"{}\" is read without its unit \"{}\"",
        "“{}”读取时去掉了单位“{}”",
    ),
    (
        "numbers in brackets in \"{}\" are read as negative",
        "“{}”中括号里的数按负数读取",
    ),
    (
        "\"{}\" names more than one column; column {} is called \"{}\"",
        "“{}”是多列的名称；第 {} 列改称“{}”",
    ),
    (
        "holds no values, all are missing; give a file with values",
        "没有任何值，全部缺失；请给出有值的文件",
    ),
    (
        "column {} has neither name nor values and is left out",
        "第 {} 列既无名称也无值，已略去",
    ),
    (
        "no header; columns are called column_1, column_2 and so on",
        "没有表头；各列称为 column_1、column_2 等",
    ),
    (
        "\"{}\" is taken for text because of \"{}\" in line {}",
        "“{}”被当作文本，因为有“{}”（第 {} 行）",
    ),
    (
        "the times in \"{}\" are not in order; rows are used as the file has them",
        "“{}”中的时间没有按顺序；按文件中的行序使用",
    ),
    // Columns and rows.
    (
        "no column holds numbers that could be predicted (there are: {}); give a file with a numeric column, or write a number for each word",
        "没有可以预测的数值列（有：{}）；请给出含数值列的文件，或为每个词写一个数",
    ),
    (
        "\"{}\" is no number; correct it, or leave the field empty where the value is missing",
        "“{}”不是数；请改正，缺失时把该处留空",
    ),
    (
        "holds text; only numeric columns can be predicted or be inputs",
        "是文本；只有数值列可以被预测或作为输入",
    ),
    (
        "there is no column \"{}\" in {}; there are {}",
        "没有列“{}”（在 {} 中）；有 {}",
    ),
    (
        "there is no column \"{}\"; there are {}",
        "没有列“{}”；有 {}",
    ),
    (
        "\"{}\" is a target or a feature already; name another column, or none",
        "“{}”已是目标或特征；请换一列，或不指定",
    ),
    (
        "\"{}\" is an input already; leave it out here",
        "“{}”已是输入；请在此处去掉",
    ),
    (
        "\"{}\" holds words, and a target is a column of numbers; write a number for each word in the file, or choose another column",
        "“{}”是文字，而目标须为数值列；请在文件中为每个词写一个数，或选择其他列",
    ),
    (
        "\"{}\" holds words; add a step \"encode\" that makes numbers of them, or leave it out",
        "“{}”是文字；请加入 “encode” 步骤将其变为数值，或去掉它",
    ),
    (
        "lacks the column {}, which the model reads (there are: {}); add or rename",
        "缺少模型要读的列 {}（有：{}）；请添加或改名",
    ),
    (
        "lacks the columns {}, which the model reads (there are: {}); add or rename",
        "缺少模型要读的列 {}（有：{}）；请添加或改名",
    ),
    (
        "\"{}\" is neither a target nor a feature (those are: {}); add it to data.features or leave it out here",
        "“{}”既不是目标也不是特征（有：{}）；请加入 data.features 或在此处去掉",
    ),
    (
        "\"drop\" leaves {} of {} rows; fill the missing values instead",
        "\"drop\" 之后剩 {} 行（共 {} 行）；请改为填补缺失值",
    ),
    (
        "{} rows with missing values are dropped",
        "{} 行因有缺失值被删去",
    ),
    (
        "has no values, all are missing; choose another target in data.targets",
        "没有值，全部缺失；请在 data.targets 中另选目标",
    ),
    (
        "never changes, so there is nothing to predict; choose another target in data.targets",
        "从不变化，没有可预测的；请在 data.targets 中另选目标",
    ),
    (
        "{} missing value of \"{}\" is filled on the line between neighbours, within each part",
        "{} 个缺失值（“{}”）在各部分之内按相邻值的连线填补",
    ),
    (
        "{} missing values of \"{}\" are filled on the line between neighbours, within each part",
        "{} 个缺失值（“{}”）在各部分之内按相邻值的连线填补",
    ),
    (
        "weekends are left out of the times, so rows are working days",
        "时间中没有周末，所以各行是工作日",
    ),
    (
        "the times leave out {} of {} steps, more than there are rows; rows are used as they are",
        "时间缺了 {} 步（共 {} 步），比行数还多；各行按原样使用",
    ),
    (
        "the file leaves out {} of {} times; row without values stands for them",
        "文件缺了 {} 个时间（共 {} 个）；以没有值的行代替",
    ),
    (
        "the file leaves out {} of {} times; rows without values stand for them",
        "文件缺了 {} 个时间（共 {} 个）；以没有值的行代替",
    ),
    // Windows.
    ("the training part has {} in a row", "训练部分连续有 {} 行"),
    (
        "the longest series of the {} part has {}",
        "{} 部分最长的序列有 {} 行",
    ),
    (
        "a horizon of {} needs at least {} rows, and {}; make it smaller or give more rows",
        "预测步长 {} 至少需要 {} 行，而{}；请调小或给出更多行",
    ),
    (
        "a lookback of {} and a horizon of {} need {} rows, and {}; at most {} fits",
        "回看 {} 与预测步长 {} 需要 {} 行，而{}；最多可为 {}",
    ),
    // What a series is like.
    (
        "trend strength {}; it keeps its level (KPSS {})",
        "趋势强度 {}；水平保持不变 (KPSS {})",
    ),
    (
        "trend strength {}; it wanders or climbs, so a \"difference\" step may help (KPSS {})",
        "趋势强度 {}；水平游走或上升，“差分”步骤可能有用 (KPSS {})",
    ),
    (
        "trend strength {}, seasonal strength {}; it keeps its level (KPSS {})",
        "趋势强度 {}，季节强度 {}；水平保持不变 (KPSS {})",
    ),
    (
        "trend strength {}, seasonal strength {}; it wanders or climbs, so a \"difference\" step may help (KPSS {})",
        "趋势强度 {}，季节强度 {}；水平游走或上升，“差分”步骤可能有用 (KPSS {})",
    ),
    // How a run ends.
    ("all {} steps are done", "{} 步全部完成"),
    (
        "the validation loss has not improved for {} epochs",
        "验证损失已有 {} 轮没有改善",
    ),
    (
        "the training loss at step {} is {}",
        "第 {} 步的训练损失为 {}",
    ),
    (
        "the gradient of {} at step {} is {}",
        "{} 的梯度在第 {} 步为 {}",
    ),
    ("not a number", "非数"),
    ("infinite", "无穷大"),
    (
        "{} units in {} layers with batches of {} windows need {}; use fewer units or smaller batches",
        "{} 个单元、{} 层、每批 {} 个窗口需要 {}；请减少单元或批量",
    ),
    (
        "about {} GiB, and {} GiB are free",
        "约 {} GiB，而空闲 {} GiB",
    ),
    // Why a run exploded.
    (
        "The batch of step {} holds a value of {} where the training rows stay within {}: a bad row of the data went through the network. An outliers step in the preparation mends it.",
        "第 {} 步的批中有值 {}，而训练行都在 {} 以内：数据中的坏行进入了网络。预处理中加一个“离群值”步骤即可。",
    ),
    (
        "The data are not scaled: values up to {} make a loss of {} and gradients to match. Scaling by the standard deviation mends it.",
        "数据没有缩放：大到 {} 的值使损失达到 {}，梯度也随之变大。按标准差缩放即可。",
    ),
    (
        "Gradients grew on their way back through time and nothing clipped them: the recurrent weights' spectral radius is {}, above 1. {}",
        "梯度在沿时间回传时不断变大，而没有裁剪：循环权重的谱半径为 {}，大于 1。{}",
    ),
    (
        "Gradients grew on their way back through time and nothing clipped them: the recurrent weights' spectral radius is {}, above 1, and at the first time step they were {} times as large as at the last. {}",
        "梯度在沿时间回传时不断变大，而没有裁剪：循环权重的谱半径为 {}，大于 1；在第一个时间步是最后一个的 {} 倍。{}",
    ),
    (
        "The learning rate of {} is too high: each step changed the weights by {}. {}",
        "学习率 {} 过高：每一步使权重改变了{}。{}",
    ),
    ("an unknown share of their size", "未知的份额"),
    ("{} times their size", "自身大小的 {} 倍"),
    ("{} % of their size", "自身大小的 {} %"),
    (
        "No step had a gradient that was finite.",
        "没有一步的梯度是有限的。",
    ),
    (
        "The gradient's norm was {} at step {} already.",
        "梯度范数为 {}，早在第 {} 步就是如此。",
    ),
    (
        "The gradient's norm rose from {} at step {} to {} at step {}.",
        "梯度范数从 {}（第 {} 步）升到 {}（第 {} 步）。",
    ),
];
