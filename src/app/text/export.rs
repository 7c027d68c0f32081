//! What leaves the window, and models that come in.
#![expect(missing_docs, reason = "each text says what it is")]

use super::{Text, say, texts};
use crate::app::actions::{ExportForm, Exported};
use crate::export::check::Check;
use crate::export::model::ModelFormat;
use std::path::Path;

texts! { ALL:
    EXPORT = "Export", "导出";
    EXPORT_MENU = "Export…", "导出…";
    EXPORT_HELP = "The file is read back and run on the test part before it is kept; where it says something else than this program, nothing is written.", "文件在保存前会被读回并在测试部分上运行；若结果与本程序不同，则不会写入任何内容。";
    IN_THE_WINDOW = "the window", "窗口";
    STILL_RUNNING = "still running", "仍在运行";
    EXPORT_ALL_HELP = "Holds all runs that are in the window, side by side.", "包含窗口中的所有运行，并列比较。";
    CHECKING_MODEL = "Writing and checking", "正在写入并检验";
    COPY = "Copy", "复制";
    NO_MODEL_YET = "This run has no model yet; let it take some steps first.", "此运行还没有模型；请先让它运行几步。";
    START_FROM = "Start from", "起始模型";
    START_FROM_HELP = "A model file with PyTorch's names, or a checkpoint. Its weights replace those that are drawn.", "使用 PyTorch 名称的模型文件，或检查点。其权重会替换随机抽取的权重。";
    CHOOSE_MODEL = "Choose a model…", "选择模型…";
    START_FRESH = "Draw weights instead", "改为随机抽取权重";
    DATA_FOUND = "These are the data of the run: their hash is the same.", "这是该运行的数据：哈希相同。";
}

/// The dialog's title.
#[must_use]
pub fn export_title(name: &str) -> String {
    say!("Export {name}", "导出 {name}")
}

/// A format by its name.
#[must_use]
pub fn export_form(form: ExportForm) -> Text {
    match form {
        ExportForm::Model(ModelFormat::Safetensors) => Text::same("safetensors"),
        ExportForm::Model(ModelFormat::Onnx) => Text::same("ONNX"),
        ExportForm::Model(ModelFormat::Burnpack) => Text::same("burnpack"),
        ExportForm::Report => Text::new("Report", "报告"),
        ExportForm::Events => Text::same("TensorBoard"),
    }
}

/// What a format is for.
#[must_use]
pub fn export_form_help(form: ExportForm) -> Text {
    match form {
        ExportForm::Report => Text::new(
            "one HTML page that needs nothing else: tables, figures, settings, hashes",
            "一个独立的 HTML 页面：表格、图、设置、哈希",
        ),
        ExportForm::Events => Text::new(
            "a folder of event files, one run each",
            "事件文件的文件夹，每个运行一个",
        ),
        ExportForm::Model(ModelFormat::Safetensors) => Text::new(
            "PyTorch's names and shapes; opens with load_state_dict",
            "PyTorch 的名称和形状；可用 load_state_dict 打开",
        ),
        ExportForm::Model(ModelFormat::Onnx) => Text::new(
            "a graph from the data's units to the data's units, for onnxruntime and others",
            "以数据原单位输入和输出的计算图，供 onnxruntime 等使用",
        ),
        ExportForm::Model(ModelFormat::Burnpack) => {
            Text::new("burn's own file, for Rust", "burn 自己的文件，供 Rust 使用")
        }
    }
}

/// Something was written.
#[must_use]
pub fn exported(exported: &Exported) -> String {
    let path = exported.path.display();
    say!("Exported to {path}.", "已导出到 {path}。")
}

/// What the check of an exported model found.
#[must_use]
pub fn checked(check: &Check) -> String {
    let (windows, of) = (check.windows, check.of);
    let difference = format!("{:.1e}", check.difference);
    let said = say!(
        "Read back and run on {windows} of {of} windows: the largest difference from this program's own forecast is {difference} of the target's size.",
        "已读回并在 {of} 个窗口中的 {windows} 个上运行：与本程序预测的最大差异为目标大小的 {difference}。"
    );
    if check.whole_sequences_only {
        let padded = say!(
            " Only the padded form was checked, not the input `lengths`.",
            "只检验了填充形式，未检验输入 `lengths`。"
        );
        format!("{said}{padded}")
    } else {
        said
    }
}

/// Above the lines that load a file.
#[must_use]
pub fn load_with(library: &str) -> String {
    say!("To load it with {library}", "用 {library} 加载")
}

/// A contender begins with a model.
#[must_use]
pub fn starts_from(name: &str, path: &Path) -> String {
    let path = path.display();
    say!("{name} starts from {path}.", "{name} 从 {path} 开始。")
}

/// The data of a run are not where they were.
#[must_use]
pub fn data_moved(source: &str) -> String {
    say!(
        "The run's data are no longer at {source}.",
        "该运行的数据已不在 {source}。"
    )
}

/// A file that holds other data than the run's.
#[must_use]
pub fn other_data(source: &str) -> String {
    say!(
        "{source} does not hold the data of the run: their hash is another.",
        "{source} 不是该运行的数据：哈希不同。"
    )
}
