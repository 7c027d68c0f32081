//! What a right-click on a plot saves: the picture as it is on the screen (PNG), the same as lines that
//! can be scaled (SVG), or the numbers behind it (CSV).

use super::frame::{Band, Drawn, Form, Spec, marks};
use crate::app::actions::Action;
use crate::app::{format, text};
use eframe::egui::{Color32, ColorImage, Context, Id, Rect, Response};
use egui_plot::PlotPoint;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How a plot is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A picture of points.
    Png,
    /// A picture of lines.
    Svg,
    /// A table.
    Csv,
}

/// A file's name and content.
type File = (String, Vec<u8>);

fn album() -> Id {
    Id::unique("photographs of plots")
}

/// Takes a picture of what the next frame shows within `place`.
pub fn photograph(ctx: &Context, name: &str, place: Rect) {
    let name = format!("{name}.png");
    let pixels = ctx.pixels_per_point();
    let place = place.intersect(ctx.content_rect());
    let later = ctx.clone();
    ctx.request_screenshot(move |image| {
        if let Some(bytes) = png(&image.region(&place, Some(pixels))) {
            later.data_mut(|data| {
                let album = data.get_temp_mut_or_default::<Vec<File>>(album());
                album.push((name, bytes));
            });
        }
        later.request_repaint();
    });
}

/// What a right-click on a picture offers: the picture of what is shown within `place`, or the numbers
/// behind it.
pub fn picture_menu(
    response: &Response,
    name: &str,
    place: Rect,
    numbers: impl FnOnce() -> String,
) -> Option<Action> {
    let mut asked = None;
    response.context_menu(|ui| {
        if ui.button(text::SAVE_PNG).clicked() {
            photograph(ui.ctx(), name, place);
            ui.ctx().request_repaint();
            ui.close();
        }
        if ui.button(text::SAVE_CSV).clicked() {
            asked = Some(Action::SaveFigure {
                name: format!("{name}.csv"),
                bytes: numbers().into_bytes().into(),
            });
            ui.close();
        }
    });
    asked
}

/// The pictures that have come.
pub fn developed(ctx: &Context) -> Vec<Action> {
    let files = ctx.data_mut(|data| data.remove_temp::<Vec<File>>(album()));
    (files.unwrap_or_default().into_iter())
        .map(|(name, bytes)| Action::SaveFigure {
            name,
            bytes: bytes.into(),
        })
        .collect()
}

fn png(image: &ColorImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let [width, height] = image.size.map(|side| side as u32);
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let rgb: Vec<u8> = (image.pixels.iter())
        .flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()])
        .collect();
    // Only a picture without any points is refused, and then there is nothing to save.
    encoder.write_header().ok()?.write_image_data(&rgb).ok()?;
    Some(bytes)
}

/// The lines side by side, one row for each x that any of them has; in plain numbers also where the axis
/// is logarithmic.
pub fn csv(spec: &Spec<'_>) -> File {
    let mut table = String::new();
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let x_name = if spec.x_label.is_empty() {
        "x"
    } else {
        spec.x_label
    };
    table += &quoted(x_name);
    for line in &spec.lines {
        table.push(',');
        table += &quoted(&line.name);
    }
    table.push('\n');
    // Of numbers that are not negative, and of others turned around, the bits are ordered as they are.
    let order = |x: f64| {
        let bits = x.to_bits();
        if x.is_sign_negative() {
            !bits
        } else {
            bits | 1 << 63
        }
    };
    let mut rows: BTreeMap<u64, (f64, Vec<Option<f64>>)> = BTreeMap::new();
    for (column, line) in spec.lines.iter().enumerate() {
        for point in line.points.iter().flatten() {
            let row = rows
                .entry(order(point.x))
                .or_insert_with(|| (point.x, vec![None; spec.lines.len()]));
            row.1[column] = Some(if spec.log {
                10_f64.powf(point.y)
            } else {
                point.y
            });
        }
    }
    for (x, values) in rows.into_values() {
        table += &x.to_string();
        for value in values {
            table.push(',');
            if let Some(value) = value {
                // What was single precision is written with as many digits as it had.
                table += &(value as f32).to_string();
            }
        }
        table.push('\n');
    }
    (format!("{}.csv", spec.id), table.into_bytes())
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 540.0;
/// Left, right, top and bottom of the frame.
const FRAME: [f64; 4] = [84.0, 944.0, 64.0, 488.0];
/// Half the width of the mark of a run that diverged.
const CROSS: f64 = 5.0;

fn colour(colour: Color32) -> String {
    let [red, green, blue, alpha] = colour.to_srgba_unmultiplied();
    let opacity = f64::from(alpha) / 255.0;
    format!("rgb({red},{green},{blue})\" stroke-opacity=\"{opacity:.2}")
}

fn escaped(words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    words.replace('>', "&gt;").replace('"', "&quot;")
}

/// The plot as it is on show, dark on white; `None` only where there is no range to show.
pub fn svg(spec: &Spec<'_>, [x0, x1]: [f64; 2]) -> Option<File> {
    let [y0, y1] = super::reach::y_range(spec, [x0, x1]);
    let [left, right, top, bottom] = FRAME;
    (x1 > x0 && y1 > y0).then_some(())?;
    let x = |value: f64| left + (value - x0) / (x1 - x0) * (right - left);
    let y = |value: f64| bottom - (value - y0) / (y1 - y0) * (bottom - top);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <clipPath id=\"frame\"><rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\"/></clipPath>\n",
        right - left,
        bottom - top
    );
    let text = |svg: &mut String, x: f64, y: f64, anchor: &str, words: &str| {
        // A text is written into memory, which does not fail.
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"#333\">{}</text>",
            escaped(words)
        );
    };
    let grid = |svg: &mut String, from: [f64; 2], to: [f64; 2]| {
        let _ = writeln!(
            svg,
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#ddd\"/>",
            from[0], from[1], to[0], to[1]
        );
    };
    for mark in marks::x(spec, [x0, x1], right - left) {
        grid(&mut svg, [x(mark), top], [x(mark), bottom]);
        text(
            &mut svg,
            x(mark),
            bottom + 18.0,
            "middle",
            &(spec.x_tick)(mark),
        );
    }
    for mark in marks::y(spec, [y0, y1], bottom - top) {
        grid(&mut svg, [left, y(mark)], [right, y(mark)]);
        let words = if spec.log {
            format::log_tick(mark)
        } else {
            format::linear_tick(mark)
        };
        text(&mut svg, left - 8.0, y(mark) + 4.0, "end", &words);
    }
    for (name, range, _) in &spec.spans {
        grid(&mut svg, [x(range[0]), top], [x(range[0]), bottom]);
        text(&mut svg, x(range[0]) + 4.0, top + 14.0, "start", name);
    }
    svg += "<g clip-path=\"url(#frame)\" fill=\"none\" stroke-linejoin=\"round\">\n";
    for band in &spec.bands {
        area(&mut svg, band, &x, &y);
    }
    for (level, ink, _) in &spec.levels {
        let level = if spec.log { level.log10() } else { *level };
        let _ = writeln!(
            svg,
            "<path d=\"M{left} {0:.1}L{right} {0:.1}\" stroke=\"{1}\" stroke-dasharray=\"4 3\"/>",
            y(level),
            colour(*ink)
        );
    }
    for line in &spec.lines {
        draw(&mut svg, line, &x, &y);
    }
    for &(at, value, ink) in &spec.marks {
        let value = if spec.log { value.log10() } else { value };
        // What diverged may have left the numbers that have a place.
        let top = top + 1.5 * CROSS;
        let (at, to) = (x(at), y(value).max(top));
        let to = if to.is_finite() { to } else { top };
        let _ = writeln!(
            svg,
            "<path d=\"M{0:.1} {1:.1}L{2:.1} {3:.1}M{0:.1} {3:.1}L{2:.1} {1:.1}\" stroke=\"{4}\" stroke-width=\"2\"><title>{5}</title></path>",
            at - CROSS,
            to - CROSS,
            at + CROSS,
            to + CROSS,
            colour(ink),
            escaped(&text::DIVERGED_MARK)
        );
    }
    svg += "</g>\n";
    text(&mut svg, left, 28.0, "start", &spec.label);
    text(
        &mut svg,
        f64::midpoint(left, right),
        HEIGHT - 12.0,
        "middle",
        spec.x_label,
    );
    text(&mut svg, left, top - 8.0, "start", spec.y_label);
    svg += "</svg>\n";
    Some((format!("{}.svg", spec.id), svg.into_bytes()))
}

/// The way from point to point.
fn path<'a>(
    points: impl Iterator<Item = &'a PlotPoint>,
    x: &impl Fn(f64) -> f64,
    y: &impl Fn(f64) -> f64,
) -> String {
    let places: Vec<String> = points
        .map(|point| format!("{:.1} {:.1}", x(point.x), y(point.y)))
        .collect();
    places.join("L")
}

/// The area between the two lines of a band.
fn area(svg: &mut String, band: &Band, x: &impl Fn(f64) -> f64, y: &impl Fn(f64) -> f64) {
    let [low, high] = &band.edges;
    let [red, green, blue, alpha] = band.colour.to_srgba_unmultiplied();
    for (low, high) in low.iter().zip(high.iter()) {
        let _ = writeln!(
            svg,
            "<path d=\"M{}Z\" fill=\"rgb({red},{green},{blue})\" fill-opacity=\"{:.2}\"/>",
            path(low.iter().chain(high.iter().rev()), x, y),
            f64::from(alpha) / 255.0
        );
    }
}

fn draw(svg: &mut String, line: &Drawn, x: &impl Fn(f64) -> f64, y: &impl Fn(f64) -> f64) {
    let dashes = if line.form == Form::Dashed {
        " stroke-dasharray=\"5 3\""
    } else {
        ""
    };
    for points in line.points.iter() {
        let _ = writeln!(
            svg,
            "<path d=\"M{}\" stroke=\"{}\" stroke-width=\"{:.1}\"{dashes}><title>{}</title></path>",
            path(points.iter(), x, y),
            colour(line.colour),
            line.width,
            escaped(&line.name)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::plots::frame::samples::{line, spec};

    #[test]
    fn a_table_has_one_row_for_each_x_and_holes_where_a_line_has_none() {
        let mut other = line(&[3.0], true);
        other.name = "SGD, \"fast\"".to_owned();
        let spec = spec(vec![line(&[0.1, 2.0], true), other]);
        let (name, bytes) = csv(&spec);
        assert_eq!(name, "test.csv");
        let table = String::from_utf8(bytes).expect("it is text");
        assert_eq!(table, "\"x\",\"\",\"SGD, \"\"fast\"\"\"\n0,0.1,3\n1,2,\n");
    }

    #[test]
    fn a_picture_of_lines_is_well_formed_and_holds_them_all() {
        let mut named = line(&[1.0, 2.0, 4.0], true);
        named.name = "a < b & c".to_owned();
        let (name, bytes) = svg(&spec(vec![named]), [0.0, 2.0]).expect("there is a range");
        assert_eq!(name, "test.svg");
        let svg = String::from_utf8(bytes).expect("it is text");
        assert!(svg.contains("<title>a &lt; b &amp; c</title>"), "{svg}");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
    }

    #[test]
    fn a_picture_of_lines_has_the_bands_and_where_a_run_diverged() {
        let edge = |ys: &[f64]| line(ys, true).points;
        let mut spec = spec(vec![line(&[1.0, 2.0], true)]);
        spec.bands.push(Band {
            edges: [edge(&[1.0, 1.0]), edge(&[2.0, 3.0])],
            colour: Color32::from_rgb(0, 128, 0).gamma_multiply(0.5),
        });
        spec.marks.push((1.0, f64::NAN, Color32::RED));
        let (_, bytes) = svg(&spec, [0.0, 1.0]).expect("there is a range");
        let svg = String::from_utf8(bytes).expect("it is text");
        assert!(
            svg.contains("Z\" fill=\"rgb(0,128,0)\" fill-opacity=\"0.50\"/>"),
            "{svg}"
        );
        let mark = format!("<title>{}</title>", text::DIVERGED_MARK);
        assert!(svg.contains(&mark) && !svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn a_picture_of_points_can_be_read_again() {
        let image = ColorImage::filled([3, 2], Color32::from_rgb(10, 20, 30));
        let bytes = png(&image).expect("it has points");
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes))
            .read_info()
            .expect("it is a picture");
        let mut pixels = vec![0; reader.output_buffer_size().expect("it is small")];
        let info = reader.next_frame(&mut pixels).expect("it has a frame");
        assert_eq!((info.width, info.height), (3, 2));
        assert_eq!(pixels[..3], [10, 20, 30]);
    }
}
