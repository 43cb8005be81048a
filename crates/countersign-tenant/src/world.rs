//! A tenant file with its model, loaded for questions: members, their grants and their groups'.

mod explain;
mod lists;

use countersign_compile::{Model, load};
use countersign_core::sorted::Map;
use countersign_core::{
    Action, Answer, Decision, Grants, Millis, Path, PathError, Policy, Question, Registry, Subject,
};
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::given::Given;
use countersign_wire::image::{self, ImageError, Loaded, Member, Parts};
use countersign_wire::projection::{self, Stamp};
use countersign_wire::reason;
use countersign_wire::record::{GroupRecord, RecordError, ResourcesRecord, SubjectRecord};
use std::collections::{BTreeMap, HashMap};

/// A tenant in memory that answers questions and is never changed.
#[derive(Debug)]
pub struct World {
    policy: Policy,
    members: HashMap<String, Member>,
    groups: Vec<Grants>,
    /// The groups' names, by the same index
    group_names: Vec<String>,
    resources: Registry,
    /// The paths of all registered resources
    registered: Vec<String>,
}

/// A question about one subject, with what the caller supplies.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Who
    pub subject: &'a str,
    /// What
    pub action: &'a str,
    /// On what
    pub resource: &'a str,
    /// What the caller supplies
    pub given: &'a Given,
    /// When
    pub now: Millis,
}

impl World {
    /// Loads a tenant file under its model.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn load(model: &Model, source: Source<'_>) -> Result<Self, Diagnostics> {
        Ok(Self::of(load(model, source)?))
    }

    /// Loads what [`World::image`] wrote; it brings its model with it.
    ///
    /// # Errors
    /// When the image is damaged or of another version.
    pub fn open(image: &[u8]) -> Result<Self, ImageError> {
        image::decode(image).map(Self::of)
    }

    /// The world as bytes, for servers to load at start: many times as fast as from the text, and without the compiler.
    ///
    /// One world has one image, byte for byte.
    ///
    /// # Errors
    /// Never for a world that was loaded; an image that cannot be made is refused all the same.
    pub fn image(&self) -> Result<Vec<u8>, RecordError> {
        let mut members: Vec<_> = self.members.iter().map(|(subject, member)| (subject.as_str(), member)).collect();
        members.sort_unstable_by_key(|(subject, _)| *subject);
        image::encode(&Parts {
            policy: &self.policy,
            members,
            groups: self.group_names.iter().map(String::as_str).zip(&self.groups).collect(),
            resources: &self.resources,
            registered: &self.registered,
        })
    }

    fn of(loaded: Loaded) -> Self {
        let Loaded { policy, members, groups, resources, registered } = loaded;
        let (group_names, groups) = groups.into_iter().unzip();
        Self { policy, members: members.into_iter().collect(), groups, group_names, resources, registered }
    }

    /// A world from records that a tenant keeps: its policy, some members, the groups that these are in.
    ///
    /// # Errors
    /// When a record does not fit the policy.
    pub(crate) fn assemble(
        policy: Policy,
        members: Vec<(String, SubjectRecord)>,
        groups: Map<String, GroupRecord>,
        resources: ResourcesRecord,
        registered: Vec<String>,
    ) -> Result<Self, RecordError> {
        let names: Vec<String> = groups.keys().cloned().collect();
        let held = groups.values().map(|group| group.grants(&policy)).collect::<Result<Vec<_>, _>>()?;
        let member = |(subject, record): (String, SubjectRecord)| {
            let index = |group: &String| names.binary_search(group).ok();
            let groups = record.groups.iter().filter_map(index).collect();
            let (status, attributes) = (record.status.into(), record.attributes(&policy));
            Ok((subject, Member { status, attributes, groups, grants: record.grants(&policy)? }))
        };
        let members = members.into_iter().map(member).collect::<Result<_, RecordError>>()?;
        let resources = resources.registry(&policy);
        Ok(Self { policy, members, groups: held, group_names: names, resources, registered })
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The members' subjects, in no order.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// The paths of the registered resources, in the order of the file.
    pub fn registered(&self) -> impl Iterator<Item = &str> {
        self.registered.iter().map(String::as_str)
    }

    /// Decides one question.
    pub fn check(&self, asked: &Asked<'_>) -> Decision {
        let supplied = asked.given.attributes(&self.policy, asked.resource);
        let question = Question { action: asked.action, path: asked.resource, supplied: &supplied, now: asked.now };
        self.ask(asked.subject, |subject| self.policy.check(subject, &question))
    }

    /// Answers for all actions of a resource at once.
    ///
    /// # Errors
    /// When the path is malformed or not one of the policy: nothing is allowed there.
    pub fn answer(&self, subject: &str, resource: &str, now: Millis) -> Result<Answer, PathError> {
        self.ask(subject, |subject| self.policy.answer(subject, resource, now))
    }

    /// Decides a question about the action at this index of the resource's type, whatever name the question gives it.
    pub fn decide(&self, subject: &str, action: Action, question: &Question<'_>) -> Decision {
        let on = Path::parse(question.path).and_then(|path| self.policy.locate(&path));
        let kind = on.ok().and_then(|on| self.policy.resource_type(on));
        let name = kind.and_then(|kind| kind.actions().get(action.index()));
        let question = Question { action: name.map_or("", |name| name), ..*question };
        self.ask(subject, |subject| self.policy.check(subject, &question))
    }

    /// The browser's snapshot of the subject that `stamp` names, as of `now`.
    ///
    /// # Errors
    /// Never for a world that was loaded; a projection that cannot be made is refused all the same.
    pub fn snapshot(&self, stamp: &Stamp, now: Millis) -> Result<Vec<u8>, RecordError> {
        self.ask(&stamp.subject, |subject| projection::encode(&self.policy, subject, stamp, now))
    }

    /// Asks with the subject as the core wants it.
    pub fn ask<T>(&self, id: &str, question: impl FnOnce(&Subject<'_>) -> T) -> T {
        match self.members.get(id) {
            None => {
                let nothing = Grants::default();
                question(&Subject { resources: &self.resources, ..Subject::new(id, None, &nothing, &[]) })
            }
            Some(member) => {
                let groups: Vec<&Grants> = member.groups.iter().filter_map(|group| self.groups.get(*group)).collect();
                question(&Subject {
                    attributes: &member.attributes,
                    resources: &self.resources,
                    ..Subject::new(id, Some(member.status), &member.grants, &groups)
                })
            }
        }
    }

    /// What decided, as `key → value` for answers: see [`reason::words`].
    #[must_use]
    pub fn reason(&self, decision: Decision, asked: &Asked<'_>) -> BTreeMap<String, String> {
        let question = Question::new(asked.action, asked.resource, asked.now);
        self.ask(asked.subject, |subject| reason::words(&self.policy, subject, decision, &question))
    }
}
