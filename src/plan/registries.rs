//! Several registries, each with the CA of its own: told apart by their addresses.

use crate::domain::certificate::CaFile;
use crate::domain::registry::RegistryAddress;

/// Each address once, in the order given. The error is for an address that two registries claim with different CAs:
/// agents keep one CA file for an address, so one of the two would be lost.
pub fn distinct(all: Vec<(RegistryAddress, CaFile)>) -> Result<Vec<(RegistryAddress, CaFile)>, String> {
    let mut distinct: Vec<(RegistryAddress, CaFile)> = Vec::with_capacity(all.len());
    for (address, ca) in all {
        match distinct.iter().find(|(known, _)| *known == address) {
            None => distinct.push((address, ca)),
            Some((_, known)) if known.pem == ca.pem => {}
            Some((_, known)) => {
                let (one, other) = (known.path.display(), ca.path.display());
                return Err(say!(
                    "two registries have the address {address}, one with the CA {one}, one with {other}"
                ));
            }
        }
    }
    Ok(distinct)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(address: &str, ca: &str) -> (RegistryAddress, CaFile) {
        let ca = CaFile { path: format!("{ca}.crt").into(), certificates: Vec::new(), pem: ca.to_owned() };
        (address.parse().expect("legal"), ca)
    }

    #[test]
    fn an_address_counts_once_and_keeps_its_place() {
        let all =
            vec![registry("b", "one"), registry("a", "one"), registry("b", "one"), registry("c", "two")];
        let expected = vec![registry("b", "one"), registry("a", "one"), registry("c", "two")];
        assert_eq!(distinct(all), Ok(expected));
    }

    #[test]
    fn an_address_with_two_cas_is_refused_and_both_are_named() {
        let why = distinct(vec![registry("a:5000", "one"), registry("a:5000", "two")]).unwrap_err();
        assert!(why.contains("a:5000") && why.contains("one.crt") && why.contains("two.crt"), "{why}");
    }

    #[test]
    fn the_port_belongs_to_the_address_as_docker_takes_it() {
        let all = vec![registry("a", "one"), registry("a:443", "two")];
        assert_eq!(distinct(all.clone()), Ok(all));
    }
}
