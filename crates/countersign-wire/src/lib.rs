//! The documents of Countersign: model, tenant, scenario and snapshot forms
