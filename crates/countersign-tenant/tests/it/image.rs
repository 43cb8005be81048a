//! The other ways to the same world: from JSON, and from an image.

use crate::compare::{decide, fail, world};
use crate::enrich::facts;
use crate::facts::Facts;
use crate::question::question;
use crate::rng::{Rng, parallel};
use crate::text::{model_text, tenant_text};
use countersign_compile::Model;
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;
use countersign_wire::document::{self, Node, Value};
use countersign_wire::time;

const FIRST: u64 = 7_000_000;

/// Compares so many generated worlds with what `other` makes of them.
fn same(worlds: u64, other: impl Fn(&Facts, &World) -> World + Sync) {
    let allowed = parallel(FIRST, worlds, |seed| {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let world = world(&facts, seed);
        let other = other(&facts, &world);
        if world.image() != other.image() {
            fail(&facts, seed, "the images differ");
        }
        let mut allowed = 0;
        for _ in 0..60 {
            let question = question(&mut rng, &facts);
            let (one, two) = (decide(&world, &question), decide(&other, &question));
            if one != two {
                fail(&facts, seed, &format!("{question:?}\nfrom the text: {one:?}\notherwise: {two:?}"));
            }
            allowed += usize::from(one.is_allow());
        }
        allowed
    });
    let allowed: usize = allowed.into_iter().sum();
    assert!(allowed > 1_000, "only {allowed} allowed");
}

#[test]
fn an_image_opens_to_the_world_that_it_was_made_of() {
    same(600, |_, world| World::open(&world.image().expect("an image")).expect("it opens"));
}

#[test]
fn a_tenant_in_json_is_the_one_in_toml() {
    same(600, |facts, _| {
        let (model, tenant) = (model_text(facts), tenant_text(facts));
        let tree = document::parse(&Source { name: "tenant.toml", text: &tenant }).expect("the tenant is TOML");
        let model = Model::parse(Source { name: "model.toml", text: &model }).expect("the model is sound");
        World::load(&model, Source { name: "tenant.json", text: &json(&tree) }).expect("the tenant is sound")
    });
}

/// The same document in JSON.
fn json(node: &Node) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.trim_start_matches('+').replace('_', ""),
        Value::String(value) => text(value),
        Value::Time(moment) => text(&time::format(*moment).expect("a moment that can be written")),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Table(entries) => {
            let entries = entries.iter().map(|(key, node)| format!("{}:{}", text(&key.text), json(node)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
    }
}
