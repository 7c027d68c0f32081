//! Loading: cancelled and begun again.

use super::*;
use crate::app::actions::Action;

/// Cancelled, loading changes nothing, whatever comes of it later; another one is as ever.
#[test]
fn loading_is_cancelled_and_begun_again() {
    let mut both = Both::open(RACE);
    let known = both.state.series.clone();
    let cancelled = |both: &mut Both, action: Action| {
        both.apply(action);
        assert!(both.state.loading);
        both.apply(Action::CancelLoading);
        assert!(!both.state.loading && both.state.loading_cancelled);
        while both.runner.loading.is_some() {
            both.until("a look at what came", |_| true);
        }
    };
    cancelled(&mut both, Action::Reload);
    assert!(both.state.series == known, "what is shown stays");
    cancelled(&mut both, Action::SetSource("generate:random-walk".into()));
    assert!(
        both.state.series.is_none(),
        "of other data nothing is known"
    );
    both.apply(Action::Reload);
    both.until("the data are loaded", |state| !state.loading);
    assert!(!both.state.loading_cancelled);
    assert!(both.state.series.is_some());
    both.apply(Action::CancelLoading);
    assert!(!both.state.loading_cancelled, "there was nothing to cancel");
}

/// Of settings that cannot be right the source is shown as it is, with no parts and no windows.
#[test]
fn wrong_settings_show_the_raw_series_of_their_own_source() {
    let mut both = Both::open(RACE);
    let mut experiment = Experiment::default();
    experiment.data.source = "builtin:macrodata".into();
    experiment.data.targets = vec!["infl".into()];
    let split = &mut experiment.data.split;
    (split.train, split.validation) = (0.9, 0.3);
    let read = Message::Read("h.toml".into(), Ok(Box::new(experiment)));
    both.state.receive(read);
    both.until("the raw series is there", |state| !state.loading);
    let series = both.state.series.clone().expect("it can be read");
    assert_eq!(series.targets, ["infl"]);
    assert!(series.rows > 0 && series.parts().is_none());
    assert_eq!(series.lookback, 0);
    let keys: Vec<String> = (both.state.errors().into_iter())
        .map(|error| error.key)
        .collect();
    assert_eq!(keys, ["data.split.validation"]);
}

/// Parts are counted in rows, and in sequences where those are the samples.
#[test]
fn parts_are_counted_as_they_were_cut() {
    let both = Both::open(RACE);
    let series = both.state.series.as_ref().expect("it is loaded");
    let parts = series.parts().expect("it is cut");
    assert_eq!(parts.iter().sum::<usize>(), series.rows);
    let both = Both::open(
        "[data]\nsource = \"generate:adding\"\n[data.generate]\ncount = 40\n[data.split]\ntrain = 0.5\nvalidation = 0.25\n",
    );
    let series = both.state.series.as_ref().expect("it is loaded");
    assert_eq!(series.parts(), Some([20, 10, 10]));
    assert_eq!(series.sequences, Some([20, 10, 10]));
}
