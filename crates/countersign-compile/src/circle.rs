//! What names itself, directly or by way of others.

/// Of those that are left, which are in a circle or between two, and not only on the way to one. `names` says whom each
/// names.
pub(crate) fn in_circles<'a>(left: &[bool], names: impl Fn(usize) -> &'a [usize]) -> Vec<usize> {
    let is_left = |number: usize| left.get(number) == Some(&true);
    // By how many of those that are left each is named; whoever is named by none is on the way to a circle.
    let mut named: Vec<usize> = vec![0; left.len()];
    for other in (0..left.len()).filter(|number| is_left(*number)).flat_map(&names) {
        named.get_mut(*other).into_iter().for_each(|count| *count += 1);
    }
    let mut ready = none_left(&named);
    ready.retain(|number| is_left(*number));
    while let Some(number) = ready.pop() {
        ready.extend(names(number).iter().filter(|other| is_last(&mut named, **other) && is_left(**other)));
    }
    (0..left.len()).filter(|at| is_left(*at) && named.get(*at).is_some_and(|count| *count > 0)).collect()
}

/// Which have none left.
pub(crate) fn none_left(counts: &[usize]) -> Vec<usize> {
    counts.iter().enumerate().filter(|(_, count)| **count == 0).map(|(number, _)| number).collect()
}

/// Takes one away; whether it was the last.
pub(crate) fn is_last(counts: &mut [usize], number: usize) -> bool {
    counts.get_mut(number).is_some_and(|count| {
        *count = count.saturating_sub(1);
        *count == 0
    })
}
