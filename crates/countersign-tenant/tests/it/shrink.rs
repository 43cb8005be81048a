//! The smallest world, and the smallest question, in which something still fails.

use crate::expr::Expr;
use crate::facts::{Facts, Question, Values};

/// Leaves out whatever can be left out while `fails` holds.
pub(crate) fn shrink(mut facts: Facts, fails: &dyn Fn(&Facts) -> bool) -> Facts {
    loop {
        let smaller = smaller(&facts).into_iter().find(|smaller| fails(smaller));
        match smaller {
            Some(smaller) => facts = smaller,
            None => return facts,
        }
    }
}

/// Leaves out whatever the caller need not supply while `fails` holds.
pub(crate) fn shrink_question(mut question: Question, fails: &dyn Fn(&Question) -> bool) -> Question {
    let bags: [fn(&mut Question) -> &mut Values; 4] = [
        |question| &mut question.supplied.subject,
        |question| &mut question.supplied.action,
        |question| &mut question.supplied.resource,
        |question| &mut question.supplied.context,
    ];
    for bag in bags {
        for at in (0..bag(&mut question).len()).rev() {
            let mut less = question.clone();
            bag(&mut less).remove(at);
            if fails(&less) {
                question = less;
            }
        }
    }
    question
}

/// Every world that has one thing less. (Some do not load: those do not fail either.)
fn smaller(facts: &Facts) -> Vec<Facts> {
    let mut all = Vec::new();
    without(&mut all, facts, |facts| &mut facts.assignments);
    without(&mut all, facts, |facts| &mut facts.overrides);
    without(&mut all, facts, |facts| &mut facts.rules);
    without(&mut all, facts, |facts| &mut facts.policies);
    without(&mut all, facts, |facts| &mut facts.resources);
    without(&mut all, facts, |facts| &mut facts.members);
    for at in 0..facts.members.len() {
        without(&mut all, facts, |facts| &mut facts.members[at].groups);
        without(&mut all, facts, |facts| &mut facts.members[at].attributes);
    }
    for at in 0..facts.resources.len() {
        without(&mut all, facts, |facts| &mut facts.resources[at].1);
    }
    for at in 0..facts.custom.len() {
        without(&mut all, facts, |facts| &mut facts.custom[at].allow);
        without(&mut all, facts, |facts| &mut facts.custom[at].deny);
        without(&mut all, facts, |facts| &mut facts.custom[at].includes);
    }
    for at in 0..facts.roles.len() {
        without(&mut all, facts, |facts| &mut facts.roles[at].allow);
        without(&mut all, facts, |facts| &mut facts.roles[at].deny);
        without(&mut all, facts, |facts| &mut facts.roles[at].includes);
    }
    without(&mut all, facts, |facts| &mut facts.custom);
    without(&mut all, facts, |facts| &mut facts.roles);
    for at in 0..facts.rules.len() {
        without(&mut all, facts, |facts| &mut facts.rules[at].permissions);
    }
    for at in 0..facts.policies.len() {
        without(&mut all, facts, |facts| &mut facts.policies[at].permissions);
    }
    simpler_conditions(&mut all, facts);
    without(&mut all, facts, |facts| &mut facts.types);
    without(&mut all, facts, |facts| &mut facts.subject);
    without(&mut all, facts, |facts| &mut facts.action);
    without(&mut all, facts, |facts| &mut facts.context);
    for at in 0..facts.types.len() {
        without(&mut all, facts, |facts| &mut facts.types[at].actions);
        without(&mut all, facts, |facts| &mut facts.types[at].attributes);
    }
    all
}

fn without<T>(all: &mut Vec<Facts>, facts: &Facts, list: impl Fn(&mut Facts) -> &mut Vec<T>) {
    for at in 0..list(&mut facts.clone()).len() {
        let mut less = facts.clone();
        list(&mut less).remove(at);
        all.push(less);
    }
}

/// No condition, a part of it instead of the whole, or another bracket less within.
fn simpler_conditions(all: &mut Vec<Facts>, facts: &Facts) {
    let mut copy = facts.clone();
    let conditions: Vec<Option<Expr>> = copy.conditions_mut().into_iter().map(|when| when.clone()).collect();
    for (at, condition) in conditions.iter().enumerate() {
        let Some(condition) = condition else { continue };
        let parts = simpler(condition).into_iter().map(Some);
        for simpler in [None].into_iter().chain(parts) {
            let mut less = facts.clone();
            *less.conditions_mut()[at] = simpler;
            all.push(less);
        }
    }
}

/// The parts of the expression, and the expression with a simpler part. (Ill-typed ones do not load.)
fn simpler(expr: &Expr) -> Vec<Expr> {
    let mut all: Vec<Expr> = expr.parts().into_iter().cloned().collect();
    if let Expr::Two(op, left, right) = expr {
        all.extend(simpler(left).into_iter().map(|left| Expr::Two(*op, Box::new(left), right.clone())));
        all.extend(simpler(right).into_iter().map(|right| Expr::Two(*op, left.clone(), Box::new(right))));
    }
    if let Expr::Not(inner) = expr {
        all.extend(simpler(inner).into_iter().map(|inner| Expr::Not(Box::new(inner))));
    }
    if let Expr::Each(each, list, name, body) = expr {
        all.extend(simpler(body).into_iter().map(|body| Expr::Each(*each, list.clone(), name, Box::new(body))));
    }
    all
}
