//! The bodies, by the names that the table of endpoints gives them.

use countersign_wire::api::{audit, call, command, view};
use countersign_wire::schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The forms that were asked for so far: what is sent, and what is answered.
pub(crate) struct Forms {
    sent: SchemaGenerator,
    answered: SchemaGenerator,
    lists: Map<String, Value>,
}

type Of = fn(&mut SchemaGenerator) -> Schema;

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const SENT: &[(&str, Of)] = &[
    ("Import", of::<command::Import>),
    ("ImportPart", of::<command::ImportPart>),
    ("NewMember", of::<command::NewMember>),
    ("MemberEdit", of::<command::MemberEdit>),
    ("OverrideBody", of::<command::OverrideBody>),
    ("OverridesBody", of::<command::OverridesBody>),
    ("SecretBody", of::<command::SecretBody>),
    ("GroupBody", of::<command::GroupBody>),
    ("RoleBody", of::<command::RoleBody>),
    ("Assign", of::<command::Assign>),
    ("BulkBody", of::<command::BulkBody>),
    ("TokenBody", of::<command::TokenBody>),
    ("SupportBody", of::<command::SupportBody>),
    ("SettingsEdit", of::<command::SettingsEdit>),
    ("ApprovalPolicyBody", of::<command::ApprovalPolicyBody>),
    ("RequestBody", of::<command::RequestBody>),
    ("ReasonBody", of::<command::ReasonBody>),
    ("ResourceBody", of::<command::ResourceBody>),
    ("AttributesBody", of::<command::AttributesBody>),
    ("MoveBody", of::<command::MoveBody>),
    ("WebhookBody", of::<command::WebhookBody>),
    ("WebhookEdit", of::<command::WebhookEdit>),
    ("IdsBody", of::<command::IdsBody>),
    ("NotifyBody", of::<command::NotifyBody>),
    ("LinkBody", of::<command::LinkBody>),
];

const ANSWERED: &[(&str, Of)] = &[
    ("TenantFile", of::<schema::TenantFile>),
    ("TenantPart", of::<schema::TenantPart>),
    ("MemberView", of::<view::MemberView>),
    ("RightsView", of::<view::RightsView>),
    ("InvitationView", of::<view::InvitationView>),
    ("GroupView", of::<view::GroupView>),
    ("RoleView", of::<view::RoleView>),
    ("AssignmentView", of::<view::AssignmentView>),
    ("SessionView", of::<view::SessionView>),
    ("TokenView", of::<view::TokenView>),
    ("SupportView", of::<view::SupportView>),
    ("SettingsView", of::<view::SettingsView>),
    ("ApprovalPolicyView", of::<view::ApprovalPolicyView>),
    ("RequestView", of::<view::RequestView>),
    ("ResourceView", of::<view::ResourceView>),
    ("WebhookView", of::<view::WebhookView>),
    ("DeadLetterView", of::<view::DeadLetterView>),
    ("NotificationView", of::<view::NotificationView>),
    ("LinkView", of::<view::LinkView>),
    ("AuditPage", of::<audit::AuditPage>),
    ("Checkpoint", of::<audit::Checkpoint>),
    ("Done", of::<schema::Done>),
    ("DoneMany", of::<schema::DoneMany>),
    ("DoneToken", of::<schema::DoneToken>),
    ("DoneWebhook", of::<schema::DoneWebhook>),
    ("DoneImporting", of::<schema::DoneImporting>),
    ("DoneNotifying", of::<schema::DoneNotifying>),
    ("Impact", of::<call::Impact>),
    ("Problem", of::<countersign_wire::api::Problem>),
];

impl Forms {
    /// None yet.
    pub(crate) fn new() -> Self {
        let settings = || {
            let mut settings = SchemaSettings::draft2020_12().with_transform(Numbers);
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
            settings
        };
        let (sent, answered) = (settings().for_deserialize(), settings().for_serialize());
        Self { sent: sent.into_generator(), answered: answered.into_generator(), lists: Map::new() }
    }

    /// A reference to the form of a body that is sent.
    pub(crate) fn sent(&mut self, name: &str) -> Value {
        let (_, of) = SENT.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no form {name}"));
        of(&mut self.sent).into()
    }

    /// A reference to the form of an answer; `MemberList` is a page of `MemberView`s.
    pub(crate) fn answered(&mut self, name: &str) -> Value {
        if let Some((_, of)) = ANSWERED.iter().find(|(known, _)| *known == name) {
            return of(&mut self.answered).into();
        }
        let item = name.strip_suffix("List").unwrap_or_else(|| panic!("no form {name}"));
        let list = json!({
            "description": "A page of a list",
            "type": "object",
            "required": ["items"],
            "properties": {
                "items": { "type": "array", "items": self.answered(&format!("{item}View")), "description": "The items" },
                "next": {
                    "type": "string",
                    "description": "Where the next page begins, for `cursor`; left out on the last one",
                },
            },
        });
        self.lists.insert(name.to_owned(), list);
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    /// All forms that were asked for, by name. What is sent and answered under one name must be one form.
    pub(crate) fn all(mut self) -> Map<String, Value> {
        let mut all = self.sent.take_definitions(true);
        for (name, form) in self.answered.take_definitions(true) {
            if let Some(known) = all.insert(name.clone(), form.clone()) {
                assert_eq!(known, form, "`{name}` is sent in another form than it is answered");
            }
        }
        all.extend(self.lists);
        all
    }
}

/// Bounds instead of formats that OpenAPI does not know.
#[derive(Clone)]
struct Numbers;

impl Transform for Numbers {
    fn transform(&mut self, schema: &mut Schema) {
        match schema.get("format").and_then(Value::as_str) {
            Some("uint32") => {
                schema.remove("format");
                let _ = schema.ensure_object().entry("maximum").or_insert(u32::MAX.into());
            }
            Some("uint64" | "uint16") => drop(schema.remove("format")),
            _ => {}
        }
        transform_subschemas(self, schema);
    }
}
