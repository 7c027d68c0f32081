//! Contenders: tables of overrides, turned into complete experiments and back.

use super::{BatchSize, Choice, Experiment, Full, KeyError, Optimizer, document};
use toml::{Table, Value};

/// One side of a comparison: a name and a complete experiment that has no contenders of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Contender {
    /// What people call it.
    pub name: String,
    /// Everything it runs with.
    pub experiment: Experiment,
}

/// Tables that a contender may override.
const TABLES: [&str; 8] = [
    "data",
    "model",
    "loss",
    "optimizer",
    "schedule",
    "clipping",
    "training",
    "event",
];

impl Experiment {
    /// All contenders; without a `[[contender]]` there is one, named after its optimizer.
    ///
    /// # Errors
    /// Overrides that do not fit, with keys such as `contender.0.optimizer.momentum`.
    pub fn contenders(&self) -> Result<Vec<Contender>, Vec<KeyError>> {
        if self.contender.is_empty() {
            return Ok(vec![Contender {
                name: self.optimizer.kind(),
                experiment: self.clone(),
            }]);
        }
        let mut contenders = Vec::new();
        let mut errors = Vec::new();
        for index in 0..self.contender.len() {
            match self.contender_at(index) {
                Ok(contender) => contenders.push(contender),
                Err(more) => errors.extend(more),
            }
        }
        if errors.is_empty() {
            Ok(contenders)
        } else {
            Err(errors)
        }
    }

    /// The contender with this index in `self.contender`.
    ///
    /// # Errors
    /// An override that does not fit.
    pub fn contender_at(&self, index: usize) -> Result<Contender, Vec<KeyError>> {
        let path = format!("contender.{index}");
        let mut errors = Vec::new();
        let mut base = self.without_contenders();
        let mut overrides = self.contender[index].clone();
        let name = match overrides.remove("name") {
            None => None,
            Some(Value::String(name))
                if !name.trim().is_empty() && !name.contains(char::is_control) =>
            {
                Some(name)
            }
            Some(_) => {
                errors.push(KeyError::new(
                    format!("{path}.name"),
                    "a name is a text in quotes, in one line, that is not empty",
                ));
                None
            }
        };
        for key in overrides.keys() {
            if !TABLES.contains(&key.as_str()) {
                errors.push(KeyError::new(
                    format!("{path}.{key}"),
                    format!(
                        "a contender has `name` and the tables {}",
                        TABLES.join(", ")
                    ),
                ));
            }
        }
        if errors.is_empty() {
            let mut found = Vec::new();
            document::overlay("", &mut base, &overrides, &mut found);
            self.follow_default_rate(&overrides, &mut base);
            errors.extend(
                found
                    .into_iter()
                    .map(|error| KeyError::new(format!("{path}.{}", error.key), error.message)),
            );
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let experiment: Self = Value::Table(base)
            .try_into()
            .map_err(|error: toml::de::Error| vec![KeyError::new(path, error.message())])?;
        Ok(Contender {
            name: name.unwrap_or_else(|| experiment.optimizer.kind()),
            experiment,
        })
    }

    /// Where the shared rate is the shared optimizer's default, a contender with another optimizer and
    /// no rate of its own has that optimizer's.
    fn follow_default_rate(&self, overrides: &Table, base: &mut Table) {
        let shared = self.optimizer.default_learning_rate();
        if overrides.contains_key("optimizer")
            && !document::sets_rate(overrides)
            && self.schedule.learning_rate == shared
        {
            document::set_default_rate(base);
        }
    }

    /// This experiment with these contenders in the place of its own.
    #[must_use]
    pub fn with_contenders(&self, contenders: &[Contender]) -> Self {
        let mut made = Self {
            contender: vec![Table::new(); contenders.len()],
            ..self.clone()
        };
        for (index, contender) in contenders.iter().enumerate() {
            made.set_contender(index, contender);
        }
        made
    }

    /// Writes `contender` as overrides in the place of number `index`: what differs from the shared
    /// settings.
    pub fn set_contender(&mut self, index: usize, contender: &Contender) {
        let base = self.without_contenders();
        let own = contender.experiment.without_contenders();
        let mut overrides = Table::from_iter([("name".to_owned(), contender.name.clone().into())]);
        overrides.extend(difference(&base, &own));
        let rate = |experiment: &Self| experiment.optimizer.default_learning_rate();
        if rate(self) != rate(&contender.experiment) {
            // Left out, the rate would be the other optimizer's default.
            let schedule = overrides
                .entry("schedule")
                .or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(schedule) = schedule {
                let rate = contender.experiment.schedule.learning_rate;
                schedule.insert("learning_rate".to_owned(), rate.into());
            }
        }
        self.contender[index] = overrides;
    }

    /// Takes `optimizer`, and with it what it cannot do without: L-BFGS the full batch. A learning rate
    /// that was the last optimizer's default becomes this one's.
    pub fn choose_optimizer(&mut self, optimizer: Optimizer) {
        if self.schedule.learning_rate == self.optimizer.default_learning_rate() {
            self.schedule.learning_rate = optimizer.default_learning_rate();
        }
        if matches!(optimizer, Optimizer::Lbfgs { .. }) {
            self.training.batch_size = BatchSize::Full(Full::Full);
        }
        self.optimizer = optimizer;
    }

    /// The whole of one run: this contender alone, under its name, with one seed.
    #[must_use]
    pub fn of_run(contender: &Contender, seed: u64) -> Self {
        Self {
            seeds: vec![seed],
            contender: vec![Table::from_iter([(
                "name".to_owned(),
                contender.name.clone().into(),
            )])],
            ..contender.experiment.clone()
        }
    }

    fn without_contenders(&self) -> Table {
        document::serialised(&Self {
            contender: Vec::new(),
            ..self.clone()
        })
    }
}

/// What must be laid over `base` to get `own`: whole tables where their kind differs, single keys
/// otherwise.
fn difference(base: &Table, own: &Table) -> Table {
    let mut changed = Table::new();
    for (key, value) in own {
        match (base.get(key), value) {
            (Some(old), new) if old == new => {}
            (Some(Value::Table(old)), Value::Table(new))
                if old.get("kind") == new.get("kind")
                    && old.keys().all(|key| new.contains_key(key)) =>
            {
                changed.insert(key.clone(), Value::Table(difference(old, new)));
            }
            _ => {
                changed.insert(key.clone(), value.clone());
            }
        }
    }
    changed
}

/// `name` as one folder's name on any file system: no separators, no reserved characters or words,
/// no dots or blanks at its ends, at most 100 bytes.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let mut safe: String = name
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                '_'
            } else {
                c
            }
        })
        .collect();
    while safe.len() > 100 {
        safe.pop();
    }
    let safe = safe.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = safe.split('.').next().unwrap_or_default().to_uppercase();
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    if safe.is_empty() || device {
        format!("_{safe}")
    } else {
        safe.to_owned()
    }
}
