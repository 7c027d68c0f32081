//! What readers of the rarer file formats say.

/// English, Chinese.
pub(super) const FORMS: &[(&str, &str)] = &[
    // Packed files and texts.
    (
        "is compressed by gzip and damaged ({}); get it anew",
        "是损坏的 gzip 压缩文件（{}）；请重新获取",
    ),
    (
        "is a zip archive and damaged ({}); get it anew",
        "是损坏的 zip 文件（{}）；请重新获取",
    ),
    (
        "is a zip archive of {} files; unpack it and give one of them",
        "是含 {} 个文件的 zip；请解压并给出其中一个",
    ),
    (
        "unpacks to more than {} MiB, the most for a file of its size; unpack it yourself if that is right",
        "解压后超过 {} MiB，这是此大小文件的上限；若确实如此，请自行解压",
    ),
    (
        "begins like UTF-16 but is not; save it as UTF-8 text",
        "开头像 UTF-16 却不是；请存为 UTF-8 文本",
    ),
    ("read as UTF-16", "按 UTF-16 读取"),
    ("not UTF-8; read as Latin-1", "不是 UTF-8；按 Latin-1 读取"),
    ("was not loaded: it was stopped", "没有载入：已中止"),
    (
        "a row a month and a column a year are read as one series",
        "每行一个月、每列一年，读作一个序列",
    ),
    (
        "a row a quarter and a column a year are read as one series",
        "每行一个季度、每列一年，读作一个序列",
    ),
    (
        "a row a month and a column a year are read as one series; left out: {}",
        "每行一个月、每列一年，读作一个序列；略去：{}",
    ),
    (
        "a row a quarter and a column a year are read as one series; left out: {}",
        "每行一个季度、每列一年，读作一个序列；略去：{}",
    ),
    (
        "a row a year and twelve columns without names are read as one series of months",
        "每行一年、十二个无名列，读作一个逐月序列",
    ),
    (
        "the longer of the last two dimensions is taken for time: {} series of {} steps, columns: {}",
        "后两个维度中较长的视为时间：{} 个序列，每个 {} 步，列数：{}",
    ),
    (
        "formulas without saved values are missing: {}; open the workbook in a spreadsheet program and save it there",
        "没有保存计算值的公式按缺失处理，共 {} 个；请在电子表格程序中打开工作簿并保存",
    ),
    (
        "a cell stands there more often than a sheet has rows or columns; save it anew",
        "某个单元格重复的次数超过工作表的行数或列数；请重新保存",
    ),
    (
        "has a quote that opens and never closes; close it, or take it out",
        "有一个引号打开后没有关闭；请关闭或去掉它",
    ),
    (
        "a row a year and a column a {} are read as one series",
        "每行一年、每列一个{}，读作一个序列",
    ),
    (
        "a row a series and a column a date are read as {} series",
        "每行一个序列、每列一个日期，读作 {} 个序列",
    ),
    (
        "a row a year and a column a month are read as one series",
        "每行一年、每列一个月，读作一个序列",
    ),
    (
        "a row a year and a column a quarter are read as one series",
        "每行一年、每列一个季度，读作一个序列",
    ),
    (
        "read as a collection of the UCR archive: a case a line, its class first",
        "按 UCR 档案的样本集读取：每行一个样本，类别在前",
    ),
    (
        "a row a year and a column a month are read as one series; left out: {}",
        "每行一年、每列一个月，读作一个序列；略去：{}",
    ),
    (
        "a row a year and a column a quarter are read as one series; left out: {}",
        "每行一年、每列一个季度，读作一个序列；略去：{}",
    ),
    (
        "a row a series and a column a date are read as {} series; left out: {}",
        "每行一个序列、每列一个日期，读作 {} 个序列；略去：{}",
    ),
    (
        "the table is turned: its {} rows below a row of times are read as columns; left out: {}",
        "表格已转置：时间行下的 {} 行读作列；略去：{}",
    ),
    (
        "a row of values below a row of times is read as a column; left out: {}",
        "一行时间下的一行数值，读作一列；略去：{}",
    ),
    (
        "a row of values below a row of times is read as a column",
        "一行时间下的一行数值，读作一列",
    ),
    (
        "the table is turned: its {} rows below a row of times are read as columns",
        "表格已转置：时间行下的 {} 行读作列",
    ),
    (
        "a row of units or remarks below the names is left out: {}",
        "略去列名下方的一行单位或说明：{}",
    ),
    (
        "{} rows of units or remarks below the names are left out, the first of them: {}",
        "略去列名下方的 {} 行单位或说明，第一行为：{}",
    ),
    (
        "the row below the names calls the first column \"{}\"",
        "列名下方的一行把首列称为“{}”",
    ),
    (
        "{} rows name the columns together, such as \"{}\"",
        "{} 行共同构成列名，例如“{}”",
    ),
    (
        "{} rows name the columns together, such as \"{}\"; what all have in common is left out: {}",
        "{} 行共同构成列名，例如“{}”；略去各列共有的：{}",
    ),
    (
        "a comment in the table is left out: {}",
        "略去表格中的一行注释：{}",
    ),
    (
        "{} comments in the table are left out, the first of them: {}",
        "略去表格中的 {} 行注释，第一行为：{}",
    ),
    (
        "values below a limit in \"{}\", such as \"{}\", are read as half of it",
        "“{}”中低于限值的值（如“{}”）读作限值的一半",
    ),
    (
        "\"{}\" and {} other columns are read with a decimal comma",
        "“{}”等（另有 {} 列）按小数逗号读取",
    ),
    (
        "read as a table of Eurostat: letters behind values are flags and left out",
        "按 Eurostat 表格读取：数值后的字母是标记，已略去",
    ),
    (
        "not UTF-8; read as GB 18030",
        "不是 UTF-8；按 GB 18030 读取",
    ),
    // JSON.
    (
        "is larger than {} MiB, the most that is loaded of JSON; save it as CSV",
        "超过 {} MiB 的 JSON 载入上限；请存为 CSV",
    ),
    (
        "is empty; give a file with a record for each time step",
        "是空的；请给出每个时间步一条记录的文件",
    ),
    (
        "is no valid JSON at character {}: {}",
        "在第 {} 个字符处不是有效的 JSON：{}",
    ),
    (
        "holds no records; give an array of objects, or an object a line",
        "没有记录；请给出对象的数组，或每行一个对象",
    ),
    (
        "holds more than {} cells, the most that is loaded; thin it out",
        "超过 {} 个单元格的载入上限；请抽稀",
    ),
    (
        "is JSON and no table; give an array of objects, or an object a line",
        "是 JSON 但不是表；请给出对象的数组，或每行一个对象",
    ),
    (
        "row {} of \"data\" is no array",
        "第 {} 行（在“data”中）不是数组",
    ),
    (
        "is JSON whose keys are no columns of one length; give an array of objects",
        "是 JSON，但其键不是等长的列；请给出对象的数组",
    ),
    (
        "has more than 100000 different keys, so they are no columns; give records of the same keys",
        "有超过 100000 个不同的键，所以不是列；请给出键相同的记录",
    ),
    // NumPy.
    (
        "is a damaged .npy file: its header is cut off; save it anew",
        "是损坏的 .npy 文件：文件头不完整；请重新保存",
    ),
    (
        "is a .npy file without a type; save it anew",
        "是没有类型的 .npy 文件；请重新保存",
    ),
    (
        "holds elements of the type {}; numbers and truth values are read, so convert them, as by array.astype(float)",
        "元素类型为 {}；只读取数和真假值，请转换，例如用 array.astype(float)",
    ),
    ("has the shape {}; save it anew", "形状为 {}；请重新保存"),
    (
        "has {} dimensions; one, two (rows, columns) or three (series, columns, steps) are read",
        "有 {} 维；可读一维、二维（行、列）或三维（序列、列、步）",
    ),
    (
        "holds more than {} values, the most that is loaded; cut it into pieces",
        "超过 {} 个值的载入上限；请切成几份",
    ),
    (
        "has fewer than two rows; a series needs a row for each time step",
        "不到两行；序列需要每个时间步一行",
    ),
    (
        "ends after {} of {} values; save it anew",
        "读到第 {} 个值就结束了（应有 {} 个）；请重新保存",
    ),
    (
        "{} is not a finite number; write NaN where a value is missing",
        "{} 不是有限数；缺失时请写 NaN",
    ),
    // Parquet.
    (
        "save it compressed by snappy, gzip, zstd or lz4, or as CSV",
        "请用 snappy、gzip、zstd 或 lz4 压缩保存，或存为 CSV",
    ),
    (
        "get or save it anew, or as CSV",
        "请重新获取或保存，或存为 CSV",
    ),
    (
        "cannot be read as Parquet ({}); {}",
        "不能按 Parquet 读取（{}）；{}",
    ),
    (
        "has no column of single values; save the columns to learn from by themselves",
        "没有单值的列；请把要学习的列单独保存",
    ),
    (
        "holds more than {} cells, the most that is loaded of Parquet; thin it out or cut it into pieces",
        "超过 {} 个单元格的 Parquet 载入上限；请抽稀或切成几份",
    ),
    (
        "columns of lists or structures are left out: {}",
        "列表或结构的列已略去：{}",
    ),
    // Collections: .ts and .tsf.
    (
        "has no line @data, so it is no .ts file; give one, or save the series as CSV",
        "没有 @data 行，所以不是 .ts 文件；请给出 .ts 文件，或把序列存为 CSV",
    ),
    (
        "has no class after its last `:`; add it, or set @classLabel false",
        "最后一个 `:` 之后没有类别；请添上，或设 @classLabel false",
    ),
    (
        "has {} dimensions where {} are expected; give every case as many",
        "有 {} 维，而应有 {} 维；请让每个样本一样多",
    ),
    ("has no values; take the line out", "没有值；请去掉这一行"),
    (
        "has {} values where @seriesLength says {}; correct one of them",
        "有 {} 个值，而 @seriesLength 写的是 {}；请改正其一",
    ),
    (
        "holds more than {} values up to here, the most that is loaded; cut it into pieces",
        "到此处已超过 {} 个值的载入上限；请切成几份",
    ),
    (
        "has no case after @data; give one a line",
        "@data 之后没有样本；请每行给一个",
    ),
    (
        "the times of single values are left out; values are taken to be evenly spaced",
        "略去各值的时间；视为等间隔",
    ),
    ("{} is followed by true or false", "{} 之后是 true 或 false"),
    (
        "{} is followed by a whole number of at least 1",
        "{} 之后是不小于 1 的整数",
    ),
    (
        "is neither a comment (#), a tag (@) nor below @data; correct it",
        "既不是注释 (#)、标记 (@)，也不在 @data 之下；请改正",
    ),
    (
        "its class \"{}\" is none of those that @classLabel names ({}); correct one of them",
        "它的类别“{}”不在 @classLabel 所列之中（{}）；请改正其一",
    ),
    ("its target \"{}\" is no number", "它的目标“{}”不是数"),
    (
        "\"{}\" is no finite number; correct it, or write ? where it is missing",
        "“{}”不是有限数；请改正，缺失时写 ?",
    ),
    (
        "\"{}\" is not of the form (time,value)",
        "“{}”不是 (时间,值) 的形式",
    ),
    (
        "@attribute takes a name and string, numeric or date",
        "@attribute 之后是名称和 string、numeric 或 date",
    ),
    (
        "has no line @data, so it is no .tsf file; give one, or save the series as CSV",
        "没有 @data 行，所以不是 .tsf 文件；请给出 .tsf 文件，或把序列存为 CSV",
    ),
    (
        "the frequency \"{}\" is none of the archive's; rows are numbered",
        "频率“{}”不是档案中的频率；各行改用行号",
    ),
    (
        "has {} fields where the attributes and the values are {}; correct it",
        "有 {} 个字段，而属性与值共 {} 个；请改正",
    ),
    (
        "the file holds more than {} cells up to here, the most that is loaded; cut it into pieces",
        "到此处文件已超过 {} 个单元格的载入上限；请切成几份",
    ),
    (
        "\"{}\" is no date such as 1979-01-01 00-00-00",
        "“{}”不是像 1979-01-01 00-00-00 这样的日期",
    ),
    (
        "its times leave the calendar; correct its start",
        "其时间超出历法；请改正起点",
    ),
    (
        "has no series after @data; give one a line",
        "@data 之后没有序列；请每行给一个",
    ),
    // Workbooks.
    (
        "is a damaged workbook ({}); save it anew, or save the sheet as CSV",
        "是损坏的工作簿（{}）；请重新保存，或把工作表存为 CSV",
    ),
    (
        "its sheet \"{}\" cannot be read ({}); save it anew, or as CSV",
        "工作表“{}”无法读取（{}）；请重新保存，或存为 CSV",
    ),
    ("has no sheet \"{}\"; there are {}", "没有工作表“{}”；有 {}"),
    (
        "the sheet \"{}\" is read; there are {}: choose another one by a # after the file's name, such as {}#{}",
        "读取工作表“{}”；有 {}：要换一个，请在文件名后加 #，例如 {}#{}",
    ),
    (
        "has no sheet; save the workbook anew",
        "没有工作表；请重新保存工作簿",
    ),
    (
        "it has more cells than are loaded of a workbook",
        "单元格数超过工作簿的载入上限",
    ),
    (
        "the sheet is empty; choose another one by a # after the file's name",
        "工作表是空的；请在文件名后加 # 另选一个",
    ),
    (
        "the sheet reaches over {} rows and {} columns, more than are loaded; delete what stands far outside the table",
        "工作表延伸到 {} 行 {} 列，超过载入上限；请删除表格之外很远的内容",
    ),
    ("its header is cut off", "文件头不完整"),
    ("its table of sectors runs in a circle", "扇区表自成循环"),
    (
        "a sheet claims more cells than an old workbook can have",
        "工作表声称的单元格多于旧式工作簿所能有",
    ),
    ("its sheets cannot be read: {}", "工作表无法读取：{}"),
    (
        "it reaches over {} rows and {} columns, more than are loaded; delete what stands far outside the table",
        "延伸到 {} 行 {} 列，超过载入上限；请删除表格之外很远的内容",
    ),
    (
        "it holds more than {} MiB of text, the most that is loaded; leave out columns of text, or save it as CSV",
        "文本超过 {} MiB，这是载入上限；请去掉文本列，或存为 CSV",
    ),
    (
        "comes after {} cells in all, the most that is loaded of JSON; give records of the same keys, or save it as CSV",
        "之前已有 {} 个单元格，这是 JSON 的载入上限；请给键相同的记录，或存为 CSV",
    ),
    (
        "its cells hold more text than is loaded",
        "单元格中的文本超过载入上限",
    ),
    (
        "its content is cut off; save it anew",
        "内容不完整；请重新保存",
    ),
    (
        "its content is damaged ({}); save it anew",
        "内容已损坏（{}）；请重新保存",
    ),
];
