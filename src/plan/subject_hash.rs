//! The file name under which OpenSSL looks for a CA in a directory of certificates: eight hex digits of its subject.
//!
//! DC/OS' fetcher and UCR trust what lies in such a directory, and agents need not have an `openssl` to ask. The digits
//! are the first four bytes, read little-endian, of the SHA-1 of the subject's canonical form (`X509_NAME_hash_ex` and
//! `x509_name_canon` in OpenSSL): every text as UTF-8, in lower case, without spaces at the ends and with single ones
//! between, and without the outer SEQUENCE header.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use x509_parser::prelude::{AttributeTypeAndValue, FromDer, RelativeDistinguishedName, X509Certificate};

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;

/// The hash of a certificate's subject as `openssl x509 -hash` prints it. `None` for what is no certificate.
pub fn subject_hash(der: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let canonical: Vec<u8> = certificate.subject().iter_rdn().flat_map(canonical_rdn).collect();
    let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, &canonical);
    let first = <[u8; 4]>::try_from(sha1.as_ref().get(..4)?).ok()?;
    Some(format!("{:08x}", u32::from_le_bytes(first)))
}

fn canonical_rdn(rdn: &RelativeDistinguishedName<'_>) -> Vec<u8> {
    let mut attributes: Vec<Vec<u8>> = rdn.iter().map(canonical_attribute).collect();
    // DER wants the members of a SET OF in the order of their encodings.
    attributes.sort();
    encode(SET, &attributes.concat())
}

fn canonical_attribute(attribute: &AttributeTypeAndValue<'_>) -> Vec<u8> {
    let value = attribute.attr_value();
    let tag = value.header.tag().0;
    let value = match to_utf8(tag, value.data) {
        Some(text) => encode(UTF8_STRING, canonical_text(&text).as_bytes()),
        None => encode(u8::try_from(tag).unwrap_or_default(), value.data),
    };
    encode(SEQUENCE, &[encode(OID, attribute.attr_type().as_bytes()), value].concat())
}

/// The text of the string types that OpenSSL canonicalises; `None` for any other type, which it leaves alone.
fn to_utf8(tag: u32, data: &[u8]) -> Option<String> {
    match tag {
        12 => String::from_utf8(data.to_vec()).ok(),
        // Printable, T61, IA5 and Visible strings: one byte a character, as Latin-1.
        19 | 20 | 22 | 26 => Some(data.iter().map(|byte| char::from(*byte)).collect()),
        28 => data
            .chunks_exact(4)
            .map(|four| char::from_u32(u32::from_be_bytes([four[0], four[1], four[2], four[3]])))
            .collect(),
        30 => data
            .chunks_exact(2)
            .map(|two| char::from_u32(u32::from(u16::from_be_bytes([two[0], two[1]]))))
            .collect(),
        _ => None,
    }
}

fn canonical_text(text: &str) -> String {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r');
    text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

/// One DER element with a definite length.
fn encode(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![tag];
    if length < 0x80 {
        der.push(length as u8);
    } else {
        let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        der.push(0x80 | bytes.len() as u8);
        der.extend(bytes);
    }
    der.extend_from_slice(content);
    der
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_case_do_not_count() {
        assert_eq!(canonical_text("  Shang \t Hai "), "shang hai");
        assert_eq!(canonical_text("ÄB"), "Äb");
    }

    #[test]
    fn long_lengths_are_encoded_in_der() {
        assert_eq!(encode(SET, &[0; 5])[..2], [0x31, 5]);
        assert_eq!(encode(SET, &[0; 200])[..3], [0x31, 0x81, 200]);
        assert_eq!(encode(SET, &[0; 300])[..4], [0x31, 0x82, 1, 44]);
    }

    #[test]
    fn what_is_no_certificate_has_no_hash() {
        assert_eq!(subject_hash(b"nonsense"), None);
    }
}
