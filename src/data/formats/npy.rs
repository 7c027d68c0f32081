//! NumPy's `.npy`: one array of numbers of one, two or three dimensions.
//!
//! The form: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.

use super::super::{Column, ColumnKind, DataError, Format, Table, time, typed::MAX_VALUES};

/// Reads an array: one dimension is a column, two are rows × columns, three are series × columns × steps, as sktime has
/// them, or series × steps × columns, as Keras does: the longer of the last two is time.
///
/// # Errors
/// What is no such array, is cut off, or holds an infinite number.
pub fn parse(source: &str, bytes: &[u8]) -> Result<Table, DataError> {
    let fail = |message: String| DataError::file(source, message);
    let (header, data) = split(bytes).ok_or_else(|| {
        fail("is a damaged .npy file: its header is cut off; save it anew".into())
    })?;
    let kind = value(header, "descr")
        .map(|text| text.trim_matches(['\'', '"']).to_owned())
        .ok_or_else(|| fail("is a .npy file without a type; save it anew".into()))?;
    let element = Element::of(&kind).ok_or_else(|| {
        fail(format!(
            "holds elements of the type {kind}; numbers and truth values are read, so convert them, as by array.astype(float)"
        ))
    })?;
    let columns_first = value(header, "fortran_order").as_deref() == Some("True");
    let shape: Vec<usize> = value(header, "shape")
        .unwrap_or_default()
        .trim_matches(['(', ')'])
        .split(',')
        .map(str::trim)
        .filter(|size| !size.is_empty())
        .map(|size| {
            size.parse()
                .map_err(|_| fail(format!("has the shape {size}; save it anew")))
        })
        .collect::<Result<_, _>>()?;
    let (series, columns, steps) = match shape[..] {
        [steps] => (1, 1, steps),
        [steps, columns] => (1, columns, steps),
        [series, columns, steps] if columns <= steps => (series, columns, steps),
        [series, steps, columns] => (series, columns, steps),
        _ => {
            return Err(fail(format!(
                "has {} dimensions; one, two (rows, columns) or three (series, columns, steps) are read",
                shape.len()
            )));
        }
    };
    let count = shape
        .iter()
        .try_fold(1_usize, |product, &size| product.checked_mul(size));
    let count = count.filter(|&count| count <= MAX_VALUES).ok_or_else(|| {
        fail(format!(
            "holds more than {MAX_VALUES} values, the most that is loaded; cut it into pieces"
        ))
    })?;
    if count == 0 || series * steps < 2 {
        return Err(fail(
            "has fewer than two rows; a series needs a row for each time step".into(),
        ));
    }
    if data.len() < count * element.size {
        return Err(fail(format!(
            "ends after {} of {count} values; save it anew",
            data.len() / element.size
        )));
    }
    let at = |indices: &[usize]| {
        let place = if columns_first {
            indices
                .iter()
                .zip(&shape)
                .rev()
                .fold(0, |place, (index, size)| place * size + index)
        } else {
            indices
                .iter()
                .zip(&shape)
                .fold(0, |place, (index, size)| place * size + index)
        };
        element.read(&data[place * element.size..][..element.size])
    };
    let mut made = Vec::with_capacity(columns);
    for column in 0..columns {
        let name = if columns == 1 {
            "value".to_owned()
        } else {
            format!("column_{}", column + 1)
        };
        let mut numbers = Vec::with_capacity(series * steps);
        for k in 0..series {
            for t in 0..steps {
                let number = match shape.len() {
                    1 => at(&[t]),
                    2 => at(&[t, column]),
                    _ if shape[1] == columns => at(&[k, column, t]),
                    _ => at(&[k, t, column]),
                };
                if number.is_infinite() {
                    return Err(fail(format!(
                        "{number} is not a finite number; write NaN where a value is missing"
                    ))
                    .in_column(&name)
                    .at_line((k * steps + t + 1) as u64));
                }
                numbers.push(number);
            }
        }
        let mut column = Column::of_numbers(&name, numbers);
        if element.whole {
            column.kind = ColumnKind::Integer;
        }
        made.push(column);
    }
    let time = time::detect(&made, &[]);
    if let Some(time) = &time {
        for &index in &time.columns {
            made[index].kind = ColumnKind::Time;
        }
    }
    Ok(Table {
        source: source.to_owned(),
        format: Format::Npy,
        delimiter: None,
        columns: made,
        series: (0..series).map(|k| k * steps..(k + 1) * steps).collect(),
        time,
        notes: if shape.len() == 3 {
            vec![format!(
                "the longer of the last two dimensions is taken for time: {series} series of {steps} steps, columns: {columns}"
            )]
        } else {
            Vec::new()
        },
        answers: None,
    })
}

/// The header's text and the data after it.
fn split(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let rest = bytes.strip_prefix(b"\x93NUMPY")?;
    let (length, rest) = if *rest.first()? == 1 {
        (
            usize::from(u16::from_le_bytes(rest.get(2..4)?.try_into().ok()?)),
            rest.get(4..)?,
        )
    } else {
        let length = u32::from_le_bytes(rest.get(2..6)?.try_into().ok()?);
        (usize::try_from(length).ok()?, rest.get(6..)?)
    };
    Some((
        std::str::from_utf8(rest.get(..length)?).ok()?,
        &rest[length..],
    ))
}

/// What a key of the header's dictionary says.
fn value(header: &str, key: &str) -> Option<String> {
    let after = header
        .split_once(&format!("'{key}'"))?
        .1
        .trim_start()
        .strip_prefix(':')?
        .trim_start();
    let end = if after.starts_with('(') {
        after.find(')')? + 1
    } else {
        after.find([',', '}'])?
    };
    Some(after[..end].trim().to_owned())
}

/// How one element is written.
struct Element {
    size: usize,
    big: bool,
    whole: bool,
    kind: char,
}

impl Element {
    fn of(text: &str) -> Option<Self> {
        let mut signs = text.chars();
        let order = signs.next()?;
        let kind = signs.next()?;
        let size: usize = signs.as_str().parse().ok()?;
        let known = match kind {
            'f' => matches!(size, 2 | 4 | 8),
            'i' | 'u' => matches!(size, 1 | 2 | 4 | 8),
            'b' => size == 1,
            _ => false,
        };
        (known && "<>|=".contains(order)).then_some(Self {
            size,
            big: order == '>',
            whole: kind != 'f',
            kind,
        })
    }

    fn read(&self, bytes: &[u8]) -> f64 {
        let mut raw = [0_u8; 8];
        for (place, byte) in bytes.iter().enumerate() {
            raw[if self.big {
                self.size - 1 - place
            } else {
                place
            }] = *byte;
        }
        let unsigned = u64::from_le_bytes(raw);
        match (self.kind, self.size) {
            ('f', 8) => f64::from_bits(unsigned),
            ('f', 4) => f64::from(f32::from_bits(unsigned as u32)),
            ('f', _) => half(unsigned as u16),
            ('i', size) => {
                let shift = 64 - 8 * size;
                ((unsigned << shift) as i64 >> shift) as f64
            }
            _ => unsigned as f64,
        }
    }
}

/// IEEE 754 half precision.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2.0_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2.0_f64.powi(exponent - 15),
    }
}
