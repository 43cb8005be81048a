//! What one engine keeps in memory after loading, and needs at most while it loads: an allocator keeps count.

use std::alloc::System;

use anyhow::{Context, Result};
use cap::Cap;
use countersign_bench_native::engines::loadable;

#[global_allocator]
static COUNTING: Cap<System> = Cap::new(System, usize::MAX);

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let engine = args.next().context("name an engine")?;
    let contender = loadable().find(|contender| contender.name == engine).context("there is no such engine")?;
    let document = std::fs::read(args.next().context("name a document")?)?;
    let before = COUNTING.allocated();
    let loaded = (contender.load)(&document)?;
    let kept = COUNTING.allocated() - before;
    let peak = COUNTING.max_allocated() - before;
    drop(loaded);
    println!("{{\"kept\":{kept},\"peak\":{peak}}}");
    Ok(())
}
