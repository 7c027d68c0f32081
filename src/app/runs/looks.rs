//! What closer looks at a run's network showed over its steps, bounded.

use crate::record::{LayerLook, Probe};

/// Looks that are held at most before every second one goes.
const HELD: usize = 1024;

/// The looks at one run, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looks {
    /// The step of each.
    pub steps: Vec<u64>,
    /// Each one's layers, the input's first.
    pub layers: Vec<Vec<LayerLook>>,
}

impl Looks {
    /// Takes in a look, later than all before it.
    pub fn push(&mut self, probe: &Probe) {
        self.steps.push(probe.step);
        let layers = probe.layers.iter().map(|layer| layer.look.clone());
        self.layers.push(layers.collect());
        if self.steps.len() == HELD {
            // The first stays: it tells of the weights as they were drawn.
            let mut index = 0;
            self.steps.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            index = 0;
            self.layers.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
    }

    /// Forgets `step` and what came after it.
    pub fn truncate(&mut self, step: u64) {
        let kept = self.steps.partition_point(|&other| other < step);
        self.steps.truncate(kept);
        self.layers.truncate(kept);
    }

    /// The index of the latest look at or before `step`.
    #[must_use]
    pub fn before(&self, step: u64) -> Option<usize> {
        self.steps
            .partition_point(|&other| other <= step)
            .checked_sub(1)
    }

    /// One number of one layer over the looks; those without such a layer are left out.
    pub fn course<'a>(
        &'a self,
        layer: usize,
        of: impl Fn(&LayerLook) -> Option<f64> + 'a,
    ) -> impl Iterator<Item = (u64, f64)> + 'a {
        (self.steps.iter().zip(&self.layers))
            .filter_map(move |(step, layers)| Some((*step, of(layers.get(layer)?)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::LayerProbe;

    #[test]
    fn many_looks_are_thinned_and_the_first_stays() {
        let mut looks = Looks::default();
        for step in 0..5000 {
            let look = LayerLook {
                radius: step as f64,
                ..LayerLook::default()
            };
            looks.push(&Probe {
                step,
                layers: vec![LayerProbe {
                    look,
                    ..LayerProbe::default()
                }],
            });
        }
        assert!(looks.steps.len() < HELD && looks.steps.len() > HELD / 4);
        assert_eq!(looks.steps[0], 0);
        for (step, radius) in looks.course(0, |look| Some(look.radius)) {
            assert_eq!(step as f64, radius);
        }
        assert_eq!(looks.course(1, |look| Some(look.radius)).count(), 0);
        looks.truncate(100);
        assert!(looks.steps.iter().all(|&step| step < 100) && !looks.steps.is_empty());
        assert_eq!(looks.steps.len(), looks.layers.len());
    }
}
