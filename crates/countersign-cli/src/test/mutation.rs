//! The mutation score: of the mistakes that somebody could make, how many do the expectations notice?

use super::mutants::{self, Mutant};
use super::suite::{self, Case, Suite, Text};
use crate::files;
use anyhow::{Context, Result};
use countersign_compile::Model;
use countersign_tenant::{World, impact};
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::document;
use countersign_wire::reader::{At, Placed};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What became of the mistakes.
#[derive(Debug, Default)]
pub(crate) struct Mutation {
    /// Made an expectation fail
    pub(crate) noticed: usize,
    /// Changed what the tenant decides, and no expectation noticed
    pub(crate) missed: Vec<Miss>,
    /// Changed nothing that is decided
    pub(crate) same: usize,
    /// Were refused by the compiler
    pub(crate) unsound: usize,
}

/// A mistake that nothing noticed.
#[derive(Debug)]
pub(crate) struct Miss {
    pub(crate) place: String,
    pub(crate) what: String,
}

/// The worlds that a mistake makes of those that it is in, with the cases that ask them.
type Worlds<'a> = Vec<(World, &'a World, Vec<&'a Case>)>;

impl Mutation {
    /// Makes every mistake, one at a time.
    pub(crate) fn of(suite: &Suite) -> Result<Self> {
        let ran = suite.run()?;
        let mut of_pair: BTreeMap<(&PathBuf, &PathBuf), Vec<&Case>> = BTreeMap::new();
        for case in &suite.cases {
            of_pair.entry((&case.model, &case.tenant)).or_default().push(case);
        }
        let before = |model: &PathBuf, tenant: &PathBuf| ran.worlds.get(&(model.clone(), tenant.clone()));
        let mut score = Self::default();
        for (path, text) in &suite.models {
            for mutant in mutants::of_model(&tree(text)?) {
                let model = Model::parse(Source { name: &text.name, text: &mutant.text }).ok();
                let worlds = model.and_then(|model| {
                    let pairs = of_pair.iter().filter(|((of, _), _)| *of == path);
                    pairs
                        .map(|((_, tenant), cases)| {
                            let world = World::load(&model, suite.tenants.get(*tenant)?.source()).ok()?;
                            Some((world, before(path, tenant)?, cases.clone()))
                        })
                        .collect::<Option<Worlds<'_>>>()
                });
                score.judge(text, &mutant, worlds)?;
            }
        }
        for (path, text) in &suite.tenants {
            let models: BTreeSet<&PathBuf> =
                of_pair.keys().filter(|(_, tenant)| *tenant == path).map(|(model, _)| *model).collect();
            let mut compiled = Vec::new();
            for model in models {
                let text = suite.models.get(model).context("the model was read")?;
                compiled.push((model, Model::parse(text.source()).map_err(|found| files::problems(&found))?));
            }
            for mutant in mutants::of_tenant(&tree(text)?) {
                let worlds = compiled
                    .iter()
                    .map(|(path_of_model, model)| {
                        let world = World::load(model, Source { name: &text.name, text: &mutant.text }).ok()?;
                        let cases = of_pair.get(&(*path_of_model, path)).cloned().unwrap_or_default();
                        Some((world, before(path_of_model, path)?, cases))
                    })
                    .collect();
                score.judge(text, &mutant, worlds)?;
            }
        }
        Ok(score)
    }

    /// The share of mistakes that were noticed; all, where none was possible.
    pub(crate) fn percent(&self) -> f64 {
        let of = self.noticed + self.missed.len();
        if of == 0 { 100.0 } else { self.noticed as f64 * 100.0 / of as f64 }
    }

    fn judge(&mut self, text: &Text, mutant: &Mutant, worlds: Option<Worlds<'_>>) -> Result<()> {
        let Some(worlds) = worlds else {
            self.unsound += 1;
            return Ok(());
        };
        for (world, _, cases) in &worlds {
            for case in cases {
                for expectation in &case.file.expect {
                    if suite::judge(world, &case.file, expectation)?.is_some() {
                        self.noticed += 1;
                        return Ok(());
                    }
                }
            }
        }
        if worlds.iter().all(|(world, before, cases)| is_same(before, world, cases)) {
            self.same += 1;
            return Ok(());
        }
        let placed = Placed { value: (), at: At { span: mutant.span.clone(), path: String::new() } };
        self.missed.push(Miss { place: text.place(&placed), what: mutant.what.clone() });
        Ok(())
    }
}

/// Whether two worlds decide alike, at the moments that the cases ask about and around them.
fn is_same(before: &World, after: &World, cases: &[&Case]) -> bool {
    let moments: BTreeSet<i64> =
        cases.iter().flat_map(|case| case.file.expect.iter().filter_map(|asked| asked.now.or(case.file.now))).collect();
    moments.iter().all(|now| impact(before, after, *now).is_empty())
}

fn tree(text: &Text) -> Result<document::Node> {
    document::parse(&text.source()).map_err(|found| files::problems(&Diagnostics::new(found)))
}
