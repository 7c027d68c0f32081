use optimizer_explorer::{export::burnpack, model::device, train};
use std::path::Path;

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The network is a burn module; the card says how it was trained.
    let (network, card) = burnpack::read(Path::new("model.bpk"), &device("flex"))?;
    // The file's own preparation, and back to the data's own units.
    let forecast = train::apply_network(&network, &card, "data.csv")?.forecast;
    for row in forecast.rows.iter().rev().take(3).rev() {
        // Of classes the name, of numbers the number.
        match forecast.classes.get(row.predicted as usize) {
            Some(class) if row.predicted.is_finite() => println!("{} {class}", row.time),
            _ => println!("{} {}", row.time, row.predicted),
        }
    }
    Ok(())
}
