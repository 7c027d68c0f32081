//! Several series as they were read: how many, how long, of which classes, and what some of them look like.

use crate::app::format;
use crate::data::{AnswerValues, Inspection, Outline, Table};
use std::collections::BTreeSet;

/// Series that are drawn.
const SKETCHES: usize = 6;

/// Inputs of a series that are drawn.
const INPUTS: usize = 12;

/// Several series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collection {
    /// How many.
    pub series: usize,
    /// Rows of the shortest and of the longest.
    pub lengths: [usize; 2],
    /// Values a row.
    pub dimensions: usize,
    /// Missing values and outliers in all.
    pub counts: [usize; 2],
    /// The classes with how many series each has, where each series has one.
    pub classes: Vec<(String, usize)>,
    /// The smallest and the largest answer, where each series has a number for one.
    pub answers: Option<[f64; 2]>,
    /// Whether training draws further ones without end, so that what is counted is not what is learned from.
    pub fresh: bool,
    /// A few of them; of classes one of each first.
    pub sketches: Vec<Sketch>,
}

/// One series of several.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sketch {
    /// Its number, from 1.
    pub number: usize,
    /// Its rows.
    pub rows: usize,
    /// The shapes of its first columns, in the data's own units.
    pub inputs: Vec<Outline>,
    /// Its class or answer; empty where it has none.
    pub answer: String,
}

impl Collection {
    /// Of a table; none where it is one series.
    #[must_use]
    pub fn of(table: &Table, inspection: &Inspection) -> Option<Self> {
        if table.series.len() < 2 {
            return None;
        }
        let values = table.answers.as_ref().map(|answers| &answers.values);
        let numbers = match values {
            Some(AnswerValues::Numbers(numbers)) => &numbers[..],
            _ => &[],
        };
        let known = || numbers.iter().copied().filter(|x| x.is_finite());
        let (classes, of) = match values {
            Some(AnswerValues::Classes { names, of }) => {
                let mut classes: Vec<_> = names.iter().map(|name| (name.clone(), 0)).collect();
                for &class in of {
                    classes[class].1 += 1;
                }
                (classes, &of[..])
            }
            _ => (Vec::new(), &[][..]),
        };
        let measured = || table.columns.iter().filter(|column| column.is_numeric());
        let sketch = |series: usize| {
            let rows = table.series[series].clone();
            let shape = |column: &crate::data::Column| Outline::of(&column.numbers[rows.clone()]);
            Sketch {
                number: series + 1,
                rows: rows.len(),
                inputs: measured().take(INPUTS).map(shape).collect(),
                answer: match (of.get(series), numbers.get(series)) {
                    (Some(&class), _) => classes[class].0.clone(),
                    (None, Some(&number)) => format::significant(number, 3),
                    (None, None) => String::new(),
                },
            }
        };
        let sum = |count: fn(&crate::data::inspect::InspectedColumn) -> usize| {
            inspection.columns.iter().map(count).sum()
        };
        Some(Self {
            series: table.series.len(),
            lengths: (inspection.lengths.as_ref()).map_or([0; 2], |found| [found.min, found.max]),
            dimensions: measured().count(),
            counts: [sum(|column| column.missing), sum(|column| column.outliers)],
            answers: known()
                .map(|x| [x, x])
                .reduce(|[a, b], [x, _]| [a.min(x), b.max(x)]),
            fresh: (table.answers.as_ref()).is_some_and(|answers| answers.fresh.is_some()),
            sketches: one_of_each(classes.len(), of, table.series.len(), SKETCHES)
                .into_iter()
                .map(sketch)
                .collect(),
            classes,
        })
    }
}

/// The first of each of `classes`, then the others in order, `most` of `count`.
#[must_use]
pub fn one_of_each(classes: usize, of: &[usize], count: usize, most: usize) -> Vec<usize> {
    let first = |class: usize| of.iter().position(|&other| other == class);
    let mut chosen: Vec<usize> = (0..classes)
        .take(most)
        .filter_map(first)
        .chain((0..count).take(most))
        .collect();
    let mut seen = BTreeSet::new();
    chosen.retain(|&sample| seen.insert(sample));
    chosen.truncate(most);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{inspect, source};
    use crate::experiment::Generate;

    fn read(text: &str) -> Option<Collection> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("few.ts");
        std::fs::write(&path, text).expect("a file");
        let path = path.display().to_string();
        let table = source::load(&path, &Generate::default(), 7).expect("it can be read");
        Collection::of(&table, &inspect(&table))
    }

    #[test]
    fn a_collection_is_counted_by_class_length_and_what_is_missing() {
        let found = read(
            "@problemName few\n@univariate false\n@dimensions 2\n@equalLength false\n@missing true\n@classLabel true a b\n@data\n\
             1,2,3:4,5,6:b\n1,?,3,4:1,2,3,4:a\n5,6,7:1,1,1:a\n",
        )
        .expect("three of them");
        assert_eq!((found.series, found.lengths), (3, [3, 4]));
        assert_eq!(found.dimensions, 2);
        assert_eq!(found.counts[0], 1);
        assert_eq!(found.classes, [("a".into(), 2), ("b".into(), 1)]);
        // One of each class first, in the order of the classes.
        let drawn: Vec<_> = (found.sketches.iter())
            .map(|sketch| (sketch.number, sketch.answer.as_str(), sketch.rows))
            .collect();
        assert_eq!(drawn, [(2, "a", 4), (1, "b", 3), (3, "a", 3)]);
        assert_eq!(found.sketches[1].inputs[1].range(), Some([4.0, 6.0]));
    }
}
