//! Sorted maps and sets do what the standard library's trees do.

use super::{Map, Set};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Numbers without an order, and with repetitions.
fn numbers(seed: u64, count: usize, below: u64) -> Vec<u64> {
    let mut state = seed;
    let step = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..count).map(step).collect()
}

fn same<K: Ord + Clone + core::fmt::Debug, V: PartialEq + Clone + core::fmt::Debug>(
    map: &Map<K, V>,
    tree: &BTreeMap<K, V>,
) {
    assert!(map.iter().eq(tree.iter()));
    assert!(map.keys().rev().eq(tree.keys().rev()));
    assert!(map.values().eq(tree.values()));
    assert_eq!((map.len(), map.is_empty()), (tree.len(), tree.is_empty()));
    assert!(map.clone().into_iter().eq(tree.clone()));
    assert!(map.clone().into_keys().eq(tree.clone().into_keys()));
}

#[test]
fn maps_are_what_trees_are() {
    for seed in 0..200 {
        let (count, below) = (seed as usize % 40, 1 + seed % 30);
        let keys = || numbers(seed, count, below).into_iter().map(|key| format!("{key}"));
        let pairs = || keys().zip(0_usize..);
        let (mut map, mut tree) = (Map::from_iter(pairs()), BTreeMap::from_iter(pairs()));
        same(&map, &tree);
        for key in numbers(seed + 1000, 20, below + 3) {
            let key = format!("{key}");
            assert_eq!(map.get(key.as_str()), tree.get(key.as_str()));
            assert_eq!(map.contains_key(&key), tree.contains_key(&key));
            match key.len() + count % 4 {
                1 => assert_eq!(map.insert(key.clone(), 7), tree.insert(key, 7)),
                2 => assert_eq!(map.remove(&key), tree.remove(&key)),
                3 => assert_eq!(map.or_default(key.clone()), tree.entry(key).or_default()),
                _ => assert_eq!(map.get_mut(&key), tree.get_mut(&key)),
            }
            same(&map, &tree);
        }
        map.values_mut().for_each(|value| *value += 1);
        tree.values_mut().for_each(|value| *value += 1);
        map.extend(numbers(seed + 2000, count, below).iter().map(|key| (format!("{key}"), 9)));
        tree.extend(numbers(seed + 2000, count, below).iter().map(|key| (format!("{key}"), 9)));
        same(&map, &tree);
    }
}

#[test]
fn sets_are_what_trees_are() {
    for seed in 0..200 {
        let (count, below) = (seed as usize % 40, 1 + seed % 30);
        let (mut set, mut tree) =
            (Set::from_iter(numbers(seed, count, below)), BTreeSet::from_iter(numbers(seed, count, below)));
        let (other, of_tree) =
            (Set::from_iter(numbers(seed + 1, count, below)), BTreeSet::from_iter(numbers(seed + 1, count, below)));
        assert_eq!(set.is_subset(&other), tree.is_subset(&of_tree));
        assert_eq!(set.is_disjoint(&other), tree.is_disjoint(&of_tree));
        assert!(set.difference(&other).eq(tree.difference(&of_tree)));
        assert_eq!(set.cmp(&other), tree.cmp(&of_tree));
        for item in numbers(seed + 1000, 20, below + 3) {
            assert_eq!(set.contains(&item), tree.contains(&item));
            match item % 3 {
                0 => assert_eq!(set.insert(item), tree.insert(item)),
                1 => assert_eq!(set.remove(&item), tree.remove(&item)),
                _ => assert_eq!((set.first(), set.last()), (tree.first(), tree.last())),
            }
            assert!(set.iter().eq(tree.iter()));
        }
        set.extend(&other);
        tree.extend(&of_tree);
        set.retain(|item| item % 2 == 0);
        tree.retain(|item| item % 2 == 0);
        assert!(set.into_iter().eq(tree));
    }
}

#[test]
fn of_equal_keys_the_last_is_kept() {
    let pairs = [("b", 1), ("a", 2), ("b", 3), ("a", 4), ("c", 5), ("b", 6)];
    assert!(Map::from(pairs).into_iter().eq([("a", 4), ("b", 6), ("c", 5)]));
    assert_eq!(Set::from(["b", "a", "b"]), Set::from([String::from("a").as_str(), "b"]));
}

#[test]
fn much_is_collected_at_once() {
    let many = numbers(1, 300_000, u64::MAX);
    assert!(Set::from_iter(many.iter().copied()).into_iter().eq(BTreeSet::from_iter(many)));
}
