//! The examples of the language reference are run: what must come out comes out, and what must be refused is.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use countersign_compile::Model;
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::scenario;

const LANGUAGE: &str = include_str!("../../../docs/language.md");
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
