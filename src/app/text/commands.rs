//! The texts of commands, the palette, the list of keys, and what the view offers.
#![expect(missing_docs, reason = "each text says what it is")]

use super::{Language, Text, language, texts};
use crate::app::view::{Side, Smoothing, Theme, Travel, XAxis};

texts! { ALL:
    // Commands
    EDIT = "Edit", "编辑";
    UNDO = "Undo", "撤销";
    REDO = "Redo", "重做";
    QUIT = "Quit", "退出";
    FULL_SCREEN = "Full screen", "全屏";
    PROJECTOR = "Projector mode", "投影模式";
    PROJECTOR_HELP = "Large type, thick lines, no setup", "大字、粗线、不显示设置";
    RESET_LAYOUT = "Reset layout", "恢复布局";
    RESET_LAYOUT_HELP = "Every plot back in its usual place", "所有图回到平常的位置";
    PAGE = "Page", "页面";
    FOLLOW_ALL = "Follow in all plots", "所有图跟随";
    KEYS_OF_PLOTS = "Keys move the plot under the pointer, else the plots in front. Pictures, as the landscape and the gradient flow, always show everything.", "按键移动所指的图，否则移动当前页面的图。图像（如损失地形和梯度流）始终显示全部。";
    COMMANDS = "Commands…", "命令…";
    KEYS = "Keyboard shortcuts", "键盘快捷键";
    RECENT = "Open recent", "最近打开";
    NO_RECENT = "Nothing opened yet", "还没有打开过";
    LANGUAGE = "Language", "语言";
    X_AXIS = "X axis", "横轴";
    SMOOTHING = "Smoothing", "平滑";
    SHOW_PANEL = "Panel", "面板";

    // Palette
    PALETTE = "Commands", "命令";
    PALETTE_HINT = "Type what you want to do", "输入想做的事";
    NO_COMMAND = "No command is called that", "没有这样的命令";
    CLOSE = "Close", "关闭";
    DRAG_HINT = "Drag the title to rearrange the plots", "拖动标题可重新排列图";

    // Unsaved changes
    UNSAVED = "There are unsaved changes", "有未保存的更改";
    UNSAVED_HELP = "Going on would drop what you changed in this experiment since it was last saved.", "继续会丢掉上次保存以来对本实验的更改。";
    UNSAVED_MARK = "unsaved changes", "有未保存的更改";
    SAVE_FIRST = "Save first", "先保存";
    DO_NOT_SAVE = "Don't save", "不保存";

    // Plots
    SAVE_PNG = "Save as PNG…", "另存为 PNG…";
    SAVE_SVG = "Save as SVG…", "另存为 SVG…";
    SAVE_CSV = "Save numbers as CSV…", "将数值另存为 CSV…";
    EPOCH_AXIS = "Epoch", "轮";
    SECONDS_AXIS = "Seconds", "秒";
    SEED_MEAN = "mean of seeds", "各种子的平均";

    // Contenders
    HIDE = "Hide", "隐藏";
    SHOW = "Show", "显示";
    MOVE_UP = "Up", "上移";
    MOVE_DOWN = "Down", "下移";
    WINDOWS_DRAWING = "Windows over the series", "序列上的窗口";
    SORT_HELP = "Click to sort by this column", "点击按此列排序";
    SHOW_STEP = "Show this step in the plots", "在图中显示这一步";
}

/// A theme in the menu.
#[must_use]
pub fn theme(theme: Theme) -> Text {
    match theme {
        Theme::Light => super::LIGHT,
        Theme::Dark => super::DARK,
        Theme::System => super::SYSTEM,
    }
}

/// What the x axis counts, in the menu.
#[must_use]
pub fn x_axis(axis: XAxis) -> Text {
    match axis {
        XAxis::Steps => super::COLUMN_STEPS,
        XAxis::Epochs => Text::new("Epochs", "轮数"),
        XAxis::Seconds => Text::new("Seconds", "秒数"),
    }
}

/// The name of the x axis.
#[must_use]
pub fn x_axis_name(axis: XAxis) -> Text {
    match axis {
        XAxis::Steps => super::STEP_AXIS,
        XAxis::Epochs => EPOCH_AXIS,
        XAxis::Seconds => SECONDS_AXIS,
    }
}

/// How far lines are smoothed, in the menu.
#[must_use]
pub fn smoothing(smoothing: Smoothing) -> Text {
    match smoothing {
        Smoothing::None => Text::new("None: raw lines", "无：原始曲线"),
        Smoothing::Light => Text::new("Light", "轻度"),
        Smoothing::Medium => Text::new("Medium", "中度"),
        Smoothing::Strong => Text::new("Strong", "强"),
    }
}

/// A side panel.
#[must_use]
pub fn side(side: Side) -> Text {
    match side {
        Side::Setup => Text::new("Setup", "设置"),
        Side::Results => super::RESULTS,
    }
}

/// A command that sets something: "Theme: Dark".
#[must_use]
pub fn setting_command(what: Text, value: &str) -> String {
    match language() {
        Language::English => format!("{what}: {value}"),
        Language::Chinese => format!("{what}：{value}"),
    }
}

/// What people may call a language that they look for, whichever is on.
#[must_use]
pub fn language_words(language: Language) -> String {
    let names = match language {
        // Nowhere drawn, so the font need not have these letters.
        Language::English => "English \u{82f1}\u{6587} \u{82f1}\u{8bed}",
        Language::Chinese => "Chinese 中文 \u{6c49}\u{8bed}",
    };
    let word = Language::ALL.map(|spoken| LANGUAGE.in_language(spoken));
    format!("{} {names}", word.join(" "))
}

/// A settings file could not be read and was set aside.
#[must_use]
pub fn settings_broken(aside: &std::path::Path) -> String {
    super::say!(
        "The window's own settings could not be read; they are kept as {}, and the usual ones hold.",
        "无法读取窗口自身的设置；原文件保留为 {}，现使用默认设置。",
        aside.display()
    )
}

/// The settings that hold for the contender `name`, for those who hear it.
#[must_use]
pub fn of_contender(what: Text, name: &str) -> String {
    setting_command(what, name)
}

/// The tooltip over epochs or seconds.
#[must_use]
pub fn at(axis: XAxis, value: f64) -> String {
    let value = crate::app::format::significant(value, 4);
    match axis {
        XAxis::Steps => super::say!("Step {value}", "第 {value} 步"),
        XAxis::Epochs => super::say!("Epoch {value}", "第 {value} 轮"),
        XAxis::Seconds => super::say!("{value} s", "{value} 秒"),
    }
}

/// A move along the x axis of plots.
#[must_use]
pub fn travel(travel: Travel) -> Text {
    match travel {
        Travel::ZoomIn => Text::new("Zoom in on plots", "放大图"),
        Travel::ZoomOut => Text::new("Zoom out of plots", "缩小图"),
        Travel::Left => Text::new("Move plots to earlier", "图移向较早处"),
        Travel::Right => Text::new("Move plots to later", "图移向较晚处"),
    }
}
