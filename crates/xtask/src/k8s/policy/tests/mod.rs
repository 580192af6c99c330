//! Each rule complains of what is planted for it, and no other does.

mod market;
mod plants;

use std::collections::BTreeSet;

use super::{rendered, rules, written};

enum Plant {
    Rendered(fn(&mut crate::k8s::objects::Objects)),
    Written(fn(&mut crate::k8s::tree::Tree)),
}

#[test]
fn nothing_is_wrong_with_the_market_as_it_is() {
    assert_eq!(rendered(&market::market()), Vec::<String>::new());
    assert_eq!(written(&market::files()), Vec::<String>::new());
}

#[test]
fn each_plant_is_found_by_its_rule_and_by_no_other() {
    for (index, (rule, plant)) in plants::PLANTS.iter().enumerate() {
        let complaints = match plant {
            Plant::Rendered(plant) => {
                let mut objects = market::market();
                plant(&mut objects);
                rendered(&objects)
            }
            Plant::Written(plant) => {
                let mut files = market::files();
                plant(&mut files);
                written(&files)
            }
        };
        let rule = format!(": {rule}: ");
        assert!(!complaints.is_empty(), "plant {index}{rule}nothing was found");
        assert!(complaints.iter().all(|line| line.contains(&rule)), "plant {index}{rule}{complaints:#?}");
    }
}

#[test]
fn every_rule_has_a_plant_and_a_name_of_its_own() {
    let planted: BTreeSet<_> = plants::PLANTS.iter().map(|(rule, _)| *rule).collect();
    let names: Vec<_> = rules().map(|rule| rule.name).collect();
    assert_eq!(planted, names.iter().copied().collect());
    assert_eq!(planted.len(), names.len(), "a name is given twice");
}
