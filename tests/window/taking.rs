//! What leaves the window and comes into it: models, runs of other days, data that have moved.

use super::{Window, app, app_mut, open, press, until};
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use optimizer_explorer::app::actions::{Action, Ask, ExportForm, ExportWish, Exported};
use optimizer_explorer::app::runs::Run;
use optimizer_explorer::app::text;
use optimizer_explorer::experiment::{Cell, Experiment};
use optimizer_explorer::export::model::ModelFormat;
use optimizer_explorer::model::ModelFile;
use optimizer_explorer::train::{Worker, plan};
use std::path::Path;
use std::time::Duration;

/// Trains `toml` into `folder` as `train` does.
fn train(toml: &str, folder: &Path) {
    let experiment = Experiment::from_toml(toml).unwrap();
    for mut plan in plan(&experiment, 1).unwrap() {
        let name = format!("{}/seed-{}", plan.contender, plan.seed);
        plan.folder = Some(folder.join(name));
        let worker = Worker::start(plan, || ()).unwrap();
        while (worker.wait_report(Duration::from_mins(1)).unwrap())
            .outcome
            .is_none()
        {}
    }
}

const SHORT: &str = "[model]\nhidden = 4\n[training]\nsteps = 30\n";

/// Picks what to export to.
fn choose(window: &mut Window, form: ExportForm) {
    window.get_by_label(&text::export_form(form)).click();
    window.run_steps(2);
}

/// What came of the open dialog's export to `path`.
fn exported_to(window: &mut Window, path: &Path) -> Exported {
    app_mut(window).apply(Action::Export(ExportWish::Path(
        path.to_string_lossy().into(),
    )));
    window.run_steps(2);
    press(window, &text::EXPORT);
    until(window, "it is exported", |app| {
        let dialog = app.state().exporting.as_ref();
        dialog.is_some_and(|dialog| dialog.result.is_some())
    });
    window.run_steps(2);
    let dialog = app(window).state().exporting.clone().unwrap();
    dialog.result.unwrap().unwrap()
}

#[test]
fn a_model_is_exported_checked_and_its_snippet_shown() {
    let folder = tempfile::tempdir().unwrap();
    let toml = folder.path().join("short.toml");
    std::fs::write(&toml, SHORT).unwrap();
    let mut window = open(Some(toml));
    press(&mut window, &text::RUN);
    until(&mut window, "it has ended", |app| {
        app.state().runs.iter().any(Run::ended)
    });
    window.run_steps(3);
    let menu = text::kept_steps(&app(&window).state().runs[0].label());
    press(&mut window, &menu);
    press(&mut window, &text::EXPORT_MENU);
    assert!(app(&window).state().exporting.is_some());
    window.run_steps(4);
    window.get_by_label(&text::export_title(&app(&window).state().runs[0].label()));
    for format in ModelFormat::ALL {
        let path = folder.path().join(format!("model.{}", format.extension()));
        let form = ExportForm::Model(format);
        choose(&mut window, form);
        let exported = exported_to(&mut window, &path);
        let (check, snippet) = exported.model.unwrap();
        assert!(check.difference < 1e-5 && check.windows > 0);
        assert!(path.is_file());
        window.get_by_label(&text::checked(&check));
        window.get_by_label(&text::load_with(snippet.library));
        assert!(snippet.code.contains(&*path.to_string_lossy()));
        window.get_by_label(&text::COPY);
    }
    // A file that is there is replaced only by a further click.
    press(&mut window, &text::EXPORT);
    until(&mut window, "it is there", |app| {
        app.state()
            .exporting
            .as_ref()
            .is_some_and(|dialog| dialog.replaces)
    });
    window.run_steps(2);
    press(&mut window, &text::REPLACE);
    until(&mut window, "it is replaced", |app| {
        let dialog = app.state().exporting.as_ref();
        dialog.is_some_and(|dialog| matches!(dialog.result, Some(Ok(_))))
    });
    window.run_steps(2);
    press(&mut window, &text::CLOSE);
    assert!(app(&window).state().exporting.is_none());
}

#[test]
fn a_report_and_event_files_hold_all_runs_of_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let toml = folder.path().join("two.toml");
    let two = format!(
        "title = \"In the window\"\n{SHORT}[[contender]]\nname = \"Adam\"\n[[contender]]\nname = \"SGD <b>\"\noptimizer = {{ kind = \"sgd\" }}\n"
    );
    std::fs::write(&toml, two).unwrap();
    let mut window = open(Some(toml));
    press(&mut window, &text::RUN);
    until(&mut window, "they have ended", |app| {
        let runs = &app.state().runs;
        runs.len() == 2 && runs.iter().all(Run::ended)
    });
    window.run_steps(3);
    let menu = text::kept_steps(&app(&window).state().runs[0].label());
    press(&mut window, &menu);
    press(&mut window, &text::EXPORT_MENU);
    window.run_steps(4);
    for (form, name) in [
        (ExportForm::Report, "report.html"),
        (ExportForm::Events, "events"),
    ] {
        choose(&mut window, form);
        let usual = app(&window).state().exporting.clone().unwrap().path;
        assert_eq!(Path::new(&usual).file_name().unwrap(), name);
        let path = folder.path().join(name);
        let exported = exported_to(&mut window, &path);
        assert!(exported.model.is_none());
        // In the dialog and among the notes.
        let said = text::exported(&exported);
        assert_eq!(window.query_all_by_label(&said).count(), 2);
        // What is there already is replaced only by a further click.
        press(&mut window, &text::EXPORT);
        until(&mut window, "it is there", |app| {
            app.state()
                .exporting
                .as_ref()
                .is_some_and(|dialog| dialog.replaces)
        });
        window.run_steps(2);
        // Back to where the next form finds its usual name.
        app_mut(&mut window).apply(Action::Export(ExportWish::Path(usual)));
        window.run_steps(2);
    }
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("<h1>In the window</h1>") && page.contains("SGD &lt;b&gt;"));
    assert_eq!(page.matches("</details>").count(), 2);
    assert!(page.contains("Forecasts of the test part"));
    assert!(
        page.contains("Data are the same in all runs, initial weights the same, batches the same.")
    );
    for run in &app(&window).state().runs {
        let hash = &run.info.as_ref().unwrap().initial_weights;
        assert!(page.contains(hash.as_str()));
        let name = optimizer_explorer::experiment::safe_name(&run.name);
        let events = folder.path().join(format!("events/{name}-seed-7"));
        assert_eq!(std::fs::read_dir(events).unwrap().count(), 1);
    }
}

#[test]
fn a_folder_of_runs_opens_as_one_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let toml = format!(
        "seeds = [3, 11]\n{SHORT}[[contender]]\nname = \"Adam\"\n[[contender]]\nname = \"SGD\"\noptimizer = {{ kind = \"sgd\", momentum = 0.5 }}\n"
    );
    train(&toml, folder.path());
    let mut window = open(Some(folder.path().to_owned()));
    until(&mut window, "the runs are read", |app| {
        app.state().runs.len() == 4 && !app.state().loading
    });
    window.run_steps(3);
    let state = app(&window).state();
    let names: Vec<String> = state
        .runs
        .iter()
        .map(|run| format!("{} {}", run.name, run.seed))
        .collect();
    assert_eq!(names, ["Adam 3", "Adam 11", "SGD 3", "SGD 11"]);
    assert!(state.runs.iter().all(|run| run.steps() == 30));
    assert_ne!(state.runs[0].colour, state.runs[2].colour);
    assert_eq!(state.draft.seeds, [3, 11]);
    // The settings are those of all runs together.
    let whole = Experiment::from_toml(&toml).unwrap();
    for (own, read) in whole.contenders().unwrap().iter().zip(&state.contenders) {
        assert_eq!(own.name, read.name);
        assert_eq!(own.experiment.optimizer, read.experiment.optimizer);
        assert_eq!(own.experiment.schedule, read.experiment.schedule);
    }
    window.get_by_label_contains("4 runs of");
}

#[test]
fn data_that_moved_are_asked_for_and_known_by_their_hash() {
    let folder = tempfile::tempdir().unwrap();
    let [first, moved, other] =
        ["data.csv", "moved.csv", "other.csv"].map(|name| folder.path().join(name));
    let row = |t: i32| format!("{t},{}", (f64::from(t) * 0.3).sin());
    let rows = (0..80).map(row).collect::<Vec<_>>().join("\n");
    std::fs::write(&first, format!("t,x\n{rows}")).unwrap();
    std::fs::write(&other, format!("t,x\n{}", rows.replacen("0,0", "0,1", 1))).unwrap();
    let source = toml::Value::from(first.to_string_lossy().into_owned());
    let runs = folder.path().join("runs");
    train(
        &format!("[data]\nsource = {source}\ntargets = [\"x\"]\n{SHORT}"),
        &runs,
    );
    std::fs::rename(&first, &moved).unwrap();
    let mut window = open(Some(runs));
    until(&mut window, "the data are asked for", |app| {
        app.state()
            .prompt
            .as_ref()
            .is_some_and(|prompt| prompt.ask == Ask::MovedData)
    });
    window.run_steps(3);
    window.get_by_label(&text::data_moved(&first.to_string_lossy()));
    let answer = |path: &Path| Action::Answer(path.to_string_lossy().into_owned());
    app_mut(&mut window).apply(answer(&other));
    let refused = text::other_data(&other.to_string_lossy());
    until(&mut window, "they are refused", |app| {
        let prompt = app.state().prompt.as_ref();
        prompt.and_then(|prompt| prompt.message.clone()) == Some(refused.clone())
    });
    app_mut(&mut window).apply(answer(&moved));
    until(&mut window, "they are taken", |app| {
        app.state().prompt.is_none() && !app.state().loading && app.state().series.is_some()
    });
    let state = app(&window).state();
    assert_eq!(state.draft.data.source, moved.to_string_lossy());
    assert_eq!(state.runs.len(), 1);
    assert!(!state.stale());
    // An export looks for them there too.
    app_mut(&mut window).apply(Action::Export(ExportWish::Open(0)));
    let path = folder.path().join("model.onnx");
    app_mut(&mut window).apply(Action::Export(ExportWish::Path(
        path.to_string_lossy().into(),
    )));
    app_mut(&mut window).apply(Action::Export(ExportWish::Write { replace: false }));
    until(&mut window, "it is exported", |app| {
        let dialog = app.state().exporting.as_ref();
        dialog.is_some_and(|dialog| matches!(dialog.result, Some(Ok(_))))
    });
    assert!(path.is_file());
}

#[test]
fn a_contender_starts_from_a_model_and_takes_its_shape() {
    let folder = tempfile::tempdir().unwrap();
    train(
        "[model]\ncell = \"gru\"\nhidden = 5\nlayers = 2\n[training]\nsteps = 3\n",
        folder.path(),
    );
    let model = std::fs::read_dir(folder.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let model = model.path().join("seed-7/model.safetensors");
    let toml = folder.path().join("short.toml");
    std::fs::write(&toml, SHORT).unwrap();
    let mut window = open(Some(toml));
    super::unfold(&mut window, &text::MODEL);
    // It may lie below what the panel shows.
    window
        .get_by_role_and_label(Role::Button, &text::CHOOSE_MODEL)
        .click_accesskit();
    window.run_steps(2);
    assert_eq!(
        app(&window)
            .state()
            .prompt
            .as_ref()
            .map(|prompt| prompt.ask),
        Some(Ask::StartFrom)
    );
    let answer = |path: &Path| Action::Answer(path.to_string_lossy().into_owned());
    app_mut(&mut window).apply(answer(&folder.path().join("short.toml")));
    until(&mut window, "it is refused", |app| {
        let prompt = app.state().prompt.as_ref();
        let message = prompt.and_then(|prompt| prompt.message.clone());
        message.is_some_and(|message| message.contains("no safetensors file"))
    });
    // As `torch.nn.LSTM(1, 2, bidirectional=True)` has them.
    let both = folder.path().join("both.safetensors");
    let header = "{\"rnn.weight_ih_l0_reverse\":{\"dtype\":\"F32\",\"shape\":[8,1],\"data_offsets\":[0,32]}}";
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    bytes.extend([0; 32]);
    std::fs::write(&both, bytes).unwrap();
    app_mut(&mut window).apply(answer(&both));
    until(&mut window, "it is refused", |app| {
        let prompt = app.state().prompt.as_ref();
        let message = prompt.and_then(|prompt| prompt.message.clone());
        message.is_some_and(|message| message.contains("bidirectional"))
    });
    app_mut(&mut window).apply(answer(&model));
    until(&mut window, "it is taken", |app| {
        app.state().prompt.is_none()
    });
    window.run_steps(3);
    let experiment = &app(&window).state().contenders[0].experiment;
    assert_eq!(
        (
            experiment.model.cell,
            experiment.model.hidden,
            experiment.model.layers
        ),
        (Cell::Gru, 5, 2)
    );
    assert_eq!(experiment.model.start_from, model.to_string_lossy());
    press(&mut window, &text::RUN);
    until(&mut window, "it has ended", |app| {
        app.state()
            .runs
            .iter()
            .any(optimizer_explorer::app::runs::Run::ended)
    });
    let begun = app(&window).state().runs[0]
        .info
        .clone()
        .unwrap()
        .initial_weights;
    let read = ModelFile::read(&model).unwrap();
    let (_, architecture) =
        optimizer_explorer::train::describe(read.card.as_ref().unwrap()).unwrap();
    assert_eq!(begun, read.parameters(&architecture).unwrap().hash());
    window.run_steps(3);
    // It may lie below what the panel shows.
    window
        .get_by_role_and_label(Role::Button, &text::START_FRESH)
        .click_accesskit();
    window.run_steps(3);
    assert!(
        app(&window).state().contenders[0]
            .experiment
            .model
            .start_from
            .is_empty()
    );
}
