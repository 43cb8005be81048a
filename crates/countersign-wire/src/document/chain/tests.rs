//! What is in no chain that is too long is never refused for one, in whatever form and order it is written; what is, is.

use super::{CHAIN, Chain, Links};
use crate::diagnostic::{Diagnostic, Source};
use crate::document::parse_linked;
use crate::document::sound;
use fastrand::Rng;

const ROLES: Chain = Chain { tables: "roles", link: "includes", any: false, deep: 8, of: "a policy", most: 4096 };
const TYPES: Chain = Chain { tables: "types", link: "parent", any: true, deep: 16, of: "a model", most: 1010 };

fn read(text: &str) -> Option<Diagnostic> {
    let problems = parse_linked(&Source { name: "", text }, &[ROLES, TYPES]).err()?;
    let [problem] = problems.as_slice() else { panic!("{problems:#?}\n{text}") };
    Some(problem.clone())
}

#[track_caller]
fn refused(text: &str, line: usize, column: usize, path: &str, message: &str) {
    let problem = read(text).unwrap_or_else(|| panic!("taken: {text}"));
    let found = (problem.line, problem.column, problem.path.as_str(), problem.message.as_str());
    assert_eq!(found, (line, column, path, message), "{text}");
}

/// Which tables each table names.
type Graph = Vec<Vec<usize>>;

/// A chain of about [`CHAIN`], with other links beside it, back to what stands above where there are to be circles.
fn graph(random: &mut Rng, circles: bool, more: usize) -> Graph {
    let length = CHAIN - 4 + random.usize(..8);
    let mut graph: Graph = (1..length).map(|next| vec![next]).chain([Vec::new()]).collect();
    for _ in 0..random.usize(..2) {
        let cut = random.usize(..length);
        graph[cut].clear();
    }
    for _ in 0..random.usize(..more) {
        let (a, b) = (random.usize(..length), random.usize(..length));
        let (from, to) = if circles { (a, b) } else { (a.min(b), a.max(b)) };
        if from != to || circles {
            let at = random.usize(..graph[from].len() + 1);
            graph[from].insert(at, to);
        }
    }
    graph
}

/// The graph as a document: a list of tables with ids or tables by name, of TOML or JSON, in any order.
fn write(random: &mut Rng, graph: &Graph, chain: &Chain) -> String {
    let Chain { tables, link, .. } = chain;
    let mut order: Vec<usize> = (0..graph.len()).collect();
    match random.usize(..3) {
        0 => random.shuffle(&mut order),
        1 => order.reverse(),
        _ => {}
    }
    let named = |number: usize| match graph[number].as_slice() {
        [one] if *tables == "types" && number.is_multiple_of(2) => format!("\"n{one}\""),
        all => format!("[{}]", all.iter().map(|one| format!("\"n{one}\"")).collect::<Vec<_>>().join(", ")),
    };
    let form = random.usize(..8);
    let one = |number: &usize| {
        let links = named(*number);
        match form {
            0 => format!(
                "[ {tables} . 'n{number}' ] # [[\n{link} = {links}\nwhen = '''\n[{tables}.n1]\n{link} = 'n9'\n'''"
            ),
            1 => format!("{tables}.n{number}.{link} = {links}\n{tables}.n{number}.title = {{ else = \"n1\" }}"),
            2 => format!("\"n{number}\" = {{ title = ['n4', {{ {link} = 'n5' }}], {link} = {links}, at = [ 'n3' ] }}"),
            3 => format!("n{number}.{link} = {links} # {link} = \"n7\""),
            4 => format!("[[{tables}]]\nid = \"n{number}\"\ntitle.{link} = \"n0\"\n{link} = {links}"),
            5 => format!("[[ {tables} ]]\n{link} = {}\nid = 'n{number}'", links.replace(", ", ",\n  # a\n")),
            6 => format!("\"n{number}\": {{\"a\": {{\"{link}\": \"n2\"}}, \"{link}\": {links}, \"b\": [[\"n3\"], 1]}}"),
            _ => format!("{{\"{link}\": {links}, \"n\": {{\"id\": \"n0\"}}, \"id\": \"n{number}\"}}"),
        }
    };
    let texts: Vec<String> = order.iter().map(one).collect();
    match form {
        0 | 1 | 4 | 5 => texts.join("\n"),
        2 | 3 => format!("[{tables}]\n{}\n[other]\n{link} = ['n1']", texts.join("\n")),
        6 => format!("{{\"{tables}\": {{{}}}, \"other\": {{\"n1\": {{\"{link}\": [\"n2\"]}}}}}}", texts.join(", ")),
        _ => format!("{{\"a\": [1], \"{tables}\": [{}], \"b\": [\"n0\"]}}", texts.join(", ")),
    }
}

/// How many tables stand in the longest chain; nothing if there is a circle.
fn longest(graph: &Graph) -> Option<usize> {
    let mut depths = vec![1; graph.len()];
    for round in 0..=graph.len() {
        let deeper = |named: &Vec<usize>| 1 + named.iter().map(|other| depths[*other]).max().unwrap_or(0);
        let next: Vec<usize> = graph.iter().map(deeper).collect();
        if next == depths {
            return next.into_iter().max();
        }
        assert!(round < graph.len() || next.iter().any(|depth| *depth > graph.len()));
        depths = next;
    }
    None
}

/// How deep the deepest stands below one that names none, where each stands below the highest that it names; nothing if
/// one stands below none such.
fn deepest(graph: &Graph) -> Option<usize> {
    let mut depths: Vec<Option<usize>> = graph.iter().map(|named| named.is_empty().then_some(1)).collect();
    for _ in graph {
        let next = |named: &Vec<usize>| match named.iter().filter_map(|other| depths[*other]).min() {
            _ if named.is_empty() => Some(1),
            above => above.map(|above| above + 1),
        };
        depths = graph.iter().map(next).collect();
    }
    depths.into_iter().collect::<Option<Vec<_>>>()?.into_iter().max()
}

#[test]
fn a_chain_is_refused_by_its_length_alone() {
    let (mut random, mut taken, mut refused, mut lists) = (Rng::with_seed(1), 0, 0, 0);
    for _ in 0..4_000 {
        let graph = graph(&mut random, false, 6);
        let text = write(&mut random, &graph, &ROLES);
        let length = longest(&graph).expect("no circle");
        let problem = read(&text);
        assert_eq!(problem.is_some(), length > CHAIN, "{length} levels: {problem:?}\n{text}");
        *(if length > CHAIN { &mut refused } else { &mut taken }) += 1;
        // The fast way for lists of JSON says the same.
        if sound::root(&text, &[]).is_some_and(|root| root.lists.iter().any(|(name, _)| name == "roles")) {
            assert_eq!(sound::root(&text, &[ROLES]).is_some(), length <= CHAIN, "{text}");
            lists += 1;
        }
    }
    assert!(lists > 300, "{lists} lists");
    assert!(taken > 1_000 && refused > 500, "{taken} were taken, {refused} refused");
}

#[test]
fn what_has_neither_a_circle_nor_a_long_chain_is_taken() {
    let (mut random, mut taken, mut circles) = (Rng::with_seed(2), 0, 0);
    for _ in 0..4_000 {
        let graph = graph(&mut random, true, 6);
        let text = write(&mut random, &graph, &ROLES);
        let length = longest(&graph);
        let sound = length.is_some_and(|length| length <= CHAIN);
        assert!(!sound || read(&text).is_none(), "{length:?} levels:\n{text}");
        taken += usize::from(sound);
        circles += usize::from(length.is_none());
    }
    assert!(taken > 500 && circles > 500, "{taken} were taken, {circles} had a circle");
}

#[test]
fn what_stands_below_any_of_several_is_as_deep_as_the_highest() {
    let (mut random, mut taken, mut refused) = (Rng::with_seed(3), 0, 0);
    for round in 0..4_000 {
        let graph = graph(&mut random, round % 2 == 0, 2);
        let text = write(&mut random, &graph, &TYPES);
        let depth = deepest(&graph);
        let problem = read(&text);
        assert!(problem.is_none() || depth.is_none_or(|depth| depth > CHAIN), "{depth:?}: {problem:?}\n{text}");
        *(if problem.is_some() { &mut refused } else { &mut taken }) += 1;
    }
    assert!(taken > 1_000 && refused > 200, "{taken} were taken, {refused} refused");
}

fn links(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

const LONG: &str = "with this, more than 64 roles stand in a chain by `includes`; at most 8 may";

#[test]
fn the_link_that_is_too_much_is_shown() {
    let toml = |count| links(count, |at| format!("[roles.r{at}]\nincludes = [\"r0\", \"r{}\"]\n", at + 1));
    assert_eq!(read(&toml(CHAIN - 1)), None);
    refused(&toml(CHAIN), 128, 19, "roles.r63.includes[1]", LONG);
    let upwards = links(1000, |at| format!("[[roles]]\nid = \"r{}\"\nincludes = [\"r{at}\"]\n", at + 1));
    refused(&upwards, 192, 13, "roles[63].includes[0]", LONG);
    let json = links(1000, |at| format!("\"r{at}\": {{\"includes\": [\"r{}\"]}},\n", at + 1));
    refused(&format!("{{\"roles\": {{\n{json}"), 65, 22, "roles.r63.includes[0]", LONG);
    let types = links(1000, |at| format!("[types.t{}]\nparent = 't{at}'\n", at + 1));
    let message = "with this, more than 64 types stand in a chain by `parent`; at most 16 may";
    refused(&types, 128, 10, "types.t64.parent", message);
}

#[test]
fn what_stands_beside_a_list_is_not_in_it() {
    let chain = links(2 * CHAIN, |at| format!("\"r{at}\": {{\"includes\": [\"r{}\"]}}, ", at + 1));
    let text = |list: &str| format!("{{\"roles\": [{list}], \"other\": {{{chain}\"z\": 1}}}}");
    assert!(sound::root(&text(""), &[ROLES]).is_some());
    assert_eq!(read(&text("")), None);
    let list = links(CHAIN, |at| format!("{{\"id\": \"r{at}\", \"includes\": [\"r{}\"]}}, ", at + 1));
    assert!(sound::root(&text(&format!("{list} 1")), &[ROLES]).is_none());
}

#[test]
fn nothing_behind_it_is_read() {
    let chain = links(CHAIN, |at| format!("[roles.r{at}]\nincludes = [\"r{}\"]\n", at + 1));
    for rest in ["[roles.y]\nincludes = []\n", "[roles.y]\nwhen = \"\n", "[roles.y]\na = [[[[\n"] {
        refused(&format!("{chain}[other]\na = 1\nb = \"c\"\n{rest}"), 128, 13, "roles.r63.includes[0]", LONG);
    }
}

#[test]
fn a_circle_of_a_few_is_left_to_the_compiler() {
    let circle = |count: usize| links(count, |at| format!("roles.r{at}.includes = [\"r{}\"]\n", (at + 1) % count));
    for count in [1, 2, 8, CHAIN - 1, CHAIN] {
        assert_eq!(read(&circle(count)), None);
    }
    assert_eq!(read(&circle(10 * CHAIN)).map(|problem| problem.message).as_deref(), Some(LONG));
}

#[test]
fn circles_upon_circles_take_as_many_steps_as_there_are_links() {
    let names: Vec<String> = (0..50).map(|at| format!("r{at}")).collect();
    let mut links = Links::default();
    // Each names all that stand below it; one of them is above these, and above the one that names it again.
    for (at, from) in names.iter().enumerate() {
        names.iter().skip(at + 1).for_each(|to| assert_eq!(links.add(&ROLES, from, to), None));
    }
    assert_eq!(links.add(&ROLES, "top", "r0").or_else(|| links.add(&ROLES, "top", "again")), None);
    let before = links.steps;
    for _ in 0..1_000 {
        assert_eq!(links.add(&ROLES, "again", "top"), None);
    }
    // Each would go through all that stand below.
    let (steps, links) = (links.steps - before, links.links.len() + 1_000);
    assert!(steps > 20_000 && before + steps <= (CHAIN + 1) * links, "{steps} steps for {links} links");
}

#[test]
fn more_than_there_may_be_are_refused_where_they_are_too_many() {
    let star = |count| links(count, |at| format!("[roles.r{at}]\nincludes = [\"base\"]\n"));
    assert_eq!(read(&star(4095)), None);
    let message = "a policy has at most 4096 roles";
    refused(&star(9000), 8192, 13, "roles.r4095.includes[0]", message);
    let types = links(2000, |at| format!("types.t{at}.parent = [\"top\"]\n"));
    refused(&types, 1010, 23, "types.t1009.parent[0]", "a model has at most 1010 types");
    // The root is no type.
    assert_eq!(read(&links(1010, |at| format!("types.t{at}.parent = \"/\"\n"))), None);
}
