//! A column of numbers that only grows, with a min/max pyramid above it, so that a million values
//! are drawn as fast as a thousand and no spike is lost.

use std::thread;

/// Values under one pyramid entry of the level below.
const FAN: usize = 8;

/// An append-only column. Not-a-number and infinite values are kept, and left out of the pyramid.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    values: Vec<f32>,
    /// `levels[k][i]` is [min, max] of the finite values `i·8^(k+1) .. (i+1)·8^(k+1)`; min > max where
    /// there are none.
    levels: Vec<Vec<[f32; 2]>>,
}

/// What lies in one stretch of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// First index.
    pub start: usize,
    /// One past the last index.
    pub end: usize,
    /// Smallest finite value; `None` where no value is finite.
    pub range: Option<[f32; 2]>,
}

const NOTHING: [f32; 2] = [f32::INFINITY, f32::NEG_INFINITY];

fn joined(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [a[0].min(b[0]), a[1].max(b[1])]
}

fn of_value(value: f32) -> [f32; 2] {
    if value.is_finite() {
        [value; 2]
    } else {
        NOTHING
    }
}

/// As [`of_value`] of each, joined; halves at a time, which processors do side by side.
#[inline]
fn of_values(values: &[f32; FAN]) -> [f32; 2] {
    let least = |a: f32, b: f32| if a < b { a } else { b };
    let most = |a: f32, b: f32| if a > b { a } else { b };
    let mut low = values.map(|value| of_value(value)[0]);
    let mut high = values.map(|value| of_value(value)[1]);
    let mut half = FAN / 2;
    while half > 0 {
        for place in 0..half {
            low[place] = least(low[place], low[place + half]);
            high[place] = most(high[place], high[place + half]);
        }
        half /= 2;
    }
    [low[0], high[0]]
}

/// The ranges of values, each of [`FAN`] of them.
fn ranges(values: &[f32]) -> impl Iterator<Item = [f32; 2]> {
    let (whole, rest) = values.as_chunks();
    let rest =
        (!rest.is_empty()).then(|| rest.iter().fold(NOTHING, |a, &v| joined(a, of_value(v))));
    whole.iter().map(of_values).chain(rest)
}

/// Puts `from` into `values`, and what lies above them into the first level, while they are at hand.
fn fill(from: &[f64], values: &mut [f32], level: &mut [[f32; 2]]) {
    /// What a core's own cache holds of them.
    const BLOCK: usize = 1 << 12;
    let blocks = from.chunks(BLOCK).zip(values.chunks_mut(BLOCK));
    for ((from, values), level) in blocks.zip(level.chunks_mut(BLOCK / FAN)) {
        for (value, &from) in values.iter_mut().zip(from) {
            *value = from as f32;
        }
        for (range, found) in level.iter_mut().zip(ranges(values)) {
            *range = found;
        }
    }
}

/// As if each had been appended, in a fraction of the time.
impl FromIterator<f32> for Column {
    fn from_iter<I: IntoIterator<Item = f32>>(values: I) -> Self {
        let column = Self {
            values: values.into_iter().collect(),
            levels: Vec::new(),
        };
        column.with_levels()
    }
}

/// Fewer values than this are not worth a thread.
const LEAST: usize = 1 << 16;

impl Column {
    /// As if each had been appended; of many, halves side by side.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        if values.len() < LEAST {
            return values.iter().map(|&value| value as f32).collect();
        }
        let half = (values.len() / 2).next_multiple_of(FAN);
        let mut column = Self {
            values: vec![0.0; values.len()],
            levels: vec![vec![NOTHING; values.len().div_ceil(FAN)]],
        };
        let (numbers, ranges) = (&mut column.values, &mut column.levels[0]);
        thread::scope(|scope| {
            let (first, second) = numbers.split_at_mut(half);
            let (first_ranges, second_ranges) = ranges.split_at_mut(half / FAN);
            let (from, behind) = values.split_at(half);
            scope.spawn(|| fill(behind, second, second_ranges));
            fill(from, first, first_ranges);
        });
        column.with_levels()
    }

    /// With all levels that its values need.
    fn with_levels(mut self) -> Self {
        while self.len_below(self.levels.len()) > FAN {
            self.begin_level();
        }
        self
    }

    /// Appends one value.
    pub fn push(&mut self, value: f32) {
        let mut index = self.values.len();
        self.values.push(value);
        let range = of_value(value);
        let mut level = 0;
        loop {
            let first_child = index.is_multiple_of(FAN);
            index /= FAN;
            // A level begins when the one below it has more than one entry.
            if level == self.levels.len() {
                if self.len_below(level) <= FAN {
                    break;
                }
                self.begin_level();
                level += 1;
                continue;
            }
            let entries = &mut self.levels[level];
            if first_child && index == entries.len() {
                entries.push(range);
            } else {
                entries[index] = joined(entries[index], range);
            }
            level += 1;
        }
    }

    fn len_below(&self, level: usize) -> usize {
        match level.checked_sub(1) {
            None => self.values.len(),
            Some(below) => self.levels[below].len(),
        }
    }

    fn begin_level(&mut self) {
        let level = match self.levels.last() {
            None => ranges(&self.values).collect(),
            Some(below) => below
                .chunks(FAN)
                .map(|chunk| chunk.iter().fold(NOTHING, |a, &r| joined(a, r)))
                .collect(),
        };
        self.levels.push(level);
    }

    /// Keeps the first `len` values.
    pub fn truncate(&mut self, len: usize) {
        if len < self.len() {
            let values = std::mem::take(self).values;
            *self = values.into_iter().take(len).collect();
        }
    }

    /// All values.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The last value.
    #[must_use]
    pub fn last(&self) -> Option<f32> {
        self.values.last().copied()
    }

    /// The values from `start` to `end` as at most about `8 · buckets` stretches, from the coarsest
    /// level that still has `buckets` of them.
    pub fn buckets(
        &self,
        start: usize,
        end: usize,
        buckets: usize,
    ) -> impl Iterator<Item = Bucket> + '_ {
        let end = end.min(self.values.len());
        let start = start.min(end);
        let mut width = 1;
        let mut level = None;
        for index in 0..self.levels.len() {
            if (end - start) / (width * FAN) < buckets.max(1) {
                break;
            }
            width *= FAN;
            level = Some(index);
        }
        let first = start / width;
        let last = end.div_ceil(width);
        (first..last).map(move |index| {
            let range = match level {
                None => of_value(self.values[index]),
                Some(level) => self.levels[level][index],
            };
            Bucket {
                start: index * width,
                end: ((index + 1) * width).min(self.values.len()),
                range: (range[0] <= range[1]).then_some(range),
            }
        })
    }

    /// Smallest and largest finite value.
    #[must_use]
    pub fn range(&self) -> Option<[f32; 2]> {
        let all = match self.levels.last() {
            Some(top) => top.iter().fold(NOTHING, |a, &r| joined(a, r)),
            None => self
                .values
                .iter()
                .fold(NOTHING, |a, &v| joined(a, of_value(v))),
        };
        (all[0] <= all[1]).then_some(all)
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.values.capacity() * size_of::<f32>()
            + self
                .levels
                .iter()
                .map(|level| level.capacity() * size_of::<[f32; 2]>())
                .sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_the_extremes_of_what_they_cover() {
        let mut column = Column::default();
        for i in 0..5000_u32 {
            let value = f32::from((i.wrapping_mul(2_654_435_761) >> 16) as u16);
            column.push(if i % 97 == 0 { f32::NAN } else { value });
            if !(i < 80 || i % 501 == 0) {
                continue;
            }
            for buckets in [1, 3, 40, 10_000] {
                for bucket in column.buckets(0, column.len(), buckets) {
                    let finite = column.values()[bucket.start..bucket.end]
                        .iter()
                        .copied()
                        .filter(|v| v.is_finite());
                    let expected = finite.fold(NOTHING, |a, v| joined(a, [v; 2]));
                    assert_eq!(
                        bucket.range,
                        (expected[0] <= expected[1]).then_some(expected)
                    );
                }
                assert_eq!(
                    column
                        .buckets(0, column.len(), buckets)
                        .last()
                        .map(|b| b.end),
                    Some(column.len())
                );
            }
        }
        assert!(column.buckets(0, column.len(), 100).count() <= 800);
        assert!(column.buckets(0, column.len(), 100).count() >= 100);
    }

    #[test]
    fn gathered_at_once_or_one_by_one_a_column_is_the_same() {
        let value = |i: u32| match i % 89 {
            88 => f32::INFINITY,
            _ => f32::from((i.wrapping_mul(2_654_435_761) >> 16) as u16),
        };
        let mut one_by_one = Column::default();
        for len in 0..5000 {
            if len < 80 || len % 501 == 0 || [511, 512, 513, 4096, 4097].contains(&len) {
                let at_once: Column = (0..len).map(value).collect();
                assert_eq!(at_once, one_by_one, "{len} values");
            }
            one_by_one.push(value(len));
        }
        let many: Vec<u32> = (0..LEAST as u32 + 77).collect();
        for len in [
            0,
            1,
            4097,
            LEAST - 1,
            LEAST,
            LEAST + 1,
            LEAST + 8,
            many.len(),
        ] {
            let numbers: Vec<f64> = many[..len].iter().map(|&i| f64::from(value(i))).collect();
            let by_one: Column = many[..len].iter().map(|&i| value(i)).collect();
            assert_eq!(Column::of(&numbers), by_one, "{len} values");
        }
        one_by_one.truncate(700);
        assert_eq!(one_by_one, (0..700).map(value).collect::<Column>());
    }
}
