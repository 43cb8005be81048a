//! A report in JUnit's XML: a suite for each scenario file, a case for each expectation.

use super::suite::{Failure, Suite};

/// The report as XML.
pub(crate) fn report(suite: &Suite, failed: &[Failure]) -> String {
    let all: usize = suite.cases.iter().map(|case| case.file.expect.len()).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!("<testsuites name=\"countersign\" tests=\"{all}\" failures=\"{}\">\n", failed.len()));
    for case in &suite.cases {
        let name = escaped(&case.text.name);
        let tests = case.file.expect.len();
        let theirs: Vec<&Failure> = failed.iter().filter(|failure| failure.file == case.text.name).collect();
        out.push_str(&format!("  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{}\">\n", theirs.len()));
        for expectation in &case.file.expect {
            let place = case.text.source().problem(expectation.id.at.span.clone(), "", String::new());
            let question = format!(
                "{}: may {} {} {}?",
                expectation.id.value, expectation.subject, expectation.action, expectation.resource
            );
            out.push_str(&format!(
                "    <testcase classname=\"{name}\" name=\"{}\" file=\"{name}\" line=\"{}\"",
                escaped(&question),
                place.line
            ));
            // Ids may be used twice in a file; places are not.
            let failure = theirs.iter().find(|failure| failure.line == place.line && failure.column == place.column);
            match failure {
                None => out.push_str("/>\n"),
                Some(failure) => {
                    let message = escaped(&failure.message);
                    let line = escaped(&failure.line());
                    out.push_str(&format!(
                        ">\n      <failure message=\"{message}\">{line}</failure>\n    </testcase>\n"
                    ));
                }
            }
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// A text in XML; what XML 1.0 cannot say at all becomes `?`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            letter if (letter as u32) < 0x20 || matches!(letter, '\u{fffe}' | '\u{ffff}') => out.push('?'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn texts_are_texts_in_xml() {
        assert_eq!(super::escaped("<a b=\"c\">&\u{1}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;? ");
    }
}
