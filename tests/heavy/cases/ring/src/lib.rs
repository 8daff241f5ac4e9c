//! ring's assembly: digests, ciphers, signatures and key agreement, with published test vectors among them.

use std::fmt::Write;

use ring::aead::{
    AES_128_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey,
};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use ring::{agreement, digest, hkdf, hmac, pbkdf2, rand};

/// What the crate computes.
pub fn report() -> String {
    let mut report = String::new();
    // FIPS 180-2, appendix B.1.
    let abc = digest::digest(&digest::SHA256, b"abc");
    assert_eq!(
        hex(abc.as_ref()),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    let long: Vec<u8> = (0..100_000_u32)
        .map(|n| (n.wrapping_mul(n) >> 3) as u8)
        .collect();
    for algorithm in [
        &digest::SHA1_FOR_LEGACY_USE_ONLY,
        &digest::SHA256,
        &digest::SHA384,
        &digest::SHA512,
    ] {
        writeln!(
            report,
            "{algorithm:?} {}",
            hex(digest::digest(algorithm, &long).as_ref())
        )
        .unwrap();
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
    // RFC 4231's style, of a well-known sentence.
    let tag = hmac::sign(&key, b"The quick brown fox jumps over the lazy dog");
    assert_eq!(
        hex(tag.as_ref()),
        "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    );

    for algorithm in [&AES_128_GCM, &AES_256_GCM, &CHACHA20_POLY1305] {
        let key = LessSafeKey::new(
            UnboundKey::new(algorithm, &long[3..3 + algorithm.key_len()]).unwrap(),
        );
        let nonce = || Nonce::assume_unique_for_key([7; 12]);
        let mut sealed = long[..5000].to_vec();
        key.seal_in_place_append_tag(nonce(), Aad::from(b"aad"), &mut sealed)
            .unwrap();
        writeln!(
            report,
            "{algorithm:?} {}",
            hex(digest::digest(&digest::SHA256, &sealed).as_ref())
        )
        .unwrap();
        let mut damaged = sealed.clone();
        damaged[4999] ^= 1;
        assert!(
            key.open_in_place(nonce(), Aad::from(b"aad"), &mut damaged)
                .is_err()
        );
        assert_eq!(
            key.open_in_place(nonce(), Aad::from(b"aad"), &mut sealed)
                .unwrap(),
            &long[..5000]
        );
    }

    // RFC 8032, section 7.1, test 1.
    let seed = unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let signature = pair.sign(b"");
    assert_eq!(
        hex(signature.as_ref()),
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    );
    let public = UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref());
    writeln!(
        report,
        "{:?} {:?}",
        public.verify(b"", signature.as_ref()),
        public.verify(b"x", signature.as_ref())
    )
    .unwrap();

    let random = rand::SystemRandom::new();
    for algorithm in [
        &agreement::X25519,
        &agreement::ECDH_P256,
        &agreement::ECDH_P384,
    ] {
        let own = || agreement::EphemeralPrivateKey::generate(algorithm, &random).unwrap();
        let (a, b) = (own(), own());
        let public = |key: &agreement::EphemeralPrivateKey| {
            agreement::UnparsedPublicKey::new(algorithm, key.compute_public_key().unwrap())
        };
        let (public_a, public_b) = (public(&a), public(&b));
        let secret =
            |key, other: &_| agreement::agree_ephemeral(key, other, <[u8]>::to_vec).unwrap();
        assert_eq!(secret(a, &public_b), secret(b, &public_a));
        writeln!(report, "{algorithm:?} agrees").unwrap();
    }

    let mut derived = [0; 40];
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA512,
        100.try_into().unwrap(),
        b"salt",
        b"password",
        &mut derived,
    );
    writeln!(report, "{}", hex(&derived)).unwrap();
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"salt").extract(b"secret");
    let okm = extracted.expand(&[b"info"], hkdf::HKDF_SHA384).unwrap();
    writeln!(report, "{okm:?}").unwrap();
    report
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
