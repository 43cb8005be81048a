//! The export to Cedar decides as the engine does: the same questions, asked of both.
#![expect(clippy::panic, clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

#[path = "cedar/generate.rs"]
mod generate;
#[path = "cedar/rival.rs"]
mod rival;
#[path = "../../countersign-tenant/tests/it/rng.rs"]
#[expect(dead_code, reason = "other tests draw more")]
mod rng;

use countersign_compile::{Model, tenant};
use countersign_tenant::cedar::Export;
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use generate::{Question, Texts};
use rival::Rival;
use rng::{Rng, seeds};
use std::collections::BTreeMap;

const FIRST: u64 = 9_000_000;
/// Questions asked of each world.
const QUESTIONS: usize = 250;

/// A world with its export, and questions about it.
struct Case {
    world: World,
    export: Export,
    /// The entities with those of the questions
    entities: String,
    questions: Vec<Question>,
}

/// A world; nothing where the texts have a rule that never acts, say, and are refused.
fn case(texts: &Texts, rng: &mut Rng) -> Option<Case> {
    let model = Model::parse(Source { name: "model.toml", text: &texts.model }).ok()?;
    let source = Source { name: "tenant.toml", text: &texts.tenant };
    let compiled = tenant(&model, source).ok()?;
    let questions: Vec<Question> = (0..QUESTIONS).map(|_| generate::question(rng)).collect();
    Some(Case {
        world: World::load(&model, source).expect("what was compiled"),
        export: Export::of(&compiled),
        entities: Export::entities_on(&compiled, questions.iter().map(|question| question.resource.as_str())),
        questions,
    })
}

fn engine_allows(world: &World, question: &Question) -> bool {
    let decision = world.check(&Asked {
        subject: question.subject,
        action: question.action,
        resource: &question.resource,
        given: &question.given(),
        now: question.now,
    });
    decision.is_allow()
}

/// Asks every question of so many worlds; `of` gets what the engine and Cedar say, and whether the export is whole.
fn ask_all(
    worlds: u64,
    policies: impl Fn(&Export) -> String,
    mut of: impl FnMut(bool, bool, bool, &dyn Fn() -> String),
) {
    for seed in seeds(FIRST, worlds) {
        let mut rng = Rng::new(seed);
        let texts = generate::texts(&mut rng, seed % 5 == 0);
        let Some(case) = case(&texts, &mut rng) else { continue };
        let rival = Rival::new(&case.export.schema, &policies(&case.export), &case.entities);
        for question in &case.questions {
            let (ours, cedars) = (engine_allows(&case.world, question), rival.allows(question));
            of(ours, cedars, case.export.left_out.is_empty(), &|| {
                let Texts { model, tenant } = &texts;
                let policies = &case.export.policies;
                format!(
                    "{question:?}\nengine: {ours}, cedar: {cedars}\nreplay: COUNTERSIGN_SEED={seed}\n{model}---\n{tenant}---\n{policies}"
                )
            });
        }
    }
}

#[test]
fn cedar_decides_as_the_engine_does() {
    let mut seen: BTreeMap<(bool, bool), usize> = BTreeMap::new();
    let mut narrower = 0;
    ask_all(
        640,
        |export| export.policies.clone(),
        |ours, cedars, whole, tell| {
            // What is left out of an export makes it deny more, and never less.
            let sound = if whole { ours == cedars } else { ours || !cedars };
            assert!(sound, "{}", tell());
            *seen.entry((whole, ours)).or_default() += 1;
            narrower += usize::from(ours && !cedars);
        },
    );
    let of =
        |whole: bool| seen.get(&(whole, true)).copied().unwrap_or(0) + seen.get(&(whole, false)).copied().unwrap_or(0);
    assert!(of(true) >= 100_000 && of(false) >= 10_000, "{seen:?}");
    assert!(seen[&(true, true)] >= 12_000 && seen[&(true, false)] >= 12_000, "{seen:?}");
}

#[test]
fn an_export_that_drops_a_denial_is_found() {
    for stage in ["role", "override", "forbid", "status"] {
        let mut found = 0;
        let without = |export: &Export| {
            let mark = format!("@stage(\"{stage}\")");
            let statements = export.policies.split("\n\n");
            let kept = statements.filter(|text| !(text.starts_with(&mark) && text.contains("\nforbid (")));
            kept.collect::<Vec<_>>().join("\n\n")
        };
        ask_all(40, without, |ours, cedars, whole, _| found += usize::from(whole && cedars && !ours));
        assert!(found > 0, "nothing shows that denials by {stage} are missing");
    }
}
