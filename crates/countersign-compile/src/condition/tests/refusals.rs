//! What is refused, where, and what is said of it.

use super::world::{ORDER, PROJECT, SIGN, STATE, compiled, policy};
use countersign_core::TypeId;

/// The text that is marked, the message, and the help, of the first problem.
#[track_caller]
fn check_at(types: &[TypeId], cases: &[(&str, &str, &str, &str)]) {
    for (text, marked, message, help) in cases {
        let wrong = compiled(text, types).expect_err(text);
        let first = &wrong[0];
        assert_eq!(text.get(first.span.clone()), Some(*marked), "{text}: {first:?}");
        assert!(first.message.contains(message), "{text}: {first:?}");
        let said = first.help.as_deref().unwrap_or_default();
        assert!(said.contains(help) && (help.is_empty() == said.is_empty()), "{text}: {first:?}");
    }
}

#[track_caller]
fn check(cases: &[(&str, &str, &str, &str)]) {
    check_at(&[], cases);
}

#[test]
fn names() {
    check(&[
        ("subject.licenced", "licenced", "there is no attribute `licenced` of subject", "did you mean `licensed`?"),
        ("subjct.licensed", "subjct", "there is no `subjct`", "did you mean `subject`?"),
        ("projct.kind == 'x'", "projct", "there is no `projct`", "did you mean `project`?"),
        ("licensed", "licensed", "there is no `licensed`", "write `subject.licensed`"),
        ("owner == 'x'", "owner", "there is no `owner`", "write `sign.owner` or `order.owner`"),
        ("subject", "subject", "no value by itself", "`subject.age`"),
        ("project == 'p'", "project", "no value by itself", "`project.id`"),
        ("now.hour == 1", "hour", "has no attributes", "now.getHours()"),
        ("subject.team.name == 'x'", "subject.team.name", "a string has no attributes", "plain values"),
        ("project.licensed", "licensed", "no attribute `licensed` of the type `project`", "there are"),
        (
            "resource.size > 1",
            "resource.size",
            "not of the same kind",
            "`project.size` is an int, `sign.size` is a decimal",
        ),
        ("subject.teams.exists(t, t.name == 'x')", "t.name", "an item of a list", "compare the item itself"),
        ("subject.teams.exists(now, true)", "now", "something else already", "another name"),
        ("zebra == 1", "zebra", "there is no `zebra`", "strings stand in quotes"),
        ("context.costs > 1", "costs", "no attribute `costs` of context", "did you mean `cost`?"),
    ]);
}

#[test]
fn places() {
    check_at(
        &[STATE],
        &[
            (
                "resource.kind == 'design'",
                "kind",
                "no resource that this guards has an attribute `kind`",
                "write `project.kind`",
            ),
            ("resource.kynd == 'design'", "kynd", "no attribute `kynd` of resource", "there are `id`, `type`"),
            ("resource.type == 'sign'", "'sign'", "this is never `sign`", "there are `state`"),
            ("action.name == 'edit'", "'edit'", "this is never `edit`", "there are `view`, `approve`"),
        ],
    );
    check_at(
        &[ORDER],
        &[(
            "project.kind == 'design'",
            "project",
            "no resource that this guards stands in a `project`",
            "it guards `order`",
        )],
    );
    assert!(compiled("project.kind == 'design'", &[ORDER, SIGN]).is_ok());
    let member = policy().type_named("member").expect("the type is built in");
    assert!(compiled("project.kind == 'design'", &[member]).is_ok());
    // Where only one of the types can be meant, the others' kinds do not matter.
    assert!(compiled("resource.size > 1.5", &[SIGN, ORDER]).is_ok());
    assert!(compiled("resource.size > 1", &[PROJECT]).is_ok());
    assert!(compiled("resource.size > 1", &[PROJECT, SIGN]).is_err());
}

#[test]
fn kinds() {
    check(&[
        ("subject.age", "subject.age", "a condition must be a bool, and this is an int", "compare"),
        ("subject.age == 'x'", "subject.age == 'x'", "an int cannot be compared with a string", ""),
        (
            "subject.age == '5'",
            "subject.age == '5'",
            "an int cannot be compared with a string",
            "write `5` without the quotes",
        ),
        ("subject.team == 5", "subject.team == 5", "a string cannot be compared with an int", "write `'5'`"),
        ("context.ip == '10.0.0.1'", "context.ip == '10.0.0.1'", "an ip cannot", "write `ip('10.0.0.1')`"),
        ("now > '2026-01-01'", "now > '2026-01-01'", "a timestamp cannot", "write `timestamp('2026-01-01')`"),
        ("subject.teams == 'x'", "subject.teams == 'x'", "a list of strings cannot", "write `x in list`"),
        ("context.ip == cidr('10.0.0.0/8')", "context.ip == cidr('10.0.0.0/8')", "an ip cannot", "in cidr"),
        ("1 < 2 < 3", "1 < 2 < 3", "a bool cannot be compared with an int", "comparisons do not chain"),
        ("subject.teams < subject.teams", "subject.teams < subject.teams", "neither less nor greater", "=="),
        ("context.ip < ip('::1')", "context.ip < ip('::1')", "neither less nor greater", "=="),
        ("subject.team && true", "subject.team", "`&&` joins bools, and this is a string", "compare"),
        ("!subject.team", "subject.team", "`!` takes a bool, and this is a string", ""),
        ("-subject.team == 'x'", "subject.team", "`-` takes a number", ""),
        ("context.cost / 2 > 1", "context.cost / 2", "there is no a decimal / an int", "exact"),
        ("subject.team + 1 == 'x'", "subject.team + 1", "there is no", "nothing is converted"),
        ("now + now > now", "now + now", "there is no", ""),
        ("subject.team in 'abc'", "'abc'", "behind `in` stands a list", "contains"),
        ("1 in subject.teams", "1 in subject.teams", "an int cannot be in a list of strings", ""),
        (
            "subject.levels == [1.5]",
            "subject.levels == [1.5]",
            "a list of ints cannot be compared with a list of decimals",
            "",
        ),
        ("[1, 'a'] == []", "'a'", "a string in a list of ints", "one kind"),
        ("[[1]] == []", "[1]", "a list cannot hold a list of ints", "plain"),
        ("true ? 1 : 'a'", "true ? 1 : 'a'", "one side is an int, the other a string", "one kind"),
        ("subject.age ? true : false", "subject.age", "what stands before `?` must be a bool", "compare"),
        ("size(1) == 1", "1", "an int has no size", "strings and lists"),
        ("subject.team.exists(x, true)", "subject.team", "goes over a list, and this is a string", ""),
        ("subject.levels.exists(x, x)", "x", "what `exists` asks of each item must be a bool", "compare"),
        ("subject.levels.exists(1, true)", "1", "the first argument names the item", "list.exists"),
        ("project.kind == 'desing'", "'desing'", "this is never `desing`", "did you mean `design`?"),
        ("project.kind in ['design', 'built']", "'built'", "this is never `built`", "did you mean `build`?"),
        ("resource.type == 'sing'", "'sing'", "this is never `sing`", "did you mean `sign`?"),
    ]);
}

#[test]
fn other_languages() {
    check(&[
        ("subject.age = 5", "=", "there is no operator `=`", "write `==`"),
        ("subject.age === 5", "===", "there is no operator `===`", "write `==`"),
        ("subject.age <> 5", "<>", "there is no operator `<>`", "write `!=`"),
        ("true & false", "&", "there is no operator `&`", "write `&&`"),
        ("true | false", "|", "there is no operator `|`", "write `||`"),
        ("true and false", "and", "expected an operator or the end, found `and`", "write `&&`"),
        ("true OR false", "OR", "found `OR`", "write `||`"),
        ("not true", "not", "found `not`", "write `!x`"),
        ("not(true)", "not", "there is no function `not`", "write `!x`"),
        ("subject.team not in ['a']", "not", "found `not`", "!(x in list)"),
        ("subject.team like 'a%'", "like", "found `like`", "x.contains"),
        ("subject.team == null", "null", "there is no `null`", "has(subject.x)"),
        ("subject.teams[0] == 'a'", "[", "have no numbers", "exists"),
        ("{'a': 1} == 1", "{", "there are no maps", "a list"),
        ("5u == 5", "5u", "this is no number", "leave the `u` out"),
        ("b'x' == 'x'", "b'x'", "no byte strings", "leave the `b` out"),
        ("true;", ";", "unexpected `;`", "one expression"),
        ("subject.team == ‘a’", "‘", "unexpected `‘`", "straight quotes"),
        ("startsWith(subject.team, 'a')", "startsWith", "there is no function `startsWith`", "write `x.startsWith(…)`"),
        ("subject.team.startswith('a')", "startswith", "there is no method `startswith`", "did you mean `startsWith`?"),
        ("int('5') == 5", "int", "there is no function `int`", "nothing is converted"),
        ("subject.team.length() == 1", "length", "there is no method `length`", "size(x)"),
        ("subject.team.lowerAscii() == 'x'", "lowerAscii", "no method `lowerAscii`", "byte for byte"),
        ("subject.teams.any(x, true)", "any", "there is no method `any`", "list.exists"),
    ]);
}

#[test]
fn grammar() {
    check(&[
        ("", "", "there is no condition here", "leave `when` out"),
        ("  // nothing", "", "there is no condition here", "leave `when` out"),
        ("true &&", "", "expected a value, found the end", ""),
        ("(true", "", "expected `)`, found the end", ""),
        ("true)", ")", "expected an operator or the end, found `)`", ""),
        ("1 +* 2", "*", "expected a value, found `*`", ""),
        ("true ? false", "", "expected `:`", ""),
        ("subject.", "", "expected a name behind the `.`, found the end", ""),
        ("size('a', )", ")", "expected another argument", ""),
        ("[1, 2", "", "expected `,` or `]`", ""),
        ("'abc", "'abc", "this string does not end", "close it with '"),
        ("'a\nb' == 'x'", "'a\nb' == 'x'", "this string does not end", "close it"),
        (r"'\q' == 'x'", r"\q", "there is no such escape", "r'…'"),
        (r"'\x4' == 'x'", r"\x", "needs more digits", "r'…'"),
        (r"'\uD800' == 'x'", r"\uD800", "this is no character", "r'…'"),
        ("9223372036854775808 > 1", "9223372036854775808", "too large", "9223372036854775807"),
        ("99999999999999999999 > 1", "99999999999999999999", "too large", "9223372036854775807"),
        ("1e99 > 1", "1e99", "too large or has too many digits", "fewer"),
        ("1x > 1", "1x", "this is no number", "space"),
        ("5 in", "", "expected a value, found the end", ""),
    ]);
}

#[test]
fn functions() {
    check(&[
        ("timestamp('2026-01-01') < now", "'2026-01-01'", "this is no timestamp", "'2026-03-01T12:00:00Z'"),
        ("timestamp('2026-02-30T00:00:00Z') < now", "'2026-02-30T00:00:00Z'", "this is no timestamp", "no such moment"),
        (
            "timestamp('2026-01-01T00:00:00.0001Z') < now",
            "'2026-01-01T00:00:00.0001Z'",
            "no timestamp",
            "whole milliseconds",
        ),
        ("timestamp('0000-01-01T00:00:00Z') < now", "'0000-01-01T00:00:00Z'", "no timestamp", "years 1 to 9999"),
        ("timestamp(subject.team) < now", "subject.team", "takes a string that is written out", "declare"),
        ("duration('1d') < duration('1h')", "'1d'", "this is no duration", "h, m, s and ms"),
        ("duration('1us') < duration('1h')", "'1us'", "this is no duration", "whole milliseconds"),
        ("duration('') < duration('1h')", "''", "this is no duration", "units"),
        ("duration('99999999h') < duration('1h')", "'99999999h'", "this is no duration", "10,000 years"),
        ("ip('10.0.0') == context.ip", "'10.0.0'", "this is no ip", "192.0.2.1"),
        ("context.ip in cidr('10.0.0.1/8')", "'10.0.0.1/8'", "this is no cidr", "prefix"),
        ("decimal('1,5') == 1.5", "'1,5'", "this is no decimal", "49.90"),
        ("subject.team.matches(subject.id)", "subject.id", "written out", "cost is known"),
        ("now.getHours('Europe/Zurich') == 1", "'Europe/Zurich'", "no fixed offset", "+02:00"),
        ("subject.shift.getHours() == 8", "subject.shift", "this is a duration", "duration('1h')"),
        ("has(subject)", "subject", "one attribute", "has(subject.x)"),
        ("has(subject.licenced)", "licenced", "no attribute `licenced`", "licensed"),
        ("size() == 0", "size", "takes 1 argument, and here are 0", ""),
        ("subject.levels.exists(x) == true", "exists", "takes 2 arguments, and here are 1", ""),
        ("subject.team.size(1) == 1", "size", "takes 0 arguments, and here are 1", ""),
    ]);
}

#[test]
fn all_problems_are_reported() {
    let said = |text: &str| compiled(text, &[]).expect_err(text).len();
    assert_eq!(said("subject.a && subject.b || context.c > 1"), 3);
    assert_eq!(said("subject.age = 1 & subject.age = 2"), 3);
    assert_eq!(said(&vec!["subject.a"; 300].join("||")), 20);
    assert_eq!(said(&"#".repeat(300)), 20);
    // One mistake is one report, however much is built upon it.
    assert_eq!(said("subject.nobody + 1 > 2 && subject.nobody2.startsWith('x')"), 2);
    assert_eq!(said("subject.nobody.exists(x, x == 1 && x == 'a')"), 1);
}
