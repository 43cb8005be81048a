//! One request to the decision API at work: who asks about whom, and what the engine says.

use super::answer::refuse;
use super::needed;
use crate::answer::Answer;
use crate::approval::{Wanted, spend};
use crate::fresh::{Freshness, View};
use crate::gate::{Call, Gate};
use crate::ports::{Clock as _, Platform};
use countersign_core::{Decision, Effect, Question, Subject, sorted};
use countersign_wire::api::authzen::{Entity, Evaluation};
use countersign_wire::reason;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// Subjects that one request may ask about.
const SUBJECTS: usize = 100;

/// Whoever asks, and what is known so far.
pub(super) struct Asker<'a, P: Platform> {
    pub(super) gate: &'a Gate,
    pub(super) call: &'a Call<'a, P>,
    pub(super) tenant: &'a str,
    /// The policy decision point's identifier
    pub(super) base: &'a str,
    explain: bool,
    views: RefCell<sorted::Map<String, Rc<View>>>,
    /// Those whose approvals were used up by this request: their views are of before
    used: RefCell<sorted::Set<String>>,
}

/// What a question comes to.
pub(super) struct Outcome {
    pub(super) decision: bool,
    context: Map<String, Value>,
    /// The revision that decided, for those who may know of it
    pub(super) revision: Option<u64>,
}

impl Outcome {
    pub(super) fn json(self) -> Value {
        let mut json = json!({ "decision": self.decision });
        if let (Some(fields), false) = (json.as_object_mut(), self.context.is_empty()) {
            fields.insert("context".to_owned(), self.context.into());
        }
        json
    }

    /// A question that could not be asked: not allowed, and why not.
    pub(super) fn failed(status: u16, sentence: &str) -> Self {
        let error = json!({ "status": status, "message": sentence });
        Self { decision: false, context: Map::from_iter([("error".to_owned(), error)]), revision: None }
    }
}

impl<'a, P: Platform> Asker<'a, P> {
    pub(super) fn new(gate: &'a Gate, call: &'a Call<'a, P>, tenant: &'a str, base: &'a str) -> Result<Self, Answer> {
        Ok(Self {
            gate,
            call,
            tenant,
            base,
            explain: explain(call)?,
            views: RefCell::default(),
            used: RefCell::default(),
        })
    }

    /// A strict view of somebody's rights, one for all of this request's questions.
    pub(super) async fn view(&self, subject: &str) -> Result<Rc<View>, Answer> {
        if let Some(view) = self.views.borrow().get(subject) {
            return Ok(Rc::clone(view));
        }
        if self.views.borrow().len() > SUBJECTS {
            let sentence = format!("Ask about at most {SUBJECTS} subjects at a time.");
            return Err(refuse(400, "subjects", &sentence));
        }
        let view = Rc::new(self.gate.view(self.call, self.tenant, subject, Some(Freshness::Strict)).await?);
        self.views.borrow_mut().insert(subject.to_owned(), Rc::clone(&view));
        Ok(view)
    }

    /// Refuses whoever may not ask about `subject`.
    pub(super) async fn authorise(&self, subject: &str) -> Result<(), Answer> {
        let identity = &self.call.identity;
        if identity.operator || identity.subject == subject {
            return Ok(());
        }
        let view = self.view(&identity.subject).await?;
        // The clock that a development sign-in sets is for the question, not for the right to ask it.
        let now = self.call.ports.clock.now();
        let path = format!("access:{subject}");
        let decision = view.ask(|policy, caller| policy.check(caller, &Question::new("evaluate", &path, now)));
        if decision.is_allow() {
            return Ok(());
        }
        let sentence = "You may ask about yourself only. Ask an administrator of this account for `access:evaluate`.";
        Err(refuse(403, "denied", sentence))
    }

    /// Whether the tenant's revisions are for the caller: they are for its members, and for those who may ask about them.
    fn tells_revision(&self, subject: &str, view: &View) -> bool {
        view.is_member() || self.call.identity.operator || self.call.identity.subject != subject
    }

    /// Decides a question.
    pub(super) async fn decide(&self, asked: &Evaluation) -> Result<Outcome, Answer> {
        let subject = self.subject(&asked.subject);
        self.authorise(&subject).await?;
        let view = self.view(&subject).await?;
        let revision = self.tells_revision(&subject, &view).then_some(view.revision);
        let (now, path, given) = (self.call.now(), path(&asked.resource), asked.given());
        let mut context = Map::new();
        let named = asked.approval();
        let mut waits = false;
        let mut decision = view.ask(|policy, subject| {
            let supplied = given.attributes(policy, &path);
            let question = Question { action: &asked.action, path: &path, supplied: &supplied, now };
            // An approval counts where it is named and used up: a `true` that leaves it unused would hold any number of times.
            let whole = subject;
            let subject = &Subject { approved: &[], ..*whole };
            let decision = policy.check(subject, &question);
            waits = decision.effect == Effect::Approval && policy.check(whole, &question).is_allow();
            if self.explain {
                let mut words = Map::new();
                reason::each(policy, subject, decision, &question, &mut |key, value| {
                    words.insert(key.to_owned(), value.into());
                });
                context = explanation(decision, words, revision);
            }
            decision
        });
        if decision.effect == Effect::Approval {
            let wanted = Wanted { subject: &subject, action: &asked.action, path: &path, given: &given };
            let refused = match named {
                None => None,
                Some(id) => match spend(self.call, self.tenant, id, &wanted, &view.policy).await? {
                    Ok(()) => {
                        decision.effect = Effect::Allow;
                        self.used.borrow_mut().insert(subject.clone());
                        if self.explain {
                            context.insert("decision".to_owned(), decision.effect.as_str().into());
                        }
                        context.insert("approval".to_owned(), json!({ "id": id }));
                        None
                    }
                    Err(refusal) => Some(refusal),
                },
            };
            if waits && named.is_none() && !self.used.borrow().contains(&subject) {
                needed::name_it(&mut context);
            } else if decision.effect == Effect::Approval {
                needed::tell(self, &view, &wanted, refused.as_ref(), &mut context)?;
            }
        }
        Ok(Outcome { decision: decision.is_allow(), context, revision })
    }

    /// The subject that an entity names.
    pub(super) fn subject(&self, entity: &Entity) -> String {
        format!("{}:{}", self.gate.config.subject_kind(&entity.kind), entity.id)
    }
}

/// Why, for whoever asked for it.
fn explanation(decision: Decision, reason: Map<String, Value>, revision: Option<u64>) -> Map<String, Value> {
    Map::from_iter([
        ("decision".to_owned(), decision.effect.as_str().into()),
        ("reason".to_owned(), reason.into()),
        ("revision".to_owned(), revision.unwrap_or(0).into()),
    ])
}

/// Whether the caller wants to know why. What is neither yes nor no is refused, not ignored.
fn explain<P: Platform>(call: &Call<'_, P>) -> Result<bool, Answer> {
    let there = call.request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("countersign-explain"));
    match call.request.header("countersign-explain") {
        None if !there => Ok(false),
        Some("false") => Ok(false),
        Some("true") => Ok(true),
        _ => Err(refuse(400, "header", "`Countersign-Explain` is true or false.")),
    }
}

/// The path of a resource: its id if that is a path that ends in the type, else `type:id`.
///
/// In an id that is no path, each `/` is written `%2F`. An id that holds both `/` and `%`, or `%2F` itself, is written
/// ambiguously then; it is no path at all, and denied.
pub(super) fn path(resource: &Entity) -> String {
    let (kind, id) = (&resource.kind, &resource.id);
    let last = id.rsplit('/').next().unwrap_or(id);
    let ends_in_type = last.strip_prefix(kind.as_str()).is_some_and(|rest| rest.starts_with(':'));
    match (id.contains('/'), id.contains('%')) {
        _ if ends_in_type => id.clone(),
        (false, true) if id.contains("%2F") => format!("{kind}:"),
        (true, true) => format!("{kind}:"),
        (true, false) => format!("{kind}:{}", id.replace('/', "%2F")),
        _ => format!("{kind}:{id}"),
    }
}

/// The id by which a resource of a type is asked about, so that [`path`] comes to its path again.
pub(super) fn id_of(kind: &str, path: &str) -> String {
    let bare = path.strip_prefix(kind).and_then(|rest| rest.strip_prefix(':')).filter(|rest| !rest.contains('/'));
    let entity = |id: String| Entity { kind: kind.to_owned(), id, ..Entity::default() };
    let back = |id: &String| self::path(&entity(id.clone())) == path;
    let written = bare.map(|id| [id.to_owned(), id.replace("%2F", "/")]);
    written.into_iter().flatten().find(back).unwrap_or_else(|| path.to_owned())
}
