//! API tokens through the whole gate: good where they were given out, until they end, and no longer.

use crate::request::Request;
use crate::routes::Routes;
use crate::tests::world::{Mood, NOWHERE, TENANT, World, config};
use crate::{Gate, Verdict};
use countersign_wire::api::{Command, TokenBody};
use countersign_wire::diagnostic::Source;
use countersign_wire::seal::token_key;
use futures_util::FutureExt;

const MODEL: &str = "name = 'm'\n[types.doc]\nactions = ['view', 'edit']\n[roles.reader]\nallow = ['doc:*']\n";
const PEOPLE: &str = "[[members]]\nsubject = 'service:ci'\n[[assignments]]\nto = 'service:ci'\nrole = 'reader'\n";
const ROUTES: &str = "[[routes]]\nmethod = 'GET'\npath = '/{tenant}/docs/{doc}'\naction = 'view'\nresource = 'doc:{doc}'\n\
    [[routes]]\nmethod = 'PUT'\npath = '/{tenant}/docs/{doc}'\naction = 'edit'\nresource = 'doc:{doc}'\n";

struct Service {
    gate: Gate,
    world: World,
    id: String,
    secret: String,
}

impl Service {
    fn new(expires: Option<&str>) -> Self {
        let routes = Routes::parse(Source { name: "routes.toml", text: ROUTES }).expect("the routes are sound");
        let (gate, world) = (Gate::new(config(false), routes), World::new(MODEL, PEOPLE));
        let body =
            TokenBody { subject: "service:ci".to_owned(), name: "CI".to_owned(), expires: expires.map(str::to_owned) };
        let (id, secret) = shown(&world, Command::CreateToken(body));
        Self { gate, world, id, secret }
    }

    fn ask(&self, method: &str, path: &str, secret: &str) -> String {
        let headers = vec![("authorization".to_owned(), format!("Bearer {secret}"))];
        let (method, path, host) = (method.to_owned(), path.to_owned(), "gate.example".to_owned());
        let request = Request { method, path, query: None, host, headers };
        match self.gate.handle(&request, self.world.ports()).now_or_never().expect("nothing waits here") {
            Verdict::Forward(forward) => {
                let subject = forward.set.iter().find(|(name, _)| *name == "countersign-subject");
                format!("forward {}", subject.map_or("", |(_, subject)| subject))
            }
            Verdict::Answer(answer) => format!("{} {}", answer.status, answer.code),
            Verdict::File(file) => file.name.to_owned(),
            Verdict::Watch(_) => "watch".to_owned(),
        }
    }

    fn edits(&self, secret: &str) -> String {
        self.ask("PUT", &format!("/{TENANT}/docs/a"), secret)
    }

    fn views(&self, secret: &str) -> String {
        self.ask("GET", &format!("/{TENANT}/docs/a"), secret)
    }
}

/// Carries out a command that shows a secret.
fn shown(world: &World, command: Command) -> (String, String) {
    let shown = world.command("operator:dev", true, command).shown.expect("a secret is shown");
    let text = |name: &str| shown[name].as_str().expect("a text").to_owned();
    (text("id"), text("secret"))
}

const LET_THROUGH: &str = "forward service:ci";

#[test]
fn a_token_is_its_service_in_its_tenant_alone() {
    let service = Service::new(None);
    let secret = service.secret.as_str();
    // Nothing was published: a miss is not believed.
    assert_eq!(service.edits(secret), LET_THROUGH);
    assert_eq!(service.views(secret), LET_THROUGH);
    assert_eq!(service.ask("GET", &format!("/v1/tenants/{TENANT}/me/snapshot"), secret), "200 ok");
    assert_eq!(service.ask("GET", &format!("/v1/tenants/{TENANT}/audit"), secret), "403 forbidden");
    for path in
        ["/v1/session", &format!("/{NOWHERE}/docs/a"), &format!("/v1/tenants/{NOWHERE}/me/snapshot"), "/v1/tenants"]
    {
        assert!(service.ask("GET", path, secret).starts_with("401 api_token_"), "{path}");
    }
    assert_eq!(service.ask("GET", "/ACME/docs/a", secret), "401 api_token_without_tenant");
}

#[test]
fn what_is_not_the_whole_secret_is_nothing() {
    let service = Service::new(None);
    let secret = service.secret.as_str();
    let random = secret.rsplit('_').next().unwrap();
    assert_eq!(random.len() * 4, 256, "bits");
    let heads = service.world.heads.get();
    for (broken, expected) in [
        ("countersign_".to_owned(), "401 api_token_form"),
        (secret.strip_suffix(|_: char| true).unwrap().to_owned(), "401 api_token_form"),
        (format!("{secret}0"), "401 api_token_form"),
        (secret.to_uppercase(), "401 token_form"),
        (secret.replace("countersign_t", "countersign_"), "401 api_token_form"),
        (format!("countersign_t01_{random}"), "401 api_token_form"),
        (format!("countersign_t1/../t1_{random}"), "401 api_token_form"),
        (format!("countersign_t12345678901234567_{random}"), "401 api_token_form"),
        (format!("countersign_{}_{}", service.id, random.to_uppercase()), "401 api_token_form"),
    ] {
        assert_eq!(service.edits(&broken), expected, "{broken}");
    }
    assert_eq!(service.world.heads.get(), heads, "what cannot be a token is not looked up");
    for place in secret.len() - 64..secret.len() {
        let mut other = secret.to_owned();
        other.replace_range(place..=place, if secret.as_bytes()[place] == b'0' { "1" } else { "0" });
        assert_eq!(service.edits(&other), "401 api_token_unknown");
    }
    assert_eq!(service.edits(&format!("countersign_t999_{random}")), "401 api_token_unknown");
    assert_eq!(service.edits(secret), LET_THROUGH);
}

#[test]
fn an_ended_token_ends_at_once() {
    let service = Service::new(None);
    let old = service.secret.clone();
    assert_eq!(service.views(&old), LET_THROUGH);
    let (_, new) = shown(&service.world, Command::RotateToken { id: service.id.clone() });
    assert_eq!(service.edits(&old), "401 api_token_unknown");
    assert_eq!(service.edits(&new), LET_THROUGH);
    // What the store holds of it is the old state for ever.
    service.world.publish(&token_key(&service.id));
    service.world.command("operator:dev", true, Command::RevokeToken { id: service.id.clone() });
    assert_eq!(service.edits(&new), "401 api_token_unknown");
    assert_eq!(service.views(&new), "401 api_token_unknown");
}

#[test]
fn a_bounded_route_learns_of_a_revocation_within_its_bound() {
    let service = Service::new(None);
    let secret = service.secret.as_str();
    assert_eq!(service.views(secret), LET_THROUGH);
    let (heads, reads) = (service.world.heads.get(), service.world.reads.get());
    assert_eq!(service.views(secret), LET_THROUGH);
    assert_eq!((service.world.heads.get(), service.world.reads.get()), (heads, reads), "warm, nothing is read");
    service.world.command("operator:dev", true, Command::RevokeToken { id: service.id.clone() });
    service.world.now.set(service.world.now.get() + 5_000);
    assert_eq!(service.views(secret), "401 api_token_unknown");
}

#[test]
fn a_token_ends_when_it_says() {
    let service = Service::new(Some("1970-01-01T00:20:00Z"));
    let secret = service.secret.as_str();
    service.world.now.set(20 * 60_000 - 1);
    assert_eq!(service.edits(secret), LET_THROUGH);
    service.world.now.set(20 * 60_000);
    assert_eq!(service.edits(secret), "401 api_token_ended");
    assert_eq!(service.views(secret), "401 api_token_ended");
}

#[test]
fn a_strict_request_asks_the_object_once() {
    let service = Service::new(None);
    let secret = service.secret.as_str();
    service.edits(secret);
    let heads = service.world.heads.get();
    assert_eq!(service.edits(secret), LET_THROUGH);
    assert_eq!(service.world.heads.get(), heads + 1);
}

#[test]
fn without_the_object_no_token_is_known() {
    let service = Service::new(None);
    let secret = service.secret.as_str();
    service.world.mood.set(Mood::OutOfReach);
    assert_eq!(service.edits(secret), "503 deadline");
    assert_eq!(service.views(secret), "503 deadline");
    service.world.mood.set(Mood::Sound);
    assert_eq!(service.views(secret), LET_THROUGH);
    service.world.mood.set(Mood::OutOfReach);
    service.world.now.set(service.world.now.get() + 20_000);
    assert_eq!(service.views(secret), LET_THROUGH, "a bounded route has its grace");
    service.world.now.set(service.world.now.get() + 20_000);
    assert_eq!(service.views(secret), "503 deadline");
}

/// Tokens that nobody gave out fill no memory that others need.
#[test]
fn invented_tokens_are_not_kept() {
    let service = Service::new(None);
    assert_eq!(service.views(&service.secret), LET_THROUGH);
    let random = "0".repeat(64);
    for number in 1..2_000 {
        service.views(&format!("countersign_t9{number}_{random}"));
    }
    let reads = service.world.reads.get();
    assert_eq!(service.views(&service.secret), LET_THROUGH);
    assert_eq!(service.world.reads.get(), reads);
    assert!(format!("{:?}", service.gate).matches("token/t9").count() == 0);
}
