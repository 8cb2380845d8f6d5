//! A file in blocks that are read twice, and are the same both times.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::hash::first_16;
use crate::os;

/// The size of a block, in bytes.
const BLOCK: usize = 1 << 18;

/// The first reading: what each block was.
#[derive(Debug)]
pub(super) struct Blocks {
    file: File,
    sums: Vec<[u8; 16]>,
    length: u64,
}

impl Blocks {
    /// Reads as many bytes of a file, and shows each block with its offset.
    pub(super) fn read(file: File, length: u64, mut each: impl FnMut(u64, &[u8])) -> io::Result<Self> {
        let mut blocks = Self { file, sums: Vec::new(), length };
        let (mut block, mut offset) = (Vec::new(), 0);
        while offset < length {
            blocks.fill(&mut block, offset)?;
            blocks.sums.push(sum(&block));
            each(offset, &block);
            offset += block.len() as u64;
        }
        Ok(blocks)
    }

    /// Reads the file again, from one offset to another.
    pub(super) fn second_pass(self: &Arc<Self>, start: u64, end: u64) -> SecondPass {
        SecondPass {
            blocks: Arc::clone(self),
            offset: start,
            end: end.min(self.length),
            block: Vec::new(),
            used: 0,
        }
    }

    /// What the block at an offset was.
    fn sum_at(&self, offset: u64) -> Option<&[u8; 16]> {
        self.sums.get(usize::try_from(offset / BLOCK as u64).ok()?)
    }

    /// Reads the block at an offset, whole.
    fn fill(&self, block: &mut Vec<u8>, offset: u64) -> io::Result<()> {
        let rest = usize::try_from(self.length - offset).unwrap_or(usize::MAX);
        block.resize(rest.min(BLOCK), 0);
        let mut filled = 0;
        while filled < block.len() {
            match os::read_at(&self.file, &mut block[filled..], offset + filled as u64) {
                Ok(0) => return Err(changed()),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The second reading. A block that is not what it was is an error of the kind [`io::ErrorKind::InvalidData`], and none
/// of its bytes is handed out.
#[derive(Debug)]
pub(super) struct SecondPass {
    blocks: Arc<Blocks>,
    /// Where the bytes behind those of the block begin.
    offset: u64,
    end: u64,
    block: Vec<u8>,
    /// How many bytes of the block were handed out.
    used: usize,
}

impl SecondPass {
    /// Where the next byte stands.
    pub(super) fn position(&self) -> u64 {
        self.offset - (self.block.len() - self.used) as u64
    }

    /// Goes on from another offset. Within a block, nothing is read again.
    pub(super) fn seek(&mut self, offset: u64) {
        let start = self.offset - self.block.len() as u64;
        if (start..self.offset).contains(&offset) {
            self.used = distance(start, offset);
        } else {
            (self.offset, self.used) = (offset, 0);
            self.block.clear();
        }
    }

    /// Reads the block in which the offset is.
    fn next_block(&mut self) -> io::Result<()> {
        let start = self.offset - self.offset % BLOCK as u64;
        let read = self.blocks.fill(&mut self.block, start);
        let is_same = read.map(|()| self.blocks.sum_at(start) == Some(&sum(&self.block)));
        if !matches!(is_same, Ok(true)) {
            self.block.clear();
            self.used = 0;
            return is_same.and_then(|_| Err(changed()));
        }
        self.block.truncate(distance(start, self.end));
        self.used = distance(start, self.offset);
        self.offset = start + self.block.len() as u64;
        Ok(())
    }
}

/// How far one offset is behind another, in blocks of memory.
fn distance(from: u64, to: u64) -> usize {
    usize::try_from(to - from).unwrap_or(usize::MAX)
}

impl BufRead for SecondPass {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used == self.block.len() && self.offset < self.end {
            self.next_block()?;
        }
        Ok(&self.block[self.used..])
    }

    fn consume(&mut self, count: usize) {
        self.used += count;
    }
}

impl Read for SecondPass {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(bytes)?;
        self.consume(count);
        Ok(count)
    }
}

fn sum(block: &[u8]) -> [u8; 16] {
    first_16(Sha256::new_with_prefix(block))
}

fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it was changed while it was read")
}
