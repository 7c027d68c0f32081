//! The learning-rate range test: asked for, watched, ended, and its suggestion taken.

use super::AppState;
use super::problems::lines;
use crate::app::actions::{Effect, RateTestNews};
use crate::experiment::{Contender, Experiment};
use crate::train::RangePoint;

/// A test of learning rates, as far as it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct RateTest {
    /// The contender's name when it began.
    pub name: String,
    /// The contender's colour number, which stays its own.
    pub colour: usize,
    /// What was tested.
    pub experiment: Experiment,
    /// The updates so far.
    pub points: Vec<RangePoint>,
    /// Whether it goes on.
    pub running: bool,
    /// The rate to take, once it is known.
    pub suggestion: Option<f64>,
    /// Whether the loss blew up.
    pub blew_up: bool,
    /// Whether a person ended it.
    pub cancelled: bool,
    /// Why it could not begin.
    pub problem: Option<String>,
    request: u64,
}

impl AppState {
    pub(super) fn test_rates(&mut self) {
        let (false, Some(contender)) = (self.blocked(), self.contender().cloned()) else {
            return;
        };
        self.forget_rate_test();
        self.rate_test_requests += 1;
        let mut experiment = contender.experiment;
        experiment.seeds.truncate(1);
        self.effects.push(Effect::TestRates {
            experiment: Box::new(experiment.clone()),
            request: self.rate_test_requests,
        });
        self.rate_test = Some(RateTest {
            name: contender.name,
            colour: self.colours[self.selected],
            experiment,
            points: Vec::new(),
            running: true,
            suggestion: None,
            blew_up: false,
            cancelled: false,
            problem: None,
            request: self.rate_test_requests,
        });
    }

    pub(super) fn cancel_rate_test(&mut self) {
        if let Some(test) = &mut self.rate_test
            && test.running
        {
            test.running = false;
            test.cancelled = true;
            self.effects.push(Effect::CancelRateTest);
        }
    }

    /// Ends the test and drops what it has shown: it is of something that is no more.
    pub(super) fn forget_rate_test(&mut self) {
        self.cancel_rate_test();
        self.rate_test = None;
    }

    pub(super) fn use_suggested_rate(&mut self) {
        let Some((colour, rate)) =
            (self.rate_test.as_ref()).and_then(|test| Some((test.colour, test.suggestion?)))
        else {
            return;
        };
        let Some(index) = self.colours.iter().position(|own| *own == colour) else {
            return;
        };
        let Contender {
            name,
            mut experiment,
        } = self.contenders[index].clone();
        // As people write rates: two digits.
        experiment.schedule.learning_rate = format!("{rate:.1e}").parse().unwrap_or(rate);
        self.draft
            .set_contender(index, &Contender { name, experiment });
        self.settle();
    }

    /// Takes in what the test with this number tells; one that was given up is not listened to.
    pub(super) fn rate_test_news(&mut self, request: u64, news: RateTestNews) {
        let Some(test) = &mut self.rate_test else {
            return;
        };
        if test.request != request || test.cancelled {
            return;
        }
        match news {
            RateTestNews::Point(point) => test.points.push(point),
            RateTestNews::Ended(Ok(result)) => {
                test.running = false;
                test.suggestion = result.suggestion;
                test.blew_up = result.blew_up;
                test.points = result.points;
            }
            RateTestNews::Ended(Err(problems)) => {
                test.running = false;
                test.problem = Some(lines(&problems, &self.contenders));
            }
        }
    }
}

impl RateTest {
    /// Whether `contender` is no longer what was tested, its rate excepted.
    #[must_use]
    pub fn is_of_other_settings(&self, contender: &Experiment) -> bool {
        let ignored = |key: &str| key == "schedule.learning_rate" || key.starts_with("seeds");
        self.experiment
            .first_difference(contender, ignored)
            .is_some()
    }
}
