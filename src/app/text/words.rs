//! The fixed texts, by the place where they stand.
#![expect(missing_docs, reason = "each text says what it is")]

pub const TITLE: &str = "Optimizer Explorer";

// Top bar
pub const SCENARIO: &str = "Scenario";
pub const OWN_SETTINGS: &str = "Own settings";
pub const RUN: &str = "Run";
pub const PAUSE: &str = "Pause";
pub const RESUME: &str = "Resume";
pub const RUN_AGAIN: &str = "Run again";
pub const CONTINUE: &str = "Continue";
pub const PREPARING: &str = "Preparing…";
pub const RUN_HELP: &str = "Train all contenders (Space)";
pub const CONTINUE_HELP: &str = "Go on exactly where the runs left off (Space)";
pub const NO_SNAPSHOT: &str = "nothing was kept to go on from";
pub const BLOCKED_HELP: &str = "First mend the settings that are marked in red";
pub const STEP: &str = "Step";
pub const STEP_HELP: &str = "One update of every contender (S)";
pub const STOP: &str = "Stop";
pub const STOP_HELP: &str = "End all runs and keep what they showed; Continue goes on from there";
pub const RESET: &str = "Reset";
pub const RESET_HELP: &str = "Back to before the first step. The same seed gives the same weights and the same batches again";
pub const PACE: &str = "Pace";
pub const PACE_HELP: &str = "How fast each contender steps, to watch closely or to be done soon";
pub const FILE: &str = "File";
pub const OPEN: &str = "Open data, experiment or run…";
pub const SAVE: &str = "Save experiment";
pub const OPEN_KEYS: &str = "Ctrl+O";
pub const SAVE_KEYS: &str = "Ctrl+S";
pub const SAVE_AS: &str = "Save experiment as…";
pub const VIEW: &str = "View";
pub const THEME: &str = "Theme";
pub const LIGHT: &str = "Light";
pub const DARK: &str = "Dark";
pub const SYSTEM: &str = "As the system";
pub const DIAGNOSTICS: &str = "Diagnostics";
pub const MORE: &str = "…";
pub const KEPT_HELP: &str = "Go back to an earlier step of this run, or fork from it";
pub const BACK_HELP: &str = "Forget what came after; Continue goes on from there";
pub const BACK_DISABLED_HELP: &str =
    "Only to before where it stands, and once it has ended: Stop ends it";
pub const FORK_HELP: &str =
    "A further run from this step, with the settings that the contender has now";
pub const STALE: &str =
    "Settings have changed since these runs began. Reset, then Run, to use them.";

// Setup
pub const CONTENDERS: &str = "Contenders";
pub const ADD: &str = "Add contender";
pub const ADD_HELP: &str = "A copy of the first contender with another optimizer";
pub const DUPLICATE: &str = "Duplicate";
pub const REMOVE: &str = "Remove";
pub const NAME: &str = "Name";
pub const NAME_HELP: &str = "What tables and plots call this contender";
pub const SAME_AS_FIRST: &str = "same settings as the first";
pub const FOR_ALL: &str = "all";
pub const FOR_ALL_HELP: &str = "These settings hold for all contenders";
pub const DATA: &str = "Data";
pub const PREPARATION: &str = "Preparation";
pub const MODEL: &str = "Model";
pub const LOSS: &str = "Loss";
pub const OPTIMIZER: &str = "Optimizer";
pub const SCHEDULE: &str = "Schedule";
pub const CLIPPING: &str = "Clipping";
pub const TRAINING: &str = "Training";
pub const KIND: &str = "Kind";
pub const A_FILE: &str = "A file";
pub const OPEN_DATA: &str = "Open data…";
pub const RELOAD: &str = "Reload";
pub const RELOAD_HELP: &str = "Read the file again";
pub const LOADING: &str = "Loading the data…";
pub const AUTOMATIC_HELP: &str = "Let the program choose";
pub const AUTOMATIC_LOOKBACK: &str = "Automatic lookback";
pub const WHOLE_SEQUENCES: &str = "Each sequence is one sample, read at its last step and unscaled: preparation, scaling, lookback, horizon and output do not apply.";
pub const SPLIT_BY_DRAWING: &str =
    "Training draws fresh sequences without end, so that nothing is split.";
pub const ALL_NUMERIC: &str = "all numeric ones";
pub const SPECTRAL_RADIUS: &str = "Spectral radius…";
pub const DATA_PATH: &str = "Path";
pub const DATA_PATH_HELP: &str =
    "A file on this computer: CSV, TSV or another text table. Enter opens it";
pub const WHOLE_RUN: &str = "Whole run";
pub const WHOLE_RUN_HELP: &str = "As long as the run is";
pub const FIXED_STEPS: &str = "Fixed number of steps";
pub const FIXED_STEPS_HELP: &str = "A number of updates in place of epochs";
pub const FULL_BATCH: &str = "Full batch";
pub const FULL_BATCH_HELP: &str = "Every step uses the whole training part";
pub const DETECTED: &str = "detected";
pub const NONE: &str = "none";
pub const ADD_STEP: &str = "Add step";
pub const REMOVE_STEP: &str = "Remove step";
pub const LOOKS_AHEAD: &str = "Looks ahead within its own part";
pub const LOSS_CURVE: &str = "Loss as a function of the error";
pub const CLASS_LOSS_CURVE: &str = "Loss as a function of the probability of the true class";
pub const PLANNED_CURVE: &str = "Planned learning rate over the run";
pub const FOLLOWS_LOSS: &str = "This rate follows the loss, so it cannot be drawn before the run; the plot shows it as it goes.";
pub const BAND: &str = "band";

// Plots
pub const FORECAST: &str = "Series and forecast";
pub const GRADIENT: &str = "Gradient norm";
pub const RATE: &str = "Learning rate";
pub const STEP_AXIS: &str = "Step";
pub const LOG_LOSS: &str = "Log loss";
pub const LOG_RATE: &str = "Log rate";
pub const LOG_GRADIENT: &str = "Log norm";
pub const LOSS_AXIS: &str = "Loss (scaled units)";
pub const NORM_AXIS: &str = "Norm";
pub const RATE_AXIS: &str = "Rate";
pub const SHOW_ALL: &str = "Show all";
pub const NOT_YET_SHORT: &str = "Nothing yet";
pub const LOG_HELP: &str = "Logarithmic axis";
pub const FOLLOW: &str = "Follow";
pub const FOLLOW_HELP: &str = "Show all again and keep up with the run (or double-click the plot). Drag to pan, wheel to zoom";
pub const SEQUENCES: &str = "Sequences and answers";
pub const TRUE_CLASS: &str = "true class";
pub const FOUND_CLASS: &str = "class found";
pub const PREDICTED: &str = "Predicted";
pub const OBSERVED: &str = "Observed";
pub const TRAIN_PART: &str = "Training";
pub const VALIDATION_PART: &str = "Validation";
pub const TEST_PART: &str = "Test";
pub const TRAIN_LINE: &str = "training";
pub const VALIDATION_LINE: &str = "validation";
pub const BEFORE_CLIPPING: &str = "raw";
pub const AFTER_CLIPPING: &str = "clipped";
pub const LIMIT_LINE: &str = "limit";
pub const PLANNED_LINE: &str = "planned";
pub const ACTUAL_LINE: &str = "actual";
pub const TARGET: &str = "Target";
pub const STEPS_AHEAD: &str = "Steps ahead";
pub const NO_DATA: &str = "No data";
pub const NO_DATA_HELP: &str = "Choose a source under Data, or drop a file here.";
pub const NOT_YET: &str = "Press Run, and curves appear here.";
pub const NOT_READY: &str = "First mend what is marked in red.";
pub const DIVERGED_MARK: &str = "diverged";
pub const DROP_HERE: &str = "Drop to open";

// Results
pub const HAPPENING: &str = "What is happening";
pub const RESULTS: &str = "Results";
pub const COLUMN_CONTENDER: &str = "Contender";
pub const COLUMN_BEST: &str = "Best loss";
pub const COLUMN_BEST_HELP: &str = "Lowest loss on the validation part so far, in scaled units";
pub const COLUMN_SKILL: &str = "Skill";
pub const COLUMN_SKILL_HELP: &str = "Share of the naive forecast's mean absolute error that the model saves. The naive forecast repeats the last value; below 0 % it is better than the model";
pub const COLUMN_ACCURACY: &str = "Right";
pub const COLUMN_ACCURACY_HELP: &str = "Share of the sequences of the validation part (else of the test part) that are given their class";
pub const COLUMN_MEAN_SKILL_HELP: &str = "Share of the mean absolute error of always saying the mean that the model saves; below 0 % the mean is better than the model";
pub const COLUMN_STEPS: &str = "Steps";
pub const HIDE_HELP: &str = "Click to hide or show this contender in all plots";
pub const NOTHING_YET: &str = "–";

// Events
pub const EVENTS: &str = "All events";
pub const NO_EVENTS: &str = "No events yet";

// Files
pub const PATH: &str = "Path";
pub const PATH_HINT: &str = "Path of a file";
pub const BROWSE: &str = "Browse…";
pub const BROWSING: &str = "The system's file dialog is open…";
pub const CANCEL: &str = "Cancel";
pub const OPEN_BUTTON: &str = "Open";
pub const SAVE_BUTTON: &str = "Save";
pub const REPLACE: &str = "Replace it";
pub const NO_PATH: &str = "Write a path first, such as /home/me/series.csv.";
pub const NOTHING_PICKED: &str =
    "No file was picked, or this system has no file dialog. Write the path instead.";
