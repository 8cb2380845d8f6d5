//! What a journal is written to.

use std::fs::File;
use std::io::{self, Write};

/// A file, or what a test has in its place.
pub(super) trait Storage: Send + Sync + 'static {
    /// Appends all bytes.
    fn write(&self, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written last.
    fn sync(&self) -> io::Result<()>;
}

impl Storage for File {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = self;
        file.write_all(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}
