//! The keys of a bucket, as the aws CLI keeps them in `~/.aws/credentials`.

use crate::domain::secret::Secret;
use crate::domain::storage::S3Keys;

/// Reads `aws_access_key_id` and `aws_secret_access_key`, of the `[default]` profile where there are profiles. Errors,
/// without a word of the file's own: one of the two is missing or empty.
pub fn parse(text: &str) -> Result<S3Keys, String> {
    let mut default = true;
    let (mut access, mut secret) = (None, None);
    for line in text.lines().map(str::trim) {
        if let Some(profile) = line.strip_prefix('[') {
            default = profile.trim_end_matches(']').trim() == "default";
        }
        let Some((key, value)) = line.split_once('=').filter(|_| default) else { continue };
        let value = Some(value.trim()).filter(|value| !value.is_empty()).map(str::to_owned);
        match key.trim() {
            "aws_access_key_id" => access = value,
            "aws_secret_access_key" => secret = value,
            _ => {}
        }
    }
    let access_key = access.ok_or_else(|| missing("aws_access_key_id"))?;
    let secret_key = Secret::new(secret.ok_or_else(|| missing("aws_secret_access_key"))?);
    Ok(S3Keys { access_key, secret_key })
}

fn missing(key: &str) -> String {
    say!("there is no {key} in it (in the [default] profile, where it has profiles)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_profile_is_read() {
        let expected = S3Keys { access_key: "AKIA".to_owned(), secret_key: Secret::new("s=cret/+") };
        let plain = "aws_access_key_id=AKIA\naws_secret_access_key=s=cret/+\n";
        assert_eq!(parse(plain), Ok(expected.clone()));
        let several = "# mine\n[work]\naws_access_key_id = X\naws_secret_access_key = Y\n[default]\nregion = r\n\
                       aws_access_key_id = AKIA\naws_secret_access_key = s=cret/+\n[last]\naws_access_key_id = Z\n";
        assert_eq!(parse(several), Ok(expected));
    }

    #[test]
    fn a_missing_key_is_named_and_nothing_is_shown() {
        for text in
            ["", "aws_access_key_id=hush\n", "[work]\naws_access_key_id=hush\naws_secret_access_key=hush\n"]
        {
            let error = parse(text).expect_err(text);
            assert!(error.contains("there is no aws_") && !error.contains("hush"), "{error}");
        }
    }
}
