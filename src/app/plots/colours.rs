//! From numbers to colours: one perceptually even scale for all pictures, safe for colour-blind people.

use eframe::egui::{Color32, Rect, Ui, pos2};

/// Viridis (Smith & van der Walt 2015) at even distances.
const ANCHORS: [[u8; 3]; 10] = [
    [0x44, 0x01, 0x54],
    [0x48, 0x28, 0x78],
    [0x3E, 0x49, 0x89],
    [0x31, 0x68, 0x8E],
    [0x26, 0x82, 0x8E],
    [0x1F, 0x9E, 0x89],
    [0x35, 0xB7, 0x79],
    [0x6E, 0xCE, 0x58],
    [0xB5, 0xDE, 0x2B],
    [0xFD, 0xE7, 0x25],
];

/// What is infinite or not a number.
pub const BROKEN: Color32 = Color32::from_rgb(0xD5, 0x2B, 0x1E);

/// The colour at `share` of the scale, from 0, the darkest, to 1.
#[must_use]
pub fn scale(share: f32) -> Color32 {
    let place = share.clamp(0.0, 1.0) * (ANCHORS.len() - 1) as f32;
    let index = (place as usize).min(ANCHORS.len() - 2);
    let between = place - index as f32;
    let mix = |part: usize| {
        let (a, b) = (ANCHORS[index][part], ANCHORS[index + 1][part]);
        (f32::from(a) + (f32::from(b) - f32::from(a)) * between).round() as u8
    };
    Color32::from_rgb(mix(0), mix(1), mix(2))
}

/// The colour of a number from −1, blue, to 1, orange (Okabe & Ito 2008), with `middle` at 0.
#[must_use]
pub fn around(value: f32, middle: Color32) -> Color32 {
    if !value.is_finite() {
        return BROKEN;
    }
    let end = if value < 0.0 {
        Color32::from_rgb(0x00, 0x72, 0xB2)
    } else {
        Color32::from_rgb(0xE6, 0x9F, 0x00)
    };
    middle.lerp_to_gamma(end, value.abs().min(1.0))
}

/// Decades that colours tell apart at most; what is below has the darkest.
const DECADES: i32 = 12;

/// The decades that the scale reaches over, from the exponent of the darkest colour to that of the
/// brightest: whole ones, so that it rests while numbers move a little.
#[must_use]
pub fn decades(ranges: impl Iterator<Item = [f32; 2]>) -> [i32; 2] {
    let range = ranges.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
    let Some([low, high]) = range else {
        return [-3, 0];
    };
    let high = high.log10().ceil() as i32;
    let low = (low.log10().floor() as i32).max(high - DECADES);
    [low.min(high - 1), high]
}

/// The colour of a norm.
#[must_use]
pub fn of_norm(norm: f32, [low, high]: [i32; 2]) -> Color32 {
    if norm.is_nan() {
        Color32::TRANSPARENT
    } else if norm.is_infinite() {
        BROKEN
    } else {
        // The logarithm of 0 is −∞, the darkest.
        scale((norm.log10() - low as f32) / (high - low) as f32)
    }
}

/// All colours from the darkest to the brightest along `bar`.
pub fn bar(ui: &Ui, bar: Rect) {
    const PARTS: usize = 96;
    let width = bar.width() / PARTS as f32;
    for part in 0..PARTS {
        let left = bar.left() + part as f32 * width;
        let rect = Rect::from_min_max(
            pos2(left, bar.top()),
            pos2(left + width + 0.5, bar.bottom()),
        );
        let colour = scale((part as f32 + 0.5) / PARTS as f32);
        ui.painter().rect_filled(rect, 0.0, colour);
    }
}

/// From a loss to a share of the scale: by logarithms where losses differ by a multiple.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Levels {
    /// Multiples from which on logarithms tell more.
    const MULTIPLE: f64 = 3.0;

    /// The scale over the finite ones of `values`.
    #[must_use]
    pub fn over(values: &[f64]) -> Self {
        let finite = values.iter().copied().filter(|value| value.is_finite());
        let range = finite.map(|value| [value, value]);
        let [low, high] = range
            .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
            .unwrap_or([0.0, 1.0]);
        // Rounding alone is no relief.
        let high = high.max(low + 1e-9 * low.abs().max(f64::MIN_POSITIVE));
        let logarithmic = low > 0.0 && high / low >= Self::MULTIPLE;
        let low = if logarithmic {
            low.max(high * 10_f64.powi(-DECADES))
        } else {
            low
        };
        Self {
            low,
            high,
            logarithmic,
        }
    }

    /// Where on the scale `value` stands, from 0 to 1.
    #[must_use]
    pub fn share(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        share.clamp(0.0, 1.0)
    }

    /// The value there.
    #[must_use]
    pub fn value(&self, share: f64) -> f64 {
        if self.logarithmic {
            self.low * (self.high / self.low).powf(share)
        } else {
            self.low + (self.high - self.low) * share
        }
    }

    /// Its colour.
    #[must_use]
    pub fn colour(&self, value: f64) -> Color32 {
        if value.is_finite() {
            scale(self.share(value) as f32)
        } else {
            BROKEN
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_where_its_anchors_do_and_only_brightens() {
        assert_eq!(scale(0.0), Color32::from_rgb(0x44, 0x01, 0x54));
        assert_eq!(scale(1.0), Color32::from_rgb(0xFD, 0xE7, 0x25));
        assert_eq!(scale(-3.0), scale(0.0));
        let lightness = |colour: Color32| {
            let [r, g, b, _] = colour.to_array().map(f32::from);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let steps: Vec<f32> = (0..=100)
            .map(|k| lightness(scale(k as f32 / 100.0)))
            .collect();
        assert!(steps.windows(2).all(|pair| pair[1] >= pair[0] - 1.0));
    }

    #[test]
    fn levels_are_logarithmic_where_losses_differ_by_a_multiple() {
        let near = Levels::over(&[2.0, 3.0, f64::INFINITY]);
        assert_eq!((near.share(2.5), near.value(0.5)), (0.5, 2.5));
        let far = Levels::over(&[0.01, 1.0, f64::INFINITY, 0.2]);
        assert!((far.share(0.1) - 0.5).abs() < 1e-12 && (far.value(0.5) - 0.1).abs() < 1e-12);
        assert_eq!(far.colour(f64::INFINITY), BROKEN);
        assert_eq!(far.colour(0.01), scale(0.0));
        // From far too small to far too large, all alike, nothing finite, and a loss of 0.
        for values in [&[1e-30, 1e30][..], &[0.5; 4], &[f64::INFINITY], &[0.0, 1.0]] {
            let levels = Levels::over(values);
            for value in values.iter().copied().filter(|value| value.is_finite()) {
                assert!((0.0..=1.0).contains(&levels.share(value)), "{values:?}");
            }
            assert!(levels.value(0.0).is_finite() && levels.value(1.0).is_finite());
        }
    }

    #[test]
    fn decades_are_whole_and_few_enough() {
        assert_eq!(decades([[0.002, 0.5], [0.01, 3.0]].into_iter()), [-3, 1]);
        assert_eq!(decades([[1e-38, 0.5]].into_iter()), [-12, 0]);
        assert_eq!(decades([[1.0, 1.0]].into_iter()), [-1, 0]);
        assert_eq!(decades(std::iter::empty()), [-3, 0]);
        assert_eq!(of_norm(0.0, [-3, 0]), scale(0.0));
        assert_eq!(of_norm(1.0, [-3, 0]), scale(1.0));
        assert_eq!(of_norm(f32::NAN, [-3, 0]), Color32::TRANSPARENT);
        assert_eq!(of_norm(f32::INFINITY, [-3, 0]), BROKEN);
    }
}
