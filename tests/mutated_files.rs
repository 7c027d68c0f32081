//! Files of every form, damaged at random: nothing panics, hangs or takes memory without bounds, and what is
//! refused is refused in one line.
//!
//! `MUTATED_INPUTS=100000 cargo test --release --test mutated_files` goes through so many of each form, and
//! `MUTATED_FORM=ods` through the forms alone whose names end so.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use optimizer_explorer::{
    data::{self, inspect},
    experiment::Generate,
};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::io::{Cursor, Read, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the slowest file may compute on a busy machine; the usual one takes a thousandth.
const MOST_TIME: Duration = Duration::from_secs(20);
/// Bytes that the whole test may hold at once.
const MOST_MEMORY: u64 = 3 << 30;

fn inputs() -> usize {
    std::env::var("MUTATED_INPUTS").map_or(300, |count| count.parse().unwrap())
}

fn asset(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

const TS: &str = "@problemName Made\n@timeStamps false\n@missing true\n@univariate false\n@dimensions 2\n@equalLength false\n@classLabel true a b\n@data\n1,2,3:4,5,6:a\n1.5,?,3:4,5,NaN:b\n-1,2:0,1e-3:a\n7,8,9,10:1,1,1,1:b\n";
const UNIVARIATE: &str = "@problemName GunPoint\n@timestamps false\n@univariate true\n@equalLength true\n@seriesLength 4\n@classLabel true 1 2\n@data\n-0.64,-0.6,1.5,0.2:2\n0.1,0.3,-0.4,1:1\n1,2,3,4:1\n";
const TSF: &str = "# made\n@relation made\n@attribute series_name string\n@attribute start_timestamp date\n@frequency monthly\n@horizon 8\n@missing true\n@equallength false\n@data\nT1:1979-01-01 00-00-00:1,2,3,4.5,?,6\nT2:1980-06-01 00-00-00:7,8,9,10\n";
const UCR: &str = "1\t0.5\t0.7\t0.1\n2\t0.3\tNaN\t0.2\n1\t-0.5\t1e3\t0.4\n2\t0\t0\t1\n";
const TIMES: &str = "\u{feff}when;\"Wert, €\";state\n1.2.2020 13:45;1.234,5;\"a;b\"\n2.2.2020 13:45;-;\"c \"\"d\"\"\"\n3.2.2020 13:45;7;x\n";
/// Key=value lines, NOAA PSL, frequencies in one column, series on top of one another, letters and marks behind numbers,
/// times without a year, names and units in comments, Eurostat.
const SHAPES: [&str; 9] = [
    "2020-01-01 10:00:00 temp=21.5 hum=40 %\n2020-01-01 10:01:00 temp=21.6 hum=41 %\n# restart\n2020-01-01 10:02:00 temp=21.4 hum=42 %\n2020-01-01 10:03:00 temp=21.3 hum=nan %\n",
    "t:21.5,h:40\nt:21.6,h:41\nt:21.7,h:42\n",
    " 1950 1952\n1950 1 2 3 4 5 6 7 8 9 10 11 12\n1951 1 2 3 4 5 6 7 8 9 10 11 12\n1952 1 2 3 4 5 -99.9 -99.9 8 9 10 11 12\n -99.9\n nino\n",
    "\"Title\",\"CPI\"\n\"CDID\",\"D7BT\"\n\"2018\",\"1.5\"\n\"2019\",\"2.5\"\n\"2018 Q4\",\"1\"\n\"2019 Q1\",\"2\"\n\"2018 NOV\",\"1\"\n\"2018 DEC\",\"2\"\n\"2019 JAN\",\"3\"\n\"2019 FEB\",\"4\"\n",
    "LOCATION,TIME,Value\nAUT,2001,1.5\nAUT,2002,2.5\nAUT,2003,3.5\nBEL,2001,4.5\nBEL,2002,5.5\nBEL,2003,6.5\n",
    "Date,Vol.,Estimate\n01/02/2024,12.3M,1\n01/03/2024,900.00K,2\n01/04/2024,-,3\n01/05/2024,1.25B,4\n",
    "year,people\n2020,1\n2021,2\n2025p,3\n2046*,4\n",
    "Jan 30 10:00:00,1\nFeb 28 11:00:00,2\nDec 31 23:59:59,3\nJan 01 00:00:01,4\n",
    "# time temp\n# s degC\n0.1 1\n0.2 2\n0.3 4\n",
];
const WIDE: &str = "year,jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec\n2001,1,2,3,4,5,6,7,8,9,10,11,12\n2002,1,2,3,4,5,6,7,8,9,10,11,\n";

/// A form: what a file of it is called, and whole ones.
type Form = (&'static str, Vec<Vec<u8>>);

/// Times as people write them, in each a column of numbers beside.
const CLOCKS: [&str; 16] = [
    "t,y\n2021-03-28 00:00 CET,1\n2021-03-28 01:00 CET,2\n2021-03-28 03:00 CEST,5\n",
    "t,y\n2021-01-01T00:00[Europe/Berlin],1\n2021-01-01T01:00[Europe/Berlin],2\n2021-01-01T02:00[Europe/Berlin],5\n",
    "t;y\nFriday, 1 January 2021;1\nSaturday, 2 January 2021;2\nSunday, 3 January 2021;5\n",
    "t,y\n1609459200.0,1\n1609459260.5,2\n1609459321.0,5\n",
    "t,y\n1900.0,1\n1900.083,2\n1900.167,5\n1900.25,3\n1900.333,3\n",
    "t,y\n00:15:00.5,1\n00:30:00.5,2\n24:45:00.5,5\n",
    "t,y\n1970:1,1\n1970:2,2\n1970:3,5\n1970:4,3\n1971:1,3\n",
    "t,y\n1938/39,1\n1939/40,2\n1940/41,5\n",
    "quarter,y\n1974Q1,1\n1974Q2,2\n1974Q3,4\n1974Q4,8\n1975Q2,1\n",
    "when|y\n1970 Q2|1\n1970 Q3|2\n1970 Q4|3\n",
    "month\ty\n1991 Jul\t1\n1991 Aug\t?\n1991 Oct\t3\n1991 Sep\t3\n",
    "day,y\n19580329,1\n19580405,NA\n19580412,3\n19580419,4\n",
    "year,month,y\n1999,11,1\n1999,12,2\n2000,1,3\n2000,1,4\n",
    "at,y\n1700000000,1\n1700000060,2\n1700000180,3\n",
    "at,y\n2021-03-28T01:30:00+01:00,1\n2021-03-28T03:00:00+02:00,2\n2021-03-28T03:30:00+02:00,3\n",
    "at,y\n28/03/2021 1:30 PM,1\n28/03/2021 2:30 PM,null\n28/03/2021 3:30 PM,3\n",
];

/// Numbers as people write them for people.
const DRESSED: [&str; 3] = [
    "day,price,share,weight,loss\n1949-01,\"$1,234.50\",12%,5 kg,(5)\n1949-02,$2,13 %,6 kg,−7\n1949-03,$3,,7 kg,8-\n",
    "Tag;Umsatz;Preis\n1.2.2020;1.234;1,5 €\n2.2.2020;2.000;2,25 €\n3.2.2020;12.999;3 €\n",
    "t;a;b\n2020-01;1\u{a0}234,5;1'234.5\n2020-02;12\u{202f}345;999.25\n2020-03;7;12'000\n",
];

/// Tables with something around them, and with names that count.
const FRAMED: [&str; 5] = [
    "# Title: a, b\n# Missing: -999\nYear,x\n1880,-0.3\n1881,-0.2\n1882,0.1\n\nSource: NOAA\n",
    "\"Data Source\",\"World\",\n\n\"Last Updated\",\"2024-06-28\",\n\n\"Name\",\"Code\",\"1960\",\"1961\",\"1962\",\"1963\",\n\"A\",\"AA\",\"1\",\"2\",\"3\",\"4\",\n\"B\",\"BB\",\"1\",\"\",\"3\",\"5\",\n",
    "Year;1;2;3;4;5;6;7;8;9;10;11;12\n2001;1;2;3;4;5;6;7;8;9;10;11;13\n2002;1;2;3;4;5;6;7;8;9;10;11;\n",
    "day,H1,H2,H3,H4,H5,H6,H7,H8,H9,H10,H11,H12,H13,H14,H15,H16,H17,H18,H19,H20,H21,H22,H23,H24\n2020-01-01,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6\n2020-01-02,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6\n",
    "Report;;\n;;\nland;1/22/20;1/23/20;1/24/20\na;1;2;3\nb;2;5;4\n",
];

fn forms() -> Vec<Form> {
    let head = |text: Vec<u8>| {
        text.split_inclusive(|b| *b == b'\n')
            .take(40)
            .collect::<Vec<_>>()
            .concat()
    };
    let text = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    vec![
        (
            "mutated.csv",
            vec![
                head(asset("assets/data/airline.csv")),
                head(asset("assets/data/co2.csv")),
                TIMES.into(),
                WIDE.into(),
            ],
        ),
        ("mutated-times.csv", text(&CLOCKS)),
        ("mutated-shapes.csv", text(&SHAPES)),
        (
            "mutated.txt",
            vec![
                TIMES.replace(';', "|").replace(",5", ".5").into(),
                "x  y   z\n1  2   3\n4  ?   6\n7  8   9\n".into(),
                "t\tx\n1\t2\n3\t-\n5\t6\n".into(),
                "1.5\n2.5\n\n4.5\n".into(),
            ],
        ),
        ("mutated-utf-16.csv", vec![utf16(TIMES), utf16(WIDE)]),
        (
            "mutated-latin-1.csv",
            vec![b"Jahr;M\xfcnchen;K\xf6ln\n1990;1,5;2\n1991;2,5;-\n1992;3,5;4\n".to_vec()],
        ),
        ("mutated_TRAIN.tsv", text(&[UCR])),
        ("mutated.ts", vec![TS.into(), UNIVARIATE.into()]),
        ("mutated.tsf", text(&[TSF])),
        (
            "mutated.json",
            ["records", "columns", "split"]
                .map(|kind| asset(&format!("tests/files/airline-{kind}.json")))
                .to_vec(),
        ),
        (
            "mutated.jsonl",
            vec![asset("tests/files/airline-lines.jsonl")],
        ),
        (
            "mutated.npy",
            ["airline", "pair", "three"]
                .map(|name| asset(&format!("tests/files/{name}.npy")))
                .to_vec(),
        ),
        ("mutated.csv.gz", vec![asset("tests/files/airline.csv.gz")]),
        ("mutated.zip", vec![asset("tests/files/airline.zip")]),
        (
            "mutated.xlsx",
            vec![
                asset("tests/files/airline.xlsx"),
                asset("tests/files/sensor.xlsx"),
            ],
        ),
        ("mutated.xls", vec![asset("tests/files/airline.xls")]),
        ("mutated.xlsb", vec![asset("tests/files/airline.xlsb")]),
        ("mutated.ods", vec![asset("tests/files/airline.ods")]),
        (
            "mutated.parquet",
            vec![
                asset("tests/files/airline.parquet"),
                asset("tests/files/airline-gzip.parquet"),
                asset("tests/files/airline-zstd.parquet"),
                asset("tests/files/airline-lz4.parquet"),
            ],
        ),
        ("mutated-dressed.csv", text(&DRESSED)),
        ("mutated-framed.csv", text(&FRAMED)),
    ]
}

/// Damages `bytes` at one to five places.
fn mutate(bytes: &mut Vec<u8>, random: &mut impl Rng) {
    const WORDS: [&[u8]; 16] = [
        b"",
        b"9999999999999999999",
        b"-1",
        b"1e309",
        b"NaN",
        b"\"",
        b"\n\n",
        b",,,",
        b"\0",
        b"\xff\xfe",
        b"<",
        b"[[[[",
        b"4294967295",
        b"65536",
        b"\xf0\x9f\x98\x80",
        b"0000-00-00",
    ];
    for _ in 0..random.random_range(1..=5) {
        let length = bytes.len();
        if length == 0 {
            return;
        }
        let from = random.random_range(0..length);
        let to = (from + random.random_range(1..=32)).min(length);
        match random.random_range(0..8) {
            0 => bytes[from] ^= 1 << random.random_range(0..8),
            1 => bytes[from] = random.random(),
            2 => drop(bytes.drain(from..to)),
            3 => {
                let word = WORDS[random.random_range(0..WORDS.len())];
                drop(bytes.splice(from..from, word.iter().copied()));
            }
            4 => {
                let word = WORDS[random.random_range(0..WORDS.len())];
                drop(bytes.splice(from..to, word.iter().copied()));
            }
            5 => {
                let again = bytes[from..to].repeat(random.random_range(1..40));
                drop(bytes.splice(to..to, again));
            }
            6 if random.random_range(0..4) == 0 => bytes.truncate(from),
            6 => bytes[from..to].fill(0),
            _ => {
                let into = random.random_range(0..length);
                let piece = bytes[from..to].to_vec();
                for (byte, other) in bytes[into..].iter_mut().zip(piece) {
                    *byte = other;
                }
            }
        }
    }
}

/// Damages a packed file: what is packed as often as the package, which its check sums would refuse.
fn mutate_packed(bytes: &mut Vec<u8>, random: &mut impl Rng) {
    if random.random_range(0..3) == 0 {
        return mutate(bytes, random);
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut inside = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..])
            .read_to_end(&mut inside)
            .unwrap();
        mutate(&mut inside, random);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&inside).unwrap();
        *bytes = packed.finish().unwrap();
    } else if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
        let chosen = random.random_range(0..archive.len());
        let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let mut inside = Vec::new();
            entry.read_to_end(&mut inside).unwrap();
            if index == chosen {
                mutate(&mut inside, random);
            }
            packed.start_file(entry.name().unwrap(), stored).unwrap();
            packed.write_all(&inside).unwrap();
        }
        *bytes = packed.finish().unwrap().into_inner();
    } else {
        mutate(bytes, random);
    }
}

/// The most memory that this process has held so far, where the system says.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? << 10)
}

/// What this process has computed so far: a test that others pause is not slow. In hundredths of a second, where
/// the system says; else by the clock.
fn spent(begin: Instant) -> Duration {
    let ticks = || {
        let line = fs::read_to_string("/proc/self/stat").ok()?;
        // The second field is a name in brackets; user and system time are the 14th and the 15th.
        let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
        Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
    };
    ticks().map_or_else(
        || begin.elapsed(),
        |ticks| Duration::from_millis(10 * ticks),
    )
}

/// Where the project's own code broke down, in tests of the readers that the project uses. What other people's
/// readers do is caught and becomes a refusal; what our own do must not be needed to be caught.
static BROKEN: Mutex<Option<String>> = Mutex::new(None);

fn watch_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let of_a_reader = std::thread::current().name() == Some("loader");
        let location = panic.location().map(ToString::to_string);
        let location = location.unwrap_or_default();
        if !of_a_reader {
            usual(panic);
        } else if location.starts_with("src/") {
            *BROKEN.lock().unwrap() = Some(panic.to_string());
        }
    }));
}

/// What is being read, and what this process had computed when that began.
static READING: Mutex<Option<(PathBuf, Duration)>> = Mutex::new(None);

/// Ends the test where a file is read without an end, and keeps the file.
fn watch_time(begin: Instant) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let Some((path, before)) = READING.lock().unwrap().clone() else {
                continue;
            };
            if spent(begin).saturating_sub(before) > 2 * MOST_TIME {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let kept = std::env::temp_dir().join(format!("endless-{name}"));
                fs::copy(&path, &kept).unwrap();
                let mut out = std::io::stderr();
                let _ = writeln!(out, "{name} is read without an end: {}", kept.display());
                std::process::exit(101);
            }
        }
    });
}

#[test]
fn damaged_files_are_read_or_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let begin = Instant::now();
    watch_panics();
    watch_time(begin);
    let only = std::env::var("MUTATED_FORM").ok();
    for (number, (name, whole)) in forms().into_iter().enumerate() {
        if only
            .as_ref()
            .is_some_and(|only| !name.ends_with(only.as_str()))
        {
            continue;
        }
        let path = folder.path().join(name);
        let mut random = ChaCha8Rng::seed_from_u64(number as u64);
        let (mut read, mut slowest) = (0, Duration::ZERO);
        for input in 0..inputs() {
            let mut bytes = whole[input % whole.len()].clone();
            if input >= whole.len() {
                mutate_packed(&mut bytes, &mut random);
            }
            // What a failure must leave behind is the file that caused it.
            fs::write(&path, &bytes).unwrap();
            let before = spent(begin);
            *READING.lock().unwrap() = Some((path.clone(), before));
            let result = data::load(path.to_str().unwrap(), &Generate::default(), 7);
            if let Some(panic) = BROKEN.lock().unwrap().take() {
                let kept = std::env::temp_dir().join(format!("broken-{name}"));
                fs::write(&kept, &bytes).unwrap();
                panic!("{name}, input {input}: {panic}: {}", kept.display());
            }
            match result {
                Ok(table) => {
                    read += 1;
                    assert!(
                        table
                            .columns
                            .iter()
                            .all(|column| column.rows() == table.rows())
                    );
                    assert!(serde_json::to_string(&inspect(&table)).is_ok());
                }
                Err(error) => {
                    let message = error.to_string();
                    assert!(input >= whole.len(), "{name}: {message}");
                    assert!(message.len() < 2000, "{name}, input {input}: {message}");
                    assert!(
                        !message.contains(['\n', '\r']),
                        "{name}, input {input}: {message:?}"
                    );
                }
            }
            slowest = slowest.max(spent(begin).saturating_sub(before));
            if slowest > MOST_TIME {
                let kept = std::env::temp_dir().join(format!("slow-{name}"));
                fs::write(&kept, &bytes).unwrap();
                panic!(
                    "{name}, input {input}, takes {slowest:?}: {}",
                    kept.display()
                );
            }
        }
        let peak = peak_memory();
        #[expect(clippy::print_stdout, reason = "the figures are worth a look")]
        {
            println!(
                "{name}: {read} of {} read, the slowest in {} ms, {} MiB at most so far",
                inputs(),
                slowest.as_millis(),
                peak.unwrap_or(0) >> 20
            );
        }
        assert!(
            peak.is_none_or(|peak| peak < MOST_MEMORY),
            "{name} takes {peak:?} bytes"
        );
    }
}
