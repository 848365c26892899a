//! Constraints on where an app may run: their rules, and what they mean for an agent.

use regex_lite::Regex;
use serde_json::Value;

use super::rules::Verdict;

/// How a constraint compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Unique,
    Cluster,
    GroupBy,
    Like,
    Unlike,
    MaxPer,
    Is,
}

impl Operator {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "UNIQUE" => Self::Unique,
            "CLUSTER" => Self::Cluster,
            "GROUP_BY" => Self::GroupBy,
            "LIKE" => Self::Like,
            "UNLIKE" => Self::Unlike,
            "MAX_PER" => Self::MaxPer,
            "IS" => Self::Is,
            _ => return None,
        })
    }
}

/// One constraint of an app.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    field: String,
    operator: Operator,
    value: String,
}

impl Constraint {
    /// Reads `["hostname", "LIKE", "192\\.168\\.1\\.80"]`; None where a word is not what it should be.
    pub(crate) fn of(words: &Value) -> Option<Self> {
        let words = words.as_array()?;
        let word = |index: usize| words.get(index).and_then(Value::as_str);
        let value = word(2).unwrap_or_default().to_owned();
        Some(Self { field: word(0)?.to_owned(), operator: Operator::named(word(1)?)?, value })
    }

    /// The agent's property that is compared.
    pub(crate) fn field(&self) -> &str {
        &self.field
    }

    /// True where an agent whose property is `offered` fits, given that of the instances already `placed`,
    /// of `instances` in all.
    pub(crate) fn holds(&self, offered: Option<&str>, placed: &[Option<String>], instances: usize) -> bool {
        let Some(offered) = offered else { return self.operator == Operator::Unlike };
        let same = placed.iter().filter(|it| it.as_deref() == Some(offered)).count();
        match self.operator {
            Operator::Like => full_match(&self.value, offered),
            Operator::Unlike => !full_match(&self.value, offered),
            Operator::Is => offered == self.value,
            Operator::Cluster if self.value.is_empty() => {
                placed.first().is_none_or(|it| it.as_deref() == Some(offered))
            }
            Operator::Cluster => offered == self.value,
            Operator::Unique => same == 0,
            Operator::MaxPer => self.value.parse().is_ok_and(|most: usize| same < most),
            Operator::GroupBy => self.evens_out(same, placed, instances),
        }
    }

    fn evens_out(&self, same: usize, placed: &[Option<String>], instances: usize) -> bool {
        let mut groups: Vec<&Option<String>> = placed.iter().collect();
        groups.sort();
        groups.dedup();
        let wanted = self.value.parse::<usize>().unwrap_or(0).max(groups.len()).max(1);
        if same == 0 {
            groups.len() < wanted || self.value.is_empty()
        } else {
            same < instances.div_ceil(wanted)
        }
    }
}

/// The whole text, as Java's `String.matches` sees it. A pattern that this engine cannot read matches nothing.
fn full_match(pattern: &str, text: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|it| it.is_match(text))
}

/// How a generation words its objections.
struct Words {
    unique_with_value: &'static str,
    group_by: &'static str,
    max_per: &'static str,
    like_without_value: &'static str,
}

/// The rules of 1.11.
pub(super) fn judge_1_11(constraints: &[Value], verdict: &mut Verdict) {
    let words = Words {
        unique_with_value: "UNIQUE does not accept a value",
        group_by: "GROUP BY must define an integer value or else no value at all",
        max_per: "MAX_PER requires an integer value",
        like_without_value: "LIKE and UNLIKE require a non-empty, regular expression value",
    };
    for (index, constraint) in constraints.iter().enumerate() {
        let path = format!("/constraints({index})");
        let Some(parts) = constraint.as_array().filter(|it| (2..=3).contains(&it.len())) else {
            verdict.require(false, &path, "Each constraint must have either 2 or 3 fields");
            continue;
        };
        if parts[0] == "" {
            verdict.require(false, &path, "illegal constraint specification");
            continue;
        }
        match Operator::named(&parts[1].as_str().unwrap_or_default().to_ascii_uppercase()) {
            Some(operator) => {
                let value = parts.get(2).and_then(Value::as_str);
                judge_value(operator, value, &path, &words, verdict);
            }
            None => verdict.require(
                false,
                &path,
                "operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS",
            ),
        }
    }
}

/// The rules of 1.4: number and operator were judged while reading.
pub(super) fn judge_1_4(constraints: &[Value], verdict: &mut Verdict) {
    let words = Words {
        unique_with_value: "Value specified but not used",
        group_by: "Value was specified but is not a number",
        max_per: "Value was not specified or is not a number",
        like_without_value: "A regular expression value must be provided",
    };
    for (index, constraint) in constraints.iter().enumerate() {
        let operator = constraint[1].as_str().and_then(Operator::named);
        if let Some(operator) = operator {
            let path = format!("/constraints({index})");
            judge_value(operator, constraint[2].as_str(), &path, &words, verdict);
        }
    }
}

fn judge_value(operator: Operator, value: Option<&str>, path: &str, words: &Words, verdict: &mut Verdict) {
    let whole = value.is_some_and(|it| it.parse::<i32>().is_ok());
    match operator {
        Operator::Unique => verdict.require(value.is_none(), path, words.unique_with_value),
        Operator::Cluster => {}
        Operator::GroupBy => verdict.require(value.is_none() || whole, path, words.group_by),
        Operator::MaxPer => verdict.require(whole, path, words.max_per),
        Operator::Like | Operator::Unlike => match value {
            None => verdict.require(false, path, words.like_without_value),
            Some(pattern) => {
                verdict.require(Regex::new(pattern).is_ok(), path, "is not a valid regular expression");
            }
        },
        Operator::Is => {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_/.-".contains(c);
            verdict.require(
                value.unwrap_or_default().chars().all(plain),
                path,
                "IS only supports Mesos text and float values (see http://mesos.apache.org/documentation/latest/attributes-resources/)",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(words: &Value, offered: &str, placed: &[&str]) -> bool {
        let placed: Vec<Option<String>> = placed.iter().map(|it| Some((*it).to_owned())).collect();
        Constraint::of(words).unwrap().holds(Some(offered), &placed, 3)
    }

    #[test]
    fn like_is_a_regular_expression_over_the_whole_name() {
        let like = json!(["hostname", "LIKE", "192.168.1.8"]);
        assert!(holds(&like, "192.168.1.8", &[]));
        assert!(!holds(&like, "192.168.1.80", &[]), "a prefix is no match");
        assert!(holds(&like, "192a168b1c8", &[]), "a dot is any character");
        assert!(holds(&json!(["hostname", "UNLIKE", "a.*"]), "b1", &[]));
    }

    #[test]
    fn cluster_and_is_compare_text() {
        assert!(!holds(&json!(["hostname", "CLUSTER", "192.168.1.8"]), "192a168b1c8", &[]));
        assert!(holds(&json!(["hostname", "IS", "192.168.1.8"]), "192.168.1.8", &[]));
        assert!(holds(&json!(["hostname", "CLUSTER"]), "b", &["b"]));
        assert!(!holds(&json!(["hostname", "CLUSTER"]), "c", &["b"]));
    }

    #[test]
    fn unique_and_max_per_count_what_is_placed() {
        let unique = json!(["hostname", "UNIQUE"]);
        assert!(holds(&unique, "a", &["b"]) && !holds(&unique, "a", &["a"]));
        let two = json!(["hostname", "MAX_PER", "2"]);
        assert!(holds(&two, "a", &["a"]) && !holds(&two, "a", &["a", "a"]));
        assert!(
            !Constraint::of(&unique).unwrap().holds(None, &[], 1),
            "without the attribute only UNLIKE holds"
        );
    }
}
