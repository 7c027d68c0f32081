//! What is said of tables in a shape or form of their own.

/// English, Chinese.
pub(super) const FORMS: &[(&str, &str)] = &[
    (
        "read as a series of NOAA PSL: {} stands for a missing month, and what follows the years is left out",
        "按 NOAA PSL 序列读取：{} 表示缺失的月份，年份之后的内容已略去",
    ),
    (
        "read as a series of NOAA PSL: what follows the years is left out",
        "按 NOAA PSL 序列读取：年份之后的内容已略去",
    ),
    (
        "the names before the values of each line are names of columns: {}; lines without them are left out: {}",
        "每行数值前的名称用作列名：{}；略去没有名称的行数：{}",
    ),
    (
        "the names before the values of each line are names of columns: {}",
        "每行数值前的名称用作列名：{}",
    ),
    (
        "letters behind numbers in \"{}\", such as \"{}\", are read as thousands, millions, billions or trillions",
        "“{}”中数字后的字母（如“{}”）读作千、百万、十亿或万亿",
    ),
    (
        "marks behind the times in \"{}\", such as \"{}\", are left out",
        "“{}”中时间后的标记（如“{}”）已略去",
    ),
    (
        "times of several frequencies stand in \"{}\": the {} months are read and {} quarters, {} years and {} other rows left out",
        "“{}”含多种频率的时间：读取 {} 个月，略去 {} 个季度、{} 年和其他 {} 行",
    ),
    (
        "times of several frequencies stand in \"{}\": the {} quarters are read and {} months, {} years and {} other rows left out",
        "“{}”含多种频率的时间：读取 {} 个季度，略去 {} 个月、{} 年和其他 {} 行",
    ),
    (
        "\"{}\" is taken for seconds since the beginning; a unit in its name, such as \"{} (ms)\", says otherwise",
        "“{}” 视为从开始起的秒数；若不是，请在列名中写明单位，例如 “{} (ms)”",
    ),
    (
        "the day or the month may be first in \"{}\"; the day is taken to be, so that the last is {}; if that is wrong, write times with the year first",
        "“{}” 中日和月都可能在前；按日在前读取，因此最后一个是 {}；若有误，请把年写在最前",
    ),
    (
        "the day or the month may be first in \"{}\"; the month is taken to be, so that the last is {}; if that is wrong, write times with the year first",
        "“{}” 中日和月都可能在前；按月在前读取，因此最后一个是 {}；若有误，请把年写在最前",
    ),
    (
        "\"{}\" is read with commas between thousands, since its numbers without one are all below 1,000",
        "“{}” 中的逗号按千位分隔读取，因为没有逗号的数都小于 1,000",
    ),
    (
        "\"{}\" is read with points between thousands, since its numbers without one are all below 1,000",
        "“{}” 中的点按千位分隔读取，因为没有点的数都小于 1,000",
    ),
    (
        "the times in \"{}\" name no year and are taken to begin in {}; their weekdays mean nothing",
        "“{}”中的时间没有年份，假定从 {} 年开始；其星期没有意义",
    ),
    (
        "\"{}\" is read with a decimal comma, though each of its commas may part thousands; if they do, take them out",
        "“{}”按小数逗号读取，但其中的逗号也可能是千位分隔符；若是，请把它们去掉",
    ),
    (
        "times in \"{}\" that stand more than once: {}, the first of them {}; a step \"sort\" with on_duplicate = \"mean\" or \"last\" makes one row of each",
        "“{}”中重复出现的时间有 {} 个，第一个是 {}；用 on_duplicate = \"mean\" 或 \"last\" 的 \"sort\" 步骤可将其合并为一行",
    ),
    (
        "\"{}\" is no time because of \"{}\" in row {}; correct it, or leave the field empty",
        "“{}”不是时间，原因是“{}”（第 {} 行）；请改正，或将该字段留空",
    ),
    (
        "{} series stand on one another, told apart by \"{}\"; a step \"group\" with by = \"{}\" in data.prepare reads each as its own, and without it they are read as one",
        "{} 个序列上下相接，由“{}”区分；在 data.prepare 中加一个 by = \"{}\" 的 \"group\" 步骤即可各自读取，否则视为一个序列",
    ),
    (
        "several series stand on one another, told apart by \"{}\" and \"{}\" together; join the two into one column of the file and name it in a step \"group\" of data.prepare, as they are read as one otherwise",
        "多个序列上下相接，由“{}”和“{}”共同区分；请在文件中把两列合为一列，并在 data.prepare 的 \"group\" 步骤中给出其列名，否则视为一个序列",
    ),
];
