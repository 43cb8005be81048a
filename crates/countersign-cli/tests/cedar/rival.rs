//! Cedar, loaded with an export.

use crate::generate::Question;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request, Schema,
    ValidationMode, Validator,
};
use std::str::FromStr;

pub(crate) struct Rival {
    schema: Schema,
    policies: PolicySet,
    entities: Entities,
}

impl Rival {
    pub(crate) fn new(schema: &str, policies: &str, entities: &str) -> Self {
        let (schema, _) = Schema::from_cedarschema_str(schema).unwrap_or_else(|wrong| panic!("{wrong:?}\n{schema}"));
        let parsed = PolicySet::from_str(policies).unwrap_or_else(|wrong| panic!("{wrong:?}\n{policies}"));
        let validated = Validator::new(schema.clone()).validate(&parsed, ValidationMode::Strict);
        let wrong: Vec<String> = validated.validation_errors().map(ToString::to_string).collect();
        assert!(wrong.is_empty(), "{wrong:#?}\n{policies}");
        let entities = Entities::from_json_str(entities, Some(&schema)).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        Self { schema, policies: parsed, entities }
    }

    pub(crate) fn allows(&self, question: &Question) -> bool {
        let uid = |kind: &str, id: &str| {
            EntityUid::from_type_name_and_id(EntityTypeName::from_str(kind).expect("a type's name"), EntityId::new(id))
        };
        let last = question.resource.rsplit('/').next().and_then(|last| last.split_once(':'));
        let (kind, _) = last.expect("a resource path");
        let action = uid("Countersign::Action", &format!("{kind}:{}", question.action));
        let context = Context::from_json_value(question.context(kind), Some((&self.schema, &action)));
        let request = Request::new(
            uid("Countersign::Subject", question.subject),
            action,
            uid(&format!("Resource::{kind}"), &question.resource),
            context.expect("what the schema declares"),
            Some(&self.schema),
        );
        let request = request.expect("a question that the schema knows");
        let answer = Authorizer::new().is_authorized(&request, &self.policies, &self.entities);
        answer.decision() == Decision::Allow
    }
}
