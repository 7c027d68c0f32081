//! Losses, optimizers, schedules and clipping: defaults, refusals, and every one of them in use.

use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::{
    BatchSize, Choice, Clipping, Document, Event, Experiment, Full, Loss, Optimizer, Schedule,
    ScheduleKind,
};
use optimizer_explorer::record::folder::forecast_csv;
use optimizer_explorer::train::Session;
use std::collections::BTreeMap;
use std::sync::Arc;

const SMALL: &str = "[data]\nsource = \"generate:noisy-sine\"\n[data.generate]\nlength = 90\n[data.window]\nlookback = 8\n[model]\nhidden = 4\n";

fn parsed(text: &str) -> Experiment {
    Experiment::from_toml(text).unwrap_or_else(|errors| panic!("{text}\n{}", errors[0]))
}

fn session(experiment: &Experiment) -> Session {
    let dataset = Arc::new(Dataset::new(&experiment.data, 7).expect("the data are generated"));
    Session::new(experiment, "test", dataset, 1).expect("a session")
}

/// The resolved table of a choice, without its kind.
fn keys(text: &str, table: &str) -> String {
    let whole: toml::Table = parsed(text).to_toml().parse().expect("TOML");
    let mut keys = whole[table].as_table().expect("a table").clone();
    keys.remove("kind");
    for shared in ["learning_rate", "warmup_steps"] {
        keys.remove(shared);
    }
    let parts: Vec<String> = keys
        .iter()
        .map(|(key, value)| match value {
            toml::Value::Float(number) => format!("{key} {number:?}"),
            other => format!("{key} {other}"),
        })
        .collect();
    parts.join(", ")
}

#[test]
fn defaults_are_those_of_pytorch_and_the_papers() {
    let of = |table: &str, kind: &str| {
        let full = if kind == "lbfgs" {
            "[training]\nbatch_size = \"full\"\n"
        } else {
            ""
        };
        let sgd = if kind == "polyak" {
            "[optimizer]\nkind = \"sgd\"\n"
        } else {
            ""
        };
        keys(&format!("{sgd}{full}[{table}]\nkind = \"{kind}\"\n"), table)
    };
    for (kind, expected) in [
        ("gd", "weight_decay 0.0"),
        (
            "sgd",
            "momentum 0.0, dampening 0.0, nesterov false, weight_decay 0.0",
        ),
        ("adagrad", "lr_decay 0.0, epsilon 1e-10, weight_decay 0.0"),
        (
            "rmsprop",
            "alpha 0.99, epsilon 1e-8, momentum 0.0, centered false, weight_decay 0.0",
        ),
        (
            "adam",
            "beta1 0.9, beta2 0.999, epsilon 1e-8, weight_decay 0.0, amsgrad false",
        ),
        (
            "adamw",
            "beta1 0.9, beta2 0.999, epsilon 1e-8, weight_decay 0.01, amsgrad false",
        ),
        ("lion", "beta1 0.9, beta2 0.99, weight_decay 0.0"),
        (
            "adan",
            "beta1 0.98, beta2 0.92, beta3 0.99, epsilon 1e-8, weight_decay 0.0",
        ),
        (
            "lamb",
            "beta1 0.9, beta2 0.999, epsilon 1e-6, weight_decay 0.01",
        ),
        (
            "adafactor",
            "beta2_decay -0.8, epsilon1 1.1920928955078125e-7, epsilon2 0.001, clip_threshold 1.0, weight_decay 0.0",
        ),
        (
            "muon",
            "momentum 0.95, nesterov true, weight_decay 0.1, ns_steps 5, match_rms_adamw false, adamw_beta1 0.9, adamw_beta2 0.999, adamw_epsilon 1e-8, adamw_weight_decay 0.01",
        ),
        (
            "lbfgs",
            "max_iter 20, max_eval 0, tolerance_grad 1e-7, tolerance_change 1e-9, history_size 100",
        ),
    ] {
        assert_eq!(of("optimizer", kind), expected, "{kind}");
    }
    for (kind, expected) in [
        ("constant", ""),
        ("linear", "final_factor 0.0"),
        ("exponential", "factor 0.5, every 1000"),
        ("step", "factor 0.5, every 1000"),
        ("polynomial", "power 2.0, final_factor 0.0"),
        ("inverse-sqrt", "after 100"),
        ("cosine", "final_factor 0.0"),
        ("cosine-restarts", "first 500, multiply 2, final_factor 0.0"),
        (
            "one-cycle",
            "peak_at 0.3, start_divisor 25.0, end_divisor 10000.0",
        ),
        (
            "plateau",
            "factor 0.1, patience 10, threshold 0.0001, cooldown 0, minimum 0.0, raise_factor 1.0, raise_patience 5",
        ),
        ("polyak", "c 0.5, gamma 2.0, f_star 0.0, maximum 1.0"),
    ] {
        assert_eq!(of("schedule", kind), expected, "{kind}");
    }
    assert_eq!(of("clipping", "percentile"), "percent 10.0");
    assert_eq!(of("loss", "quantile"), "quantiles [0.1, 0.5, 0.9]");
    // A new kind in an override starts from its own defaults.
    let base = "[optimizer]\nepsilon = 0.5\n[[contender]]\nname = \"a\"\noptimizer = { kind = \"adamw\", beta1 = 0.8 }\n";
    let contender = parsed(base).contenders().expect("it fits").remove(0);
    assert_eq!(
        contender.experiment.optimizer,
        Optimizer::AdamW {
            beta1: 0.8,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.01,
            amsgrad: false
        }
    );
}

#[test]
fn what_cannot_be_is_refused_with_its_key_and_what_would_work() {
    for (text, key, message) in [
        (
            "[optimizer]\nkind = \"lion\"\nepsilon = 1\n",
            "optimizer.epsilon",
            "\"lion\" has no such key",
        ),
        (
            "[optimizer]\nkind = \"sgdd\"\n",
            "optimizer.kind",
            "use one of adam, sgd, gd, adamw",
        ),
        (
            "[optimizer]\nkind = \"adan\"\nbeta3 = 1\n",
            "optimizer.beta3",
            "at least 0 and less than 1",
        ),
        (
            "[optimizer]\nkind = \"adafactor\"\nbeta2_decay = 0.8\n",
            "optimizer.beta2_decay",
            "between -10 and 0",
        ),
        (
            "[optimizer]\nkind = \"muon\"\nns_steps = 100\n",
            "optimizer.ns_steps",
            "between 1 and 99",
        ),
        (
            "[optimizer]\nkind = \"lbfgs\"\n",
            "training.batch_size",
            "set training.batch_size = \"full\"",
        ),
        (
            "[optimizer]\nkind = \"sgd\"\nnesterov = true\n",
            "optimizer.nesterov",
            "momentum above 0",
        ),
        (
            "[schedule]\nkind = \"polyak\"\n",
            "schedule.kind",
            "set optimizer.kind = \"sgd\"",
        ),
        (
            "[schedule]\nkind = \"plateau\"\nfactor = 1\n",
            "schedule.factor",
            "less than 1",
        ),
        (
            "[schedule]\nkind = \"plateau\"\nraise_factor = 0.5\n",
            "schedule.raise_factor",
            "between 1 and",
        ),
        (
            "[schedule]\nkind = \"one-cycle\"\nover = 10\n",
            "schedule.over",
            "\"one-cycle\" has no such key",
        ),
        (
            "[schedule]\nkind = \"one-cycle\"\npeak_at = 1.5\n",
            "schedule.peak_at",
            "between 0 and 1",
        ),
        (
            "[schedule]\nkind = \"cosine\"\nover = 0\n",
            "schedule.over",
            "at least 1",
        ),
        (
            "[schedule]\nkind = \"cosine-restarts\"\nmultiply = 0\n",
            "schedule.multiply",
            "between 1 and",
        ),
        (
            "[schedule]\nkind = \"polynomial\"\npower = 0\n",
            "schedule.power",
            "greater than 0",
        ),
        (
            "[clipping]\nkind = \"percentile\"\npercent = 101\n",
            "clipping.percent",
            "between 0 and 100",
        ),
        (
            "[clipping]\nkind = \"percentile\"\nlimit = 1\n",
            "clipping.limit",
            "\"global-norm\"",
        ),
        (
            "[loss]\nkind = \"quantile\"\nquantiles = []\n",
            "loss.quantiles",
            "at least one",
        ),
        (
            "[loss]\nkind = \"quantile\"\nquantiles = [0.9, 0.1]\n",
            "loss.quantiles",
            "rise",
        ),
        (
            "[loss]\nkind = \"quantile\"\nquantiles = [0.1, 1]\n",
            "loss.quantiles.1",
            "greater than 0 and less than 1",
        ),
        (
            "[loss]\nkind = \"quantile\"\nquantiles = [\"half\"]\n",
            "loss.quantiles.0",
            "not a number",
        ),
        (
            "[[event]]\nstep = 3\nset = { \"schedule.kind\" = \"polyak\" }\n",
            "event.0.set",
            "set optimizer.kind = \"sgd\"",
        ),
        (
            "[[contender]]\nname = \"a\"\noptimizer = { kind = \"lbfgs\" }\n",
            "contender.0.training.batch_size",
            "set training.batch_size = \"full\"",
        ),
    ] {
        let errors = Experiment::from_toml(text).expect_err(text);
        assert_eq!(errors[0].key, key, "{text}: {}", errors[0]);
        assert!(errors[0].message.contains(message), "{text}: {}", errors[0]);
        // What the file does not say has no line in it.
        assert!(
            errors[0].line.is_some() || key == "training.batch_size",
            "{text}"
        );
    }
}

#[test]
fn the_rate_is_the_optimizers_default_unless_somebody_says_otherwise() {
    let full = "[training]\nbatch_size = \"full\"\n";
    let lbfgs = "[optimizer]\nkind = \"lbfgs\"\n";
    assert_eq!(parsed(full).schedule.learning_rate, 1e-3);
    assert_eq!(
        parsed(&format!("{full}{lbfgs}")).schedule.learning_rate,
        1.0
    );
    let said = format!("{full}{lbfgs}[schedule]\nlearning_rate = 0.001\n");
    assert_eq!(parsed(&said).schedule.learning_rate, 1e-3);
    let set = |assignments: &[&str]| {
        let assignments: Vec<_> = assignments
            .iter()
            .map(|text| Document::assignment(text).expect("an assignment"))
            .collect();
        let document = Document::parse(full, None).expect("TOML");
        document
            .experiment(&assignments)
            .expect("it fits")
            .schedule
            .learning_rate
    };
    assert_eq!(set(&["optimizer.kind=lbfgs"]), 1.0);
    assert_eq!(
        set(&["optimizer.kind=lbfgs", "schedule.learning_rate=0.001"]),
        1e-3
    );
    let contender = "[[contender]]\nname = \"a\"\noptimizer = { kind = \"lbfgs\" }\n";
    let rate = |text: &str| {
        let contender = parsed(text).contenders().expect("it fits").remove(0);
        contender.experiment.schedule.learning_rate
    };
    assert_eq!(rate(&format!("{full}{contender}")), 1.0);
    assert_eq!(
        rate(&format!(
            "{full}{contender}schedule = {{ learning_rate = 0.5 }}\n"
        )),
        0.5
    );
    assert_eq!(
        rate(&format!(
            "{full}[schedule]\nlearning_rate = 0.01\n{contender}"
        )),
        0.01
    );

    // Written back and read again, a contender keeps the rate that it has.
    let mut experiment = parsed(&format!("{full}{contender}"));
    let mut edited = experiment.contenders().expect("it fits").remove(0);
    for rate in [1.0, 1e-3, 0.2] {
        edited.experiment.schedule.learning_rate = rate;
        experiment.set_contender(0, &edited);
        assert_eq!(experiment.contenders().expect("it fits")[0], edited);
    }

    let mut chosen = Experiment::default();
    let [adam, lbfgs] = ["adam", "lbfgs"].map(|kind| Optimizer::named(kind).expect("there is one"));
    chosen.choose_optimizer(lbfgs);
    assert_eq!(chosen.schedule.learning_rate, 1.0);
    assert_eq!(chosen.training.batch_size, BatchSize::Full(Full::Full));
    assert!(chosen.problems().is_empty());
    chosen.choose_optimizer(adam);
    assert_eq!(chosen.schedule.learning_rate, 1e-3);
}

/// Twenty steps; the losses, and the hash of the weights at the end.
fn twenty(experiment: &Experiment) -> (Vec<f64>, String) {
    let mut session = session(experiment);
    let losses = (0..20)
        .map(|_| {
            let record = session
                .step()
                .unwrap_or_else(|f| panic!("{experiment:?}: {}", f.reason));
            assert!(record.learning_rate.is_finite() && record.learning_rate >= 0.0);
            record.train_loss
        })
        .collect();
    (losses, session.parameters().hash())
}

#[test]
fn every_choice_trains_and_repeats_itself_to_the_bit() {
    let mut base = parsed(&format!("{SMALL}[training]\nsteps = 20\nbatch_size = 16\n"));
    base.model.layers = 2;
    base.model.dropout = 0.3;
    let mut experiments = Vec::new();
    for optimizer in Optimizer::all() {
        for clipping in Clipping::all() {
            let mut experiment = base.clone();
            experiment.choose_optimizer(optimizer);
            experiment.clipping = clipping;
            experiments.push(experiment);
        }
    }
    for schedule in Schedule::all() {
        let optimizer = match schedule.kind {
            ScheduleKind::Polyak { .. } => Optimizer::sgd(),
            _ => Optimizer::adam(),
        };
        experiments.push(Experiment {
            schedule,
            optimizer,
            ..base.clone()
        });
    }
    // Classes need a task of their own, which `tests/sequences.rs` trains.
    let forecasts = |loss: &Loss| !matches!(loss, Loss::CrossEntropy { .. });
    for loss in Loss::all().into_iter().filter(forecasts) {
        experiments.push(Experiment {
            loss,
            ..base.clone()
        });
    }
    for experiment in experiments {
        assert_eq!(experiment.problems(), [], "{experiment:?}");
        let read = parsed(&experiment.to_toml());
        assert_eq!(read, experiment);
        assert_eq!(twenty(&experiment), twenty(&read), "{experiment:?}");
    }
}

#[test]
fn lbfgs_goes_down_with_every_step_and_far_below_adam() {
    let text = format!("{SMALL}[training]\nsteps = 20\nbatch_size = \"full\"\n");
    let adam = twenty(&parsed(&text)).0;
    let lbfgs = twenty(&parsed(&format!("{text}[optimizer]\nkind = \"lbfgs\"\n"))).0;
    assert!(lbfgs.is_sorted_by(|a, b| a >= b), "{lbfgs:?}");
    assert_eq!(lbfgs[0], adam[0]);
    assert!(lbfgs[19] < 0.2 * adam[19], "{} and {}", lbfgs[19], adam[19]);
}

#[test]
fn what_a_line_search_runs_into_stops_the_run_before_the_weights_change() {
    let mut experiment = parsed(&format!(
        "{SMALL}cell = \"rnn\"\nnonlinearity = \"relu\"\n[training]\nbatch_size = \"full\"\n[optimizer]\nkind = \"lbfgs\"\n[schedule]\nlearning_rate = 1e6\n"
    ));
    experiment.data.window.lookback = Some(40);
    let mut session = session(&experiment);
    let failure = (0..3).find_map(|_| {
        let before = session.parameters().clone();
        let failure = session.step().err()?;
        assert_eq!(*session.parameters(), before);
        Some(failure)
    });
    let failure = failure.expect("a million times the step is too far");
    assert!(failure.reason.contains("at step"), "{}", failure.reason);
    assert!(failure.record.train_loss.is_finite());
}

#[test]
fn changing_the_schedule_while_it_runs_acts_at_its_step() {
    let mut experiment = parsed(&format!(
        "{SMALL}[training]\nsteps = 20\n[optimizer]\nkind = \"sgd\"\n"
    ));
    let set = BTreeMap::from([
        ("schedule.kind".to_owned(), "polyak".into()),
        ("schedule.learning_rate".to_owned(), 0.01.into()),
    ]);
    experiment.event = vec![Event { step: 5, set }];
    assert_eq!(experiment.problems(), []);
    let mut session = session(&experiment);
    let rates: Vec<f64> = (0..20)
        .map(|_| session.step().expect("finite").learning_rate)
        .collect();
    assert_eq!(rates[..5], [1e-3; 5]);
    assert!(rates[5] > 0.01 && rates[19] > rates[5], "{rates:?}");
}

#[test]
fn quantile_forecasts_rise_and_stand_beside_the_prediction() {
    let quantiles = "[loss]\nkind = \"quantile\"\nquantiles = [0.025, 0.4, 0.9]\n";
    for output in ["every-step", "last-step"] {
        let text = format!("{SMALL}{quantiles}[training]\nsteps = 20\n");
        let text = text.replace(
            "[model]",
            &format!("horizon = 2\noutput = \"{output}\"\n[model]"),
        );
        let mut session = session(&parsed(&text));
        while session.finished().is_none() {
            session.step().expect("finite");
        }
        let (forecast, metrics) = session.evaluate(&session.network(session.parameters()));
        assert!(!forecast.rows.is_empty());
        for row in &forecast.rows {
            assert_eq!(row.quantiles.len(), 3);
            assert!(row.quantiles.is_sorted());
            assert_eq!(row.predicted, row.quantiles[1]);
        }
        assert!(metrics.contains_key("test"));
        let csv = String::from_utf8(forecast_csv(&forecast)).expect("UTF-8");
        let header = csv.lines().next().expect("a header");
        assert!(
            header.ends_with("actual,predicted,predicted_q2.5,predicted_q40,predicted_q90"),
            "{header}"
        );
        let widths: Vec<usize> = csv.lines().map(|line| line.split(',').count()).collect();
        assert!(widths.iter().all(|&width| width == 10), "{header}");
    }
}
