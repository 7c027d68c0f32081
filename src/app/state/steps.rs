//! Going back to a kept step of a run, and forking from it.

use super::{AppState, Phase, Weight};
use crate::app::actions::{Change, Effect};
use crate::app::runs::Run;
use crate::app::text;
use crate::experiment::{Clipping, Contender, Experiment};

impl AppState {
    /// Back to a kept step of a run that has ended: it stands there as if it had been stopped there.
    pub(super) fn go_back(&mut self, index: usize, step: u64) {
        let Some(run) = self.runs.get_mut(index) else {
            return;
        };
        if !run.ended() || !run.kept.contains(&step) {
            return;
        }
        run.go_back(step);
        let (line, colour) = (text::went_back(run), run.colour);
        self.generation += 1;
        self.effects.push(Effect::GoBack { run: index, step });
        self.note(Weight::Note, Some(colour), line);
    }

    /// A further run that begins at a kept step of this one, on its data, with its contender's settings
    /// as they are now and `change` on top.
    pub(super) fn fork(&mut self, index: usize, step: u64, change: Option<Change>) {
        let Some(run) = self.runs.get(index).filter(|run| run.kept.contains(&step)) else {
            return;
        };
        let own = self
            .colours
            .iter()
            .position(|&colour| colour == run.colour)
            .and_then(|contender| self.contenders.get(contender));
        let settings = own.map_or(&run.experiment, |contender| &contender.experiment);
        let mut settings = settings.clone();
        settings.data = run.experiment.data.clone();
        match change {
            Some(Change::Clip(limit)) => {
                settings.clipping = Clipping::GlobalNorm { limit };
                forget_events(&mut settings, "clipping");
            }
            Some(Change::LearningRate(rate)) => {
                settings.schedule.learning_rate = rate;
                forget_events(&mut settings, "schedule.learning_rate");
            }
            None => {}
        }
        let wanted = text::fork_name(&run.name, step, change);
        let name = (1..)
            .map(|number| match number {
                1 => wanted.clone(),
                number => format!("{wanted} ({number})"),
            })
            .find(|name| self.runs.iter().all(|run| run.name != *name))
            .expect("there are more numbers than runs");
        let contender = Contender {
            name: name.clone(),
            experiment: settings,
        };
        let experiment = Experiment::of_run(&contender, run.seed);
        if let Some(problem) = experiment.problems().first() {
            let line = text::problem(problem, &self.contenders);
            self.note(Weight::Trouble, Some(run.colour), line);
            return;
        }
        let colour = self.free_colour();
        let line = text::forked(&name, step, change);
        // Where nothing waits, the fork does not either.
        self.paused = self.phase() == Phase::Paused;
        let start_paused = self.paused;
        self.runs.push(Run::new(
            name,
            colour,
            run.seed,
            run.several_seeds,
            contender.experiment,
        ));
        self.speed.clear();
        self.effects.push(Effect::Fork {
            run: index,
            step,
            experiment: Box::new(experiment),
            start_paused,
        });
        self.note(Weight::Note, Some(colour), line);
    }

    /// A colour number that neither a contender nor a run has.
    pub(super) fn free_colour(&self) -> usize {
        (0..)
            .find(|colour| {
                !self.colours.contains(colour) && self.runs.iter().all(|run| run.colour != *colour)
            })
            .expect("there are more numbers than contenders")
    }
}

/// Leaves out of what was changed by hand all that begins with `key`: it would undo what is chosen now.
fn forget_events(settings: &mut Experiment, key: &str) {
    for event in &mut settings.event {
        event.set.retain(|other, _| !other.starts_with(key));
    }
    settings.event.retain(|event| !event.set.is_empty());
}
