//! What each scenario's lesson claims, over three seeds.

use optimizer_explorer::diagnose::flow::{Measures, State};
use optimizer_explorer::experiment::{Contender, Experiment};
use optimizer_explorer::record::{Cause, LayerFlow, Outcome, PartMetrics, Status, StepRecord};
use optimizer_explorer::record::{Explosion, Metrics};
use optimizer_explorer::scenarios;
use optimizer_explorer::train::{Cliff, Worker, plan};
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
            explosion.sentence.contains("spectral radius is 1.30"),
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

/// Mean training loss of some steps.
fn mean_loss(run: &Shown, steps: std::ops::Range<usize>) -> f64 {
    let losses = run.records[steps].iter().map(|record| record.train_loss);
    let (sum, count) = losses.fold((0.0, 0), |(sum, count), loss| (sum + loss, count + 1));
    sum / f64::from(count)
}

#[test]
fn adam_leaves_sgd_behind_on_airline_after_a_level_start() {
    let runs = runs("adam-sgd-airline");
    for (adam, sgd) in pairs(&runs, "Adam", "SGD") {
        assert_eq!(
            adam.records[0].train_loss, sgd.records[0].train_loss,
            "same weights and batch"
        );
        assert_eq!(adam.outcome.batch_order, sgd.outcome.batch_order);
        let ratio =
            |steps: std::ops::Range<usize>| mean_loss(adam, steps.clone()) / mean_loss(sgd, steps);
        let (start, later) = (ratio(20..60), ratio(475..525));
        assert!((0.7..1.6).contains(&start), "{start}");
        assert!(later < 0.3, "{later}");
        let end = adam.records.len();
        assert!(ratio(end - 50..end) < 0.66, "{}", ratio(end - 50..end));
    }
}

#[test]
fn a_rate_that_is_too_low_hardly_moves_and_one_that_is_too_high_leaves_the_numbers() {
    let runs = runs("learning-rates-sunspots");
    for (low, right) in pairs(&runs, "Rate 0.0003", "Rate 0.1") {
        let end = right.records.len();
        let fallen = |run: &Shown| mean_loss(run, end - 10..end) / run.records[0].train_loss;
        assert!(fallen(low) > 0.8, "{}", fallen(low));
        assert!(fallen(right) < 1.0 / 5.0, "{}", fallen(right));
        assert!(right.mae(None) < 0.7 * right.mae(Some("naive")));
    }
    for high in of(&runs, "Rate 10") {
        assert_eq!(high.outcome.status, Status::Diverged);
        assert!(high.records.len() <= 20, "{}", high.records.len());
        assert!(high.explosion.is_some());
    }
}

#[test]
fn a_plain_cell_keeps_up_on_a_noisy_sine_and_noise_stops_all() {
    let runs = runs("cells-noisy-sine");
    // Variance 0.1² of the noise in that of the whole, 1/2 + 0.1².
    let noise = 0.01 / 0.51;
    for gated in ["LSTM", "GRU"] {
        for (rnn, gated) in pairs(&runs, "RNN", gated) {
            assert!(
                rnn.best() < 1.25 * gated.best(),
                "{} {}",
                rnn.best(),
                gated.best()
            );
            for run in [rnn, gated] {
                assert!((noise..2.2 * noise).contains(&run.best()), "{}", run.best());
            }
        }
    }
}

#[test]
fn nothing_beats_the_last_value_of_a_random_walk() {
    let runs = runs("random-walk");
    for contender in ["LSTM", "Linear"] {
        for run in of(&runs, contender) {
            assert!(run.mae(None) > run.mae(Some("naive")));
            let end = run.records.len();
            let fallen = mean_loss(run, end - 10..end) / run.records[0].train_loss;
            assert!(fallen < 0.1, "{contender}: {fallen}");
        }
    }
}

#[test]
fn gated_cells_learn_the_adding_problem_and_the_plain_one_says_the_mean() {
    let runs = runs("adding");
    let error = |run: &Shown| {
        let PartMetrics::Targets(targets) = &run.metrics["test"] else {
            panic!("no targets");
        };
        let scores = &targets["sum"];
        let mean = scores.baselines["mean"].mse.expect("a number");
        assert!((mean - 2.0 / 3.0).abs() < 0.06, "{mean}");
        scores.model.mse.expect("a number") / mean * 2.0 / 3.0
    };
    // In PyTorch 2.15 with the same settings: LSTM 0.0002–0.0009.
    for gated in ["LSTM", "GRU"] {
        for run in of(&runs, gated) {
            assert!(
                (1e-5..1.3e-3).contains(&error(run)),
                "{gated}: {}",
                error(run)
            );
        }
    }
    // In PyTorch 0.640–0.656 over eleven seeds, but for one that begins to learn and reaches 0.32.
    let mut errors: Vec<f64> = of(&runs, "RNN").into_iter().map(error).collect();
    errors.sort_by(f64::total_cmp);
    assert!((0.55..0.72).contains(&errors[1]), "{errors:?}");
    assert!(errors[0] > 0.2, "{errors:?}");
}

#[test]
fn at_500_steps_gated_cells_tell_the_order_and_the_plain_one_guesses() {
    let runs = runs("temporal-order");
    for run in of(&runs, "GRU") {
        assert!(run.accuracy() > 0.99, "{}", run.accuracy());
    }
    // Five of six seeds did; which one does not hangs on the last bits.
    let told = of(&runs, "LSTM")
        .into_iter()
        .filter(|run| run.accuracy() > 0.99);
    assert!(told.count() >= 1);
    for rnn in of(&runs, "RNN") {
        assert!((0.2..0.3).contains(&rnn.accuracy()), "{}", rnn.accuracy());
        let flow = Measures::of(&rnn.first_flow().hidden).expect("a slope");
        assert!(flow.memory < 100, "{}", flow.memory);
    }
}

#[test]
fn huber_forecasts_nearer_than_the_squared_error_among_outliers() {
    let runs = runs("outliers");
    for (mse, huber) in pairs(&runs, "MSE", "Huber") {
        let (mse, huber) = (mse.mae(None), huber.mae(None));
        assert!(huber < 0.9 * mse, "{huber} {mse}");
    }
}

#[test]
fn without_clipping_descent_jumps_off_the_cliff_and_clipped_it_stays() {
    let scenario = scenarios::named("cliff").expect("the scenario is built in");
    let experiment = Experiment::from_toml(scenario.toml).expect("a scenario is valid");
    let contenders = experiment.contenders().expect("they fit");
    let cliff = Cliff { steps: 50 };
    let end = |contender: &Contender| {
        let path = cliff.descend(&contender.experiment, [5.0, -3.0], 300);
        let steps = path.windows(2).map(|pair| {
            let [[w, b], [to_w, to_b]] = [pair[0], pair[1]];
            (to_w - w).hypot(to_b - b)
        });
        let longest = steps.fold(0.0, f64::max);
        let [w, b] = path[path.len() - 1];
        (cliff.error(w, b), longest)
    };
    let (free, clipped) = (end(&contenders[0]), end(&contenders[1]));
    assert!(free.0 > 0.08 && free.1 > 1.0, "{free:?}");
    assert!(clipped.0 < 0.01 && clipped.1 < 0.11, "{clipped:?}");
    // The head learns the level by itself, whatever the seed.
    for run in runs("cliff") {
        assert_eq!(run.outcome.status, Status::Finished);
        let last = run.records.last().expect("a step").train_loss;
        assert!(last < 1e-3, "{}: {last}", run.contender);
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
