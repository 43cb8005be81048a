//! The lists of a world are what asking one by one says.

use crate::generate::{ALL, Made, NOW, SUBJECTS, TYPES, given, resource, type_of, world};
use crate::rng::{Rng, seeds};
use countersign_core::Effect;
use countersign_tenant::Asked;
use countersign_wire::given::Given;

fn allows(made: &Made, subject: &str, action: &str, resource: &str, given: &Given, now: i64) -> bool {
    made.world.check(&Asked { subject, action, resource, given, now }).effect == Effect::Allow
}

#[test]
fn lists_are_what_asking_one_by_one_says() {
    let (mut asked, mut allowed) = (0, 0);
    for seed in seeds(7_000_000, 250) {
        let mut rng = Rng::new(seed);
        let made = world(&mut rng, 40, ALL, true);
        for _ in 0..20 {
            let (subject, now) =
                (*rng.pick(&["user:ann", "user:bob", "user:cy", "user:nobody"]), NOW + *rng.pick(&[-1, 0, 1]));
            let (on, _, actions) = *rng.pick(&TYPES);
            let action = if rng.chance(95) { *rng.pick(actions) } else { "nothing" };
            let given = given(&mut rng, true);
            let path = if rng.chance(97) { resource(&mut rng, &made) } else { "nowhere:1".to_owned() };
            let known: &[&str] =
                TYPES.iter().find(|(name, ..)| *name == type_of(&path)).map_or(&[], |(_, _, actions)| actions);

            let actions: Vec<&str> =
                known.iter().copied().filter(|action| allows(&made, subject, action, &path, &given, now)).collect();
            assert_eq!(made.world.actions(subject, &path, &given, now), actions, "seed {seed}: actions of {path}");

            let mut subjects: Vec<&str> =
                SUBJECTS.into_iter().filter(|subject| allows(&made, subject, action, &path, &given, now)).collect();
            subjects.sort_unstable();
            assert_eq!(made.world.subjects(action, &path, &given, now), subjects, "seed {seed}: subjects of {path}");

            let of_type = made.registered.iter().filter(|path| type_of(path) == on);
            let mut resources: Vec<&String> =
                of_type.filter(|path| allows(&made, subject, action, path, &given, now)).collect();
            resources.sort_unstable();
            let found = made.world.resources(subject, action, on, &given, now);
            assert_eq!(found.iter().collect::<Vec<_>>(), resources, "seed {seed}: resources of {on}");

            let some: Vec<(&str, &Given)> =
                made.registered.iter().take(9).map(|path| (path.as_str(), &given)).collect();
            let expected: Vec<usize> =
                (0..some.len()).filter(|at| allows(&made, subject, action, some[*at].0, &given, now)).collect();
            assert_eq!(made.world.filter(subject, action, &some, now), expected, "seed {seed}: a filter");
            asked += known.len() + SUBJECTS.len() + made.registered.len() + some.len();
            allowed += actions.len() + subjects.len() + resources.len() + expected.len();
        }
    }
    assert!(allowed > 10_000, "only {allowed} of {asked}");
}
