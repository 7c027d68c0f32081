//! Sequences with one answer each, of any lengths: the padding changes nothing, a batch is its sequences
//! one by one, splits and hashes are fair, and contradictions are refused.

use burn::tensor::{DType, Device, Tensor, TensorData};
use optimizer_explorer::data::{
    AnswerValues, Answers, Batch, Column, Dataset, Format, Part, Table,
};
use optimizer_explorer::experiment::{
    Cell, Experiment, Init, Loss, NamedInit, Nonlinearity, Output, Task,
};
use optimizer_explorer::model::{Architecture, Forecaster, Inputs, Parameters};
use optimizer_explorer::optimize::objective::Objective;
use optimizer_explorer::record::LossUnit;
use optimizer_explorer::train::{Session, plan};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

const CELLS: [(Cell, Nonlinearity); 6] = [
    (Cell::Lstm, Nonlinearity::Tanh),
    (Cell::Gru, Nonlinearity::Tanh),
    (Cell::Rnn, Nonlinearity::Tanh),
    (Cell::Rnn, Nonlinearity::Relu),
    (Cell::Rnn, Nonlinearity::Identity),
    (Cell::Linear, Nonlinearity::Tanh),
];

const LENGTHS: [usize; 7] = [5, 1, 9, 9, 2, 7, 3];
const INPUTS: usize = 3;
const CLASSES: usize = 3;

/// Sequences of these lengths with numbers drawn, and an answer each.
fn table(lengths: &[usize], classes: bool) -> Table {
    let rows = lengths.iter().sum::<usize>();
    let mut generator = ChaCha8Rng::seed_from_u64(5);
    let mut draw = |count: usize| -> Vec<f64> {
        (0..count)
            .map(|_| generator.random::<f64>() * 2.0 - 1.0)
            .collect()
    };
    let mut end = 0;
    Table {
        source: "made here".into(),
        format: Format::Csv,
        delimiter: None,
        columns: ["a", "b", "c"]
            .map(|name| Column::of_numbers(name, draw(rows)))
            .to_vec(),
        series: lengths
            .iter()
            .map(|length| {
                end += length;
                end - length..end
            })
            .collect(),
        time: None,
        notes: Vec::new(),
        answers: Some(Answers {
            name: "answer".into(),
            values: if classes {
                AnswerValues::Classes {
                    names: ["one", "two", "three"].map(str::to_owned).to_vec(),
                    of: (0..lengths.len()).map(|k| k % CLASSES).collect(),
                }
            } else {
                AnswerValues::Numbers(draw(lengths.len()))
            },
            fresh: None,
            scaled: true,
        }),
    }
}

fn settings(text: &str) -> Experiment {
    Experiment::from_toml(text).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn dataset(lengths: &[usize], classes: bool) -> Dataset {
    let mut data = settings("[data.split]\ntrain = 1.0\nvalidation = 0.0").data;
    if classes {
        data.task = Task::Classify;
    }
    Dataset::from_table(&table(lengths, classes), &data, 7).expect("a good table")
}

fn architecture((cell, nonlinearity): (Cell, Nonlinearity), outputs: usize) -> Architecture {
    let linear = cell == Cell::Linear;
    Architecture {
        cell,
        nonlinearity,
        inputs: INPUTS,
        hidden: if linear { INPUTS } else { 10 },
        layers: if linear { 0 } else { 2 },
        outputs,
        output: Output::LastStep,
        dropout: 0.0,
        embeddings: Vec::new(),
    }
}

/// Outputs, the loss and its gradient.
fn evaluate(
    architecture: &Architecture,
    batch: &Batch,
    objective: &Objective,
    kernel: bool,
) -> (Vec<f64>, f64, Vec<f32>) {
    let device = Device::flex().autodiff();
    let dtype = if kernel { DType::F32 } else { DType::F64 };
    let mut generator = ChaCha8Rng::seed_from_u64(3);
    let mut parameters = Parameters::draw(
        architecture,
        Init::Named(NamedInit::Pytorch),
        0.5,
        &mut generator,
    );
    if matches!(
        architecture.nonlinearity,
        Nonlinearity::Relu | Nonlinearity::Identity
    ) {
        // A state that went on through much padding would leave the numbers.
        parameters.values.iter_mut().for_each(|value| *value *= 3.0);
    }
    let network = Forecaster::new(architecture, &parameters, &device, dtype);
    let data = TensorData::new(batch.inputs.clone(), [batch.size, batch.steps, INPUTS]);
    let inputs = Inputs {
        values: Tensor::from_data(data.convert_dtype(dtype), (&device, dtype)),
        lengths: batch.lengths.as_deref().map(Arc::from),
    };
    let output = network.forward(inputs, &[]);
    assert_eq!(output.dims(), [batch.size, 1, architecture.outputs]);
    let predictions = output.clone().try_into_vec_as::<f64>().expect("on the CPU");
    let targets: Vec<f64> = batch.targets.iter().map(|t| f64::from(*t)).collect();
    let (loss, slopes) = objective.mean_and_slopes(&predictions, &targets, None);
    let slopes = TensorData::new(slopes, output.dims()).convert_dtype(dtype);
    let slopes = Tensor::<3>::from_data(slopes, (&device, dtype));
    let mut gradient = Vec::new();
    network.gradients(&mut (output * slopes).backward(), &mut gradient);
    (predictions, loss, gradient)
}

fn objectives() -> [(Objective, bool); 2] {
    [
        (Objective::new(&Loss::Mse, &[], &[]), false),
        (
            Objective::new(&Loss::cross_entropy(), &[3, 2, 2], &[]),
            true,
        ),
    ]
}

#[test]
fn padding_changes_no_bit_of_outputs_loss_or_gradient() {
    for (objective, classes) in objectives() {
        let dataset = dataset(&LENGTHS, classes);
        let batch = dataset.batch(&dataset.train_windows());
        let lengths = batch.lengths.clone().expect("lengths differ");
        assert_eq!((batch.steps, &lengths[..]), (9, &LENGTHS[..]));
        let padded = |steps: usize, fill: f32| {
            let mut wider = Batch {
                steps,
                inputs: Vec::new(),
                ..batch.clone()
            };
            for (sequence, &length) in batch.inputs.chunks(9 * INPUTS).zip(&lengths) {
                assert!(sequence[length * INPUTS..].iter().all(|&x| x == 0.0));
                wider.inputs.extend(&sequence[..length * INPUTS]);
                let mut sign = fill;
                wider
                    .inputs
                    .extend((length * INPUTS..steps * INPUTS).map(|_| {
                        sign = -sign;
                        sign
                    }));
            }
            wider
        };
        for kind in CELLS {
            let architecture = architecture(kind, dataset.outputs());
            for kernel in [true, false] {
                let (output, loss, gradient) = evaluate(&architecture, &batch, &objective, kernel);
                assert!(gradient.iter().any(|g| *g != 0.0));
                let other = evaluate(&architecture, &padded(9, 1e6), &objective, kernel);
                assert!(
                    other == (output.clone(), loss, gradient.clone()),
                    "{kind:?} {kernel}: what stands in the padding shows"
                );
                // More padding sums in other chunks, but everything stays a number and the same.
                let (far, far_loss, far_gradient) =
                    evaluate(&architecture, &padded(400, 1e3), &objective, kernel);
                assert!(far == output && far_loss == loss, "{kind:?} {kernel}");
                let most = gradient.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
                for (a, b) in gradient.iter().zip(&far_gradient) {
                    assert!((a - b).abs() <= 1e-6 * most, "{kind:?} {kernel}: {a} {b}");
                }
            }
        }
    }
}

#[test]
fn a_batch_of_unequal_lengths_is_its_sequences_one_by_one() {
    for (objective, classes) in objectives() {
        let dataset = dataset(&LENGTHS, classes);
        let starts = dataset.train_windows();
        let batch = dataset.batch(&starts);
        for kind in CELLS {
            let architecture = architecture(kind, dataset.outputs());
            for kernel in [true, false] {
                let (output, loss, gradient) = evaluate(&architecture, &batch, &objective, kernel);
                let mut outputs = Vec::new();
                let mut losses = 0.0;
                let mut sum = vec![0.0_f64; gradient.len()];
                for &start in &starts {
                    let alone = dataset.batch(&[start]);
                    assert!(alone.lengths.is_none());
                    let (output, loss, gradient) =
                        evaluate(&architecture, &alone, &objective, kernel);
                    outputs.extend(output);
                    losses += loss / starts.len() as f64;
                    for (sum, g) in sum.iter_mut().zip(gradient) {
                        *sum += f64::from(g) / starts.len() as f64;
                    }
                }
                let close = |a: f64, b: f64, scale: f64| (a - b).abs() < 2e-6 * scale.max(1e-3);
                let largest = |values: &[f64]| values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
                assert!(close(loss, losses, losses), "{kind:?}: {loss} and {losses}");
                let scale = largest(&outputs);
                for (a, b) in output.iter().zip(&outputs) {
                    assert!(close(*a, *b, scale), "{kind:?}: {a} and {b}");
                }
                let scale = largest(&sum);
                for (a, b) in gradient.iter().zip(&sum) {
                    assert!(
                        close(f64::from(*a), *b, scale),
                        "{kind:?} {kernel}: {a} and {b}"
                    );
                }
            }
        }
    }
}

#[test]
fn labelled_collections_of_any_lengths_train_and_are_scored() {
    let lengths: Vec<usize> = (0..60).map(|k| 1 + k * 7 % 13).collect();
    let table = table(&lengths, true);
    for cell in ["lstm", "gru", "rnn", "linear"] {
        let mut experiment = settings(&format!(
            "[model]\ncell = \"{cell}\"\nhidden = 5\nlayers = 2\ndropout = 0.2\n[loss]\nkind = \"mse\"\n[training]\nsteps = 12\nbatch_size = 8\n"
        ));
        experiment.data.task = Task::Classify;
        experiment.loss = Loss::cross_entropy();
        let dataset = Dataset::from_table(&table, &experiment.data, 7).expect("a good table");
        let sequences = dataset.sequences.as_ref().expect("sequences");
        assert_eq!(sequences.class_counts, [14; 3]);
        assert_eq!(dataset.part_windows(Part::Validation).len(), 9);
        let again = Dataset::from_table(&table, &experiment.data, 8).expect("a good table");
        assert_ne!(dataset.hash, again.hash, "the split is drawn from the seed");
        // Scaling is fitted on the training sequences alone.
        let rows = dataset.parts.train.clone();
        let column: Vec<f64> = rows
            .map(|row| f64::from(dataset.values[row * INPUTS]))
            .collect();
        let mean = column.iter().sum::<f64>() / column.len() as f64;
        assert!(mean.abs() < 1e-6, "{mean}");
        let dataset = Arc::new(dataset);
        let mut session =
            Session::new(&experiment, "a", Arc::clone(&dataset), 1).expect("a session");
        while session.finished().is_none() {
            let record = session.step().expect("finite");
            assert!(record.train_loss > 0.0);
        }
        let network = session.network(session.parameters());
        let (forecast, metrics) = session.evaluate(&network);
        let mut numbers: Vec<usize> = forecast.rows.iter().map(|row| row.index).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..60).collect::<Vec<_>>());
        for row in &forecast.rows {
            assert_eq!(row.actual, Some((row.index % CLASSES) as f64));
        }
        let test = metrics["test"].classes().expect("classes");
        let hits = forecast.rows.iter().filter(|row| row.part == "test");
        let hits = hits.filter(|row| row.actual == Some(row.predicted)).count();
        assert_eq!((test.count, test.accuracy), (9, hits as f64 / 9.0));
    }
}

#[test]
fn losses_say_what_they_are_counted_in() {
    for (source, unit) in [
        ("builtin:airline", LossUnit::Scaled),
        ("generate:adding", LossUnit::Answers),
        ("generate:temporal-order", LossUnit::Nats),
    ] {
        let text = format!("[data]\nsource = \"{source}\"\n[training]\nsteps = 1\n");
        let plans = plan(&settings(&text), 1).expect("a good plan");
        let dataset = Arc::clone(&plans[0].dataset);
        let session = Session::new(&plans[0].experiment, "x", dataset, 1).expect("a session");
        assert_eq!(session.info().loss_unit, unit, "{source}");
    }
}

#[test]
fn contenders_of_a_seed_get_the_same_fresh_sequences_and_runs_repeat() {
    for source in ["adding", "temporal-order"] {
        let text = format!(
            "seeds = [1, 2]\n[data]\nsource = \"generate:{source}\"\n[data.generate]\nlength = 7\n[model]\nhidden = 3\n[training]\nsteps = 103\nbatch_size = 4\n[[contender]]\nname = \"a\"\n[[contender]]\nname = \"b\"\noptimizer = {{ kind = \"sgd\" }}\nmodel = {{ cell = \"gru\" }}\n"
        );
        let plans = plan(&settings(&text), 1).expect("a good plan");
        let run = |index: usize| {
            let plan = &plans[index];
            let dataset = Arc::clone(&plan.dataset);
            let mut session = Session::new(&plan.experiment, "x", dataset, 1).expect("a session");
            let mut losses = Vec::new();
            while session.finished().is_none() {
                losses.push(session.step().expect("finite").train_loss);
            }
            assert_eq!(session.info().steps_per_epoch, 100);
            (
                session.info().data_hash.clone(),
                session.batch_order(),
                losses,
            )
        };
        let runs: Vec<_> = (0..4).map(run).collect();
        assert_eq!(
            (&runs[0].0, &runs[0].1),
            (&runs[2].0, &runs[2].1),
            "contenders share"
        );
        assert_eq!(
            runs[0].1, runs[1].1,
            "draws are numbered alike under every seed"
        );
        assert_ne!(runs[0].0, runs[1].0, "and another seed draws others");
        assert!(runs[0].2 != runs[1].2);
        assert_eq!(run(0), runs[0]);
        // The file of a run repeats it.
        let again = settings(&plans[0].experiment.to_toml());
        assert_eq!(again, plans[0].experiment);
        let dataset = &plans[0].dataset;
        let first = dataset.training_batch(&[0, 1, 2, 3]);
        assert_ne!(first.inputs, dataset.training_batch(&[4, 5, 6, 7]).inputs);
        let held_back: Vec<usize> = dataset.part_windows(Part::Validation);
        assert_eq!(held_back.len(), 1000);
        assert_eq!(dataset.part_windows(Part::Test).len(), 1000);
        assert!(dataset.part_windows(Part::Train).is_empty());
    }
}

#[test]
fn a_fixed_set_is_split_and_reused() {
    let text = "[data]\nsource = \"generate:adding\"\n[data.generate]\nlength = 5\ncount = 40\n[training]\nbatch_size = \"full\"\n";
    let experiment = settings(text);
    let dataset = Dataset::new(&experiment.data, 7).expect("adding");
    assert_eq!(dataset.train_windows().len(), 28);
    assert_eq!(dataset.part_windows(Part::Validation).len(), 6);
    let batch = dataset.training_batch(&dataset.train_windows());
    assert_eq!((batch.size, batch.steps, batch.lengths), (28, 5, None));
    for (inputs, target) in batch.inputs.chunks(10).zip(&batch.targets) {
        let sum: f32 = inputs.chunks(2).map(|step| step[0] * step[1]).sum();
        assert!((sum - target).abs() < 1e-6);
    }
}

#[test]
fn what_contradicts_the_task_is_refused_with_its_key_and_a_remedy() {
    let order = "[data]\nsource = \"generate:temporal-order\"\n";
    let adding = "[data]\nsource = \"generate:adding\"\n";
    let by_itself = settings(order);
    assert_eq!(by_itself.data.task, Task::Classify);
    assert_eq!(by_itself.loss, Loss::cross_entropy());
    assert_eq!(settings(adding).loss, Loss::Mse);
    for (text, key, remedy) in [
        (
            format!("{order}[loss]\nkind = \"mse\"\n"),
            "loss.kind",
            "cross-entropy",
        ),
        (
            format!("{adding}[loss]\nkind = \"cross-entropy\"\n"),
            "loss.kind",
            "another loss",
        ),
        (
            "[loss]\nkind = \"cross-entropy\"\n".to_owned(),
            "loss.kind",
            "classify",
        ),
        (
            format!("{order}task = \"forecast\"\n"),
            "data.task",
            "classify",
        ),
        (
            format!("{adding}task = \"classify\"\n"),
            "data.task",
            "forecast",
        ),
        (
            format!("{adding}[training]\nbatch_size = \"full\"\n"),
            "training.batch_size",
            "count",
        ),
        (
            format!("{order}[optimizer]\nkind = \"gd\"\n"),
            "optimizer.kind",
            "count",
        ),
        (
            format!("{adding}[[data.prepare]]\nstep = \"fill\"\n"),
            "data.prepare",
            "leave it out",
        ),
        (
            "[data]\nsource = \"generate:uniform\"\n[data.generate]\ncount = 0\n".to_owned(),
            "data.generate.count",
            "at least 1",
        ),
        (
            format!("{order}[loss]\nlabel_smoothing = 1.5\n"),
            "loss.label_smoothing",
            "between",
        ),
        (
            format!("{order}[loss]\nfocal_gamma = -1\n"),
            "loss.focal_gamma",
            "between",
        ),
        (
            format!("{order}[loss]\nclass_weights = \"some\"\n"),
            "loss.class_weights",
            "balanced",
        ),
        (
            format!("{adding}[data.generate]\nperiod = 3\n"),
            "data.generate.period",
            "length",
        ),
        (
            format!("{adding}[data.generate]\nlength = 1\n"),
            "data.generate.length",
            "2",
        ),
    ] {
        let errors = Experiment::from_toml(&text).expect_err(&text);
        let found = errors.iter().find(|error| error.key == key);
        let found = found.unwrap_or_else(|| panic!("{text}: {}", errors[0]));
        assert!(found.message.contains(remedy), "{found}");
    }
    // A series has no classes; only the data can say so.
    let airline = settings("[data]\ntask = \"classify\"\n");
    assert_eq!(airline.loss, Loss::cross_entropy());
    let error = Dataset::new(&airline.data, 7)
        .expect_err("no classes")
        .to_string();
    assert!(
        error.contains("data.task") && error.contains("forecast"),
        "{error}"
    );
    let mut named = settings(adding);
    named.data.targets = vec!["value".into()];
    let error = Dataset::new(&named.data, 7)
        .expect_err("no such answer")
        .to_string();
    assert!(
        error.contains("data.targets.0") && error.contains("\"sum\""),
        "{error}"
    );
}

#[test]
fn a_source_given_on_the_command_line_or_by_a_contender_brings_its_task() {
    use optimizer_explorer::experiment::Document;
    let document = Document::parse("[data]\nsource = \"generate:ar\"\n", None).expect("TOML");
    let set = |text: &str| Document::assignment(text).expect("an assignment");
    let order = document
        .experiment(&[
            set("data.source=generate:temporal-order"),
            set("data.generate.length=9"),
        ])
        .expect("good");
    assert_eq!(
        (order.data.task, order.data.generate.length),
        (Task::Classify, Some(9))
    );
    assert_eq!(order.loss, Loss::cross_entropy());
    let text = "[[contender]]\nname = \"a\"\n[[contender]]\nname = \"b\"\ndata = { source = \"generate:temporal-order\" }\nloss = { focal_gamma = 2 }\n";
    let contenders = settings(text).contenders().expect("good");
    assert_eq!(contenders[0].experiment.loss, Loss::Mse);
    assert_eq!(contenders[1].experiment.data.task, Task::Classify);
    assert!(matches!(
        contenders[1].experiment.loss,
        Loss::CrossEntropy {
            focal_gamma: 2.0,
            ..
        }
    ));
}
