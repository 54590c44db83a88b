//! Who may call: whose certificate is of a client CA that counts now, isn't revoked, and has an allowed
//! name.

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, CertificateRevocationListDer, TrustAnchor, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, ExpirationPolicy, KeyUsage,
    RevocationOptionsBuilder, VerifiedPath,
};

use super::{
    names::AllowedSans,
    period::{NotNow, Period},
    refusal::Refusal,
};

/// Most bytes of the CAs' names that callers are told. TLS has no room for more than 64 KiB of all that
/// goes with them, and rustls would send what nobody can read; a caller does without.
const MAX_NAMES: usize = 16 * 1024;

/// What rustls's own verifier does, by the same library, and what it leaves out: the end of a CA, and
/// the names.
#[derive(Debug)]
pub(super) struct Verifier {
    cas: Vec<TrustAnchor<'static>>,
    /// The period of each CA.
    periods: Vec<Period>,
    /// If there is any, there must be one for each certificate of a chain.
    lists: Vec<CertificateRevocationListDer<'static>>,
    /// By which a caller may choose among its certificates.
    names: Vec<DistinguishedName>,
    algorithms: WebPkiSupportedAlgorithms,
    allowed: AllowedSans,
}

impl Verifier {
    /// Lets in whose certificates are of these CAs and in none of these lists.
    pub fn new(
        (cas, periods): (Vec<TrustAnchor<'static>>, Vec<Period>),
        lists: Vec<CertificateRevocationListDer<'static>>,
        algorithms: WebPkiSupportedAlgorithms,
        allowed: AllowedSans,
    ) -> Self {
        let names = cas.iter().map(|ca| ca.subject.as_ref());
        let mut names: Vec<_> = names.map(DistinguishedName::in_sequence).collect();
        if names.iter().map(|name| name.as_ref().len()).sum::<usize>() > MAX_NAMES {
            names.clear();
        }
        Self {
            cas,
            periods,
            lists,
            names,
            algorithms,
            allowed,
        }
    }

    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), webpki::Error> {
        let lists = self
            .lists
            .iter()
            .map(|list| BorrowedCertRevocationList::from_der(list).map(CertRevocationList::from));
        let lists = lists.collect::<Result<Vec<_>, _>>()?;
        let lists: Vec<_> = lists.iter().collect();
        let revocation = (!lists.is_empty())
            .then(|| RevocationOptionsBuilder::new(&lists).expect("there are lists"))
            .map(|it| it.with_expiration_policy(ExpirationPolicy::Enforce).build());
        let is_of_now = |path: &VerifiedPath<'_>| self.check_period(path.anchor(), now);
        EndEntityCert::try_from(certificate)?
            .verify_for_usage(
                self.algorithms.all,
                &self.cas,
                intermediates,
                now,
                KeyUsage::client_auth(),
                revocation,
                Some(&is_of_now),
            )
            .map(drop)
    }

    /// A CA that was renewed may have two certificates with the same name and key.
    fn check_period(&self, ca: &TrustAnchor<'_>, now: UnixTime) -> Result<(), webpki::Error> {
        let all = self.cas.iter().zip(&self.periods);
        let periods = all.filter(|(it, _)| *it == ca).map(|(_, period)| period);
        let checked = periods.map(|period| period.check(now)).reduce(Result::or);
        match checked {
            Some(Ok(())) => Ok(()),
            Some(Err(NotNow::Early(not_before))) => Err(webpki::Error::CertNotValidYet {
                time: now,
                not_before,
            }),
            Some(Err(NotNow::Late(not_after))) => Err(webpki::Error::CertExpired {
                time: now,
                not_after,
            }),
            None => Err(webpki::Error::UnknownIssuer),
        }
    }
}

impl ClientCertVerifier for Verifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.names
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verified = self.verify(end_entity, intermediates, now);
        verified
            .map_err(|error| Refusal::of_chain(error, end_entity, now))
            .and_then(|()| Ok(self.allowed.name_of(end_entity)?))
            .map(|_name| ClientCertVerified::assertion())
            .map_err(Refusal::tell)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
