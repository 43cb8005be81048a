//! Requests that are written to get past the gate: the origin never serves what was not asked about.
//!
//! The origin here is a model of the most obliging there are: it decodes once or twice, takes `\` for `/`, merges slashes,
//! removes dot segments and path parameters, stops at a NUL; some split first, and some ignore case and suffixes. A *bypass* is a
//! request that the gate would forward after a question about one resource, for which such an origin serves another.

use crate::canonical::CanonicalPath;
use crate::request::{Request, reaches_origin};
use crate::routes::{Routes, Target};
use countersign_wire::diagnostic::Source;
use fastrand::Rng;

const TARGETS: usize = 5_000;
const KINDS: [&str; 5] = ["docs", "files", "users", "teams", "notes"];

/// A route as the origin knows it: method, path, and what the gate must ask, with the parameters' names in it.
type Known = (&'static str, String, Option<String>);

/// Thirty routes.
fn known() -> Vec<Known> {
    let mut known: Vec<Known> = vec![
        ("GET", "/".to_owned(), None),
        ("GET", "/open/*".to_owned(), None),
        ("GET", "/{t}/health".to_owned(), None),
        ("POST", "/{t}/login".to_owned(), None),
        ("GET", "/{t}/docs/published/{d}".to_owned(), None),
    ];
    for kind in KINDS {
        let all = [
            ("GET", format!("/{{t}}/{kind}/secret"), format!("audit {{t}} {kind}:secret")),
            ("GET", format!("/{{t}}/{kind}/{{id}}"), format!("view {{t}} {kind}:{{id}}")),
            ("PUT", format!("/{{t}}/{kind}/{{id}}"), format!("edit {{t}} {kind}:{{id}}")),
            ("DELETE", format!("/{{t}}/{kind}/{{id}}"), format!("delete {{t}} {kind}:{{id}}")),
            ("GET", format!("/{{t}}/{kind}/{{id}}/parts/{{p}}"), format!("view {{t}} {kind}:{{id}}/part:{{p}}")),
        ];
        known.extend(all.map(|(method, path, asked)| (method, path, Some(asked))));
    }
    known
}

/// The same thirty as a route file.
fn table(known: &[Known], origin: &str) -> Routes {
    let mut text = origin.to_owned();
    for (method, path, asked) in known {
        text += &format!("[[routes]]\nmethod = '{method}'\n");
        match asked {
            None => {
                text += &format!("path = '{}'\npublic = true\n", path.replace("{t}", "{_t}").replace("{d}", "{_d}"))
            }
            Some(asked) => {
                let mut words = asked.split(' ');
                let (action, resource) = (words.next().unwrap_or_default(), words.nth(1).unwrap_or_default());
                let path = path.replace("{t}", "{tenant}");
                text += &format!("path = '{path}'\naction = '{action}'\nresource = '{resource}'\n");
            }
        }
    }
    Routes::parse(Source { name: "routes.toml", text: &text }).unwrap_or_else(|problems| panic!("{problems}"))
}

/// How an origin reads a path.
#[derive(Clone, Copy, Debug)]
struct Origin {
    decodes: usize,
    /// It splits first and decodes each segment, and knows no path parameters
    splits: bool,
    /// It ignores case and suffixes
    lenient: bool,
}

impl Origin {
    /// The segments that it sees.
    fn reads(self, path: &str) -> Vec<String> {
        let times = |text: &str, times: usize| {
            let bytes = (0..times).fold(text.as_bytes().to_vec(), |bytes, _| decoded(&bytes));
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let (first, then) = if self.splits { (0, self.decodes) } else { (self.decodes, 0) };
        let whole = times(path, first);
        let whole = whole.split(['\0', '?', '#']).next().unwrap_or_default().replace('\\', "/");
        let mut segments: Vec<String> = Vec::new();
        for segment in whole.split('/') {
            let segment = times(segment, then);
            let segment = if self.splits { &*segment } else { segment.split(';').next().unwrap_or_default() };
            match segment {
                "" | "." => {}
                ".." => drop(segments.pop()),
                segment if self.lenient => segments.push(segment.to_lowercase()),
                segment => segments.push(segment.to_owned()),
            }
        }
        if self.lenient
            && let Some(last) = segments.last_mut()
        {
            *last = last.split('.').next().unwrap_or_default().to_owned();
        }
        segments
    }

    /// What it serves: the question that should have been asked, `public`, or nothing.
    fn serves(self, known: &[Known], method: &str, path: &str) -> Option<String> {
        let segments = self.reads(path);
        known.iter().filter(|(known, ..)| *known == method).find_map(|(_, pattern, asked)| {
            let mut question = asked.clone().unwrap_or_else(|| "public".to_owned());
            let pieces: Vec<&str> = pattern.split('/').filter(|piece| !piece.is_empty()).collect();
            let open = pieces.last() == Some(&"*");
            let fits = if open { segments.len() + 1 >= pieces.len() } else { segments.len() == pieces.len() };
            if !fits {
                return None;
            }
            for (piece, segment) in pieces.iter().zip(&segments) {
                match *piece {
                    "*" => break,
                    piece if piece.starts_with('{') => question = question.replace(piece, segment),
                    piece if piece == segment => {}
                    _ => return None,
                }
            }
            Some(question)
        })
    }
}

fn decoded(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at + 1).and_then(|high| digit(*high)).zip(bytes.get(at + 2).and_then(|low| digit(*low)));
        match pair.filter(|_| *byte == b'%') {
            Some((high, low)) => {
                out.push(u8::try_from(high * 16 + low).expect("two digits are a byte"));
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

/// What the gate asks before it forwards a request as it came; `seed` is what a faulty gate does to the path first.
fn asks(routes: &Routes, method: &str, sent: &str, seed: fn(&str) -> String) -> Option<String> {
    let read = seed(sent);
    let path = CanonicalPath::parse(&read).ok()?;
    let matched = routes.find(method, "localhost", &path).ok()?;
    Some(match &matched.route.target {
        Target::Public => "public".to_owned(),
        Target::Guarded(guarded) => {
            let resource = guarded.resource(|name| matched.parameter(name).map(str::to_owned))?;
            format!("{} {} {resource}", guarded.action.value, matched.parameter("tenant")?)
        }
    })
}

/// A request's path, written in a way that may be read as another one.
fn twisted(random: &mut Rng, path: &str, others: &[String]) -> String {
    let mut path = path.to_owned();
    for _ in 0..random.usize(0..4) {
        let letters: Vec<(usize, char)> = path.char_indices().skip(1).collect();
        let Some((at, letter)) = random.choice(&letters).copied() else { continue };
        let other = random.choice(others).map_or("/", String::as_str);
        let mut insert = |text: &str| path.insert_str(at, text);
        match random.u8(0..26) {
            0 => path.replace_range(at..at + letter.len_utf8(), &format!("%{:02x}", u32::from(letter) & 0xFF)),
            1 => path.replace_range(at..at + letter.len_utf8(), &format!("%{:02X}", u32::from(letter) & 0xFF)),
            2 => path.replace_range(at..at + letter.len_utf8(), &format!("%25{:02x}", u32::from(letter) & 0xFF)),
            3 => path = path.replacen("/", "%2F", 3).replacen("%2F", "/", 1),
            4 => path = path.replacen("/", "%252f", 3).replacen("%252f", "/", 1),
            5 => path = path.replace('/', "//"),
            6 => path += "/",
            7 => insert("/./"),
            8 => insert("/../"),
            9 => insert("%2e%2e/"),
            10 => insert("%252e%252e%252f"),
            11 => insert("\\"),
            12 => insert("%5c"),
            13 => insert("%5C..%5C"),
            14 => insert(";v=1"),
            15 => insert("%3B"),
            16 => insert("%00"),
            17 => path += *random.choice(&[".json", ".rsc", "%20", ".", "%2Ejson", "..;"]).expect("one of them"),
            18 => path = path.to_uppercase().replace("%2F", "/"),
            19 => path.replace_range(at..at + letter.len_utf8(), &letter.to_uppercase().to_string()),
            20 => insert(random.choice(&["?", "%3F", "#", "%23", "\t", " ", "%0a", "+"]).expect("one of them")),
            21 => insert(
                random.choice(&["%c0%af", "%EF%BC%8F", "%u002f", "%e2%80%ae", "%E2%84%AA", "%", "%2"]).expect("one"),
            ),
            22 => path = format!("{other}/..{path}"),
            23 => path = format!("{path}/..%2f..%2f..{other}"),
            24 => path = format!("http://localhost{path}"),
            _ => path = format!("{other}/%2e%2e/%2e%2e/%2e%2e{path}"),
        }
    }
    path
}

/// How many requests were forwarded, and those that an origin takes for others than were asked about.
fn bypasses(origins: &[Origin], settings: &str, seed: fn(&str) -> String) -> (usize, Vec<String>) {
    let known = known();
    assert_eq!(known.len(), 30);
    let routes = table(&known, settings);
    let mut random = Rng::with_seed(5);
    let fill = |path: &str, random: &mut Rng| {
        let id = random.choice(["a", "b1", "secret", "published", "x y", "é", "parts"]).expect("an id");
        let id = crate::canonical::encode(id);
        path.replace("{t}", "acme").replace("{id}", &id).replace("{p}", "p1").replace("{d}", &id).replace('*', "a/b")
    };
    let paths: Vec<String> = known.iter().map(|(_, path, _)| fill(path, &mut random)).collect();
    let (mut forwarded, mut found) = (0, Vec::new());
    for (method, path, _) in &known {
        for _ in 0..TARGETS {
            let path = fill(path, &mut random);
            let sent = twisted(&mut random, &path, &paths);
            let Some(asked) = asks(&routes, method, &sent, seed) else { continue };
            forwarded += 1;
            for origin in origins {
                if let Some(served) = origin.serves(&known, method, &sent)
                    && served != asked
                {
                    found.push(format!("{method} {sent}: asked `{asked}`, {origin:?} serves `{served}`"));
                }
            }
        }
    }
    (forwarded, found)
}

const fn origin(decodes: usize, splits: bool, lenient: bool) -> Origin {
    Origin { decodes, splits, lenient }
}

const EXACT: [Origin; 4] =
    [origin(1, false, false), origin(2, false, false), origin(1, true, false), origin(2, true, false)];
const LENIENT: [Origin; 2] = [origin(1, false, true), origin(2, false, true)];
const SETTINGS: &str = "[origin]\nignores_case = true\nreads_suffixes = true\n";

#[test]
fn no_target_gets_past_the_gate() {
    for (origins, settings) in [(&EXACT[..], ""), (&LENIENT, SETTINGS)] {
        let (forwarded, found) = bypasses(origins, settings, str::to_owned);
        assert!(forwarded > 20_000, "only {forwarded} of the requests were forwarded");
        assert_eq!(found.len(), 0, "{}", found.iter().take(10).cloned().collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn every_seeded_bug_is_found() {
    type Seed = (&'static str, fn(&str) -> String);
    let seeds: [Seed; 8] = [
        ("takes %2e for a letter", |path| path.replace("%2e", "x")),
        ("ignores case", str::to_lowercase),
        ("decodes %2F", |path| path.replace("%2F", "/")),
        ("decodes once", |path| String::from_utf8_lossy(&decoded(path.as_bytes())).into_owned()),
        ("removes path parameters", |path| {
            path.split('/').map(|part| part.split(';').next().unwrap_or("")).collect::<Vec<_>>().join("/")
        }),
        ("drops what is hostile", |path| path.replace("%00", "").replace("%5c", "").replace('\\', "")),
        ("takes %25 for a letter", |path| path.replace("%25", "x")),
        ("encodes what is bare", |path| path.replace('?', "%20")),
    ];
    for (name, seed) in seeds {
        assert!(!bypasses(&EXACT, "", seed).1.is_empty(), "the bug was not found: {name}");
    }
    // An origin that ignores case or reads suffixes must be declared.
    assert!(!bypasses(&LENIENT, "", str::to_owned).1.is_empty(), "an undeclared lenient origin is not noticed");
}

/// What origins are known to believe, by the documents of those who send it: whatever the filter's own list says.
const PROTECTED: [&str; 36] = [
    "remote-user",
    "remote-groups",
    "remote-email",
    "x-remote-user",
    "x-remote-group",
    "x-remote-addr",
    "x-ms-token-aad-id-token",
    "x-authentik-username",
    "x-pomerium-claim-email",
    "x-consumer-username",
    "x-credential-identifier",
    "x-vouch-user",
    "oidc-claim-sub",
    "tailscale-user-login",
    "x-appengine-user-email",
    "client-cert",
    "x-amzn-mtls-clientcert",
    "impersonate-user",
    "x-invoke-path",
    "client-ip",
    "x-azure-clientip",
    "x-originating-ip",
    "countersign-subject",
    "countersign-tenant",
    "countersign-assertion",
    "x-countersign-anything",
    "authorization",
    "x-forwarded-for",
    "x-forwarded-user",
    "x-original-url",
    "x-rewrite-url",
    "x-middleware-subrequest",
    "x-http-method-override",
    "cf-connecting-ip",
    "x-auth-request-email",
    "forwarded",
];

/// How many of the mutations reach an origin that reads headers as CGI does.
fn leaks(reaches: impl Fn(&str) -> bool) -> usize {
    let mut random = Rng::with_seed(11);
    let variable = |name: &str| name.to_ascii_uppercase().replace(['-', '.'], "_");
    let mut leaked = 0;
    for _ in 0..3_000 {
        let name = random.choice(PROTECTED).expect("one of them");
        let mut twist = |letter: char| match (letter, random.u8(0..4)) {
            ('-', 0 | 1) => '-',
            ('-', 2) => '_',
            ('-', _) => '.',
            (letter, 0) => letter.to_ascii_uppercase(),
            (letter, _) => letter,
        };
        let sent: String = name.chars().map(&mut twist).collect();
        let request = Request { headers: vec![(sent.clone(), "evil".to_owned())], ..Request::default() };
        let removed = request.untrusted().any(|removed| removed == sent);
        assert_eq!(removed, !reaches_origin(&sent), "{sent}");
        leaked += usize::from(reaches(&sent) && PROTECTED.iter().any(|name| variable(name) == variable(&sent)));
    }
    leaked
}

#[test]
fn no_header_speaks_for_the_gate() {
    assert_eq!(leaks(reaches_origin), 0);
    let seeds: [fn(&str) -> bool; 3] = [
        |name| !PROTECTED.contains(&name.to_ascii_lowercase().as_str()),
        |name| !PROTECTED.contains(&name.replace(['_', '.'], "-").as_str()),
        |name| !PROTECTED.contains(&name.to_ascii_lowercase().replace('_', "-").as_str()),
    ];
    for seed in seeds {
        assert!(leaks(seed) > 100, "a filter that misses a spelling is not noticed");
    }
}
