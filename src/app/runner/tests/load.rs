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
