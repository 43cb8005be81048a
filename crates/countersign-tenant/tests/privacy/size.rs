//! How large a typical projection is on its way to the browser.

use crate::others::bytes;
use countersign_compile::Model;
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::io::Write as _;
use std::{fs, path};

const LIMIT: usize = 2048;

/// Conditions as a team would add them to the sign manager's model.
const CONDITIONS: &str = r#"
[subject.attributes]
licensed = "bool"
[context]
cost = "decimal"
[roles.lead]
when = "subject.licensed && project.kind != 'manage'"
allow = ["project:edit", "sign:edit", "sign:approve"]
[[rules]]
effect = "forbid"
permissions = ["sign:edit", "sign:approve"]
when = "sign.sign_type == 'regulatory' && context.cost > 500"
why = "regulatory signs above 500 are bought elsewhere"
[[rules]]
effect = "permit"
permissions = ["sign:comment"]
when = "project.kind == 'design' && subject.licensed"
"#;

fn gzip(bytes: &[u8]) -> usize {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(bytes).expect("memory");
    writer.finish().expect("memory").len()
}

#[test]
fn a_typical_projection_is_at_most_2_kb() {
    let file = path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../presets/signagent/model.toml");
    let text = fs::read_to_string(file).expect("the model");
    // The scenarios' model may have grown what is added here.
    let text = if text.contains("[subject.attributes]") { text } else { text + CONDITIONS };
    let model = Model::parse(Source { name: "signagent.toml", text: &text }).expect("a good model");
    let projects = ["renovation", "tower", "lobby", "car-park", "harbour", "west-wing"];
    let mut tenant = String::from(
        "[[members]]\nsubject = \"user:one\"\nname = \"Uma One\"\nattributes = { licensed = true }\n\
        groups = [\"reviewers\"]\n[[assignments]]\nto = \"user:one\"\nrole = \"viewer\"\n",
    );
    for (number, project) in projects.iter().enumerate() {
        let kind = ["design", "build", "manage"][number % 3];
        let all = [
            ("user:one", "editor", ""),
            ("user:one", "reviewer", "/state:draft"),
            ("group:reviewers", "reviewer", "/state:review"),
        ];
        for (to, role, below) in all {
            let scope = format!("project:{project}{below}");
            write!(tenant, "[[assignments]]\nto = \"{to}\"\nrole = \"{role}\"\nscope = \"{scope}\"\n")
                .expect("text grows");
        }
        write!(tenant, "[[resources]]\npath = \"project:{project}\"\nattributes = {{ kind = \"{kind}\" }}\n")
            .expect("text grows");
        for sign in 0..3 {
            let path = format!("project:{project}/state:review/sign:{}", 1000 * number + sign);
            let kind = ["wayfinding", "regulatory", "identification"][sign];
            write!(tenant, "[[resources]]\npath = \"{path}\"\nattributes = {{ sign_type = \"{kind}\" }}\n")
                .expect("text grows");
        }
    }
    let world = World::load(&model, Source { name: "tenant", text: &tenant }).expect("a good tenant");
    let bytes = bytes(&world, "user:one", crate::generate::NOW);
    let size = gzip(&bytes);
    let line = format!("a typical projection: {} bytes, {size} compressed\n", bytes.len());
    std::io::stderr().write_all(line.as_bytes()).expect("an open stderr");
    assert!(size <= LIMIT, "{line}");
}
