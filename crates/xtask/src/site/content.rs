//! Naming files by what is in them, and making them small.

use std::{fmt::Write as _, io::Write as _};

use anyhow::{Context as _, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

/// Takes contents one after the other and tells them from any others.
#[derive(Default)]
pub(super) struct Digest(Sha256);

impl Digest {
    pub(super) fn add(&mut self, content: &[u8]) {
        // With its length, so that it matters where one content ends and the next begins.
        self.0.update(content.len().to_le_bytes());
        self.0.update(content);
    }

    pub(super) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// `style.ba7816bf8f01cfea.css`: the first 16 digits of the content's SHA-256 between name and extension.
pub(super) fn name(stem: &str, extension: &str, content: &[u8]) -> String {
    format!("{stem}.{}.{extension}", hex(&Sha256::digest(content)[..8]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// As small as Brotli can make it; takes seconds a megabyte.
pub(super) fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters =
        BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: content.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters).context("could not compress")?;
    Ok(compressed)
}

/// The same for browsers that do not know Brotli.
pub(super) fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).context("could not compress")?;
    encoder.finish().context("could not compress")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_name_follows_the_content() {
        // What `printf abc | sha256sum` says.
        assert_eq!(name("style", "css", b"abc"), "style.ba7816bf8f01cfea.css");
        assert_ne!(name("style", "css", b"abd"), name("style", "css", b"abc"));
    }

    #[test]
    fn a_digest_knows_where_contents_end() {
        let of = |contents: &[&[u8]]| {
            let mut digest = Digest::default();
            for content in contents {
                digest.add(content);
            }
            digest.finish()
        };
        assert_eq!(of(&[b"ab", b"c"]), of(&[b"ab", b"c"]));
        assert_ne!(of(&[b"ab", b"c"]), of(&[b"a", b"bc"]));
    }

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let content = b"the same, the same, the same, and the same again".repeat(100);
        let (brotli, gzip) = (brotli(&content).unwrap(), gzip(&content).unwrap());
        assert!(brotli.len() < content.len() / 10 && gzip.len() < content.len() / 10);
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli, &mut plain).unwrap();
        assert_eq!(plain, content);
        plain.clear();
        flate2::read::GzDecoder::new(&*gzip).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, content);
    }
}
