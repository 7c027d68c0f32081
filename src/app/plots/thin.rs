//! Fewer points for the same line on the screen.

use eframe::egui::Pos2;

/// How far the line may move, in points: less than an eye sees.
const TOLERANCE: f32 = 0.35;

/// The places of a line that must stay, where it may move by [`TOLERANCE`] (Douglas & Peucker 1973): its
/// ends, and the one farthest from what is drawn without it, on and on.
pub fn corners(line: &[Pos2]) -> Vec<usize> {
    if line.len() < 3 {
        return (0..line.len()).collect();
    }
    let mut stays = vec![false; line.len()];
    let mut open = vec![(0, line.len() - 1)];
    while let Some((first, last)) = open.pop() {
        (stays[first], stays[last]) = (true, true);
        let farthest = (first + 1..last)
            .map(|index| {
                (
                    index,
                    squared_distance(line[index], line[first], line[last]),
                )
            })
            .max_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((index, far)) = farthest
            // What is no number is no reason to leave a point out.
            && (far.is_nan() || far > TOLERANCE * TOLERANCE)
        {
            open.extend([(first, index), (index, last)]);
        }
    }
    (0..line.len()).filter(|&index| stays[index]).collect()
}

/// From a point to a stretch of a line.
fn squared_distance(point: Pos2, from: Pos2, to: Pos2) -> f32 {
    let way = to - from;
    let share = (point - from).dot(way) / way.length_sq().max(f32::MIN_POSITIVE);
    point.distance_sq(from + share.clamp(0.0, 1.0) * way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::pos2;

    #[test]
    fn a_straight_line_needs_its_ends_and_a_spike_stays() {
        let straight: Vec<Pos2> = (0..100).map(|x| pos2(x as f32, 2.0 * x as f32)).collect();
        assert_eq!(corners(&straight), [0, 99]);
        let mut spike = straight.clone();
        spike[40].y += 50.0;
        assert_eq!(corners(&spike), [0, 39, 40, 41, 99]);
        assert_eq!(corners(&straight[..1]), [0]);
        assert!(corners(&[]).is_empty());
    }

    #[test]
    fn nothing_moves_farther_than_an_eye_sees() {
        let wave: Vec<Pos2> = (0..1000)
            .map(|x| pos2(x as f32 * 0.4, 60.0 * (x as f32 * 0.02).sin()))
            .collect();
        let kept = corners(&wave);
        assert!(kept.len() < 120, "{} points", kept.len());
        for pair in kept.windows(2) {
            for point in &wave[pair[0]..=pair[1]] {
                let off = squared_distance(*point, wave[pair[0]], wave[pair[1]]).sqrt();
                assert!(off <= TOLERANCE, "{off}");
            }
        }
        let hole = [pos2(0.0, 0.0), pos2(1.0, f32::NAN), pos2(2.0, 0.0)];
        assert_eq!(corners(&hole), [0, 1, 2]);
    }
}
