//! Failures as GitHub's workflow commands, which show them at their lines.

use super::suite::Failure;

/// One command a line.
pub(crate) fn annotations(failed: &[Failure]) -> String {
    let line = |failure: &Failure| {
        let Failure { file, line, column, id, message } = failure;
        format!("::error file={},line={line},col={column},title={}::{}\n", property(file), property(id), data(message))
    };
    failed.iter().map(line).collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{Failure, annotations};

    #[test]
    fn what_ends_a_command_is_escaped() {
        let failure = Failure {
            file: "a,b.toml".to_owned(),
            line: 3,
            column: 6,
            id: "row:1".to_owned(),
            message: "100 %\nand".to_owned(),
        };
        let expected = "::error file=a%2Cb.toml,line=3,col=6,title=row%3A1::100 %25%0Aand\n";
        assert_eq!(annotations(&[failure]), expected);
    }
}
