//! The fixed texts, by the place where they stand, each beside its translation.
#![expect(missing_docs, reason = "each text says what it is")]

use super::language::texts;

texts! { ALL:
    TITLE = "Optimizer Explorer", "Optimizer Explorer";

    // Top bar
    SCENARIO = "Scenario", "场景";
    OWN_SETTINGS = "Own settings", "自定义设置";
    RUN = "Run", "运行";
    PAUSE = "Pause", "暂停";
    RESUME = "Resume", "继续";
    RUN_AGAIN = "Run again", "重新运行";
    CONTINUE = "Continue", "接着运行";
    PREPARING = "Preparing…", "准备中…";
    RUN_HELP = "Train all contenders (Space)", "训练所有参赛者（空格键）";
    CONTINUE_HELP = "Go on exactly where the runs left off (Space)", "从停止处原样接着运行（空格键）";
    NO_SNAPSHOT = "nothing was kept to go on from", "没有保留可以接着运行的状态";
    BLOCKED_HELP = "First mend the settings that are marked in red", "请先修正红色标记的设置";
    STEP = "Step", "单步";
    STEP_HELP = "One update of every contender (→)", "每个参赛者更新一次（→）";
    STOP = "Stop", "停止";
    STOP_HELP = "End all runs and keep what they showed; Continue goes on from there", "结束所有运行并保留结果；之后可以接着运行";
    RESET = "Reset", "重置";
    RESET_HELP = "Back to before the first step (R). The same seed gives the same weights and the same batches again", "回到第一步之前（R）。相同的种子会给出相同的权重和相同的批次";
    PACE = "Pace", "速度";
    PACE_HELP = "How fast each contender steps, to watch closely or to be done soon", "每个参赛者走多快：慢了看得清，快了早结束";
    FILE = "File", "文件";
    OPEN = "Open data, experiment or run…", "打开数据、实验或运行…";
    SAVE = "Save experiment", "保存实验";
    OPEN_KEYS = "Ctrl+O", "Ctrl+O";
    SAVE_KEYS = "Ctrl+S", "Ctrl+S";
    SAVE_AS = "Save experiment as…", "实验另存为…";
    VIEW = "View", "视图";
    THEME = "Theme", "主题";
    LIGHT = "Light", "浅色";
    DARK = "Dark", "深色";
    SYSTEM = "As the system", "跟随系统";
    DIAGNOSTICS = "Drawing cost", "绘制耗时";
    MORE = "…", "…";
    KEPT_HELP = "Go back to an earlier step of this run, or fork from it", "回到此运行较早的一步，或从那里分叉";
    BACK_HELP = "Forget what came after; Continue goes on from there", "忘掉之后的内容；“接着运行”从那里开始";
    BACK_DISABLED_HELP = "Only to before where it stands, and once it has ended: Stop ends it", "只能回到当前位置之前，且运行须已结束：请先停止";
    FORK_HELP = "A further run from this step, with the settings that the contender has now", "从这一步开始另一个运行，使用该参赛者现在的设置";
    STALE = "Settings have changed since these runs began. Reset, then Run, to use them.", "这些运行开始之后设置已经改变。要使用新设置，请重置后再运行。";

    // Setup
    CONTENDERS = "Contenders", "参赛者";
    ADD = "Add contender", "添加参赛者";
    ADD_HELP = "A copy of the first contender with another optimizer", "第一个参赛者的副本，换一个优化器";
    DUPLICATE = "Duplicate", "复制";
    REMOVE = "Remove", "移除";
    NAME = "Name", "名称";
    NAME_HELP = "What tables and plots call this contender", "表格和图中对此参赛者的称呼";
    SAME_AS_FIRST = "same settings as the first", "与第一个设置相同";
    FOR_ALL = "all contenders", "所有参赛者";
    FOR_ALL_HELP = "These settings hold for all contenders", "这些设置对所有参赛者有效";
    DATA = "Data", "数据";
    PREPARATION = "Preparation", "预处理";
    MODEL = "Model", "模型";
    LOSS = "Loss", "损失";
    OPTIMIZER = "Optimizer", "优化器";
    SCHEDULE = "Schedule", "学习率计划";
    CLIPPING = "Clipping", "梯度裁剪";
    TRAINING = "Training", "训练";
    KIND = "Kind", "类型";
    A_FILE = "A file", "文件";
    OPEN_DATA = "Open data…", "打开数据…";
    RELOAD = "Reload", "重新读取";
    RELOAD_HELP = "Read the file again", "再次读取该文件";
    LOADING = "Loading the data…", "正在载入数据…";
    CANCEL_LOADING = "Cancel loading", "取消载入";
    LOADING_CANCELLED = "Loading was cancelled.", "载入已取消。";
    SHOWN_FROM_BEFORE = "Loading was cancelled; what is shown is from before.", "载入已取消；显示的是之前的数据。";
    LOAD_AGAIN = "Load again", "重新载入";
    AUTOMATIC_HELP = "Let the program choose", "由程序决定";
    AUTOMATIC_ROLL = "Automatic roll", "自动滚动";
    AUTOMATIC_ROLL_HELP = "The model goes on from its own forecasts, from the test part's beginning and from the data's end, over as many rows as the test part has, at most 50", "模型从测试部分开头以及数据末尾起，依靠自己的预测继续，行数与测试部分相同，最多 50 行";
    AUTOMATIC_LOOKBACK = "Automatic lookback", "自动回看长度";
    WHOLE_SEQUENCES = "Each sequence is one sample, read at its last step and unscaled: preparation, scaling, lookback, horizon and output do not apply.", "每个序列是一个样本，在最后一步读取，不缩放：预处理、缩放、回看、预测步长和输出方式都不适用。";
    SEQUENCES_OF_FILES = "Each sequence is one sample, read at its last step: lookback, horizon, stride, output and rolling do not apply.", "每个序列是一个样本，在最后一步读取：回看、预测步长、间隔、输出方式和滚动都不适用。";
    SPLIT_BY_DRAWING = "Training draws fresh sequences without end, so that nothing is split.", "训练不断抽取新的序列，所以不作划分。";
    ALL_NUMERIC = "all numeric ones", "所有数值列";
    SPECTRAL_RADIUS = "Spectral radius…", "谱半径…";
    ALL_COLUMNS = "all", "全部";
    SHOW_FIELD = "Click to see the field", "点击查看该设置";
    DATA_PATH = "Path", "路径";
    DATA_PATH_HINT = "type or drop one", "输入或拖入";
    DATA_PATH_HELP = "A file on this computer: CSV, TSV or another text table. Enter opens it", "本机上的文件：CSV、TSV 或其他文本表格。按回车打开";
    WHOLE_RUN = "Whole run", "整个运行";
    WHOLE_RUN_HELP = "As long as the run is", "与运行一样长";
    MEASURE_SHARPNESS = "Measure the sharpness", "测量尖锐度";
    MEASURE_SHARPNESS_HELP = "The largest curvature of the training loss over training, against 2/η: the page Norms and units draws it", "训练过程中训练损失的最大曲率，与 2/η 对照：画在“范数与单元”页";
    FIXED_STEPS = "Fixed number of steps", "固定步数";
    FIXED_STEPS_HELP = "A number of updates in place of epochs", "用更新次数代替轮数";
    FULL_BATCH = "Full batch", "全批量";
    FULL_BATCH_HELP = "Every step uses the whole training part", "每一步都使用整个训练部分";
    DETECTED = "detected", "自动识别";
    NONE = "none", "无";
    ADD_STEP = "Add step", "添加步骤";
    STEP_ON_HELP = "Switched off, the step stays here and does nothing", "关闭后步骤仍在此处，但不起作用";
    ADD_JOIN = "Join a file", "连接文件";
    REMOVE_JOIN = "Remove join", "移除连接";
    LOOKS_AHEAD = "Looks ahead within its own part", "会在本部分之内看到未来的值";
    LOSS_CURVE = "Loss as a function of the error", "损失随误差的变化";
    CLASS_LOSS_CURVE = "Loss as a function of the probability of the true class", "损失随真实类别概率的变化";
    PLANNED_CURVE = "Planned learning rate over the run", "整个运行的计划学习率";
    FOLLOWS_LOSS = "This rate follows the loss, so it cannot be drawn before the run; the plot shows it as it goes.", "这种学习率跟随损失变化，运行之前无法画出；图中会随训练显示。";
    BAND = "band", "区间";

    // Plots
    FORECAST = "Series and forecast", "序列与预测";
    GRADIENT = "Gradient norm", "梯度范数";
    RATE = "Learning rate", "学习率";
    STEP_AXIS = "Step", "步";
    LOG = "Log", "对数";
    LOG_LOSS = "Log loss", "对数损失";
    LOG_RATE = "Log rate", "对数学习率";
    LOG_GRADIENT = "Log norm", "对数范数";
    NORM_AXIS = "Norm", "范数";
    RATE_AXIS = "Rate", "学习率";
    SHOW_ALL = "Show all", "显示全部";
    NOT_YET_SHORT = "Nothing yet", "尚无内容";
    LOG_HELP = "Logarithmic axis", "对数坐标轴";
    FOLLOW = "Follow", "跟随";
    FOLLOW_HELP = "Show all again and keep up with the run (or double-click the plot). Drag to pan, wheel to zoom", "重新显示全部并跟上运行（或双击图）。拖动平移，滚轮缩放";
    SEQUENCES = "Sequences and answers", "序列与答案";
    WINDOWS = "Windows and classes", "窗口与类别";
    TRUE_CLASS = "true class", "真实类别";
    FOUND_CLASS = "class found", "判定类别";
    PREDICTED = "Predicted", "预测";
    OBSERVED = "Observed", "观测";
    TRAIN_PART = "Training", "训练";
    VALIDATION_PART = "Validation", "验证";
    TEST_PART = "Test", "测试";
    TRAIN_LINE = "training", "训练";
    VALIDATION_LINE = "validation", "验证";
    BEFORE_CLIPPING = "raw", "裁剪前";
    AFTER_CLIPPING = "clipped", "裁剪后";
    LIMIT_LINE = "limit", "上限";
    PLANNED_LINE = "planned", "计划";
    ACTUAL_LINE = "actual", "实际";
    TARGET = "Target", "目标";
    ROLLED = "rolled forward", "向前滚动";
    ROLLED_SWITCH = "Rolled forward", "向前滚动";
    ROLLED_HELP = "Dashed: the model goes on from the last row before the test part, and from the data's end, on nothing but its own forecasts, each an input of the next. Further columns stay as they were.", "虚线：模型从测试部分之前的最后一行以及数据末尾起，仅靠自己的预测继续，每个预测成为下一个的输入。其余列保持不变。";
    STEPS_AHEAD = "Steps ahead", "提前步数";
    NO_DATA = "No data", "没有数据";
    NO_DATA_HELP = "Choose a source under Data, or drop a file here.", "请在“数据”中选择来源，或把文件拖到这里。";
    NOT_YET = "Press Run, and curves appear here.", "按“运行”，曲线就会出现在这里。";
    NOT_READY = "First mend what is marked in red.", "请先修正红色标记之处。";
    DIVERGED_MARK = "diverged", "发散";
    DROP_HERE = "Drop to open", "松手即打开";

    // Results
    HAPPENING = "What is happening", "正在发生什么";
    RESULTS = "Results", "结果";
    COLUMN_CONTENDER = "Contender", "参赛者";
    COLUMN_BEST = "Best loss", "最佳损失";
    COLUMN_BEST_HELP = "Lowest loss on the validation part so far, in the units of the plot of the loss", "迄今验证部分上的最低损失，单位与损失图相同";
    COLUMN_SKILL = "Skill", "技巧";
    COLUMN_SKILL_HELP = "Share of the naive forecast's mean absolute error that the model saves. The naive forecast repeats the last value; below 0 % it is better than the model. Of the validation part, where there is one, else of the test part; of a fold, of its test part", "验证部分（没有时为测试部分）上模型比朴素预测少的平均绝对误差所占份额。朴素预测重复最后一个值；低于 0 % 时它比模型好";
    NO_SKILL_HELP = "No share can be saved here: what the model is compared with has no error at all, as the target does not change", "这里没有可减少的份额：作为对照的预测毫无误差，因为目标不变化";
    COLUMN_ACCURACY = "Accuracy", "正确率";
    COLUMN_ACCURACY_HELP = "Share of the sequences or rows of the validation part (else of the test part; of a fold, of its test part) that are given their class", "验证部分（没有时为测试部分）中判对类别的序列或行所占份额";
    COLUMN_MEAN_SKILL_HELP = "Share of the mean absolute error of always saying the mean that the model saves; below 0 % the mean is better than the model. Of the validation part (else of the test part)", "验证部分（没有时为测试部分）上模型比总是回答平均值少的平均绝对误差所占份额；低于 0 % 时平均值比模型好";
    COLUMN_STEPS = "Steps", "步数";
    HIDE_HELP = "Click to hide or show this contender in all plots", "点击可在所有图中隐藏或显示此参赛者";
    NOTHING_YET = "–", "–";

    // Events
    EVENTS = "All events", "所有事件";
    NO_EVENTS = "No events yet", "尚无事件";

    // Files
    PATH = "Path", "路径";
    PATH_HINT = "Path of a file", "文件路径";
    BROWSE = "Browse…", "浏览…";
    BROWSING = "The system's file dialog is open…", "系统的文件对话框已打开…";
    CANCEL = "Cancel", "取消";
    OPEN_BUTTON = "Open", "打开";
    SAVE_BUTTON = "Save", "保存";
    REPLACE = "Replace it", "替换它";
    NO_PATH = "Write a path first, such as /home/me/series.csv.", "请先写出路径，例如 /home/me/series.csv。";
    NOTHING_PICKED = "No file was picked, or this system has no file dialog. Write the path instead.", "没有选择文件，或系统没有文件对话框。请直接写出路径。";
}
