//! `admin member`.

use anyhow::{Error, Result, anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use weiquan::Ctx;
use weiquan::password;
use weiquan_store::digest::md5_hex;
use weiquan_store::id::Uid;
use weiquan_store::members::account;
use weiquan_store::members::member::{self, Gender, Member, NotReplaced, Taken};
use weiquan_store::oauth::token;
use weiquan_store::table::{self, Consistency};
use weiquan_store::unicode::{composed, is_blank};

use crate::output::Output;
use crate::value;

#[derive(Subcommand)]
pub enum Command {
    /// Create a member
    Create {
        /// The name to log in with, 1 to 50 characters
        #[arg(long)]
        username: String,
        /// The member's uuid on OkayAPI, 32 hex digits; a random one by default
        #[arg(long)]
        uuid: Option<String>,
        #[command(flatten)]
        settings: Settings,
    },
    /// Show a member
    Show {
        /// The member's uid or username
        who: String,
    },
    /// Change a member
    Set {
        /// The member's uid or username
        who: String,
        #[command(flatten)]
        settings: Settings,
    },
}

impl Command {
    pub fn only_reads(&self) -> bool {
        matches!(self, Self::Show { .. })
    }
}

#[derive(Args)]
pub struct Settings {
    /// The displayed name: letters, digits, `_` and `-`, 1 to 20 Chinese characters; a new member's is derived from the
    /// username
    #[arg(long)]
    nick: Option<String>,
    /// The password in plain text; without one nobody can log in. `@FILE` reads it from a file, `-` from standard input
    #[arg(long, value_parser = value::secret)]
    password: Option<String>,
    /// The gender that the member states
    #[arg(long)]
    gender: Option<GenderName>,
    /// Verified by Sina (`v`)
    #[arg(long)]
    verified: Option<bool>,
    /// Verified by this site (`sina_v`)
    #[arg(long)]
    site_verified: Option<bool>,
    /// Banned from speaking on Xweibo (1040005)
    #[arg(long)]
    silenced: Option<bool>,
    /// An administrator (`role` on OkayAPI)
    #[arg(long)]
    admin: Option<bool>,
    /// Let nobody log in as this member; ends the member's logins and revokes what sites were allowed
    #[arg(long)]
    banned: Option<bool>,
}

#[derive(Clone, Copy, ValueEnum)]
enum GenderName {
    Male,
    Female,
    None,
}

impl Settings {
    fn apply(&self, ctx: &Ctx, member: &mut Member) -> Result<()> {
        if let Some(nick) = &self.nick {
            member.nick = composed(nick);
        }
        if !member::is_nick(&member.nick) {
            bail!("--nick takes letters, digits, _ and -, 1 to 20 Chinese characters");
        }
        if let Some(typed) = &self.password {
            member.password = Some(password::hash(ctx, &md5_hex([typed.as_str()]))?);
        }
        member.gender = match self.gender {
            Some(GenderName::Male) => Some(Gender::Male),
            Some(GenderName::Female) => Some(Gender::Female),
            Some(GenderName::None) => None,
            None => member.gender,
        };
        member.verified = self.verified.unwrap_or(member.verified);
        member.site_verified = self.site_verified.unwrap_or(member.site_verified);
        member.silenced = self.silenced.unwrap_or(member.silenced);
        member.admin = self.admin.unwrap_or(member.admin);
        member.banned = self.banned.unwrap_or(member.banned);
        Ok(())
    }
}

pub async fn run(ctx: &Ctx, command: Command) -> Result<Output> {
    match command {
        Command::Create {
            username,
            uuid,
            settings,
        } => create(ctx, username, uuid, &settings).await,
        Command::Show { who } => Ok(show(&find(ctx, &who).await?)),
        Command::Set { who, settings } => {
            let old = find(ctx, &who).await?;
            let mut new = old.clone();
            settings.apply(ctx, &mut new)?;
            // Log out those who knew the old password, or who are banned now.
            let replaced = if new.banned || settings.password.is_some() {
                account::replace_and_log_out(&ctx.store, &old, &new).await?
            } else {
                member::replace(&ctx.store, &old, &new).await?
            };
            replaced.map_err(refused)?;
            if new.banned {
                revoke_grants(ctx, new.uid).await?;
            }
            Ok(show(&new))
        }
    }
}

/// Revokes what sites may do for a member.
async fn revoke_grants(ctx: &Ctx, uid: Uid) -> Result<(), table::Error> {
    for grant in token::grants(&ctx.store, uid).await? {
        token::revoke(&ctx.store, &grant.access_token).await?;
    }
    Ok(())
}

async fn create(
    ctx: &Ctx,
    username: String,
    uuid: Option<String>,
    settings: &Settings,
) -> Result<Output> {
    if !(1..=50).contains(&username.chars().count()) || is_blank(&username) {
        bail!("--username takes 1 to 50 characters, of which one is seen");
    }
    let mut member = Member::new(&ctx.store, &username);
    if let Some(uuid) = uuid {
        if uuid.len() != 32 || !uuid.bytes().all(|b| b.is_ascii_hexdigit()) {
            bail!("--uuid takes 32 hex digits");
        }
        member.uuid = uuid.to_uppercase().into();
    }
    settings.apply(ctx, &mut member)?;
    member::create(&ctx.store, &member, None)
        .await?
        .map_err(taken)?;
    Ok(show(&member))
}

/// The member with this uid or username; refused if they name two different members.
pub async fn find(ctx: &Ctx, who: &str) -> Result<Member> {
    let by_uid = match who.parse() {
        Ok(uid) => member::by_uid(&ctx.store, uid, Consistency::Strong).await?,
        Err(_) => None,
    };
    match (by_uid, member::by_username(&ctx.store, who).await?) {
        (Some(one), Some(other)) if one.uid != other.uid => bail!(
            "{who} is one member's uid and another's username: say {} or {}",
            one.username,
            other.uid
        ),
        (Some(found), _) | (None, Some(found)) => Ok(found),
        (None, None) => bail!("there is no member {who}"),
    }
}

/// The message for a refused change.
pub fn refused(refused: NotReplaced) -> Error {
    match refused {
        NotReplaced::Changed => anyhow!("the member changed meanwhile: try again"),
        NotReplaced::Taken(name) => taken(name),
    }
}

fn taken(name: Taken) -> Error {
    anyhow!(match name {
        Taken::Username => "the username is somebody else's",
        Taken::Nick => "the nick is somebody else's",
        Taken::SiteUid => "that user of the site is bound to somebody else",
        Taken::Uuid => "the uuid is somebody else's",
        Taken::Uid => "the uid that was drawn is somebody else's: try again",
    })
}

fn show(member: &Member) -> Output {
    Output::fields(json!({
        "uid": member.uid,
        "uuid": member.uuid,
        "username": member.username,
        "nick": member.nick,
        "site_uid": member.site_uid,
        "password": member.password.is_some(),
        "gender": member.gender,
        "verified": member.verified,
        "site_verified": member.site_verified,
        "silenced": member.silenced,
        "admin": member.admin,
        "banned": member.banned,
    }))
}
