//! The files that say whose certificates let a caller in.

use std::path::PathBuf;

use rustls::{crypto::WebPkiSupportedAlgorithms, pki_types::UnixTime};

use super::{
    CLIENT_CA, CRL,
    client_ca::ClientCa,
    files::{InvalidFiles, NotAfter, invalid},
    names::AllowedSans,
    pem::{certificates, revocation_lists},
    revocation::RevocationList,
    verifier::Verifier,
};

/// What callers are verified by.
#[derive(Clone, Debug)]
pub(super) struct ClientFiles {
    pub ca: PathBuf,
    pub crl: Option<PathBuf>,
    pub allowed: AllowedSans,
}

/// What follows from the files.
pub(super) struct Clients {
    pub verifier: Verifier,
    pub not_after: Vec<NotAfter>,
    /// CAs that don't count, each with the reason.
    pub left_out: Vec<String>,
}

impl ClientFiles {
    /// Who may call by these contents, if all of them are good.
    pub fn understand(
        &self,
        ca: &[u8],
        crl: Option<&[u8]>,
        algorithms: WebPkiSupportedAlgorithms,
    ) -> Result<Clients, InvalidFiles> {
        let now = UnixTime::now();
        let in_ca = |why| invalid(CLIENT_CA, &self.ca, why);
        let certificates = certificates(ca).map_err(in_ca)?;
        let cas = certificates.iter().map(ClientCa::new);
        let cas = cas.collect::<Result<Vec<_>, _>>().map_err(in_ca)?;
        let lists = self.lists(crl, &cas, &algorithms, now)?;
        let ca_end = cas.iter().map(|ca| ca.period.end).min();
        let crl_end = lists.iter().map(|list| list.period.end).min();
        let ends = [(Some(&self.ca), ca_end), (self.crl.as_ref(), crl_end)].into_iter();
        let not_after = ends.filter_map(|(path, end)| Some((path?.clone(), end?)));

        let (cas, left_out) = counted(cas, &lists, now).map_err(in_ca)?;
        let has_list = |ca: &&ClientCa<'_>| lists.iter().any(|it| ca.has_signed(it, &algorithms));
        if self.crl.is_some()
            && let Some(ca) = cas.iter().find(|ca| !has_list(ca))
        {
            return Err(self.both(format!("there is no list of the CA {}", ca.name)));
        }
        let cas = cas.into_iter().map(|ca| (ca.anchor.to_owned(), ca.period));
        let lists = lists.into_iter().map(|list| list.der).collect();
        Ok(Clients {
            verifier: Verifier::new(cas.unzip(), lists, algorithms, self.allowed.clone()),
            not_after: not_after.collect(),
            left_out,
        })
    }

    /// The lists, each of one of these CAs.
    fn lists(
        &self,
        contents: Option<&[u8]>,
        cas: &[ClientCa<'_>],
        algorithms: &WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> Result<Vec<RevocationList>, InvalidFiles> {
        let (Some(contents), Some(path)) = (contents, &self.crl) else {
            return Ok(Vec::new());
        };
        let in_crl = |why| invalid(CRL, path, why);
        let lists = revocation_lists(contents).map_err(in_crl)?.into_iter();
        let lists = lists.map(|list| RevocationList::new(list, now));
        let lists = lists.collect::<Result<Vec<_>, _>>().map_err(in_crl)?;
        for (index, list) in lists.iter().enumerate() {
            if lists[..index].iter().any(|other| list.hides(other)) {
                let why = format!(
                    "it has two lists of {}, of which one would count",
                    list.name
                );
                return Err(in_crl(why));
            }
            if !cas.iter().any(|ca| ca.has_signed(list, algorithms)) {
                let why = format!("none of these CAs has signed the list of {}", list.name);
                return Err(self.both(why));
            }
        }
        Ok(lists)
    }

    fn both(&self, why: String) -> InvalidFiles {
        let ca = (CLIENT_CA, self.ca.clone());
        let crl = self.crl.iter().map(|crl| (CRL, crl.clone()));
        InvalidFiles {
            files: [ca].into_iter().chain(crl).collect(),
            why,
        }
    }
}

/// The CAs that count now, or will, and why those don't that aren't among them or don't yet. One must
/// count now.
fn counted<'a>(
    cas: Vec<ClientCa<'a>>,
    lists: &[RevocationList],
    now: UnixTime,
) -> Result<(Vec<ClientCa<'a>>, Vec<String>), String> {
    let all = cas.len();
    let (mut counted, mut left_out) = (Vec::new(), Vec::new());
    for ca in cas {
        let trouble = ca.trouble(now, lists);
        left_out.extend(trouble.as_ref().map(|why| format!("{}: {why}", ca.name)));
        if trouble.is_none_or(|it| it.is_passing()) {
            counted.push(ca);
        }
    }
    if left_out.len() == all {
        return Err(format!(
            "none of its CAs counts now: {}",
            left_out.join("; ")
        ));
    }
    Ok((counted, left_out))
}
