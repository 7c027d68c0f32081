//! Lines that name each of their values: `temp=21.5 hum=40`, `t:21.5,h:40`, as logs and the Arduino's serial plotter have
//! them, perhaps behind a time.

use super::{around::is_value, dressed::is_unit, foreign::Foreign, moment::is_time};

/// Lines by which a text is judged, and how many of them must name their values.
const JUDGED: usize = 10;
const LEAST: usize = 3;

/// What may part named values, besides blanks.
const SIGNS: [char; 4] = [',', ';', '\t', '|'];

/// Longer names than this are sentences.
const LONGEST: usize = 40;

/// No time is longer, nor is its zone.
const LONGEST_TIME: usize = 64;

/// A line: the time before its values, perhaps, and these by their names.
#[derive(Debug, PartialEq)]
struct Line {
    time: String,
    values: Vec<(String, String)>,
}

/// The table with a column for each name; none where lines do not name their values, or not the same ones.
pub(super) fn plain(text: &str) -> Option<Foreign> {
    let filled = || text.lines().filter(|line| !line.trim().is_empty());
    let sign_of = |line: &str| SIGNS.into_iter().find(|&sign| parted(line, sign).is_some());
    let model = filled().take(JUDGED).find_map(|line| {
        let sign = sign_of(line);
        Some((sign, read(line, sign)?))
    });
    let (sign, model) = model?;
    let same = |line: &str| {
        let found = read(line, sign)?;
        let names = |line: &Line| {
            let names = line.values.iter().map(|(name, _)| name.clone());
            names.collect::<Vec<_>>()
        };
        (names(&found) == names(&model) && found.time.is_empty() == model.time.is_empty())
            .then_some(found)
    };
    let judged = filled().take(JUDGED);
    if judged.filter(|line| same(line).is_some()).count() < LEAST {
        return None;
    }
    let mut names: Vec<&str> = model.values.iter().map(|(name, _)| name.as_str()).collect();
    let said = names.join(", ");
    let mut time = "time".to_owned();
    while names.contains(&time.as_str()) {
        time.push('_');
    }
    if !model.time.is_empty() {
        names.insert(0, &time);
    }
    let mut plain = names.join("\t") + "\n";
    let (mut rows, mut others) = (0_usize, 0_usize);
    for line in text.lines() {
        if let Some(found) = same(line) {
            if !found.time.is_empty() {
                plain += &found.time;
                plain.push('\t');
            }
            let values = found.values.iter().map(|(_, value)| value.as_str());
            plain += &values.collect::<Vec<_>>().join("\t");
            rows += 1;
        } else {
            others += usize::from(!line.trim().is_empty());
        }
        // A line that is left out stays as a blank one, so that others keep their numbers.
        plain.push('\n');
    }
    if others * 10 > rows {
        return None;
    }
    let note = if others == 0 {
        format!("the names before the values of each line are names of columns: {said}")
    } else {
        format!(
            "the names before the values of each line are names of columns: {said}; lines without them are left out: {others}"
        )
    };
    Some(Foreign {
        text: plain,
        delimiter: sign.unwrap_or(' '),
        added: 1,
        note,
    })
}

/// A line whose values are parted by a sign, or else by blanks; none where it does not name its values, once each, or
/// none of them is a number or a time.
fn read(line: &str, sign: Option<char>) -> Option<Line> {
    // As the Arduino's monitor writes the time.
    let (before, rest) = line.split_once(" -> ").unwrap_or(("", line));
    let mut found = match sign {
        Some(sign) => parted(rest, sign)?,
        None => blanks(rest)?,
    };
    if !before.is_empty() {
        if !found.time.is_empty() {
            return None;
        }
        before.clone_into(&mut found.time);
    }
    let bare = found.time.trim();
    let bare = bare.trim_start_matches('[').trim_end_matches([']', ':']);
    found.time = String::from(bare);
    let clean = |text: &str| text.trim().trim_matches('"').replace(['\t', '"'], " ");
    for (_, value) in &mut found.values {
        *value = clean(value);
    }
    let mut names: Vec<&String> = found.values.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    let once = names.windows(2).all(|pair| pair[0] != pair[1]);
    let valued = found.values.iter().any(|(_, value)| is_value(value));
    (once && valued && may_be_time(&found.time)).then_some(found)
}

/// Whether a text is empty, or a time: of the calendar, of a clock, or counted.
fn may_be_time(text: &str) -> bool {
    let fits = |sign: char| sign.is_ascii_digit() || ":.,-/TZ+ ".contains(sign);
    text.is_empty()
        || is_time(text)
        || text.starts_with(|sign: char| sign.is_ascii_digit()) && text.chars().all(fits)
}

/// A line of two values or more, or of a time and values, that a sign parts.
fn parted(line: &str, sign: char) -> Option<Line> {
    let mut quoted = false;
    let parts = line.trim().split(|found: char| {
        quoted ^= found == '"';
        found == sign && !quoted
    });
    let mut parts: Vec<&str> = parts.map(str::trim).collect();
    if parts.len() > 1 && parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    let (first, others) = parts
        .split_first()
        .filter(|(_, others)| !others.is_empty())?;
    let mut made = Line {
        time: String::new(),
        values: Vec::new(),
    };
    if let Some(named) = pair(first) {
        made.values.push(named);
    } else {
        // A time, and behind it the first value perhaps.
        let starts = first
            .char_indices()
            .filter(|(at, letter)| letter.is_alphabetic() && first[..*at].ends_with(' '));
        let named = starts
            .map(|(at, _)| at)
            .take_while(|at| *at <= LONGEST_TIME)
            .find_map(|at| Some((at, pair(&first[at..])?)));
        let end = named.as_ref().map_or(first.len(), |(at, _)| *at);
        first[..end].clone_into(&mut made.time);
        made.values.extend(named.map(|(_, named)| named));
    }
    for part in others {
        made.values.push(pair(part)?);
    }
    Some(made)
}

/// A line whose values blanks part, units behind them perhaps.
fn blanks(line: &str) -> Option<Line> {
    let mut quoted = false;
    let words = line.split(|sign: char| {
        quoted ^= sign == '"';
        sign.is_whitespace() && !quoted
    });
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut made = Line {
        time: String::new(),
        values: Vec::new(),
    };
    let mut rest = words.as_slice();
    while let [word, behind @ ..] = rest {
        rest = behind;
        let apart = behind.first().is_some_and(|next| ["=", ":"].contains(next));
        if apart && is_name(word) {
            let value = behind.get(1)?;
            made.values.push(((*word).to_owned(), (*value).to_owned()));
            rest = &behind[2..];
        } else if let Some((name, mut value)) = pair(word) {
            if value.is_empty()
                && let Some(next) = behind.first().filter(|next| pair(next).is_none())
            {
                (*next).clone_into(&mut value);
                rest = &behind[1..];
            }
            made.values.push((name, value));
        } else if let Some((_, value)) = made.values.last_mut() {
            if !is_unit(word) || !is_value(value) {
                return None;
            }
            *value += word;
        } else {
            made.time += word;
            made.time.push(' ');
        }
    }
    (!made.values.is_empty()).then_some(made)
}

/// A name, and the value behind `=` or `:`.
fn pair(text: &str) -> Option<(String, String)> {
    let at = text.find(['=', ':'])?;
    let (name, value) = (text[..at].trim(), text[at + 1..].trim());
    let sound = !value.starts_with(['=', ':', '/']) && !value.contains('=');
    (is_name(name) && sound).then(|| (name.to_owned(), value.to_owned()))
}

fn is_name(text: &str) -> bool {
    let fits = |sign: char| sign.is_alphanumeric() || "_-./%()[]°# ".contains(sign);
    let begins = text.starts_with(|sign: char| sign.is_alphabetic() || sign == '_');
    begins && text.len() <= LONGEST && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_no_values_is_no_such_line() {
        for line in [
            "2020-01-01 00:00:00,1.5",
            "a,b",
            "1 1:0.5 2:0.25",
            "see: nothing",
            "x=1 x=2",
            "http://example.org/1",
            "a==1",
            "one two a=1",
            "12:30:05",
        ] {
            assert!(read(line, None).is_none(), "{line}");
            assert!(read(line, Some(',')).is_none(), "{line}");
        }
    }
}
