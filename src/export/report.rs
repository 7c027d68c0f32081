//! Runs as one HTML page that needs nothing else: settings, hashes, tables, figures, versions.

use super::figures::{self, SIZE};
use super::model::ExportError;
use super::runs::ReadRun;
use crate::files::write_whole;
use crate::record::{PartMetrics, Scores, Status};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

const STYLE: &str = include_str!("report.css");

/// Figures as a phone shows them, with letters that can be read there.
const NARROW: figures::Size = (420, 340);

/// The page.
///
/// # Errors
/// What the drawing library says.
pub fn html(runs: &[ReadRun]) -> Result<String, String> {
    let titles: BTreeSet<&str> = (runs.iter())
        .map(|run| run.past.experiment.title.as_str())
        .filter(|title| !title.is_empty())
        .collect();
    let title = match titles.len() {
        0 => "Runs".to_owned(),
        _ => titles.into_iter().collect::<Vec<_>>().join("; "),
    };
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{0}</h1>\n<p>{1} of {2} {3}.</p>\n",
        escaped(&title),
        match runs.len() {
            1 => "A run".to_owned(),
            count => format!("{count} runs"),
        },
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
    );
    outcomes(&mut page, runs);
    page += "<h2>Figures</h2>\n";
    let drawn: Vec<figures::Run<'_>> = runs.iter().map(ReadRun::drawn).collect();
    for (name, figure) in figures::all(&drawn, SIZE.0 as usize / 2) {
        let (title, figure) = figure.bare();
        let _ = write!(
            page,
            "<figure>\n<figcaption><h3>{}</h3>\n<ul class=\"key\">",
            escaped(&title)
        );
        if name == "forecast" {
            page += "<li><i style=\"background:#3c3c3c\"></i>observed</li>";
        }
        for (index, run) in runs.iter().enumerate() {
            let [r, g, b] = figures::contender_color(index);
            let _ = write!(
                page,
                "<li><i style=\"background:#{r:02x}{g:02x}{b:02x}\"></i>{}</li>",
                escaped(&run.name)
            );
        }
        let narrow = figure.clone().svg(NARROW)?;
        let wide = figure.svg(SIZE)?;
        let _ = writeln!(
            page,
            "</ul></figcaption>\n<div class=\"on-wide\">{wide}</div>\n<div class=\"on-narrow\">{narrow}</div>\n</figure>"
        );
    }
    scores(&mut page, runs);
    hashes(&mut page, runs);
    page += "<h2>Settings</h2>\n";
    for run in runs {
        let _ = writeln!(
            page,
            "<details{}><summary>{}, seed {}</summary>\n<p>From {}, by version {}, on the backend {} with {} threads.</p>\n<pre>{}</pre></details>",
            if runs.len() == 1 { " open" } else { "" },
            escaped(&run.summary.contender),
            run.summary.seed,
            escaped(&run.place),
            escaped(&run.summary.version),
            escaped(&run.summary.backend),
            run.summary.threads,
            escaped(&run.toml)
        );
    }
    page += "</body>\n</html>\n";
    Ok(page)
}

/// Writes the page to `path`, whole or not at all.
///
/// # Errors
/// What the drawing library or the file system says.
pub fn save(runs: &[ReadRun], path: &Path) -> Result<(), ExportError> {
    let page = html(runs).map_err(|message| ExportError::Drawing {
        path: path.to_owned(),
        message,
    })?;
    write_whole(path, page.as_bytes()).map_err(|cause| ExportError::Disk {
        path: path.to_owned(),
        cause,
    })
}

/// A table; the first column and those in `text` are words.
fn table(page: &mut String, head: &[&str], text: &[usize], rows: &[Vec<String>]) {
    *page += "<div class=\"wide\"><table>\n<tr>";
    let class = |column| {
        if text.contains(&column) {
            " class=\"text\""
        } else {
            ""
        }
    };
    for (column, cell) in head.iter().enumerate() {
        let _ = write!(page, "<th{}>{}</th>", class(column), escaped(cell));
    }
    *page += "</tr>\n";
    for row in rows {
        *page += "<tr>";
        for (column, cell) in row.iter().enumerate() {
            let _ = write!(page, "<td{}>{}</td>", class(column), escaped(cell));
        }
        *page += "</tr>\n";
    }
    *page += "</table></div>\n";
}

fn outcomes(page: &mut String, runs: &[ReadRun]) {
    *page += "<h2>How they ended</h2>\n";
    let rows: Vec<Vec<String>> = (runs.iter())
        .map(|run| {
            let summary = &run.summary;
            let outcome = &run.past.outcome;
            vec![
                summary.contender.clone(),
                summary.seed.to_string(),
                outcome.steps.to_string(),
                number(outcome.train_loss),
                number(summary.best.and_then(|best| best.validation_loss)),
                summary
                    .best
                    .map_or_else(String::new, |best| best.step.to_string()),
                summary.parameters.to_string(),
                format!("{:.2}", outcome.seconds),
                match (summary.status, summary.reason.as_str()) {
                    (Status::Finished, _) => "finished".to_owned(),
                    (Status::Running, "") => "cut off".to_owned(),
                    (Status::Diverged, reason) => format!("diverged: {reason}"),
                    (_, reason) => reason.to_owned(),
                },
            ]
        })
        .collect();
    table(
        page,
        &[
            "contender",
            "seed",
            "steps",
            "training loss",
            "best validation loss",
            "at step",
            "weights",
            "seconds",
            "status",
        ],
        &[8],
        &rows,
    );
    for run in runs.iter().filter(|run| !run.summary.diagnosis.is_empty()) {
        let _ = writeln!(page, "<h3>{}</h3>\n<ul>", escaped(&run.name));
        for sentence in &run.summary.diagnosis {
            let _ = writeln!(page, "<li>{}</li>", escaped(sentence));
        }
        *page += "</ul>\n";
    }
}

fn scores(page: &mut String, runs: &[ReadRun]) {
    for part in ["test", "validation", "train"] {
        let mut targets: Vec<(bool, Vec<String>)> = Vec::new();
        let mut classes: Vec<(bool, Vec<String>)> = Vec::new();
        // What needs no model is the same of all that have the same data, and stands there once.
        let mut told: BTreeSet<(String, String)> = BTreeSet::new();
        for run in runs {
            let metrics = run
                .past
                .metrics
                .as_ref()
                .and_then(|metrics| metrics.get(part));
            match metrics {
                Some(PartMetrics::Targets(of)) => {
                    for (target, scores) in of {
                        targets.push((false, row_of(&run.name, target, &scores.model)));
                        for (name, scores) in &scores.baselines {
                            let row = row_of(name, target, scores);
                            if told.insert((run.summary.hashes.data.clone(), row.join("\t"))) {
                                targets.push((true, row));
                            }
                        }
                    }
                }
                Some(PartMetrics::Classes(scores)) => {
                    let row = |name: &str, accuracy: f64, f1: Option<f64>| {
                        let count = scores.count.to_string();
                        vec![name.to_owned(), number(Some(accuracy)), number(f1), count]
                    };
                    let own = row(&run.name, scores.accuracy, Some(scores.macro_f1));
                    classes.push((false, own));
                    for (name, accuracy) in &scores.baselines {
                        let row = row(name, *accuracy, None);
                        if told.insert((run.summary.hashes.data.clone(), row.join("\t"))) {
                            classes.push((true, row));
                        }
                    }
                }
                None => {}
            }
        }
        if !targets.is_empty() || !classes.is_empty() {
            let _ = writeln!(page, "<h2>Forecasts of the {part} part</h2>");
        }
        if !targets.is_empty() {
            // Of each target the runs, and below them what needs no model.
            targets.sort_by(|(a_needs_none, a), (b_needs_none, b)| {
                (&a[1], a_needs_none).cmp(&(&b[1], b_needs_none))
            });
            let targets: Vec<_> = targets.into_iter().map(|(_, row)| row).collect();
            let head = ["model", "target", "RMSE", "MAE", "sMAPE", "MASE"];
            table(page, &head, &[1], &targets);
        }
        if !classes.is_empty() {
            classes.sort_by_key(|(needs_none, _)| *needs_none);
            let classes: Vec<_> = classes.into_iter().map(|(_, row)| row).collect();
            let head = ["model", "accuracy", "macro F1", "answers"];
            table(page, &head, &[], &classes);
        }
    }
}

fn row_of(name: &str, target: &str, scores: &Scores) -> Vec<String> {
    let numbers = [scores.rmse, scores.mae, scores.smape, scores.mase];
    [name.to_owned(), target.to_owned()]
        .into_iter()
        .chain(numbers.map(number))
        .collect()
}

fn hashes(page: &mut String, runs: &[ReadRun]) {
    *page += "<h2>What proves it fair</h2>\n";
    let all = |of: fn(&ReadRun) -> &str| -> bool {
        runs.windows(2).all(|pair| of(&pair[0]) == of(&pair[1]))
    };
    if runs.len() > 1 {
        let said = |same: bool| if same { "the same" } else { "not the same" };
        // The hash is of the batches that were taken: of runs of other lengths it is another one.
        let mut batches: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
        for run in runs {
            let order = run.summary.hashes.batch_order.as_deref();
            let of_length = batches.entry(run.past.outcome.steps).or_default();
            of_length.insert(order.unwrap_or_default());
        }
        let _ = writeln!(
            page,
            "<p>Data are {} in all runs, initial weights {}, batches {}{}.</p>",
            said(all(|run| &run.summary.hashes.data)),
            said(all(|run| &run.summary.hashes.initial_weights)),
            said(batches.values().all(|orders| orders.len() == 1)),
            if batches.len() > 1 {
                " where as many steps were taken"
            } else {
                ""
            },
        );
    }
    let rows: Vec<Vec<String>> = (runs.iter())
        .map(|run| {
            let hashes = &run.summary.hashes;
            vec![
                run.name.clone(),
                hashes.data.clone(),
                hashes.initial_weights.clone(),
                hashes.batch_order.clone().unwrap_or_default(),
                hashes.final_weights.clone().unwrap_or_default(),
            ]
        })
        .collect();
    let head = ["run", "data", "initial weights", "batches", "final weights"];
    table(page, &head, &[1, 2, 3, 4], &rows);
}

fn number(value: Option<f64>) -> String {
    value.filter(|x| x.is_finite()).map_or_else(
        || "—".to_owned(),
        |x| {
            if x != 0.0 && !(1e-4..1e6).contains(&x.abs()) {
                format!("{x:.4e}")
            } else {
                format!("{x:.5}")
            }
        },
    )
}

fn escaped(words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    words.replace('>', "&gt;").replace('"', "&quot;")
}
