//! Mistakes that somebody could make in a model or a tenant: each a small change of the document.

use super::edit::{self, Change, Step};
use countersign_wire::document::{Node, Span, Value};

/// A document with one mistake in it.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    /// Where what was changed stands
    pub(crate) span: Span,
    /// The mistake, in words
    pub(crate) what: String,
    /// The document, as JSON
    pub(crate) text: String,
}

/// The mistakes of a model.
pub(crate) fn of_model(root: &Node) -> Vec<Mutant> {
    let mut make = Make { root, all: Vec::new() };
    for id in make.keys(&[key("roles")]) {
        make.role(&[key("roles"), key(&id)], &format!("role `{id}`"));
    }
    for index in make.items("rules") {
        let rule = [key("rules"), Step::Item(index)];
        let name = format!("rule {}", index + 1);
        make.remove(&rule, &[], format!("{name} is dropped"));
        let other = if make.text(&rule, "effect") == "forbid" { "permit" } else { "forbid" };
        make.say(&rule, "effect", other, format!("{name} says `{other}`"));
        make.remove(&rule, &[key("when")], format!("{name} has no condition"));
        make.each(&rule, "permissions", |of| format!("{name} no longer targets `{of}`"));
    }
    make.all
}

/// The mistakes of a tenant.
pub(crate) fn of_tenant(root: &Node) -> Vec<Mutant> {
    let mut make = Make { root, all: Vec::new() };
    for index in make.items("members") {
        let member = [key("members"), Step::Item(index)];
        let who = make.text(&member, "subject");
        if make.text(&member, "status") != "active" {
            make.say(&member, "status", "active", format!("`{who}` is active"));
        }
        make.each(&member, "groups", |group| format!("`{who}` is not in the group `{group}`"));
        for name in make.keys(&[key("members"), Step::Item(index), key("attributes")]) {
            make.remove(&member, &[key("attributes"), key(&name)], format!("`{who}` has no attribute `{name}`"));
        }
    }
    for index in make.items("roles") {
        let role = [key("roles"), Step::Item(index)];
        let id = make.text(&role, "id");
        make.role(&role, &format!("custom role `{id}`"));
    }
    for index in make.items("assignments") {
        let assignment = [key("assignments"), Step::Item(index)];
        let (to, role) = (make.text(&assignment, "to"), make.text(&assignment, "role"));
        make.grant(&assignment, &format!("the assignment of `{role}` to `{to}`"));
    }
    for index in make.items("overrides") {
        let one = [key("overrides"), Step::Item(index)];
        let name = format!("the override of `{}` for `{}`", make.text(&one, "permission"), make.text(&one, "subject"));
        let other = if make.text(&one, "effect") == "deny" { "allow" } else { "deny" };
        make.say(&one, "effect", other, format!("{name} says `{other}`"));
        make.grant(&one, &name);
    }
    for index in make.items("approval_policies") {
        let policy = [key("approval_policies"), Step::Item(index)];
        let name = format!("the approval policy `{}`", make.text(&policy, "id"));
        make.remove(&policy, &[], format!("{name} is dropped"));
        make.remove(&policy, &[key("when")], format!("{name} has no condition"));
    }
    for index in make.items("resources") {
        let resource = [key("resources"), Step::Item(index)];
        let path = make.text(&resource, "path");
        for name in make.keys(&[key("resources"), Step::Item(index), key("attributes")]) {
            make.remove(&resource, &[key("attributes"), key(&name)], format!("`{path}` has no attribute `{name}`"));
        }
    }
    make.all
}

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

struct Make<'a> {
    root: &'a Node,
    all: Vec<Mutant>,
}

impl Make<'_> {
    /// The keys of a table.
    fn keys(&self, path: &[Step]) -> Vec<String> {
        match edit::at(self.root, path).map(|node| &node.value) {
            Some(Value::Table(entries)) => entries.iter().map(|(key, _)| key.text.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// The places in a list.
    fn items(&self, list: &str) -> std::ops::Range<usize> {
        match edit::at(self.root, &[key(list)]).map(|node| &node.value) {
            Some(Value::Array(items)) => 0..items.len(),
            _ => 0..0,
        }
    }

    /// A text of a table; an empty one if there is none, and `active` for a member's status.
    fn text(&self, table: &[Step], name: &str) -> String {
        match edit::at(self.root, &[table, &[key(name)]].concat()).map(|node| &node.value) {
            Some(Value::String(text)) => text.clone(),
            _ if name == "status" => "active".to_owned(),
            _ => String::new(),
        }
    }

    fn make(&mut self, path: &[Step], change: &Change, what: String) {
        let span = edit::at(self.root, path).map(|node| node.span.clone());
        if let (Some(span), Some(mutant)) = (span, edit::changed(self.root, path, change)) {
            self.all.push(Mutant { span, what, text: edit::json(&mutant) });
        }
    }

    fn remove(&mut self, table: &[Step], rest: &[Step], what: String) {
        self.make(&[table, rest].concat(), &Change::Remove, what);
    }

    fn say(&mut self, table: &[Step], name: &str, text: &str, what: String) {
        self.make(&[table, &[key(name)]].concat(), &Change::Say(text.to_owned()), what);
    }

    /// Takes each text of a list away.
    fn each(&mut self, table: &[Step], list: &str, what: impl Fn(&str) -> String) {
        let path = [table, &[key(list)]].concat();
        let Some(Value::Array(items)) = edit::at(self.root, &path).map(|node| &node.value) else { return };
        for (index, item) in items.iter().enumerate() {
            if let Value::String(text) = &item.value {
                self.remove(table, &[key(list), Step::Item(index)], what(text));
            }
        }
    }

    fn role(&mut self, role: &[Step], name: &str) {
        self.each(role, "allow", |permission| format!("{name} no longer allows `{permission}`"));
        self.each(role, "deny", |permission| format!("{name} no longer denies `{permission}`"));
        self.each(role, "includes", |other| format!("{name} no longer includes `{other}`"));
        self.remove(role, &[key("when")], format!("{name} acts without its condition"));
    }

    /// An assignment or an override.
    fn grant(&mut self, grant: &[Step], name: &str) {
        self.remove(grant, &[], format!("{name} is dropped"));
        self.remove(grant, &[key("when")], format!("{name} has no condition"));
        self.remove(grant, &[key("from")], format!("{name} has no beginning"));
        self.remove(grant, &[key("until")], format!("{name} has no end"));
        let scope = self.text(grant, "scope");
        if !scope.is_empty() && scope != "/" {
            let parent = scope.rsplit_once('/').map_or("/", |(parent, _)| parent).to_owned();
            self.say(grant, "scope", &parent, format!("{name} reaches `{parent}`"));
        }
    }
}
