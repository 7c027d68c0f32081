//! How the loss depended on every layer's state at each time step, over the training steps.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Steps that are held at most before every second one goes.
const HELD: u64 = 2048;

/// Gradient flow of one layer in one training step; norms over the units, averaged over the batch, first
/// time step first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LayerFlow {
    /// ‖∂L/∂h_t‖, the total derivative: through time and through the output at t.
    pub hidden: Vec<f32>,
    /// ‖∂L/∂c_t‖; LSTM only.
    pub cell: Vec<f32>,
}

/// Which steps are recorded, and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FlowPlan {
    /// Every so many steps; absent: every step at first, and twice as seldom whenever 2,048 are held.
    pub every: Option<u64>,
}

impl FlowPlan {
    /// Steps between those that are kept once `step` is the latest.
    #[must_use]
    pub fn interval(self, step: u64) -> u64 {
        match self.every {
            Some(every) => every.max(1),
            // 2,048 steps at an interval k reach to step 2,048·k.
            None => match step / HELD {
                0 => 1,
                share => 2 << share.ilog2(),
            },
        }
    }

    /// Whether `step` is recorded.
    #[must_use]
    pub fn due(self, step: u64) -> bool {
        step.is_multiple_of(self.interval(step))
    }
}

/// A recorded step and its layers, the input's first.
type FlowStep = (u64, Arc<[LayerFlow]>);

/// The recorded steps of one run, thinned as its plan says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FlowHistory {
    plan: FlowPlan,
    #[serde(with = "shared")]
    steps: Vec<FlowStep>,
}

/// Shared layers are stored as their content.
mod shared {
    use super::{FlowStep, LayerFlow};
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        steps: &[FlowStep],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(steps.iter().map(|(step, layers)| (*step, &layers[..])))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<FlowStep>, D::Error> {
        let steps = Vec::<(u64, Vec<LayerFlow>)>::deserialize(deserializer)?;
        Ok((steps.into_iter())
            .map(|(step, layers)| (step, layers.into()))
            .collect())
    }
}

impl FlowHistory {
    /// Nothing recorded yet.
    #[must_use]
    pub fn new(plan: FlowPlan) -> Self {
        Self {
            plan,
            steps: Vec::new(),
        }
    }

    /// Takes in a step, later than all before it, that was due.
    pub fn push(&mut self, step: u64, layers: Arc<[LayerFlow]>) {
        self.steps.push((step, layers));
        if self.plan.every.is_none() && self.steps.len() as u64 == HELD {
            let interval = 2 * self.plan.interval(step);
            self.steps.retain(|(step, _)| step.is_multiple_of(interval));
        }
    }

    /// Forgets `step` and what came after it.
    pub fn truncate(&mut self, step: u64) {
        let kept = self.steps.partition_point(|(other, _)| *other < step);
        self.steps.truncate(kept);
    }

    /// The kept steps and their layers, the input's first.
    #[must_use]
    pub fn steps(&self) -> &[FlowStep] {
        &self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whenever_2048_steps_are_held_every_second_one_goes() {
        let plan = FlowPlan::default();
        let mut history = FlowHistory::new(plan);
        let mut held: Vec<u64> = Vec::new();
        let mut interval = 1;
        for step in 0..40_000 {
            // As the contract says it, in words.
            if step % interval == 0 {
                held.push(step);
                if held.len() == 2048 {
                    held = held.into_iter().step_by(2).collect();
                    interval *= 2;
                }
            }
            if plan.due(step) {
                history.push(step, Arc::from(Vec::new()));
            }
            assert!(history.steps().len() < 2048);
        }
        let kept: Vec<u64> = history.steps().iter().map(|(step, _)| *step).collect();
        assert_eq!(kept, held);
    }

    #[test]
    fn a_fixed_interval_stays() {
        let plan = FlowPlan { every: Some(10) };
        assert!(plan.due(0) && !plan.due(15) && plan.due(5_000_000));
        let mut history = FlowHistory::new(plan);
        for step in (0..50_000).step_by(10) {
            history.push(step, Arc::from(Vec::new()));
        }
        assert_eq!(history.steps().len(), 5000);
    }
}
