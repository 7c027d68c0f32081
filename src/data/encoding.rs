//! Bytes to text: UTF-8, UTF-16 with or without a byte-order mark, GB 18030 or Latin-1 where neither fits.

use super::DataError;
use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes by which the encoding is judged where nothing says it.
const HEAD: usize = 4096;

/// Whether the first bytes are UTF-16 text: by its mark, or because every other byte of them is
/// mostly zero, as it is in the digits and letters of tables.
pub(super) fn is_utf16(head: &[u8]) -> bool {
    wide(head).is_some()
}

fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return None,
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let pairs = head.len() / 2;
    let zeros = |first: usize| {
        head.iter()
            .skip(first)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let mostly = |zeros: usize, others: usize| pairs > 2 && zeros * 10 >= pairs * 7 && others == 0;
    if mostly(odd, even) {
        Some(UTF_16LE)
    } else if mostly(even, odd) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Bytes of the byte-order mark that UTF-8 text begins with, if it does.
pub(super) fn mark_length(bytes: &[u8]) -> usize {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    if bytes.starts_with(MARK) {
        MARK.len()
    } else {
        0
    }
}

/// Whether bytes that are no UTF-8 are Chinese text in the characters of GB 2312, which GBK and GB 18030 share: letters
/// beyond ASCII come in pairs, and somewhere two pairs together, as the accented ones of Latin-1 do not.
fn is_chinese(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1 << 16)];
    // What the end may have cut is not looked at.
    let end = head
        .iter()
        .rposition(u8::is_ascii)
        .map_or(0, |last| last + 1);
    let runs = || {
        head[..end]
            .split(u8::is_ascii)
            .filter(|run| !run.is_empty())
    };
    let is_sign = |pair: &[u8]| matches!(pair, [0xa1..=0xa9 | 0xb0..=0xf7, 0xa1..=0xfe]);
    let hanzi = |pair: &[u8]| pair[0] >= 0xb0;
    runs().all(|run| run.chunks(2).all(is_sign))
        && runs().any(|run| run.len() >= 4 && run.chunks(2).all(hanzi))
}

/// The text that `bytes` are, and a note where they are not UTF-8.
///
/// # Errors
/// They begin like UTF-16 and are none.
pub(super) fn decode(
    path: &str,
    bytes: Vec<u8>,
) -> Result<(String, Option<&'static str>), DataError> {
    if let Some(encoding) = wide(&bytes) {
        let (text, failed) = encoding.decode_with_bom_removal(&bytes);
        if failed {
            return Err(DataError::file(
                path,
                "begins like UTF-16 but is not; save it as UTF-8 text",
            ));
        }
        return Ok((text.into_owned(), Some("read as UTF-16")));
    }
    Ok(match String::from_utf8(bytes) {
        Ok(mut text) => {
            text.drain(..mark_length(text.as_bytes()));
            (text, None)
        }
        Err(error) if is_chinese(error.as_bytes()) => {
            let (text, _) = GB18030.decode_without_bom_handling(error.as_bytes());
            (text.into_owned(), Some("not UTF-8; read as GB 18030"))
        }
        Err(error) => {
            // Windows-1252 is Latin-1 with letters in the place of control characters.
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(error.as_bytes());
            (text.into_owned(), Some("not UTF-8; read as Latin-1"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        decode("x", bytes.to_vec()).expect("text").0
    }

    #[test]
    fn each_encoding_is_known_by_its_bytes() {
        let table = "größe,€\n1,2\n30,40\n500,600\n";
        let wide =
            |unit: fn(u16) -> [u8; 2]| table.encode_utf16().flat_map(unit).collect::<Vec<_>>();
        assert_eq!(text(table.as_bytes()), table);
        assert_eq!(text(format!("\u{feff}{table}").as_bytes()), table);
        for (mark, bytes) in [
            ([0xff, 0xfe], wide(u16::to_le_bytes)),
            ([0xfe, 0xff], wide(u16::to_be_bytes)),
        ] {
            assert_eq!(text(&[&mark[..], &bytes].concat()), table);
            assert_eq!(text(&bytes), table, "without a mark");
        }
        let latin = [&b"gr\xf6\xdfe,\x80\n"[..], b"1,2\n30,40\n500,600\n"].concat();
        assert_eq!(text(&latin), table);
        let chinese = "日期,值\n1,2\n";
        let (bytes, _, _) = GB18030.encode(chinese);
        assert_eq!(text(&bytes), chinese);
        assert!(!is_utf16(b"a\0b\n1\n2\n3\n"));
        assert!(decode("x", vec![0xff, 0xfe, 0, 0xd8, b'a', 0]).is_err());
    }
}
