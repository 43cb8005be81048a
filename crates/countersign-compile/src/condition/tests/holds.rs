//! What sound conditions come to.

use super::world::truth;
use countersign_core::condition::Truth;

#[track_caller]
fn check(expected: Truth, all: &[&str]) {
    for text in all {
        assert_eq!(truth(text), expected, "{text}");
    }
}

#[test]
fn references() {
    check(
        Truth::True,
        &[
            "subject.licensed",
            "subject.id == 'user:ann'",
            "resource.id == '42' && resource.type == 'sign' && action.name == 'edit'",
            "project.id == 'renovation' && project.kind == 'design'",
            "resource.sign_type == \"room\" && sign.sign_type == 'room'",
            "!action.soft",
            "resource.owner == subject.id",
            "has(subject.team) && !has(subject.missing) && !has(context.unset)",
            "has(subject.id) && has(resource.owner) && !has(order.owner)",
        ],
    );
    check(Truth::Error, &["subject.missing == 'x'", "context.absent", "order.owner == 'x'", "context.unset > 0"]);
}

#[test]
fn an_error_is_absorbed_by_what_decides() {
    check(
        Truth::True,
        &[
            "context.absent || subject.licensed",
            "subject.licensed || context.absent",
            "true || 1 / 0 == 1",
            "subject.levels.exists(x, x == 2 || context.absent)",
            "[0, 1].exists(x, 1 / x == 1)",
            "subject.licensed ? true : context.absent",
        ],
    );
    check(
        Truth::False,
        &[
            "context.absent && action.soft",
            "action.soft && context.absent",
            "context.absent && subject.licensed && action.soft",
            "[0, 1].all(x, 1 / x == 2)",
        ],
    );
    check(
        Truth::Error,
        &[
            "context.absent || action.soft",
            "context.absent && subject.licensed",
            "!context.absent",
            "context.absent ? true : true",
            "[0, 1].exists_one(x, 1 / x == 1)",
            "[0, 1].filter(x, 1 / x == 1).size() == 1",
        ],
    );
}

#[test]
fn numbers() {
    check(
        Truth::True,
        &[
            "subject.age + 1 == 42 && subject.age - 1 == 40 && subject.age * 2 == 82",
            "subject.age / 2 == 20 && subject.age % 2 == 1 && -subject.age == -41",
            "-7 / 2 == -3 && -7 % 2 == -1 && 2 + 3 * 4 == 14 && (2 + 3) * 4 == 20 && 10 - 4 - 3 == 3",
            "0x10 == 16 && -0x10 == -16 && -9223372036854775808 < 0 && --3 == 3",
            "context.cost == 50 && context.cost > 49.99 && context.cost < 50.01 && 50 == context.cost",
            "context.cost >= subject.limit && context.cost - subject.limit == 0.1",
            "context.cost > context.count && context.count < context.cost && context.count + 0.5 == 7.5",
            "context.cost in [1, 50] && context.cost in [1.5, 50] && 7 in [1, context.count]",
            "context.cost in [1, context.count, 50] && subject.age in [40.0, 41.0]",
            "(subject.licensed ? 1 : 2.5) == 1 && [1, 2.5] == [1.0, 2.50] && [1, 2] == [1.0, 2.0]",
            "1e2 == 100 && 1.5E-1 == 0.15 && .5 == 0.5 && decimal('49.90') == subject.limit && -1.5 < 0",
            "sign.size * 2 == 5 && resource.type == 'sign'",
        ],
    );
    check(
        Truth::Error,
        &[
            "9223372036854775807 + subject.age > 0",
            "-9223372036854775808 - subject.age < 0",
            "subject.age / (subject.age - 41) == 0",
            "subject.age % (subject.age - 41) == 0",
            "-(-9223372036854775808) > 0",
        ],
    );
}

#[test]
fn strings() {
    check(
        Truth::True,
        &[
            "subject.team.startsWith('ni') && subject.team.endsWith('ght') && subject.team.contains('igh')",
            "subject.team + '-' + subject.team == 'night-night'",
            "size(subject.team) == 5 && subject.team.size() == 5 && size('é😀') == 2",
            "'a' < 'b' && 'Z' < 'a' && '' < 'a' && 'a' <= 'a'",
            r"'\n\t\\\'\?\`' == '\u000a\u0009\u005c\u0027?`'",
            r#"r'\d' == '\\d' && '''a'b''' == "a'b" && """x"y""" == 'x"y' && R"\n".size() == 2"#,
            r"'\x41' == 'A' && '\101' == 'A' && '\u0041' == 'A' && '\U00000041' == 'A' && '\xff' == 'ÿ'",
        ],
    );
}

#[test]
fn lists_and_loops() {
    check(
        Truth::True,
        &[
            "'night' in subject.teams && !('day' in subject.teams) && !(1 in [])",
            "subject.teams.exists(team, team == subject.team) && subject.levels.all(x, x > 0)",
            "subject.levels.exists_one(x, x == 2) && subject.levels.filter(x, x > 1).size() == 2",
            "subject.levels.map(x, x * 2) == [2, 4, 6] && subject.levels.map(x, x > 1, x * 10) == [20, 30]",
            "subject.levels + [4] == [1, 2, 3, 4] && size(subject.levels) == 3 && size([]) == 0",
            "[].all(x, x > 0) && !([].exists(x, x == 'a')) && [] == [] && [1, 2,] == [1, 2]",
            "subject.levels.all(x, [1, 2, 3].exists(y, x == y))",
            "subject.levels.map(x, x + 0.5) == [1.5, 2.5, 3.5] && [true, false].exists(x, x)",
            "[1, 2].all(x, [3, 4].all(x, x > 2))",
            "subject.teams.exists(member, member == 'night') && subject.levels.all(sign, sign < 4)",
            "subject.levels.map(x, subject.age - x).filter(y, y % 2 == 0) == [40, 38]",
        ],
    );
}

#[test]
fn time() {
    check(
        Truth::True,
        &[
            "now > timestamp('2026-03-01T12:34:56.788Z') && now < timestamp('2026-03-01T13:34:57+01:00')",
            "now - subject.hired > duration('1h') && now + duration('1m') > now && duration('1s') + now > now",
            "duration('1h30m') == duration('90m') && duration('1.5s') == duration('1500ms') && duration('-1s') < duration('0s')",
            "timestamp('2026-03-01T00:00:00Z') - duration('1ms') == timestamp('2026-02-28T23:59:59.999Z')",
            "now.getFullYear() == 2026 && now.getMonth() == 2 && now.getDate() == 1 && now.getDayOfMonth() == 0",
            "now.getDayOfWeek() == 0 && now.getDayOfYear() == 59 && now.getHours() == 12 && now.getMinutes() == 34",
            "now.getSeconds() == 56 && now.getMilliseconds() == 789 && now.getHours('+02:00') == 14",
            "now.getHours('-12:30') == 0 && now.getMinutes('-12:30') == 4 && now.getHours('UTC') == 12 && now.getHours('02:00') == 14",
            "subject.shift == duration('8h') && subject.shift + subject.shift == duration('16h')",
            "now in [now, subject.hired]",
        ],
    );
}

#[test]
fn addresses() {
    check(
        Truth::True,
        &[
            "context.ip == ip('10.1.2.3') && context.ip != ip('::1')",
            "context.ip in cidr('10.0.0.0/8') && !(context.ip in cidr('192.168.0.0/16')) && context.ip in context.net",
            "cidr('10.0.0.0/8').containsIP(context.ip) && cidr('10.0.0.0/8').containsIP(ip('10.9.9.9'))",
            "context.ip in [ip('10.1.2.3'), ip('::1')]",
        ],
    );
}

#[test]
fn choices_and_precedence() {
    check(
        Truth::True,
        &[
            "subject.age > 40 ? subject.licensed : false",
            "false ? false : false ? false : true",
            "true ? true : 1 / 0 == 1",
            "true || false && false",
            "!false && true",
            "1 + 1 == 2 == true",
            "!!true && true // and a comment",
            "1 < 2 ? true : false",
        ],
    );
}
