//! The run folder.
/// x
#[derive(Debug, thiserror::Error)]
pub enum FolderError {}
/// x
#[derive(Debug)]
pub struct RunFolder {}
