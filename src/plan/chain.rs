//! A chain in the order that TLS asks for: the leaf, then each issuer after the certificate that it signed.

use crate::domain::certificate::{Certificate, Signer};

/// What a leaf and a heap of certificates come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arranged {
    /// The leaf and its intermediates in order, without the root.
    pub chain: Vec<Certificate>,
    /// The self-signed certificate that it ends in, where that is in the heap.
    pub root: Option<Certificate>,
    /// Whatever of the heap has no place in it.
    pub unused: Vec<Certificate>,
}

/// Puts them in order. `signed_by` says whether the second has signed the first.
pub fn arrange(
    leaf: &Certificate,
    heap: &[Certificate],
    signed_by: impl Fn(&Certificate, &Certificate) -> bool,
) -> Arranged {
    let mut chain = vec![leaf.clone()];
    let mut left: Vec<&Certificate> = heap.iter().filter(|one| one.der != leaf.der).collect();
    let mut root = None;
    loop {
        let last = &chain[chain.len() - 1];
        let issuer = left.iter().position(|other| last.signer == Signer::Another && signed_by(last, other));
        let Some(issuer) = issuer.map(|at| left.remove(at)) else { break };
        left.retain(|other| other.der != issuer.der);
        if issuer.signer == Signer::Itself {
            root = Some(issuer.clone());
            break;
        }
        chain.push(issuer.clone());
    }
    Arranged { chain, root, unused: left.into_iter().cloned().collect() }
}

/// The first certificate that is not followed by the one that signed it, although that is in the chain.
pub fn first_out_of_order(
    chain: &[Certificate],
    signed_by: impl Fn(&Certificate, &Certificate) -> bool,
) -> Option<&Certificate> {
    let out_of_order = |(at, one): (usize, &Certificate)| {
        let followed = chain.get(at + 1).is_some_and(|next| signed_by(one, next));
        let elsewhere = chain.iter().any(|other| other.der != one.der && signed_by(one, other));
        !followed && elsewhere
    };
    chain.iter().enumerate().find(|pair| out_of_order(*pair)).map(|(_, one)| one)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Names, Validity};
    use crate::domain::certificate::Role;

    fn certificate(subject: &str, issuer: &str) -> Certificate {
        Certificate {
            der: subject.as_bytes().to_vec(),
            summary: CertificateSummary {
                subject: subject.to_owned(),
                issuer: issuer.to_owned(),
                names: Names::default(),
                fingerprint: String::new(),
                not_before: String::new(),
                not_after: String::new(),
            },
            common_name: None,
            validity: Validity {
                not_before: datetime!(2026-01-01 0:00 UTC),
                not_after: datetime!(2027-01-01 0:00 UTC),
            },
            role: Role::Ca,
            signer: if subject == issuer { Signer::Itself } else { Signer::Another },
        }
    }

    fn by_name(one: &Certificate, other: &Certificate) -> bool {
        one.summary.issuer == other.summary.subject
    }

    fn subjects(of: &[Certificate]) -> Vec<&str> {
        of.iter().map(|one| one.summary.subject.as_str()).collect()
    }

    #[test]
    fn a_heap_becomes_a_chain_and_a_root() {
        let leaf = certificate("leaf", "low");
        let heap = [
            ("root", "root"),
            ("other", "other"),
            ("high", "root"),
            ("leaf", "low"),
            ("low", "high"),
            ("low", "high"),
        ];
        let heap: Vec<_> = heap.iter().map(|(subject, issuer)| certificate(subject, issuer)).collect();
        let arranged = arrange(&leaf, &heap, by_name);
        assert_eq!(subjects(&arranged.chain), ["leaf", "low", "high"]);
        assert_eq!(arranged.root.map(|root| root.summary.subject).as_deref(), Some("root"));
        assert_eq!(subjects(&arranged.unused), ["other"]);
        let without = arrange(&leaf, &heap[..1], by_name);
        assert_eq!((subjects(&without.chain), without.root), (vec!["leaf"], None));
    }

    #[test]
    fn two_that_signed_each_other_come_to_an_end() {
        let heap = [certificate("a", "b"), certificate("b", "a")];
        assert_eq!(subjects(&arrange(&certificate("leaf", "a"), &heap, by_name).chain), ["leaf", "a", "b"]);
    }

    #[test]
    fn what_is_out_of_order_is_found() {
        let (leaf, low, high) =
            (certificate("leaf", "low"), certificate("low", "high"), certificate("high", "root"));
        let first =
            |chain: &[Certificate]| first_out_of_order(chain, by_name).map(|one| one.summary.subject.clone());
        assert_eq!(first(&[leaf.clone(), low.clone(), high.clone()]), None);
        assert_eq!(first(&[leaf.clone(), high.clone(), low.clone()]).as_deref(), Some("leaf"));
        assert_eq!(first(&[leaf]), None);
    }
}
