//! A stable sort whose one instance serves lists of all types: the standard library's is compiled anew for each, and each
//! takes a kilobyte of the browser's download.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem;

/// Sorts a list; equal items keep their order.
pub(crate) fn sorted<T>(mut items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let after = |a: usize, b: usize| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b) == Ordering::Greater,
        _ => false,
    };
    // Most lists come out of a snapshot, and were sorted when it was made.
    if !(1..items.len()).any(|at| after(at - 1, at)) {
        return items;
    }
    let mut order = order(items.len(), &after);
    for start in 0..order.len() {
        // What stands at `start` goes round with the free place, until it is back where it belongs.
        let mut free = start;
        while let Some(from) = order.get_mut(free).map(|from| mem::replace(from, free)).filter(|from| *from != start) {
            items.swap(free, from);
            free = from;
        }
    }
    items
}

/// The indexes below `length` in order: runs of 1, 2, 4 … are merged.
fn order(length: usize, after: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    let mut run = 1;
    while run < length {
        let mut merged = Vec::with_capacity(length);
        for pair in order.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let (Some((first, lefts)), Some((second, rights))) = (left.split_first(), right.split_first()) {
                if after(*first, *second) {
                    merged.push(*second);
                    right = rights;
                } else {
                    merged.push(*first);
                    left = lefts;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        order = merged;
        run *= 2;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        for length in 0..200_usize {
            let items: Vec<(u64, usize)> = (0..length)
                .map(|at| {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ((random >> 33) % 20, at)
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            assert_eq!(sorted(items, |a, b| a.0.cmp(&b.0)), expected);
        }
    }
}
