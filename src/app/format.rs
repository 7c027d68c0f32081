//! Numbers as people read them: the same quantity always written the same way.

use super::text::say;
use crate::numbers::set_apart;

pub use crate::numbers::count;

/// `value` with `digits` significant digits; plain where that is short, with a power of ten where it
/// is not.
#[must_use]
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            say!("not a number", "不是数")
        } else {
            say!("infinite", "无穷大")
        };
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs().log10().floor();
    if (-5.0..6.0).contains(&size) {
        let decimals = (digits as f64 - 1.0 - size).max(0.0) as usize;
        minus(&set_apart(&format!("{value:.decimals$}")))
    } else {
        let decimals = digits.saturating_sub(1);
        minus(&format!("{value:.decimals$e}"))
    }
}

/// A number below 0 with the sign that is as wide as a plus, and not a hyphen.
fn minus(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(size) => format!("−{size}"),
        None => number.to_owned(),
    }
}

/// A loss or a norm.
#[must_use]
pub fn measure(value: f64) -> String {
    significant(value, 3)
}

/// A setting, as short as it is exact: 0.001, 1e-8, 32.
#[must_use]
pub fn setting(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-5..1e7).contains(&size) {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

/// As [`setting`], with at most three significant digits.
#[must_use]
pub fn setting_short(value: f64) -> String {
    setting(format!("{value:.2e}").parse().unwrap_or(value))
}

/// A share as per cent.
#[must_use]
pub fn percent(share: f64) -> String {
    // Beyond, a share tells no more than that it is out of all proportion.
    const MOST: f64 = 999.0;
    if share.is_finite() {
        let whole = (share * 100.0).round() + 0.0;
        if whole.abs() > MOST {
            let beyond = if whole < 0.0 { '<' } else { '>' };
            return format!("{beyond} {}", minus(&format!("{} %", MOST.copysign(whole))));
        }
        minus(&format!("{whole} %"))
    } else {
        "–".to_owned()
    }
}

/// A stretch of time.
#[must_use]
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "–".to_owned();
    }
    if seconds < 9.95 {
        return say!("{seconds:.1} s", "{seconds:.1} 秒");
    }
    let whole = seconds.round() as u64;
    match whole {
        0..60 => say!("{whole} s", "{whole} 秒"),
        60..3600 => say!("{} min {:02} s", "{} 分 {:02} 秒", whole / 60, whole % 60),
        _ => say!(
            "{} h {:02} min",
            "{} 时 {:02} 分",
            whole / 3600,
            whole / 60 % 60
        ),
    }
}

/// The tick of an axis whose values are base-ten logarithms.
#[must_use]
pub fn log_tick(exponent: f64) -> String {
    if (exponent - exponent.round()).abs() > 1e-6 {
        return linear_tick(10_f64.powf(exponent));
    }
    match exponent.round() as i32 {
        small @ -5..6 => linear_tick(10_f64.powi(small)),
        exponent => format!("1e{exponent}"),
    }
}

/// The tick of a linear axis, whose marks are round numbers.
#[must_use]
pub fn linear_tick(value: f64) -> String {
    let round: f64 = format!("{value:.9e}").parse().unwrap_or(value);
    if round == 0.0 || (1e-6..1e7).contains(&round.abs()) {
        minus(&set_apart(&format!("{}", round + 0.0)))
    } else {
        minus(&format!("{round:e}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(measure(0.012_345), "0.0123");
        assert_eq!(measure(1234.5), "1,234");
        assert_eq!(measure(0.000_012_3), "0.0000123");
        assert_eq!(measure(1.5e-9), "1.50e-9");
        assert_eq!(measure(2e30), "2.00e30");
        assert_eq!(measure(f64::NAN), "not a number");
        assert_eq!(measure(0.0), "0");
        assert_eq!(setting(1e-3), "0.001");
        assert_eq!(setting(1e-8), "1e-8");
        assert_eq!(setting(32.0), "32");
        assert_eq!(duration(75.0), "1 min 15 s");
        assert_eq!(duration(0.31), "0.3 s");
        assert_eq!(duration(9.97), "10 s");
        assert_eq!(duration(f64::INFINITY), "–");
        assert_eq!(log_tick(-2.0), "0.01");
        assert_eq!(log_tick(3.0), "1,000");
        assert_eq!(log_tick(-7.0), "1e-7");
        assert_eq!(log_tick(0.05_f64.log10()), "0.05");
        assert_eq!(linear_tick(0.1 + 0.2), "0.3");
        assert_eq!(linear_tick(-0.0), "0");
        assert_eq!(linear_tick(-1.5), "−1.5");
        assert_eq!(measure(-2e-9), "−2.00e-9");
        assert_eq!(linear_tick(400.0), "400");
        assert_eq!(linear_tick(1e9), "1e9");
        assert_eq!(percent(0.327), "33 %");
        assert_eq!(percent(-0.19), "−19 %");
        assert_eq!(percent(-4.2e8), "< −999 %");
        assert_eq!(percent(99.0), "> 999 %");
    }
}
