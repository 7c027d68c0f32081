//! What types alone cannot say: ranges, and settings that contradict each other.

use super::{
    BatchSize, Cell, Choice, Experiment, Generate, KeyError, Loss, Optimizer, Prepare,
    ScheduleKind, Task, contenders::safe_name, document, ranges::range,
};
use std::collections::BTreeMap;
use toml::Value;

/// Series that come with the program; `data` holds them.
pub const BUILTIN: [&str; 6] = ["airline", "sunspots", "co2", "nile", "macrodata", "pbs"];

/// Backends that are compiled in.
#[must_use]
pub fn backends() -> &'static [&'static str] {
    if cfg!(feature = "ndarray") {
        &["flex", "ndarray"]
    } else {
        &["flex"]
    }
}

impl Experiment {
    /// Everything that is wrong with these settings as far as it shows without the data, contenders
    /// included.
    #[must_use]
    pub fn problems(&self) -> Vec<KeyError> {
        let mut problems = self.own_problems();
        if !problems.is_empty() {
            return problems;
        }
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for index in 0..self.contender.len() {
            let key = |key: &str| format!("contender.{index}.{key}");
            match self.contender_at(index) {
                Err(errors) => problems.extend(errors),
                Ok(contender) => {
                    problems.extend(
                        contender
                            .experiment
                            .own_problems()
                            .into_iter()
                            .map(|error| KeyError::new(key(&error.key), error.message)),
                    );
                    let folder = safe_name(&contender.name);
                    if let Some(other) = names.insert(folder.to_lowercase(), contender.name.clone())
                    {
                        problems.push(KeyError::new(
                            key("name"),
                            format!(
                                "\"{}\" and \"{other}\" would share the folder \"{folder}\"; give them different names",
                                contender.name
                            ),
                        ));
                    }
                }
            }
        }
        problems
    }

    /// As [`Experiment::problems`], of everything but the contenders.
    fn own_problems(&self) -> Vec<KeyError> {
        let mut problems = Vec::new();
        check_numbers("", &Value::Table(document::serialised(self)), &mut problems);
        let mut wrong = |key: &str, message: String| problems.push(KeyError::new(key, message));
        if self.seeds.is_empty() {
            wrong("seeds", "at least one seed is needed, such as [7]".into());
        }
        for (index, seed) in self.seeds.iter().enumerate() {
            if self.seeds[..index].contains(seed) {
                wrong(
                    "seeds",
                    format!("{seed} stands there twice; each seed runs once"),
                );
            }
        }
        let source = self.data.source.as_str();
        if source.is_empty() {
            wrong(
                "data.source",
                "names no data; give a path, builtin:NAME or generate:NAME".into(),
            );
        } else if let Some(name) = source.strip_prefix("builtin:")
            && !BUILTIN.contains(&name)
        {
            wrong(
                "data.source",
                format!(
                    "there is no built-in series \"{name}\"; there are {}",
                    BUILTIN.join(", ")
                ),
            );
        } else if let Some(name) = source.strip_prefix("generate:")
            && !Generate::NAMES.contains(&name)
        {
            wrong(
                "data.source",
                format!(
                    "there is no generator \"{name}\"; there are {}",
                    Generate::NAMES.join(", ")
                ),
            );
        }
        for (index, feature) in self.data.features.iter().enumerate() {
            if self.data.targets.contains(feature) {
                wrong(
                    &format!("data.features.{index}"),
                    format!(
                        "\"{feature}\" is a target, and targets are inputs already; leave it out here"
                    ),
                );
            }
        }
        for (key, names) in [
            ("data.targets", &self.data.targets),
            ("data.features", &self.data.features),
        ] {
            for (index, name) in names.iter().enumerate() {
                if names[..index].contains(name) {
                    wrong(
                        &format!("{key}.{index}"),
                        format!("\"{name}\" stands there twice"),
                    );
                }
            }
        }
        let weights = &self.data.target_weights;
        if !weights.is_empty() {
            let targets = self.data.targets.len().max(1);
            if weights.len() != targets {
                wrong(
                    "data.target_weights",
                    format!(
                        "there are {} weights for {targets} targets; give one for each",
                        weights.len()
                    ),
                );
            } else if weights.iter().all(|weight| *weight == 0.0) {
                wrong(
                    "data.target_weights",
                    "all weights are 0, so nothing would be learned; make one larger".into(),
                );
            }
        }
        for (index, join) in self.data.join.iter().enumerate() {
            if join.source.is_empty() {
                wrong(
                    &format!("data.join.{index}.source"),
                    "names no data; give a path or builtin:NAME".into(),
                );
            }
        }
        for (index, step) in self.data.steps() {
            if matches!(step, Prepare::Group(group) if group.by.is_empty()) {
                wrong(
                    &format!("data.prepare.{index}.by"),
                    "name the column whose values are series of their own".into(),
                );
            }
            let Prepare::Fill(fill) = step else { continue };
            if fill.method == super::FillMethod::Drop && (fill.max_gap > 0 || fill.flag) {
                wrong(
                    &format!("data.prepare.{index}.method"),
                    "\"drop\" removes the rows, so neither max_gap nor flag applies".into(),
                );
            }
        }
        let split = self.data.split;
        if split.train + split.validation > 1.0 + 1e-9 {
            wrong(
                "data.split.validation",
                format!(
                    "train {} and validation {} are together more than 1; make one of them smaller",
                    split.train, split.validation
                ),
            );
        }
        if split.folds == 1 {
            wrong(
                "data.split.folds",
                "one fold is a split like any other; give at least 2, or 0 for none".into(),
            );
        }
        if split.fold > split.folds {
            wrong(
                "data.split.fold",
                format!(
                    "there are {} folds in data.split.folds, so there is none with number {}",
                    split.folds, split.fold
                ),
            );
        }
        if !backends().contains(&self.model.backend.as_str()) {
            let message = if self.model.backend == "ndarray" {
                "the ndarray backend is not compiled in; build with `--features ndarray`, or use flex".to_owned()
            } else {
                format!(
                    "there is no backend \"{}\"; there is {}",
                    self.model.backend,
                    backends().join(", ")
                )
            };
            wrong("model.backend", message);
        }
        if self.model.nonlinearity != super::Nonlinearity::Tanh && self.model.cell != Cell::Rnn {
            wrong(
                "model.nonlinearity",
                "only the rnn cell has a choice of nonlinearity; set model.cell = \"rnn\"".into(),
            );
        }
        if self.model.forget_bias != 0.0 && self.model.cell != Cell::Lstm {
            wrong(
                "model.forget_bias",
                "only the lstm cell has a forget gate; set model.cell = \"lstm\"".into(),
            );
        }
        for error in self.training_problems() {
            wrong(&error.key, error.message);
        }
        if self.data.source.starts_with("generate:") {
            let known = Generate::for_source(source);
            for key in document::serialised(&self.data.generate).keys() {
                if !document::serialised(&known).contains_key(key) {
                    wrong(
                        &format!("data.generate.{key}"),
                        format!("{source} has no such parameter"),
                    );
                }
            }
        }
        if self
            .data
            .generate
            .coefficients
            .as_ref()
            .is_some_and(Vec::is_empty)
        {
            wrong(
                "data.generate.coefficients",
                "at least one number is needed".into(),
            );
        }
        problems.extend(self.task_problems());
        let mut wrong = |key: &str, message: String| problems.push(KeyError::new(key, message));
        for (index, event) in self.event.iter().enumerate() {
            for key in event.set.keys() {
                if !key.starts_with("schedule.") && !key.starts_with("clipping.") {
                    wrong(
                        &format!("event.{index}.set"),
                        format!(
                            "`{key}` cannot change while a run goes on; only keys of schedule and clipping can"
                        ),
                    );
                }
            }
            if let Err(errors) = self.after_event(event) {
                for error in errors {
                    wrong(&format!("event.{index}.set"), error.to_string());
                }
            }
        }
        problems
    }

    /// What contradicts the task, or a source of sequences that are each one sample.
    fn task_problems(&self) -> Vec<KeyError> {
        let mut problems = Vec::new();
        let mut wrong = |key: &str, message: String| problems.push(KeyError::new(key, message));
        let data = &self.data;
        let source = data.source.as_str();
        let kind = self.loss.kind();
        if self.loss.of_classes() != (data.task == Task::Classify) {
            let message = match data.task {
                Task::Forecast => format!(
                    "{kind} compares classes, and the task is to forecast numbers; use another loss, or data.task = \"classify\" with a \"bin\" step or sequences with classes"
                ),
                Task::Classify => format!(
                    "{kind} compares numbers, and the task is to classify; use loss.kind = \"cross-entropy\""
                ),
            };
            wrong("loss.kind", message);
        }
        if source.starts_with("generate:")
            && Generate::NAMES.contains(&&source["generate:".len()..])
        {
            let own = Task::of_source(source);
            // Numbers become classes by their bins; which target has them is seen with the data.
            let binned = data.task == Task::Classify
                && !Generate::of_sequences(source)
                && data
                    .steps()
                    .any(|(_, step)| matches!(step, Prepare::Bin(_)));
            if data.task != own && !binned {
                let message = match own {
                    Task::Classify => format!("{source} has classes; its task is \"classify\""),
                    Task::Forecast => {
                        format!(
                            "{source} has no classes; its task is \"forecast\", unless a \"bin\" step makes some"
                        )
                    }
                };
                wrong("data.task", message);
            }
        }
        let never_fresh = Generate::for_source(source).count != Some(0);
        if never_fresh && data.generate.count == Some(0) {
            {
                wrong(
                    "data.generate.count",
                    format!(
                        "{source} needs at least 1 series; 0 (fresh ones for every batch) is for adding and temporal-order"
                    ),
                );
            }
        }
        if !Generate::of_sequences(source) {
            return problems;
        }
        let reason = format!("{source} has sequences with one answer each");
        for (key, given) in [
            ("data.prepare", data.steps().next().is_some()),
            ("data.test_source", !data.test_source.is_empty()),
            ("data.time", !data.time.is_empty()),
        ] {
            if given {
                wrong(
                    key,
                    format!("{reason}, which does not go with it; leave it out"),
                );
            }
        }
        if data.generate.draws_fresh(source) {
            let fixed = "set data.generate.count to the number of sequences";
            if self.optimizer.full_batch() {
                wrong(
                    "optimizer.kind",
                    format!(
                        "{} uses the whole training part at once, and {source} draws fresh sequences without end; {fixed}, or use another optimizer",
                        self.optimizer.kind()
                    ),
                );
            } else if matches!(self.training.batch_size, BatchSize::Full(_)) {
                wrong(
                    "training.batch_size",
                    format!(
                        "{source} draws fresh sequences without end, so there is no full batch; {fixed}, or give a number"
                    ),
                );
            }
        }
        problems
    }

    /// What of loss, optimizer, schedule and batches does not go together.
    fn training_problems(&self) -> Vec<KeyError> {
        let mut problems = Vec::new();
        let mut wrong = |key: &str, message: &str| problems.push(KeyError::new(key, message));
        if let Optimizer::Sgd {
            momentum,
            dampening,
            nesterov: true,
            ..
        } = self.optimizer
            && (momentum <= 0.0 || dampening != 0.0)
        {
            wrong(
                "optimizer.nesterov",
                "Nesterov needs a momentum above 0 and no dampening, as in PyTorch",
            );
        }
        if let Optimizer::Lbfgs { .. } = self.optimizer
            && !matches!(self.training.batch_size, BatchSize::Full(_))
        {
            wrong(
                "training.batch_size",
                "L-BFGS compares losses of different weights and needs the same windows for all of them: set training.batch_size = \"full\", or take another optimizer for mini-batches",
            );
        }
        match self.schedule.kind {
            ScheduleKind::Polyak { .. }
                if !matches!(self.optimizer, Optimizer::Gd { .. } | Optimizer::Sgd { .. }) =>
            {
                wrong(
                    "schedule.kind",
                    "the Polyak step is made for plain gradient steps: set optimizer.kind = \"sgd\" or \"gd\", or take another schedule",
                );
            }
            ScheduleKind::Plateau { factor, .. } if factor >= 1.0 => {
                wrong(
                    "schedule.factor",
                    "a plateau cuts the rate, so its factor is greater than 0 and less than 1; raise_factor raises it",
                );
            }
            _ => {}
        }
        if let Loss::Quantile { quantiles } = &self.loss {
            if quantiles.is_empty() {
                wrong(
                    "loss.quantiles",
                    "at least one quantile is needed, such as [0.1, 0.5, 0.9]",
                );
            } else if !quantiles.is_sorted_by(|a, b| a < b) {
                wrong(
                    "loss.quantiles",
                    "quantiles rise from one to the next, such as [0.1, 0.5, 0.9]",
                );
            }
        }
        problems
    }

    /// These settings with one event's changes.
    ///
    /// # Errors
    /// A key or a value that does not fit.
    pub fn after_event(&self, event: &super::Event) -> Result<Self, Vec<KeyError>> {
        let mut base = document::serialised(&Self {
            event: Vec::new(),
            contender: Vec::new(),
            ..self.clone()
        });
        let mut errors = Vec::new();
        for (key, value) in &event.set {
            let mut nested = value.clone();
            for part in key.split('.').rev() {
                nested = Value::Table(toml::Table::from_iter([(part.to_owned(), nested)]));
            }
            if let Value::Table(nested) = nested {
                document::overlay("", &mut base, &nested, &mut errors);
            }
        }
        check_numbers("", &Value::Table(base.clone()), &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let changed: Self = Value::Table(base)
            .try_into()
            .map_err(|error: toml::de::Error| vec![KeyError::new("event", error.message())])?;
        let problems = changed.training_problems();
        if problems.is_empty() {
            Ok(changed)
        } else {
            Err(problems)
        }
    }
}

/// Checks every number below `value` against its range.
fn check_numbers(path: &str, value: &Value, problems: &mut Vec<KeyError>) {
    let mut check = |x: f64, shown: String| {
        let plain = path
            .strip_prefix("data.prepare.")
            .and_then(|rest| rest.split_once('.'))
            .map_or(path.to_owned(), |(_, key)| format!("data.prepare.{key}"));
        match range(&plain) {
            Some(range) if !range.contains(x) => {
                problems.push(KeyError::new(path, format!("{shown} {}", range.refusal(x))));
            }
            None if !x.is_finite() => {
                problems.push(KeyError::new(
                    path,
                    format!("{shown} is not a finite number"),
                ));
            }
            _ => {}
        }
    };
    match value {
        #[expect(clippy::cast_precision_loss, reason = "ranges end far below 2^53")]
        Value::Integer(whole) => check(*whole as f64, whole.to_string()),
        Value::Float(number) if number.abs() >= 1e15 => check(*number, format!("{number:e}")),
        Value::Float(number) => check(*number, number.to_string()),
        Value::Table(table) => {
            for (key, value) in table {
                if path.is_empty() && (key == "contender" || key == "event") {
                    continue;
                }
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                check_numbers(&path, value, problems);
            }
        }
        Value::Array(array) => {
            for (index, value) in array.iter().enumerate() {
                check_numbers(&format!("{path}.{index}"), value, problems);
            }
        }
        _ => {}
    }
}
