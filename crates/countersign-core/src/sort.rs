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
    let order = order(items.len(), &after);
    arrange(order, &mut |a, b| items.swap(a, b));
    items
}

/// Swaps items until they stand in this order.
pub(crate) fn arrange(mut order: Vec<u32>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        // What stands at `start` goes round with the free place, until it is back where it belongs.
        let mut free = start;
        while let Some(from) = order.get_mut(free).map(|from| mem::replace(from, free as u32) as usize) {
            if from == start {
                break;
            }
            swap(free, from);
            free = from;
        }
    }
}

/// The indexes below `length` in order, of which there are fewer than four thousand million: runs of 1, 2, 4 … are merged.
/// Nothing, if all are in order already.
pub(crate) fn order(length: usize, after: &dyn Fn(usize, usize) -> bool) -> Vec<u32> {
    // Most lists come out of a snapshot, and were sorted when it was made.
    if !(1..length).any(|at| after(at - 1, at)) {
        return Vec::new();
    }
    let mut order: Vec<u32> = (0..length as u32).collect();
    let (mut lefts, mut run) = (Vec::new(), 1);
    while run < length {
        for pair in order.chunks_mut(2 * run) {
            let mut right = run;
            // What stands to the right moves up where it belongs; only what stands to the left is copied.
            lefts.clear();
            lefts.extend(pair.iter().take(run).copied());
            let mut left = lefts.iter().copied().peekable();
            for at in 0..pair.len() {
                let Some(first) = left.peek() else { break };
                let second = pair.get(right).copied().filter(|second| after(*first as usize, *second as usize));
                let next = match second {
                    Some(_) => {
                        right += 1;
                        second
                    }
                    None => left.next(),
                };
                if let (Some(place), Some(next)) = (pair.get_mut(at), next) {
                    *place = next;
                }
            }
        }
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
