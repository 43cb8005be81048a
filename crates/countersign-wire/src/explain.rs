//! An explanation as words and as JSON, the same on every surface.

mod json;

use crate::projection::Projection;
use crate::reason;
use countersign_core::condition::Truth;
use countersign_core::{
    Change, Explanation, Lost, Millis, Path, Policy, Question, Stage, Status, Step, Subject, Until, What,
};
use json::Json;

/// What an explanation's indexes and depths mean: whoever tells it knows the question and the names.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The policy that the explanation is of
    pub policy: &'a Policy,
    /// Who asked
    pub subject: &'a Subject<'a>,
    /// What
    pub question: &'a Question<'a>,
    /// The names of the subject's groups, in the order in which it has them; none in a projection
    pub groups: &'a [&'a str],
}

/// A detail of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word<'a> {
    /// A name or a fixed word
    Text(&'a str),
    /// A number, or a moment in milliseconds
    Number(i64),
    /// Whether something is so
    Flag(bool),
}

impl Words<'_> {
    /// The explanation as a JSON object.
    ///
    /// Its keys: `decision`; `reason`, as [`reason::each`] has it; `beat`, the steps that lost; `until`, the moment in
    /// milliseconds at which the decision changes by itself, or null; `then`, what it is from that moment on, or null;
    /// `clock`, whether it may change at any moment; `trace`, all steps; `flip`, the changes that flip the decision,
    /// each with its `change`, its details and a sentence as `text`, or null.
    #[must_use]
    pub fn json(&self, explanation: &Explanation) -> String {
        let Explanation { decision, trace, until, flip } = explanation;
        let mut out = Json::default();
        out.open('{');
        out.pair("decision", Word::Text(decision.effect.as_str()));
        out.key("reason");
        out.open('{');
        let put = &mut |key: &str, value: &str| out.pair(key, Word::Text(value));
        reason::each(self.policy, self.subject, *decision, self.question, put);
        out.close('}');
        let by = trace.decide().by;
        for (key, all) in [("beat", false), ("trace", true)] {
            out.key(key);
            out.open('[');
            for (at, step) in trace.steps.iter().enumerate().filter(|(_, step)| all || step.lost.is_some()) {
                out.item();
                out.open('{');
                self.step(step, &mut |key, word| out.pair(key, word));
                if by == Some(at) {
                    out.pair("decided", Word::Flag(true));
                }
                out.close('}');
            }
            out.close(']');
        }
        if let Until::At(moment, then) = until {
            out.pair("until", Word::Number(*moment));
            out.pair("then", Word::Text(then.as_str()));
        } else {
            out.null("until");
            out.null("then");
        }
        out.pair("clock", Word::Flag(*until == Until::Unknown));
        if let Some(flip) = flip {
            out.key("flip");
            out.open('[');
            for change in flip {
                out.item();
                out.open('{');
                self.change(*change, &mut |key, word| out.pair(key, word));
                out.close('}');
            }
            out.close(']');
        } else {
            out.null("flip");
        }
        out.close('}');
        out.text
    }

    /// A step, one detail after the other.
    pub fn step(&self, step: &Step, put: &mut dyn FnMut(&str, Word<'_>)) {
        put("stage", Word::Text(step.stage.as_str()));
        match step.what {
            What::Rule(rule) => {
                put("rule", Word::Number(i64::from(rule) + 1));
                if let Some(rule) = self.policy.rules().get(usize::from(rule)).filter(|rule| !rule.why.is_empty()) {
                    put("why", Word::Text(&rule.why));
                }
            }
            What::Approval(policy) => {
                put("policy", Word::Text(self.policy.approvals().get(usize::from(policy)).map_or("", |spec| &spec.id)));
            }
            What::Assignment { role, holder, .. } => {
                put("role", Word::Text(self.policy.role(role).map_or("", |role| role.id())));
                if let Some(group) = holder.checked_sub(1).and_then(|group| usize::try_from(group).ok()) {
                    put("group", Word::Text(self.groups.get(group).copied().unwrap_or_default()));
                }
            }
            What::Override => {}
        }
        if matches!(step.stage, Stage::Override | Stage::Role) {
            put("scope", Word::Text(self.scope(step.depth)));
        }
        for (key, end, open) in [("from", step.window.from, Millis::MIN), ("until", step.window.until, Millis::MAX)] {
            if end != open {
                put(key, Word::Number(end));
            }
        }
        put("says", Word::Text(step.says().as_str()));
        put("live", Word::Flag(step.live));
        let holds = match step.truth {
            Truth::True => "yes",
            Truth::False => "no",
            Truth::Error => "cannot be told",
        };
        put("holds", Word::Text(holds));
        if let Some(lost) = step.lost {
            put("lost", Word::Text(lost_words(lost)));
        }
    }

    /// A change: its kind as `change`, its details, and a sentence as `text`.
    pub fn change(&self, change: Change, put: &mut dyn FnMut(&str, Word<'_>)) {
        let resource = self.question.path;
        let kind = Path::parse(resource).ok().and_then(|path| path.segments().last());
        let permission = &*[kind.map_or("", |(kind, _)| kind), ":", self.question.action].concat();
        let subject = self.subject.id;
        let (mut scope, mut role, mut effect, mut reads) = (resource, "", "", String::new());
        let (kind, text) = match change {
            Change::AddMember => ("add member", ["make ", subject, " an active member", "", "", ""]),
            Change::Activate => ("activate", ["set the status of ", subject, " to active", "", "", ""]),
            Change::RemoveRule(rule) => {
                put("rule", Word::Number(i64::from(rule) + 1));
                reads = self.reads(rule);
                let hint = if reads.is_empty() { "" } else { ", or change what its condition reads: " };
                ("remove rule", ["remove this rule of the model", hint, &reads, "", "", ""])
            }
            Change::SetOverride { allow } => {
                effect = if allow { "allow" } else { "deny" };
                ("set override", ["set an override for ", subject, ": ", effect, " ", permission])
            }
            Change::RemoveOverride { depth } => {
                scope = self.scope(depth);
                ("remove override", ["remove the override of ", permission, " for ", subject, "", ""])
            }
            Change::RemoveAssignment { role: of, depth } => {
                role = self.policy.role(of).map_or("", |role| role.id());
                scope = self.scope(depth);
                ("remove assignment", ["take the role ", role, " from ", subject, "", ""])
            }
            Change::Approve => ("approve", ["approve a request of ", subject, " for ", permission, "", ""]),
        };
        put("change", Word::Text(kind));
        let placed = !matches!(change, Change::AddMember | Change::Activate | Change::RemoveRule(_));
        let mut text = text.concat();
        if placed {
            text.push_str(" at ");
            text.push_str(scope);
            put("scope", Word::Text(scope));
            put("permission", Word::Text(permission));
        }
        for (key, word) in [("subject", subject), ("role", role), ("effect", effect), ("reads", &*reads)] {
            if !word.is_empty() {
                put(key, Word::Text(word));
            }
        }
        put("text", Word::Text(&text));
    }

    fn scope(&self, depth: u8) -> &str {
        Path::parse(self.question.path).map_or("/", |path| path.ancestor(usize::from(depth)))
    }

    /// What the condition of a rule reads, as conditions write it.
    fn reads(&self, rule: u16) -> String {
        let when = self.policy.rules().get(usize::from(rule)).and_then(|rule| rule.when);
        let references = when.and_then(|when| self.policy.condition(when)).map(|when| &*when.references);
        let mut all = String::new();
        for reference in references.unwrap_or_default() {
            if !all.is_empty() {
                all.push_str(", ");
            }
            all.push_str(&self.policy.spelling(reference));
        }
        all
    }
}

fn lost_words(lost: Lost) -> &'static str {
    match lost {
        Lost::NotLive => "its time is not now",
        Lost::DoesNotHold => "its condition is false",
        Lost::CannotBeTold => "its condition cannot be told",
        Lost::EarlierStage => "an earlier stage decided",
        Lost::NearerScope => "a nearer scope decided",
        Lost::DenyWins => "deny beats allow",
        Lost::NeedsApproval => "it needs an approval",
        Lost::Approved => "it was approved",
    }
}

impl Projection {
    /// Explains a decision of [`Projection::check`] by what the projection knows, and by nothing else.
    ///
    /// Group grants are the subject's own here, and a change flips the decision by what the projection knows: the whole
    /// tenant may hold more that stands in the way. Of whoever is not active it knows no grants, and so it names no change.
    #[must_use]
    pub fn explain(&self, question: &Question<'_>) -> Explanation {
        if !self.is_good(question.now) {
            return Explanation::expired();
        }
        let mut all = self.policy().explain(&self.subject(), question);
        let end = self.stamp.expires;
        all.decision.valid_until = all.decision.valid_until.min(end);
        if matches!(all.until, Until::At(moment, _) if moment >= end) {
            all.until = Until::Never;
        }
        if self.status != Some(Status::Active) {
            all.flip = None;
        }
        all
    }
}
