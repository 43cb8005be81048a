//! The examples of the language reference are run: what must come out comes out, and what must be refused is.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use countersign_compile::Model;
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::scenario;

const LANGUAGE: &str = include_str!("../../../docs/language.md");
const CONDITIONS: &str = include_str!("../../../docs/conditions-cel.md");
const NOW: &str = "2026-03-01T12:00:00Z";

/// A fenced block: what follows the backticks, its text, and the line on which it begins.
struct Block {
    info: String,
    text: String,
    line: usize,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (number, line) in page.lines().enumerate() {
        if let Some(info) = line.strip_prefix("```") {
            open = !open;
            if open {
                blocks.push(Block { info: info.to_owned(), text: String::new(), line: number + 1 });
            }
        } else if open && let Some(block) = blocks.last_mut() {
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    blocks
}

/// The answers that are wrong, each with its line and id.
fn failures(page: &str) -> (usize, Vec<String>) {
    let (mut ran, mut wrong) = (0, Vec::new());
    let (mut model, mut tenant): (Option<Model>, String) = (None, String::new());
    let mut refusal: Option<String> = None;
    for Block { info, text, line } in blocks(page) {
        match info.as_str() {
            "toml model" => {
                let read = Model::parse(Source { name: "model.toml", text: &text });
                model = Some(read.unwrap_or_else(|problems| panic!("line {line}: {problems}")));
            }
            "toml tenant" => tenant = text,
            "toml model refused" => {
                let refused = Model::parse(Source { name: "model.toml", text: &text });
                refusal = Some(refused.expect_err("the model must be refused").to_string());
            }
            "toml tenant refused" => {
                let model = model.as_ref().expect("a tenant has a model");
                let refused = World::load(model, Source { name: "tenant.toml", text: &text });
                refusal = Some(refused.expect_err("the tenant must be refused").to_string());
            }
            "text message" => {
                let said = refusal.take().expect("a message follows what is refused");
                ran += 1;
                let missing = text.lines().filter(|part| !said.contains(part.trim()));
                wrong.extend(missing.map(|part| format!("line {line}: `{part}` is not in:\n{said}")));
            }
            "toml expect" => {
                let model = model.as_ref().expect("expectations have a model");
                let world = World::load(model, Source { name: "tenant.toml", text: &tenant });
                let world = world.unwrap_or_else(|problems| panic!("line {line}: {problems}"));
                let text = format!("model = 'm'\ntenant = 't'\nnow = {NOW}\n{text}");
                let file = scenario::parse(Source { name: "expect", text: &text });
                let file = file.unwrap_or_else(|problems| panic!("line {line}: {problems}"));
                for asked in &file.expect {
                    ran += 1;
                    let now = asked.now.or(file.now).expect("a moment");
                    let scenario::Expectation { subject, action, resource, given, .. } = asked;
                    let question = Asked { subject, action, resource, given, now };
                    let decision = world.check(&question);
                    let title = world.reason(decision, &question).remove("title");
                    let (effect, stage) = (decision.effect.as_str(), decision.stage.as_str());
                    let as_expected = effect == asked.decision
                        && asked.stage.as_deref().is_none_or(|expected| expected == stage)
                        && (asked.title.is_none() || asked.title == title);
                    if !as_expected {
                        wrong.push(format!("line {line}, {}: {effect} at {stage} as {title:?}", asked.id.value));
                    }
                }
            }
            other => panic!("line {line}: a block of no known kind: `{other}`"),
        }
    }
    (ran, wrong)
}

/// What a condition may call, by the table of what conditions are made of.
fn functions(page: &str) -> Vec<&str> {
    let rows =
        ["| membership |", "| strings |", "| lists |", "| presence |", "| written out |", "| parts of a moment |"];
    let other = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
    let mut all = Vec::new();
    for line in page.lines().filter(|line| rows.iter().any(|row| line.starts_with(row))) {
        for written in line.split('`').skip(1).step_by(2) {
            let calls = written.split_inclusive('(').filter_map(|part| part.strip_suffix('('));
            all.extend(calls.filter_map(|call| call.rsplit(other).next()));
            all.extend(Some(written).filter(|written| !written.contains(other)));
        }
    }
    all
}

/// The functions that no condition of a model on the page calls.
fn without_example<'a>(functions: &[&'a str], page: &str) -> Vec<&'a str> {
    let models: Vec<_> = blocks(page).into_iter().filter(|block| block.info == "toml model").collect();
    let conditions = || models.iter().flat_map(|block| block.text.lines()).filter(|line| line.starts_with("when = "));
    let called = |name: &str| conditions().any(|line| line.contains(&format!("{name}(")));
    functions.iter().filter(|name| !called(name)).copied().collect()
}

#[test]
fn every_function_of_conditions_has_an_example() {
    let functions = functions(CONDITIONS);
    assert!(functions.len() >= 30, "{functions:?}");
    assert_eq!(without_example(&functions, LANGUAGE), Vec::<&str>::new());
    // An example that is taken out is missed, and so is a function that is added.
    for name in ["endsWith", "exists_one", "filter", "map", "decimal", "getDayOfYear"] {
        let less = LANGUAGE.replace(&format!("{name}("), "gone(");
        assert_eq!(without_example(&functions, &less), [name]);
    }
    assert_eq!(without_example(&["toLowerCase"], LANGUAGE), ["toLowerCase"]);
}

#[test]
fn every_example_comes_out_as_it_says() {
    let (ran, wrong) = failures(LANGUAGE);
    assert_eq!(wrong, Vec::<String>::new());
    assert!(ran >= 40, "only {ran} examples ran");
}

#[test]
fn a_wrong_example_is_noticed() {
    let (_, wrong) = failures(&LANGUAGE.replacen("decision = \"allow\"", "decision = \"deny\"", 1));
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    let (_, wrong) = failures(&LANGUAGE.replacen("did you mean `final`?", "did you mean `finale`?", 1));
    assert_eq!(wrong.len(), 1, "{wrong:?}");
}
