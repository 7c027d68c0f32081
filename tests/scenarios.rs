//! What each scenario's lesson claims, over three seeds.

use optimizer_explorer::diagnose::flow::{Measures, State};
use optimizer_explorer::experiment::Experiment;
use optimizer_explorer::record::{Cause, LayerFlow, Outcome, PartMetrics, Status, StepRecord};
use optimizer_explorer::record::{Explosion, Metrics};
use optimizer_explorer::scenarios;
use optimizer_explorer::train::{Worker, plan};
use std::sync::Arc;
use std::time::Duration;

const SEEDS: [u64; 3] = [7, 8, 9];

/// What one run showed.
struct Shown {
    contender: String,
    records: Vec<StepRecord>,
    metrics: Arc<Metrics>,
    outcome: Outcome,
    explosion: Option<Arc<Explosion>>,
}

impl Shown {
    /// Mean of the last `count` validation losses.
    fn last_validations(&self, count: usize) -> f64 {
        let all: Vec<f64> = self
            .records
            .iter()
            .filter_map(|record| record.validation_loss)
            .collect();
        all[all.len() - count..].iter().sum::<f64>() / count as f64
    }

    fn best(&self) -> f64 {
        let best = self.outcome.best.expect("there is a best model");
        best.validation_loss.expect("there is a validation part")
    }

    fn accuracy(&self) -> f64 {
        match &self.metrics["test"] {
            PartMetrics::Classes(classes) => classes.accuracy,
            PartMetrics::Targets(_) => panic!("no classes"),
        }
    }

    /// The gradient flow of the first step.
    fn first_flow(&self) -> &LayerFlow {
        &self.records[0].flow.as_deref().expect("recorded")[0]
    }

    fn mae(&self, baseline: Option<&str>) -> f64 {
        let PartMetrics::Targets(targets) = &self.metrics["test"] else {
            panic!("no targets");
        };
        let scores = targets.values().next().expect("one target");
        match baseline {
            None => scores.model.mae,
            Some(name) => scores.baselines[name].mae,
        }
        .expect("an error")
    }
}

/// Runs of a scenario, contender by contender and seed by seed.
fn runs(name: &str) -> Vec<Shown> {
    let scenario = scenarios::named(name).expect("the scenario is built in");
    runs_of(Experiment::from_toml(scenario.toml).expect("a scenario is valid"))
}

fn runs_of(mut experiment: Experiment) -> Vec<Shown> {
    experiment.seeds = SEEDS.to_vec();
    let plans = plan(&experiment, 2).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let two_at_a_time = plans.chunks(2).flat_map(|plans| {
        let workers: Vec<(String, Worker)> = plans
            .iter()
            .map(|plan| {
                let worker = Worker::start(plan.clone(), || {}).expect("a thread");
                (plan.contender.clone(), worker)
            })
            .collect();
        workers
            .into_iter()
            .map(|(contender, worker)| {
                let mut records = Vec::new();
                let mut metrics = None;
                let mut explosion = None;
                loop {
                    let report = worker
                        .wait_report(Duration::from_mins(2))
                        .expect("a report within two minutes");
                    records.extend(report.records);
                    metrics = report.metrics.or(metrics);
                    explosion = report.explosion.or(explosion);
                    if let Some(outcome) = report.outcome {
                        return Shown {
                            contender,
                            records,
                            metrics: metrics.expect("metrics come at the end"),
                            outcome,
                            explosion,
                        };
                    }
                }
            })
            .collect::<Vec<_>>()
    });
    two_at_a_time.collect()
}

fn of<'a>(runs: &'a [Shown], contender: &str) -> Vec<&'a Shown> {
    let found: Vec<&Shown> = runs
        .iter()
        .filter(|run| run.contender == contender)
        .collect();
    assert_eq!(found.len(), SEEDS.len(), "{contender}");
    found
}

/// Each seed's run of one contender beside the other's.
fn pairs<'a>(runs: &'a [Shown], a: &str, b: &str) -> Vec<(&'a Shown, &'a Shown)> {
    of(runs, a).into_iter().zip(of(runs, b)).collect()
}

#[test]
fn every_scenario_has_a_lesson_and_is_valid() {
    for scenario in scenarios::ALL {
        assert!(
            Experiment::from_toml(scenario.toml).is_ok(),
            "{}",
            scenario.name
        );
        assert!(scenario.lesson.len() > 80 && scenario.toml.contains("title = "));
    }
}

#[test]
fn at_one_rate_adam_looks_better_than_it_is() {
    let runs = runs("adam-sgd-tuned");
    for (adam, sgd) in pairs(&runs, "Adam 0.001", "SGD 0.001") {
        assert!(
            sgd.best() > 5.0 * adam.best(),
            "{} {}",
            sgd.best(),
            adam.best()
        );
    }
    for (adam, sgd) in pairs(&runs, "Adam 0.01", "SGD 0.1, momentum") {
        assert!(
            sgd.best() < 1.3 * adam.best(),
            "{} {}",
            sgd.best(),
            adam.best()
        );
    }
}

#[test]
fn without_clipping_it_explodes_and_the_recorder_says_why() {
    let runs = runs("exploding");
    for (clipped, free) in pairs(&runs, "Clipped at 1", "No clipping") {
        assert_eq!(clipped.outcome.status, Status::Finished);
        assert!(clipped.best() < 0.4, "{}", clipped.best());
        assert_eq!(free.outcome.status, Status::Diverged);
        let explosion = free.explosion.as_ref().expect("it was recorded");
        assert_eq!(explosion.cause, Cause::Unclipped, "{}", explosion.sentence);
        assert!(
            explosion.sentence.contains("spectral radius is 1.300"),
            "{}",
            explosion.sentence
        );
        assert_eq!(explosion.norms.len(), free.records.len());
        assert!(explosion.limit > 0.0 && explosion.limit < 50.0);
        let flow = Measures::of(&free.first_flow().hidden).expect("a slope");
        assert!(flow.first_to_last > 30.0 && flow.doubling().is_some());
    }
}

#[test]
fn a_small_radius_forgets_and_a_large_one_is_chaotic() {
    let runs = runs("initial-radius");
    let ratio = |run: &Shown| {
        Measures::of(&run.first_flow().hidden)
            .expect("a slope")
            .first_to_last
    };
    for (small, middle) in pairs(&runs, "Radius 0.5", "Radius 0.95") {
        assert!(ratio(small) < 1e-8 && ratio(middle) > 1e4 * ratio(small));
        assert!(small.accuracy() > 0.95, "{}", small.accuracy());
    }
    for (small, large) in pairs(&runs, "Radius 0.5", "Radius 1.3") {
        assert!(ratio(large) > 1e8 * ratio(small));
        assert!(
            large.best() > 2.0 * small.best(),
            "{} {}",
            large.best(),
            small.best()
        );
    }
}

#[test]
fn a_forget_bias_lets_the_gradient_reach_twice_as_far() {
    let runs = runs("forget-bias");
    for (without, with) in pairs(&runs, "Forget bias 0", "Forget bias 1") {
        let half_life = |run: &Shown| {
            Measures::of(State::Cell.of(run.first_flow()))
                .and_then(|measures| measures.half_life())
                .expect("it fades")
        };
        let (without, with) = (half_life(without), half_life(with));
        assert!(with > 1.7 * without, "{with} {without}");
    }
}

#[test]
fn schedules_that_fall_end_below_a_constant_rate() {
    let runs = runs("schedules");
    for falling in ["Exponential", "Plateau"] {
        for (constant, falling) in pairs(&runs, "Constant 0.3", falling) {
            let (constant, falling) = (constant.last_validations(5), falling.last_validations(5));
            assert!(falling < 0.95 * constant, "{falling} {constant}");
        }
    }
    for polyak in of(&runs, "Polyak") {
        assert_eq!(
            polyak.records.last().map(|record| record.learning_rate),
            Some(0.3)
        );
    }
}

#[test]
fn an_lstm_loses_to_the_seasonal_naive_forecast_on_airline() {
    let runs = runs("airline-seasonal");
    for (lstm, linear) in pairs(&runs, "LSTM", "Linear") {
        for baseline in ["naive", "seasonal_naive"] {
            let (ours, naive) = (lstm.mae(None), lstm.mae(Some(baseline)));
            assert!(ours > naive, "{baseline}: {ours} {naive}");
        }
        let mean = |losses: &[StepRecord]| {
            losses.iter().map(|record| record.train_loss).sum::<f64>() / losses.len() as f64
        };
        let (first, last) = (
            &lstm.records[..100],
            &lstm.records[lstm.records.len() - 100..],
        );
        assert!(mean(last) < 0.1 * mean(first));
        assert!(linear.mae(None) < lstm.mae(None));
        assert!(linear.mae(None) < 1.05 * linear.mae(Some("naive")));
    }
}

#[test]
fn adaptive_methods_are_wrong_about_unseen_negatives() {
    let runs = runs("adaptive-trap");
    for sgd in of(&runs, "SGD") {
        assert_eq!(sgd.accuracy(), 1.0);
    }
    for adaptive in ["Adam", "RMSprop", "Adagrad"] {
        for run in of(&runs, adaptive) {
            assert!(run.accuracy() < 0.75, "{adaptive}: {}", run.accuracy());
            let last = run.records.last().expect("a step").train_loss;
            assert!(last < 0.2, "{adaptive}: {last}");
        }
    }
}

/// Mean absolute error of a target on the validation part, of the model or of a forecast without one, over the runs.
fn validation_mae(runs: &[&Shown], target: &str, baseline: Option<&str>) -> f64 {
    let of = |run: &&Shown| {
        let scores = &run.metrics["validation"].targets().expect("targets")[target];
        let scores = baseline.map_or(&scores.model, |name| &scores.baselines[name]);
        scores.mae.expect("an error")
    };
    runs.iter().map(of).sum::<f64>() / runs.len() as f64
}

#[test]
fn macrodata_growth_is_forecast_where_levels_are_not() {
    let scenario = scenarios::named("macrodata").expect("the scenario is built in");
    let mut experiment = Experiment::from_toml(scenario.toml).expect("a scenario is valid");
    let shown = runs_of(experiment.clone());
    for contender in ["LSTM", "GRU"] {
        let runs = of(&shown, contender);
        for target in ["infl", "unemp"] {
            let (model, naive) = (
                validation_mae(&runs, target, None),
                validation_mae(&runs, target, Some("naive")),
            );
            assert!(
                model < 0.95 * naive,
                "{contender} {target}: {model}, naive {naive}"
            );
        }
    }
    // Without the difference both lose.
    experiment.data.prepare[1].set_off(true);
    let shown = runs_of(experiment);
    for contender in ["LSTM", "GRU"] {
        let runs = of(&shown, contender);
        for target in ["infl", "unemp"] {
            let (model, naive) = (
                validation_mae(&runs, target, None),
                validation_mae(&runs, target, Some("naive")),
            );
            assert!(
                model > naive,
                "{contender} {target}: {model}, naive {naive}"
            );
        }
    }
}

#[test]
fn zeros_are_no_model_s_to_win_and_log_changes_come_nearest_before_them() {
    let shown = runs("pbs-zeros");
    assert!(shown.iter().all(|run| run.mae(Some("naive")) == 0.0));
    let mae = |contender: &str| validation_mae(&of(&shown, contender), "Scripts", None);
    let (squared, absolute) = (mae("Squared error"), mae("Absolute error"));
    let changes = mae("Absolute error of log1p changes");
    assert!(
        changes < absolute && absolute < squared,
        "{changes} {absolute} {squared}"
    );
    let naive = validation_mae(&of(&shown, "Squared error"), "Scripts", Some("naive"));
    assert!(
        changes < naive && naive < squared,
        "{changes} {naive} {squared}"
    );
}
