//! Links between tenants, whatever happens to the messages on their way.

use super::net::{FATES, FLO, Fate, Net, become_, id, to, write};
use countersign_wire::api::Command;
use countersign_wire::record::StatusForm;

/// A story that is told with every message once at every fate: its end is the same.
fn story(mut fate: impl FnMut() -> Fate) -> (Vec<String>, Vec<Option<String>>, Vec<Option<String>>) {
    let mut net = Net::new(&["a", "b", "c"]);
    let mut go = |net: &mut Net| {
        for _ in 0..2 {
            for name in ["a", "b", "c"] {
                net.send(name, &mut fate);
            }
            net.wait(7_000);
        }
    };
    net.at("a").done("user:olga", to("b"));
    write(net.at("a"), FLO, |person| person.email = Some("first@example.com".to_owned()));
    go(&mut net);
    net.at("a").done("user:olga", to("c"));
    go(&mut net);
    write(net.at("a"), FLO, |person| person.first_name = Some("Flo".to_owned()));
    go(&mut net);
    net.settle();
    write(net.at("b"), FLO, |person| person.email = Some("last@example.com".to_owned()));
    go(&mut net);
    let second = net.links("a").into_iter().find(|link| link["tenant"] == "c").expect("a link");
    net.at("a").done("user:olga", Command::Unlink { id: id(&second) });
    net.at("a").done("user:olga", to("c"));
    go(&mut net);
    become_(net.at("a"), FLO, Some(StatusForm::Deactivated));
    go(&mut net);
    net.settle();
    let each = |of: &dyn Fn(&str) -> Option<String>| ["a", "b", "c"].map(of).to_vec();
    let (emails, statuses) = (each(&|name| net.email(name, FLO)), each(&|name| net.status(name, FLO)));
    (net.picture(), emails, statuses)
}

#[test]
fn cut_at_every_point_the_story_ends_the_same() {
    let mut messages = 0;
    let expected = story(|| {
        messages += 1;
        Fate::Arrives
    });
    assert_eq!(expected.0, ["a -> b linked", "a -> c linked", "b <- a linked", "c <- a linked"]);
    assert_eq!(expected.1, vec![Some("last@example.com".to_owned()); 3]);
    assert_eq!(expected.2, vec![Some("deactivated".to_owned()); 3]);
    assert!(messages >= 12, "{messages}");
    for cut in 1..=messages {
        for fate in FATES {
            let mut number = 0;
            let end = story(|| {
                number += 1;
                if number == cut { fate } else { Fate::Arrives }
            });
            assert_eq!(end, expected, "message {cut}: {fate:?}");
            // And from there on nothing gets through until the end of the story's step.
            let mut number = 0;
            let end = story(|| {
                number += 1;
                if number >= cut && number < cut + 5 { fate } else { Fate::Arrives }
            });
            assert_eq!(end, expected, "messages from {cut} on: {fate:?}");
        }
    }
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).expect("64 bits") % most
    }
}

#[test]
fn whatever_happens_on_the_way_both_sides_agree_in_the_end() {
    let base = Net::new(&["a", "b", "c"]);
    for seed in 1..=300_u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut net = base.clone();
        let mut down = false;
        for step in 0..40 {
            let name = ["a", "b", "c"][dice.below(3)];
            match dice.below(12) {
                0 | 1 => drop(net.at("a").run("user:olga", to(["b", "c"][dice.below(2)]))),
                2 => {
                    let links = net.links(name);
                    if !links.is_empty() {
                        let link = id(&links[dice.below(links.len())]);
                        drop(net.at(name).run("user:olga", Command::Unlink { id: link }));
                    }
                }
                3 | 4 => write(net.at(name), FLO, |person| person.email = Some(format!("{name}{step}@example.com"))),
                5 if dice.below(4) == 0 => {
                    down = true;
                    become_(net.at("a"), FLO, Some(StatusForm::Deactivated));
                }
                6 if !net.late.is_empty() => {
                    let at = dice.below(net.late.len());
                    let message = net.late[at].clone();
                    net.arrive(&message, true);
                }
                7 => {
                    let wait = i64::try_from(dice.below(30_000)).expect("small");
                    net.wait(wait);
                }
                _ => net.send(name, || FATES[dice.below(FATES.len())]),
            }
        }
        net.settle();
        let picture = net.picture();
        let ours: Vec<String> = picture.iter().filter(|line| line.starts_with("a ->")).cloned().collect();
        for line in &ours {
            let other = line.split(' ').nth(2).expect("a tenant");
            assert!(line.ends_with(" linked"), "{seed}: {picture:?}");
            assert!(picture.contains(&format!("{other} <- a linked")), "{seed}: {picture:?}");
            assert_eq!(net.email("a", FLO), net.email(other, FLO), "{seed}: {picture:?}");
            let record = net.status(other, FLO);
            assert!(!down || record.as_deref() == Some("deactivated"), "{seed}: {record:?}");
        }
        assert_eq!(picture.len(), 2 * ours.len(), "{seed}: {picture:?}");
        for stage in net.tenants.values() {
            assert_eq!(crate::audit::verify("", &stage.log), Ok(()));
        }
    }
}
