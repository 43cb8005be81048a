//! Model files.

use crate::pairs::{Mistake, Reader, found, mistake};
use countersign_compile::Model;
use countersign_wire::diagnostic::{Diagnostics, Source};

const SOUND: &str = r#"# The model.
name = "demo"

[types.project]
actions = ["view", "edit", "close"]
attributes.kind = { one_of = ["design", "build"] }
attributes.size = "int"

[types.state]
parent = "project"
actions = ["see", "approve"]

[types.sign]
parent = "state"
actions = ["view", "edit", "check"]
attributes.lit = "bool"
attributes.owner = { type = "string" }
attributes.shade = { one_of = ["red", "blue"] }

[types.order]
actions = ["list", "place"]
attributes.total = { type = "decimal", from = "request" }

[subject.attributes]
licensed = "bool"
teams = { type = "list" }

[action.attributes]
soft = { type = "bool", from = "request" }

[context]
cost = "decimal"
ip = "ip"

[roles.viewer]
at = ["/", "project"]
title = "Viewer"
allow = ["project:view", "state:see", "sign:view"]

[roles.editor]
at = ["project"]
title = { "project.kind == 'build'" = "Installer", else = "Editor" }
when = "subject.licensed && 'crew' in subject.teams"
includes = ["viewer"]
allow = ["project:edit", "sign:edit"]
assigns = ["viewer"]

[roles.buyer]
allow = ["order:*", "member:view"]
deny = ["order:list"]
when = "context.cost < 1000 && order.total < 500"

[roles.owner]
at = ["/", "state"]
includes = ["editor", "buyer"]
allow = ["*"]
assigns = ["owner", "editor", "buyer"]

[[rules]]
effect = "forbid"
permissions = ["order:place"]
when = "context.cost < 0 || resource.total < 0"
why = "Nothing costs less than nothing."

[[rules]]
effect = "forbid"
permissions = ["sign:edit", "sign:check"]
when = "project.kind == 'design' && sign.lit && !action.soft && project.size > 3"

[[rules]]
effect = "permit"
permissions = ["project:close"]
when = "resource.kind == 'build' && context.ip in cidr('10.0.0.0/8') && action.name == 'close'"

[[rules]]
effect = "permit"
permissions = ["sign:view", "state:approve"]
when = "resource.type == 'sign' && sign.owner == subject.id && resource.shade == 'red'"
"#;

const MISTAKES: &[Mistake] = &[
    mistake(
        "an unknown top-level key",
        &[("name = \"demo\"", "name = \"demo\"\ncolour = 1 @@")],
        "unknown key `colour`",
    ),
    mistake("a misspelt top-level key", &[("[context]", "[contxt] @@")], "unknown key `contxt`"),
    mistake(
        "a top-level key of another form",
        &[("[context]\ncost = \"decimal\"\nip = \"ip\"\n", ""), ("name = \"demo\"", "name = \"demo\"\ncontext = 5 @@")],
        "expected a table, found a number",
    ),
    mistake("a misspelt table of the subject", &[("[subject.attributes]", "[subject.atributes] @@")], "atributes"),
    mistake("no name", &[("# The model.\nname = \"demo\"", "# The model. @@")], "`name` is missing"),
    mistake(
        "approval policies in a model",
        &[("+", "[[approval_policies]] @@\nid = \"x\"")],
        "a model has no approval policies",
    ),
    mistake("an unknown key of a type", &[("[types.order]", "[types.order]\ncolour = 1 @@")], "unknown key `colour`"),
    mistake(
        "a misspelt key of a type",
        &[("actions = [\"see\", \"approve\"]", "actoins = [\"see\", \"approve\"] @@")],
        "unknown key",
    ),
    mistake(
        "actions of another form",
        &[("actions = [\"list\", \"place\"]", "actions = \"place\" @@")],
        "expected a list",
    ),
    mistake(
        "an action of another form",
        &[("actions = [\"list\", \"place\"]", "actions = [\"list\", 5] @@")],
        "expected a string",
    ),
    mistake(
        "an action that cannot be one",
        &[("actions = [\"see\", \"approve\"]", "actions = [\"see\", \"approve\", \"look at\"] @@")],
        "cannot be the name of an action",
    ),
    mistake(
        "an action that is there twice",
        &[("actions = [\"list\", \"place\"]", "actions = [\"list\", \"place\", \"list\"] @@")],
        "declared twice",
    ),
    mistake(
        "too many actions",
        &[(
            "actions = [\"see\", \"approve\"]",
            "actions = [\"see\", \"a0\", \"a1\", \"a2\", \"a3\", \"a4\", \"a5\", \"a6\", \"a7\", \"a8\", \"a9\", \"a10\", \"a11\", \"a12\", \"a13\", \"a14\", \"a15\", \"a16\", \"a17\", \"a18\", \"a19\", \"a20\", \"a21\", \"a22\", \"a23\", \"a24\", \"a25\", \"a26\", \"a27\", \"a28\", \"a29\", \"a30\", \"a31\", \"a32\", \"a33\", \"a34\", \"a35\", \"a36\", \"a37\", \"a38\", \"a39\", \"a40\", \"a41\", \"a42\", \"a43\", \"a44\", \"a45\", \"a46\", \"a47\", \"a48\", \"a49\", \"a50\", \"a51\", \"a52\", \"a53\", \"a54\", \"a55\", \"a56\", \"a57\", \"a58\", \"a59\", \"a60\", \"a61\", \"a62\", \"a63\", \"approve\"] @@",
        )],
        "at most 64 actions",
    ),
    mistake(
        "a type that cannot be one",
        &[("+", "[types.'a-b'] @@\nactions = [\"go\"]")],
        "cannot be the name of a type",
    ),
    mistake("a type that is built in", &[("+", "[types.member] @@\nactions = [\"go\"]")], "built-in type"),
    mistake("a type by a word of conditions", &[("+", "[types.now] @@\nactions = [\"go\"]")], "cannot be a type"),
    mistake("a type of another form", &[("+", "[types]\nflag = 5 @@")], "expected a table"),
    mistake("a parent that there is not", &[("parent = \"state\"", "parent = \"stat\" @@")], "there is no type `stat`"),
    mistake("a parent of another form", &[("parent = \"project\"", "parent = 5 @@")], "expected a type's name"),
    mistake("a misspelt parent", &[("parent = \"state\"", "parnt = \"state\" @@")], "unknown key"),
    mistake(
        "types in a circle",
        &[("+", "[types.one] @@\nparent = \"two\"\n[types.two] @@\nparent = \"one\"\n[types.below]\nparent = \"one\"")],
        "no path of at most 16",
    ),
    mistake(
        "a type that no attribute has",
        &[("attributes.size = \"int\"", "attributes.size = \"integer\" @@")],
        "no type of attribute",
    ),
    mistake("an attribute of another form", &[("licensed = \"bool\"", "licensed = true @@")], "expected a table"),
    mistake("an attribute without a type", &[("teams = { type = \"list\" }", "teams = {} @@")], "needs a `type`"),
    mistake(
        "an attribute's misspelt key",
        &[("attributes.owner = { type = \"string\" }", "attributes.owner = { tpye = \"string\" } @@")],
        "unknown key",
    ),
    mistake(
        "values of another form",
        &[("one_of = [\"red\", \"blue\"] }", "one_of = [\"red\", 5] } @@")],
        "expected a string",
    ),
    mistake(
        "a value that is listed twice",
        &[("one_of = [\"red\", \"blue\"] }", "one_of = [\"red\", \"red\"] } @@")],
        "listed twice",
    ),
    mistake(
        "values that are not strings",
        &[("one_of = [\"red\", \"blue\"] }", "one_of = [\"red\", \"blue\"], type = \"int\" } @@")],
        "only strings",
    ),
    mistake(
        "an attribute from elsewhere",
        &[("soft = { type = \"bool\", from = \"request\" }", "soft = { type = \"bool\", from = \"header\" } @@")],
        "an attribute comes from",
    ),
    mistake(
        "an attribute that cannot be one",
        &[("cost = \"decimal\"", "cost = \"decimal\"\n\"a b\" = \"int\" @@")],
        "cannot be an attribute's name",
    ),
    mistake(
        "an attribute that is there",
        &[("licensed = \"bool\"", "licensed = \"bool\"\nid = \"string\" @@")],
        "is there without being declared",
    ),
    mistake(
        "items of what is no list",
        &[("ip = \"ip\"", "ip = { type = \"ip\", of = \"int\" } @@")],
        "what the items of a `list` are",
    ),
    mistake("an unknown key of a role", &[("[roles.buyer]", "[roles.buyer]\ncolour = 1 @@")], "unknown key `colour`"),
    mistake("a misspelt key of a role", &[("deny = [\"order:list\"]", "dney = [\"order:list\"] @@")], "unknown key"),
    mistake(
        "a permission that is none",
        &[("allow = [\"project:edit\", \"sign:edit\"]", "allow = [\"project\", \"sign:edit\"] @@")],
        "is no permission",
    ),
    mistake(
        "a permission of an unknown type",
        &[("allow = [\"order:*\", \"member:view\"]", "allow = [\"order:*\", \"membr:view\"] @@")],
        "there is no type `membr`",
    ),
    mistake(
        "a permission of an unknown action",
        &[(
            "allow = [\"project:view\", \"state:see\", \"sign:view\"]",
            "allow = [\"project:veiw\", \"state:see\", \"sign:view\"] @@",
        )],
        "has no action `veiw`",
    ),
    mistake("a permission of another form", &[("allow = [\"*\"]", "allow = [5] @@")], "expected a string"),
    mistake(
        "a scope that is no type",
        &[("at = [\"/\", \"project\"]", "at = [\"/\", \"projct\"] @@")],
        "there is no type `projct`",
    ),
    mistake("scopes of another form", &[("at = [\"/\", \"state\"]", "at = \"/\" @@")], "expected a list"),
    mistake(
        "a role that includes none",
        &[("includes = [\"viewer\"]", "includes = [\"veiwer\"] @@")],
        "there is no role `veiwer`",
    ),
    mistake(
        "a role that gives none",
        &[("assigns = [\"viewer\"]", "assigns = [\"veiwer\"] @@")],
        "there is no role `veiwer`",
    ),
    mistake(
        "roles in a circle",
        &[
            ("[roles.editor]", "[roles.editor] @@"),
            ("includes = [\"viewer\"]", "includes = [\"viewer\", \"owner\"]"),
            ("[roles.owner]", "[roles.owner] @@"),
        ],
        "includes itself",
    ),
    mistake(
        "roles that nest too deep",
        &[(
            "+",
            "[roles.deep1] @@\nincludes = [\"deep2\"]\n[roles.deep2]\nincludes = [\"deep3\"]\n[roles.deep3]\nincludes = [\"deep4\"]\n[roles.deep4]\nincludes = [\"deep5\"]\n[roles.deep5]\nincludes = [\"deep6\"]\n[roles.deep6]\nincludes = [\"deep7\"]\n[roles.deep7]\nincludes = [\"deep8\"]\n[roles.deep8]\nincludes = [\"deep9\"]\n[roles.deep9]",
        )],
        "nests more than 8",
    ),
    mistake(
        "a role by too many conditions",
        &[(
            "+",
            "[roles.part0]\nwhen = \"size(resource.id) == 0\"\nallow = [\"order:list\"]\n[roles.part1]\nwhen = \"size(resource.id) == 1\"\nallow = [\"order:list\"]\n[roles.part2]\nwhen = \"size(resource.id) == 2\"\nallow = [\"order:list\"]\n[roles.part3]\nwhen = \"size(resource.id) == 3\"\nallow = [\"order:list\"]\n[roles.part4]\nwhen = \"size(resource.id) == 4\"\nallow = [\"order:list\"]\n[roles.part5]\nwhen = \"size(resource.id) == 5\"\nallow = [\"order:list\"]\n[roles.part6]\nwhen = \"size(resource.id) == 6\"\nallow = [\"order:list\"]\n[roles.part7]\nwhen = \"size(resource.id) == 7\"\nallow = [\"order:list\"]\n[roles.part8]\nwhen = \"size(resource.id) == 8\"\nallow = [\"order:list\"]\n[roles.part9]\nwhen = \"size(resource.id) == 9\"\nallow = [\"order:list\"]\n[roles.part10]\nwhen = \"size(resource.id) == 10\"\nallow = [\"order:list\"]\n[roles.part11]\nwhen = \"size(resource.id) == 11\"\nallow = [\"order:list\"]\n[roles.part12]\nwhen = \"size(resource.id) == 12\"\nallow = [\"order:list\"]\n[roles.part13]\nwhen = \"size(resource.id) == 13\"\nallow = [\"order:list\"]\n[roles.part14]\nwhen = \"size(resource.id) == 14\"\nallow = [\"order:list\"]\n[roles.part15]\nwhen = \"size(resource.id) == 15\"\nallow = [\"order:list\"]\n[roles.part16]\nwhen = \"size(resource.id) == 16\"\nallow = [\"order:list\"]\n[roles.part17]\nwhen = \"size(resource.id) == 17\"\nallow = [\"order:list\"]\n[roles.part18]\nwhen = \"size(resource.id) == 18\"\nallow = [\"order:list\"]\n[roles.part19]\nwhen = \"size(resource.id) == 19\"\nallow = [\"order:list\"]\n[roles.part20]\nwhen = \"size(resource.id) == 20\"\nallow = [\"order:list\"]\n[roles.part21]\nwhen = \"size(resource.id) == 21\"\nallow = [\"order:list\"]\n[roles.part22]\nwhen = \"size(resource.id) == 22\"\nallow = [\"order:list\"]\n[roles.part23]\nwhen = \"size(resource.id) == 23\"\nallow = [\"order:list\"]\n[roles.part24]\nwhen = \"size(resource.id) == 24\"\nallow = [\"order:list\"]\n[roles.part25]\nwhen = \"size(resource.id) == 25\"\nallow = [\"order:list\"]\n[roles.part26]\nwhen = \"size(resource.id) == 26\"\nallow = [\"order:list\"]\n[roles.part27]\nwhen = \"size(resource.id) == 27\"\nallow = [\"order:list\"]\n[roles.part28]\nwhen = \"size(resource.id) == 28\"\nallow = [\"order:list\"]\n[roles.part29]\nwhen = \"size(resource.id) == 29\"\nallow = [\"order:list\"]\n[roles.part30]\nwhen = \"size(resource.id) == 30\"\nallow = [\"order:list\"]\n[roles.part31]\nwhen = \"size(resource.id) == 31\"\nallow = [\"order:list\"]\n[roles.part32]\nwhen = \"size(resource.id) == 32\"\nallow = [\"order:list\"]\n[roles.part33]\nwhen = \"size(resource.id) == 33\"\nallow = [\"order:list\"]\n[roles.part34]\nwhen = \"size(resource.id) == 34\"\nallow = [\"order:list\"]\n[roles.part35]\nwhen = \"size(resource.id) == 35\"\nallow = [\"order:list\"]\n[roles.part36]\nwhen = \"size(resource.id) == 36\"\nallow = [\"order:list\"]\n[roles.part37]\nwhen = \"size(resource.id) == 37\"\nallow = [\"order:list\"]\n[roles.part38]\nwhen = \"size(resource.id) == 38\"\nallow = [\"order:list\"]\n[roles.part39]\nwhen = \"size(resource.id) == 39\"\nallow = [\"order:list\"]\n[roles.part40]\nwhen = \"size(resource.id) == 40\"\nallow = [\"order:list\"]\n[roles.part41]\nwhen = \"size(resource.id) == 41\"\nallow = [\"order:list\"]\n[roles.part42]\nwhen = \"size(resource.id) == 42\"\nallow = [\"order:list\"]\n[roles.part43]\nwhen = \"size(resource.id) == 43\"\nallow = [\"order:list\"]\n[roles.part44]\nwhen = \"size(resource.id) == 44\"\nallow = [\"order:list\"]\n[roles.part45]\nwhen = \"size(resource.id) == 45\"\nallow = [\"order:list\"]\n[roles.part46]\nwhen = \"size(resource.id) == 46\"\nallow = [\"order:list\"]\n[roles.part47]\nwhen = \"size(resource.id) == 47\"\nallow = [\"order:list\"]\n[roles.part48]\nwhen = \"size(resource.id) == 48\"\nallow = [\"order:list\"]\n[roles.part49]\nwhen = \"size(resource.id) == 49\"\nallow = [\"order:list\"]\n[roles.part50]\nwhen = \"size(resource.id) == 50\"\nallow = [\"order:list\"]\n[roles.part51]\nwhen = \"size(resource.id) == 51\"\nallow = [\"order:list\"]\n[roles.part52]\nwhen = \"size(resource.id) == 52\"\nallow = [\"order:list\"]\n[roles.part53]\nwhen = \"size(resource.id) == 53\"\nallow = [\"order:list\"]\n[roles.part54]\nwhen = \"size(resource.id) == 54\"\nallow = [\"order:list\"]\n[roles.part55]\nwhen = \"size(resource.id) == 55\"\nallow = [\"order:list\"]\n[roles.part56]\nwhen = \"size(resource.id) == 56\"\nallow = [\"order:list\"]\n[roles.part57]\nwhen = \"size(resource.id) == 57\"\nallow = [\"order:list\"]\n[roles.part58]\nwhen = \"size(resource.id) == 58\"\nallow = [\"order:list\"]\n[roles.part59]\nwhen = \"size(resource.id) == 59\"\nallow = [\"order:list\"]\n[roles.part60]\nwhen = \"size(resource.id) == 60\"\nallow = [\"order:list\"]\n[roles.part61]\nwhen = \"size(resource.id) == 61\"\nallow = [\"order:list\"]\n[roles.part62]\nwhen = \"size(resource.id) == 62\"\nallow = [\"order:list\"]\n[roles.part63]\nwhen = \"size(resource.id) == 63\"\nallow = [\"order:list\"]\n[roles.part64]\nwhen = \"size(resource.id) == 64\"\nallow = [\"order:list\"]\n[roles.many] @@\nincludes = [\"part0\", \"part1\", \"part2\", \"part3\", \"part4\", \"part5\", \"part6\", \"part7\", \"part8\", \"part9\", \"part10\", \"part11\", \"part12\", \"part13\", \"part14\", \"part15\", \"part16\", \"part17\", \"part18\", \"part19\", \"part20\", \"part21\", \"part22\", \"part23\", \"part24\", \"part25\", \"part26\", \"part27\", \"part28\", \"part29\", \"part30\", \"part31\", \"part32\", \"part33\", \"part34\", \"part35\", \"part36\", \"part37\", \"part38\", \"part39\", \"part40\", \"part41\", \"part42\", \"part43\", \"part44\", \"part45\", \"part46\", \"part47\", \"part48\", \"part49\", \"part50\", \"part51\", \"part52\", \"part53\", \"part54\", \"part55\", \"part56\", \"part57\", \"part58\", \"part59\", \"part60\", \"part61\", \"part62\", \"part63\", \"part64\"]",
        )],
        "more than 64 sets",
    ),
    mistake("a role that cannot be one", &[("+", "[roles.'a b'] @@")], "cannot be a role's id"),
    mistake("a role of another form", &[("+", "[roles]\nflag = 5 @@")], "expected a table"),
    mistake(
        "a title without else",
        &[(
            "title = { \"project.kind == 'build'\" = \"Installer\", else = \"Editor\" }",
            "title = { \"project.kind == 'build'\" = \"Installer\" } @@",
        )],
        "a case without one",
    ),
    mistake("a title of another form", &[("title = \"Viewer\"", "title = 5 @@")], "expected a string or a table"),
    mistake(
        "a title on what there is not",
        &[("title = { \"project.kind", "title = { \"project.knd"), ("else = \"Editor\" }", "else = \"Editor\" } @@")],
        "no attribute `knd`",
    ),
    mistake(
        "too many titles",
        &[(
            "+",
            "[roles.titled] @@\ntitle = { \"context.cost == 0\" = \"x\", \"context.cost == 1\" = \"x\", \"context.cost == 2\" = \"x\", \"context.cost == 3\" = \"x\", \"context.cost == 4\" = \"x\", \"context.cost == 5\" = \"x\", \"context.cost == 6\" = \"x\", \"context.cost == 7\" = \"x\", \"context.cost == 8\" = \"x\", \"context.cost == 9\" = \"x\", \"context.cost == 10\" = \"x\", \"context.cost == 11\" = \"x\", \"context.cost == 12\" = \"x\", \"context.cost == 13\" = \"x\", \"context.cost == 14\" = \"x\", \"context.cost == 15\" = \"x\", \"context.cost == 16\" = \"x\", \"context.cost == 17\" = \"x\", \"context.cost == 18\" = \"x\", \"context.cost == 19\" = \"x\", \"context.cost == 20\" = \"x\", \"context.cost == 21\" = \"x\", \"context.cost == 22\" = \"x\", \"context.cost == 23\" = \"x\", \"context.cost == 24\" = \"x\", \"context.cost == 25\" = \"x\", \"context.cost == 26\" = \"x\", \"context.cost == 27\" = \"x\", \"context.cost == 28\" = \"x\", \"context.cost == 29\" = \"x\", \"context.cost == 30\" = \"x\", \"context.cost == 31\" = \"x\", \"context.cost == 32\" = \"x\", \"context.cost == 33\" = \"x\", \"context.cost == 34\" = \"x\", \"context.cost == 35\" = \"x\", \"context.cost == 36\" = \"x\", \"context.cost == 37\" = \"x\", \"context.cost == 38\" = \"x\", \"context.cost == 39\" = \"x\", \"context.cost == 40\" = \"x\", \"context.cost == 41\" = \"x\", \"context.cost == 42\" = \"x\", \"context.cost == 43\" = \"x\", \"context.cost == 44\" = \"x\", \"context.cost == 45\" = \"x\", \"context.cost == 46\" = \"x\", \"context.cost == 47\" = \"x\", \"context.cost == 48\" = \"x\", \"context.cost == 49\" = \"x\", \"context.cost == 50\" = \"x\", \"context.cost == 51\" = \"x\", \"context.cost == 52\" = \"x\", \"context.cost == 53\" = \"x\", \"context.cost == 54\" = \"x\", \"context.cost == 55\" = \"x\", \"context.cost == 56\" = \"x\", \"context.cost == 57\" = \"x\", \"context.cost == 58\" = \"x\", \"context.cost == 59\" = \"x\", \"context.cost == 60\" = \"x\", \"context.cost == 61\" = \"x\", \"context.cost == 62\" = \"x\", \"context.cost == 63\" = \"x\", \"context.cost == 64\" = \"x\", else = \"y\" }",
        )],
        "at most 64 titles",
    ),
    mistake(
        "a condition of another form",
        &[("when = \"context.cost < 1000 && order.total < 500\"", "when = true @@")],
        "expected a string",
    ),
    mistake(
        "a condition that is none",
        &[("when = \"context.cost < 1000 && order.total < 500\"", "when = \"context.cost <\" @@")],
        "expected",
    ),
    mistake(
        "a condition of another kind",
        &[("when = \"context.cost < 1000 && order.total < 500\"", "when = \"resource.id < 5\" @@")],
        "cannot be compared",
    ),
    mistake(
        "a condition on what there is not",
        &[("when = \"subject.licensed && 'crew' in subject.teams\"", "when = \"subject.licenced\" @@")],
        "no attribute `licenced`",
    ),
    mistake(
        "a value that there never is",
        &[
            ("when = \"resource.kind == 'build'", "when = \"resource.kind == 'bild'"),
            ("action.name == 'close'\"", "action.name == 'close'\" @@"),
        ],
        "this is never `bild`",
    ),
    mistake(
        "a role that never acts",
        &[("when = \"context.cost < 1000 && order.total < 500\"", "when = \"false\" @@")],
        "never acts",
    ),
    mistake(
        "a rule without an effect",
        &[(
            "[[rules]]\neffect = \"forbid\"\npermissions = [\"order:place\"]",
            "[[rules]] @@\npermissions = [\"order:place\"]",
        )],
        "`effect` is missing",
    ),
    mistake(
        "a rule of another effect",
        &[(
            "effect = \"forbid\"\npermissions = [\"order:place\"]",
            "effect = \"deny\" @@\npermissions = [\"order:place\"]",
        )],
        "`permit` or `forbid`",
    ),
    mistake(
        "a rule's misspelt key",
        &[("permissions = [\"sign:view\", \"state:approve\"]", "permisions = [\"sign:view\", \"state:approve\"] @@")],
        "unknown key",
    ),
    mistake(
        "a rule on nothing",
        &[
            ("effect = \"permit\"\npermissions = [\"project:close\"]", "effect = \"permit\""),
            (
                "[[rules]]\neffect = \"permit\"\nwhen = \"resource.kind",
                "[[rules]] @@\neffect = \"permit\"\nwhen = \"resource.kind",
            ),
        ],
        "targets nothing",
    ),
    mistake(
        "a rule on an unknown action",
        &[("permissions = [\"sign:edit\", \"sign:check\"]", "permissions = [\"sign:edit\", \"sign:chek\"] @@")],
        "has no action `chek`",
    ),
    mistake(
        "a rule on what there is not",
        &[
            ("when = \"resource.type == 'sign' &&", "when = \"resource.type == 'sing' &&"),
            ("&& resource.shade == 'red'\"", "&& resource.shade == 'red'\" @@"),
        ],
        "this is never `sing`",
    ),
    mistake(
        "a rule that is never reached",
        &[(
            "+",
            "[[rules]] @@\neffect = \"permit\"\npermissions = [\"state:see\"]\nwhen = \"resource.id == 'x'\"\n[[rules]]\neffect = \"forbid\"\npermissions = [\"state:*\"]",
        )],
        "the rule never acts",
    ),
    mistake(
        "a rule that never holds",
        &[("+", "[[rules]]\neffect = \"permit\"\npermissions = [\"sign:edit\"]\nwhen = \"1 > 2\" @@")],
        "never acts",
    ),
    mistake("a repeated key", &[("ip = \"ip\"", "ip = \"ip\"\nip = \"ip\" @@")], "duplicate key"),
    mistake("a repeated table", &[("[types.order]", "[types.project] @@\n[types.order]")], "duplicate key"),
    mistake(
        "a moment that is none",
        &[("why = \"Nothing costs less than nothing.\"", "why = 2026-01-01 @@")],
        "names no moment",
    ),
    mistake(
        "a number that is too large",
        &[("at = [\"/\", \"state\"]", "at = [\"/\", 0xfffffffffffffffff] @@")],
        "more than 64 bits",
    ),
];

fn read(text: &str) -> Result<(), Diagnostics> {
    Model::parse(Source { name: "model.toml", text }).map(|_| ())
}

/// The model that the other documents here are of.
pub(crate) fn sound() -> Model {
    Model::parse(Source { name: "model.toml", text: SOUND }).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn every_two_mistakes_of_a_model_are_told_at_once() {
    let wrong = found(SOUND, MISTAKES, &[], &read, 2_000);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_compiler_that_tells_less_or_more_is_found() {
    let first =
        |text: &str| read(text).map_err(|found| Diagnostics::new(found.all().iter().take(1).cloned().collect()));
    // As long as the form is wrong, nothing of the meaning.
    let form_first = |text: &str| {
        countersign_wire::model::parse(Source { name: "model.toml", text })?;
        read(text)
    };
    let more = |text: &str| {
        read(text).map_err(|found| {
            let caused = Source { name: "model.toml", text }.problem(0..0, "", "the model cannot be used".to_owned());
            Diagnostics::new(found.all().iter().cloned().chain([caused]).collect())
        })
    };
    let readers: [Reader<'_>; 3] = [&first, &form_first, &more];
    for (number, reader) in readers.into_iter().enumerate() {
        assert!(!found(SOUND, &MISTAKES[..20], &[], reader, 100).is_empty(), "{number}");
    }
}

#[test]
fn what_can_be_read_of_a_broken_text_is_looked_at() {
    let told = |text: &str| {
        let found = read(text).err();
        found
            .iter()
            .flat_map(Diagnostics::all)
            .map(|problem| (problem.line, problem.message.clone()))
            .collect::<Vec<_>>()
    };
    // Of what stands behind the place nobody knows what was meant, and so not which names there are.
    let toml = "name = 'm'\n[roles.r]\nallow = ['doc:view', 'view']\nwhen = 'context.x <'\nat = [5]\n[types.doc\nactions = 5\n";
    let lines: Vec<_> = told(toml).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [3, 4, 5, 6], "{:#?}", told(toml));
    let json = "{\n\"name\": \"m\",\n\"name\": 5,\n\"types\": {\"doc\": {\"actions\": [\"view\"], \"colour\": 1}},\n\"roles\": {\"r\": {\"allow\": [\"doc:veiw\"]}}\n}";
    let [(3, repeated), (4, unknown), (5, misspelt)] = &told(json)[..] else { panic!("{:#?}", told(json)) };
    assert!(repeated.contains("repeated") && unknown.contains("`colour`") && misspelt.contains("`veiw`"));
    assert_eq!(told("{ \"name\": \"m\", \"types\": { ").len(), 1);
}

#[test]
fn what_is_too_much_hides_nothing_and_blames_nothing() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
    let sound = SOUND.replace("allow = [\"*\"]", "allow = [\"order:plce\"]");
    let last = "[[rules]]\neffect = \"permit\"\npermissions = [\"order:list\"]\nwhen = \"order.a1100 == 5\"\n";
    let rule = "[[rules]]\neffect = \"permit\"\npermissions = [\"order:list\"]\nwhen = \"resource.id == ";
    for (text, limit) in [
        (
            format!("{sound}{}{last}", many(1_101, &|at| format!("[types.order.attributes.a{at}]\ntype = \"int\"\n"))),
            "attributes",
        ),
        (
            format!(
                "{sound}{}[roles.z]\nallow = [\"t1023:go\"]",
                many(1_024, &|at| format!("[types.t{at}]\nactions = [\"go\"]\n"))
            ),
            "types",
        ),
        (format!("{sound}{}[roles.z]\nincludes = [\"r4095\"]", many(4_096, &|at| format!("[roles.r{at}]\n"))), "roles"),
        (format!("{sound}{}", many(1_021, &|at| format!("{rule}'{at}'\"\n"))), "rules"),
    ] {
        let found = read(&text).err();
        let said: Vec<_> = found.iter().flat_map(Diagnostics::all).map(|problem| problem.message.clone()).collect();
        assert_eq!(said.len(), 2, "{limit}: {said:#?}");
        assert!(said.iter().any(|message| message.contains("at most") && message.contains(limit)), "{said:#?}");
    }
}
