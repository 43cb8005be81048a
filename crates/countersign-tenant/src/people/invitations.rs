//! Invitations, without their secrets.

use super::{moment, page, refused_if_blind, value};
use crate::query::{Asker, Shown};
use crate::state::State;
use crate::stop::Stop;
use crate::{doc, invitations};
use countersign_wire::api::Page;
use countersign_wire::api::view::InvitationView;
use countersign_wire::stored::Invitation;

/// The invitations that the asker may see.
pub(crate) fn all<S: State>(asker: &Asker<'_, S>, which: &Page) -> Result<Shown, Stop> {
    let read = |after: &str, limit: usize| Ok(doc::list::<Invitation>(asker.state, doc::INVITATION, after, limit)?);
    let list = page(which, read, |id, invitation| {
        if !may_see(asker, id) {
            return Ok(None);
        }
        value(&view(asker, id, invitation)?).map(Some)
    })?;
    Ok((refused_if_blind(asker, list, "invitation", "invitations")?, None))
}

/// A member's invitation, if it has one that the asker may see.
pub(super) fn of<S: State>(asker: &Asker<'_, S>, subject: &str) -> Result<Option<InvitationView>, Stop> {
    let known = invitations::of(asker.state, subject)?.filter(|(id, _)| may_see(asker, id));
    known.map(|(id, invitation)| view(asker, &id, &invitation)).transpose()
}

fn may_see<S>(asker: &Asker<'_, S>, id: &str) -> bool {
    asker.rights.may("view", "/", &format!("invitation:{id}"))
}

fn view<S: State>(asker: &Asker<'_, S>, id: &str, invitation: &Invitation) -> Result<InvitationView, Stop> {
    // What was not sent yet goes where the member's mail goes.
    let email = match &invitation.email {
        Some(email) => Some(email.clone()),
        None => asker.state.person(&invitation.subject)?.and_then(|(_, person)| person.email),
    };
    Ok(InvitationView {
        id: id.to_owned(),
        subject: invitation.subject.clone(),
        email,
        inviter: invitation.inviter.clone(),
        sent_at: moment(invitation.sent_at),
        expires: moment(invitation.expires),
    })
}
