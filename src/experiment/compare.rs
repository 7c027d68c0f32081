//! Where two experiments differ.

use super::{Experiment, document};
use toml::{Table, Value};

impl Experiment {
    /// The first dotted key with different values in `self` and `other`, and the two values; keys for
    /// which `ignored` holds are not looked at.
    #[must_use]
    pub fn first_difference(
        &self,
        other: &Self,
        ignored: impl Fn(&str) -> bool,
    ) -> Option<(String, Option<Value>, Option<Value>)> {
        let (own, other) = (document::serialised(self), document::serialised(other));
        difference("", &own, &other, &ignored)
    }
}

fn difference(
    path: &str,
    own: &Table,
    other: &Table,
    ignored: &impl Fn(&str) -> bool,
) -> Option<(String, Option<Value>, Option<Value>)> {
    let added = other.keys().filter(|key| !own.contains_key(*key));
    for key in own.keys().chain(added) {
        let here = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        let values = (own.get(key), other.get(key));
        if values.0 == values.1 || ignored(&here) {
            continue;
        }
        if let (Some(Value::Table(own)), Some(Value::Table(other))) = values {
            if let Some(found) = difference(&here, own, other, ignored) {
                return Some(found);
            }
        } else {
            return Some((here, values.0.cloned(), values.1.cloned()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_that_differs_is_named_and_an_ignored_one_is_not() {
        let read = |text| Experiment::from_toml(text).expect("good");
        let own = read("title = \"a\"\n[optimizer]\nkind = \"sgd\"\nmomentum = 0.5\n");
        let other = read("title = \"b\"\n[optimizer]\nkind = \"sgd\"\nmomentum = 0.9\n");
        let ignored = |key: &str| key == "title";
        let (key, before, now) = own.first_difference(&other, ignored).expect("it differs");
        assert_eq!(key, "optimizer.momentum");
        assert_eq!((before, now), (Some(0.5.into()), Some(0.9.into())));
        assert_eq!(own.first_difference(&own, |_| false), None);
        // A kind's own keys, and a key that only one of them has.
        let adam = read("[optimizer]\nkind = \"adam\"\n[training]\nsteps = 3\n");
        let plain = read("[optimizer]\nkind = \"adam\"\n");
        let (key, _, _) = own.first_difference(&adam, ignored).expect("it differs");
        assert_eq!(key, "optimizer.kind");
        let (key, before, _) = plain.first_difference(&adam, ignored).expect("it differs");
        assert_eq!((key.as_str(), before), ("training.steps", None));
    }
}
