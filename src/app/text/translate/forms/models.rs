//! What model files, run folders, checkpoints and exports say.

/// English, Chinese.
pub(super) const FORMS: &[(&str, &str)] = &[
    // What the system says of files.
    (
        "No such file or directory (os error {})",
        "没有这个文件或文件夹 (os error {})",
    ),
    ("Permission denied (os error {})", "没有权限 (os error {})"),
    (
        "No space left on device (os error {})",
        "磁盘已满 (os error {})",
    ),
    ("Is a directory (os error {})", "是文件夹 (os error {})"),
    ("Not a directory (os error {})", "不是文件夹 (os error {})"),
    (
        "Read-only file system (os error {})",
        "文件系统为只读 (os error {})",
    ),
    (
        "File name too long (os error {})",
        "文件名太长 (os error {})",
    ),
    // Experiments.
    (
        "column {}: not valid TOML: {}",
        "第 {} 列：不是有效的 TOML：{}",
    ),
    ("{} does not fit in 64 bits", "{} 超出 64 位"),
    ("{} is not a number", "{} 不是数"),
    (
        "a name is a text in quotes, in one line, that is not empty",
        "名称是带引号的一行文本，不能为空",
    ),
    (
        "a contender has `name` and the tables {}",
        "参赛者有 `name` 和表 {}",
    ),
    (
        "a sweep of {} contenders would be {} of them, and {} are the most; keep {}",
        "对 {} 个参赛者扫描会得到 {} 个，而上限为 {}；请保留 {} 个",
    ),
    // Model files.
    (
        "a zip archive, perhaps of torch.save",
        "zip 文件，可能来自 torch.save",
    ),
    ("a Python pickle", "Python pickle"),
    (
        "an HDF5 file, perhaps of Keras",
        "HDF5 文件，可能来自 Keras",
    ),
    ("a GGUF file", "GGUF 文件"),
    ("a burnpack file", "burnpack 文件"),
    ("an ONNX file", "ONNX 文件"),
    (
        "is a folder; give the model file in it",
        "是文件夹；请给出其中的模型文件",
    ),
    (
        "is no safetensors file, or a damaged one ({})",
        "不是 safetensors 文件，或已损坏（{}）",
    ),
    (
        "is no burnpack file, or a damaged one ({})",
        "不是 burnpack 文件，或已损坏（{}）",
    ),
    (
        "has {} bytes; model files of up to {} bytes are read",
        "有 {} 字节；模型文件最多读 {} 字节",
    ),
    ("it has {} bytes", "只有 {} 字节"),
    (
        "is {}; give a safetensors file, such as safetensors.torch.save_file writes",
        "是{}；请给出 safetensors 文件，例如 safetensors.torch.save_file 所写的",
    ),
    (
        "its header has {} bytes by its own account, and the file {}",
        "文件头自称 {} 字节，而文件只有 {} 字节",
    ),
    ("is cut off", "不完整"),
    ("has something after its tensors", "张量之后还有内容"),
    (
        "{}: by its header it has {} bytes, and it has {}",
        "{}：按文件头应有 {} 字节，实有 {} 字节",
    ),
    (
        "tensor `{}` has elements of type {}; save it as 32-bit floats",
        "张量 `{}` 的元素类型为 {}；请存为 32 位浮点数",
    ),
    (
        "tensor `{}` holds {} at element {}; a model's weights must be finite numbers",
        "张量 `{}` 含有 {}（第 {} 个元素）；模型权重必须是有限数",
    ),
    (
        "its `{}` metadata cannot be read ({})",
        "其 `{}` 元数据无法读取（{}）",
    ),
    (
        "was written by a newer program (format {}, this one reads up to {})",
        "由更新的程序写出（格式 {}，本程序读到 {}）",
    ),
    ("its settings cannot be: {}", "其设置不成立：{}"),
    (
        "tensor `{}` {} is missing; the file has {}",
        "缺少张量 `{}` {}；文件中有 {}",
    ),
    ("tensor `{}` {} is missing", "缺少张量 `{}` {}"),
    (
        "tensor `{}` has the shape {}; this model's is {}{}",
        "张量 `{}` 的形状为 {}；此模型的为 {}{}",
    ),
    (
        "tensor `{}` has the shape {}; this model's is [{}] (the file holds {}, {} inputs, {} units, {} layers)",
        "张量 `{}` 的形状为 {}；此模型的为 [{}]（文件中是{}，{} 个输入、{} 个单元、{} 层）",
    ),
    (
        "tensor `{}` has no place in this model; it has {} (the file holds {}, {} inputs, {} units, {} layers)",
        "张量 `{}` 在此模型中没有位置；模型有 {}（文件中是{}，{} 个输入、{} 个单元、{} 层）",
    ),
    (
        "tensor `{}` has the shape {}; this model's is {}",
        "张量 `{}` 的形状为 {}；此模型的为 {}",
    ),
    (
        "tensor `{}` has no place in this model; it has {}{}",
        "张量 `{}` 在此模型中没有位置；模型有 {}{}",
    ),
    (
        "tensor `{}` has no place in this model",
        "张量 `{}` 在此模型中没有位置",
    ),
    (
        "tensor `{}` is of a bidirectional network; this program's read forwards alone: train it with bidirectional=False",
        "张量 `{}` 属于双向网络；本程序只向前读：请用 bidirectional=False 训练",
    ),
    (
        "tensor `{}` is of an LSTM with projections; this program's have none: train it with proj_size=0",
        "张量 `{}` 属于带投影的 LSTM；本程序没有投影：请用 proj_size=0 训练",
    ),
    (
        "tensor `head.weight` is missing; the recurrent layer is to be called `rnn` and the linear one behind it `head`; the file has {}",
        "缺少张量 `head.weight`；循环层应名为 `rnn`，其后的线性层应名为 `head`；文件中有 {}",
    ),
    ("no tensor at all", "没有任何张量"),
    (
        " (the file holds {}, {} inputs, {} units, {} layers)",
        "（文件中是{}，{} 个输入、{} 个单元、{} 层）",
    ),
    ("an LSTM", " LSTM"),
    ("a GRU", " GRU"),
    ("a plain RNN", "普通 RNN"),
    ("cannot be written: {}", "无法写入：{}"),
    ("{}: cannot be written: {}", "{}：无法写入：{}"),
    (
        "carries no `optimizer_explorer` metadata, so its preparation and window are unknown; give a model file that this program wrote",
        "没有 `optimizer_explorer` 元数据，所以不知道其预处理和窗口；请给出本程序写的模型文件",
    ),
    (
        "carries no `optimizer_explorer` metadata; give the folder of a run of this program",
        "没有 `optimizer_explorer` 元数据；请给出本程序某次运行的文件夹",
    ),
    (
        "carries no `{}` metadata; it is of another program",
        "没有 `{}` 元数据；来自别的程序",
    ),
    // The preparation that a model file carries.
    (
        "its preparation cannot be read ({})",
        "其预处理无法读取（{}）",
    ),
    ("its preparation cannot be: {}", "其预处理不成立：{}"),
    ("it looks back over {} and {} rows", "它回看 {} 行和 {} 行"),
    ("its season has 0 rows", "其季节为 0 行"),
    ("it reads {} of {} columns", "它读 {} 列（共 {} 列）"),
    (
        "it has {} targets of {} columns",
        "它有 {} 个目标（共 {} 列）",
    ),
    (
        "its {} scales do not go with {} inputs, or one divides by 0",
        "其 {} 个缩放与 {} 个输入不符，或有一个除以 0",
    ),
    (
        "its steps leave {} of {} inputs",
        "其步骤之后剩 {} 个输入（应有 {} 个）",
    ),
    (
        "has the column {}, which the model's own data did not have (they had: {}); leave out or rename",
        "有模型自己的数据所没有的列 {}（原有：{}）；请去掉或改名",
    ),
    (
        "has the columns {}, which the model's own data did not have (they had: {}); leave out or rename",
        "有模型自己的数据所没有的列 {}（原有：{}）；请去掉或改名",
    ),
    (
        "has a row every {}, and the model was trained on one every {}; resample the data, or train on such data",
        "每 {} 一行，而模型是用每 {} 一行的数据训练的；请重采样，或用这样的数据训练",
    ),
    ("its preparation step {} {}", "其预处理第 {} 步{}"),
    ("has a season of 0 rows", "的季节为 0 行"),
    ("has a lower bound above the upper one", "的下限高于上限"),
    (
        "takes differences from rows that there are not",
        "与不存在的行作差",
    ),
    ("has quantiles that do not rise", "的分位数没有递增"),
    (
        "has other numbers of bins and medians",
        "的分箱数与中位数个数不同",
    ),
    (
        "embeds a column in rows of no numbers",
        "把列嵌入为零个数的行",
    ),
    (
        "speaks of an input beyond the {} that there are",
        "提到的输入超出现有的 {} 个",
    ),
    ("flags an input that is not there", "标记了不存在的输入"),
    // Run folders and checkpoints.
    (
        "{} already holds a run; use another --out, --resume to go on with it, or --force to replace it",
        "{} 已有一次运行；请用别的 --out，或用 --resume 继续，或用 --force 替换",
    ),
    (
        "{}: another process is training into this folder; wait for it, or use another --out",
        "{}：另一个进程正在往此文件夹训练；请等待，或用别的 --out",
    ),
    (
        "{}: has {} bytes where its checkpoint counts on {}; --force trains the run anew",
        "{}：有 {} 字节，而检查点要求 {} 字节；--force 可重新训练",
    ),
    (
        "this folder is no run folder: it has no run.json{}",
        "此文件夹不是运行文件夹：没有 run.json{}",
    ),
    (
        "; open one of those in it, as {}",
        "；请打开其中之一，例如 {}",
    ),
    ("is not as this program writes it", "不是本程序所写的样子"),
    ("is missing", "缺失"),
    ("step {} comes after step {}", "第 {} 步排在第 {} 步之后"),
    (
        "step {} has time step {} of layer {} out of turn",
        "第 {} 步中，时间步 {}（第 {} 层）顺序不对",
    ),
    ("row {} is not as written", "第 {} 行不是所写的样子"),
    ("is no checkpoint", "不是检查点"),
    (
        "is damaged: its checksum is not that of its content",
        "已损坏：校验和与内容不符",
    ),
    ("cannot be read ({})", "无法读取（{}）"),
    (
        "is of format {}, and this program reads format {}; the program that wrote it reads it",
        "格式为 {}，而本程序读格式 {}；写它的程序可以读",
    ),
    (
        "is damaged: it has {} bytes and should have {}",
        "已损坏：有 {} 字节，应有 {} 字节",
    ),
    (
        "{}: the run here has gone on or ended meanwhile; open it again",
        "{}：此处的运行已继续或结束；请重新打开",
    ),
    ("train from the first step", "从第一步训练"),
    ("go on from step {}", "从第 {} 步继续"),
    ("remove that file to {}", "删除该文件即可{}"),
    (
        "the run here was begun with {}, and {} is asked for now; go on with the former, or use another --out or --force",
        "此处的运行始于 {}，而现在要求 {}；请沿用前者，或用别的 --out 或 --force",
    ),
    (
        "{} steps are asked for, and the run here was begun for {}; a run that goes on can only become longer",
        "要求 {} 步，而此处的运行原定 {} 步；继续的运行只能变长",
    ),
    (
        "{} is asked for, and the run here was begun with {}; a run that goes on can only become longer",
        "要求 {}，而此处的运行始于 {}；继续的运行只能变长",
    ),
    (
        "the schedule spans the whole run, so that {} steps instead of {} mean other learning rates from the first step on; use --force to train anew, and `schedule.over` for a length of its own",
        "学习率计划覆盖整个运行，所以 {} 步而不是 {} 步意味着从第一步起学习率就不同；请用 --force 重新训练，并用 `schedule.over` 单独给出长度",
    ),
    (
        "{} is no longer what the run here was trained on; restore it, or use --force to train anew",
        "{} 已不是此处运行所用的数据；请恢复，或用 --force 重新训练",
    ),
    ("step {} of {} seed {}", "第 {} 步（{}，种子 {}）"),
    ("the state does not fit: {}", "状态不符：{}"),
    (
        "it has {} parameters, and this network {}",
        "它有 {} 个参数，而此网络有 {} 个",
    ),
    ("its optimizer is of another kind", "其优化器是另一种"),
    ("its training windows are others", "其训练窗口不同"),
    (
        "its tensors do not have the shapes that it names",
        "其张量的形状与所记不符",
    ),
    (
        "the run would end after {} steps, and the checkpoint that it starts from has taken {}; steps count on from there, so ask for more",
        "运行在 {} 步后就结束，而起始检查点已走了 {} 步；步数从那里数起，请要求更多",
    ),
    ("the run broke down: {}", "运行中断：{}"),
    ("no reason was given", "没有给出原因"),
    ("the run has no folder", "此运行没有文件夹"),
    ("{} has no checkpoint", "{} 没有检查点"),
    ("stopped after {} steps", "{} 步后停止"),
    (
        "a landscape over {} kept states needs {}; reset runs that are not needed, or use fewer units",
        "{} 个保留状态上的损失地形需要 {}；请重置不需要的运行，或减少单元",
    ),
    // Exports.
    (
        "it gives {} numbers for a window, and the program {}",
        "它对一个窗口给出 {} 个数，而本程序给出 {} 个",
    ),
    (
        "none of the {} windows of the {} part is complete, so that nothing could be compared",
        "{} 个窗口（{}部分）没有一个完整，无法比较",
    ),
    (
        "{}; the export is checked on the run's data: say where they are with --data FILE",
        "{}；导出要用运行的数据检查：请用 --data 文件 指明其位置",
    ),
    (
        "{}: these are not the data that the run was trained on (their hash is {}, the run's {}); give the same file with --data FILE",
        "{}：这不是运行所用的数据（其哈希为 {}，运行的为 {}）；请用 --data 文件 给出同一文件",
    ),
    (
        "{}: the file that was written differs from the program's own forecast by {} of the target's size, and {} is the most that is let through; nothing was kept",
        "{}：写出的文件与程序自己的预测相差目标大小的 {}，而上限为 {}；没有保留",
    ),
    (
        "{}: the file that was written cannot be read back ({}); nothing was kept",
        "{}：写出的文件无法读回（{}）；没有保留",
    ),
    (
        "{}: exists already; give another place, or --force to replace it",
        "{}：已经存在；请换个位置，或用 --force 替换",
    ),
    ("{}: a figure cannot be drawn: {}", "{}：图无法绘制：{}"),
    ("{}: the figure cannot be saved: {}", "{}：图无法保存：{}"),
    (
        "the preparation step \"{}\" cannot be part of an ONNX graph: {}; export safetensors or burnpack, or train without it",
        "预处理步骤“{}”不能成为 ONNX 图的一部分：{}；请导出 safetensors 或 burnpack，或不用它训练",
    ),
    (
        "its column of flags says where values were missing, and a window holds no missing ones",
        "其标记列说明何处缺失，而窗口中没有缺失值",
    ),
    ("\"hampel\" needs running medians", "“hampel”需要滑动中位数"),
    (
        "\"missing\" leaves values to be filled from their neighbours",
        "“missing”留下要由相邻值填补的值",
    ),
    (
        "only averages with fixed weights can be told from the window alone",
        "只有固定权重的平均能仅由窗口算出",
    ),
    ("a window holds no dates", "窗口中没有日期"),
    (
        "with \"scale_each\" a series' size is that of its first rows, and a window may begin later",
        "启用 \"scale_each\" 时，序列的大小取自其最初几行，而窗口可能从更后面开始",
    ),
    (
        "the place in the season depends on the date, and a window holds none",
        "季节中的位置取决于日期，而窗口中没有日期",
    ),
    (
        "a window holds numbers and no texts",
        "窗口中是数，没有文本",
    ),
    ("the activation {} is not known", "不认识激活函数 {}"),
];
