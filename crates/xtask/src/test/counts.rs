//! What test runners say: how many passed, how many failed, and which.

/// The numbers of one or several runners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Tests that passed.
    pub(super) passed: u64,
    /// Tests that failed, those cut short included.
    pub(super) failed: u64,
}

impl Counts {
    /// Adds another runner's.
    pub(super) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// `test result: ok. 12 passed; 0 failed; …`, once for each test binary.
pub(super) fn of_cargo(text: &str) -> Counts {
    let mut sum = Counts::default();
    for line in text.lines().filter_map(|line| line.trim().strip_prefix("test result: ")) {
        let (_, numbers) = line.split_once(". ").unwrap_or_default();
        sum.add(&Counts { passed: number_before(numbers, "passed"), failed: number_before(numbers, "failed") });
    }
    sum
}

/// `# pass 12` and `# fail 0` at the end of what `node --test` prints in the TAP format.
pub(super) fn of_node(text: &str) -> Counts {
    let after = |prefix: &str| -> u64 {
        text.lines().rev().find_map(|line| line.strip_prefix(prefix)?.trim().parse().ok()).unwrap_or_default()
    };
    Counts { passed: after("# pass "), failed: after("# fail ") + after("# cancelled ") }
}

/// What tests measured: `figure: 100000 histories in 36 s`. It is told, and holds nothing up.
pub(super) fn figures(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.strip_prefix("figure: ")).map(str::to_owned).collect()
}

/// The part of the output that is about failures, as well as it can be told.
pub(super) fn failures(text: &str) -> String {
    // Tests of cargo's come after this heading; compile errors and Node's have no such place.
    if let Some(start) = text.find("\nfailures:\n") {
        return text[start..].to_owned();
    }
    // TAP indents what explains a failure under its `not ok` line; a test that passed is one line.
    let relevant: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("ok ")).collect();
    match relevant.iter().position(|line| line.trim_start().starts_with("not ok ")) {
        Some(first) => relevant[first..].iter().take(60).copied().collect::<Vec<_>>().join("\n"),
        None => relevant.join("\n"),
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    text.split(';').find_map(|part| part.trim().strip_suffix(word)?.trim().parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
