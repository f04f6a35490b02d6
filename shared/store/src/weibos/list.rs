//! Weibos as a reader of a list sees them.

use std::collections::BTreeSet;

use crate::Store;
use crate::id::{Uid, WeiboId};
use crate::people::relation;
use crate::table::Error;
use crate::table::slice::Page;
use crate::weibos::favorite;
use crate::weibos::timeline::Row;
use crate::weibos::weibo::{self, Original, Weibo};

/// A weibo of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The weibo.
    pub weibo: Weibo,
    /// Whether it is a favourite of the reader.
    pub favorite: bool,
    /// The weibo that it shows, if it is a repost.
    pub original: Option<Original>,
}

impl Listed {
    /// The member whose words it repeats. None if the weibo is the reader's own, if it repeats the
    /// reader's own words, or if those words were destroyed.
    pub fn repeats(&self, reader: Uid) -> Option<Uid> {
        let root = self.original.as_ref()?.weibo.as_ref()?;
        (self.weibo.uid != reader && root.uid != reader).then_some(root.uid)
    }
}

/// Reads the weibos of `rows`, at most 50, in order, with the weibos that they show. Weibos that no longer exist
/// are left out. One round trip if the rows name the shown weibos and nothing was destroyed.
pub async fn read(store: &Store, reader: Option<Uid>, rows: &[Row]) -> Result<Vec<Listed>, Error> {
    let own: BTreeSet<WeiboId> = rows.iter().map(|row| row.id).collect();
    let named: BTreeSet<WeiboId> = rows.iter().filter_map(|row| row.root).collect();
    let all: BTreeSet<WeiboId> = own.union(&named).copied().collect();
    let favorites = async |ids: &BTreeSet<WeiboId>| match reader {
        Some(uid) => favorite::among(store, uid, ids).await,
        None => Ok(BTreeSet::new()),
    };
    let (weibos, favorite) = futures_util::join!(weibo::find_all(store, &all), favorites(&all));
    let (mut weibos, mut favorite) = (weibos?, favorite?);
    let roots = weibos.values().filter_map(|weibo| weibo.root);
    let missing: BTreeSet<WeiboId> = roots.filter(|root| !all.contains(root)).collect();
    if !missing.is_empty() {
        let (more, marked) =
            futures_util::join!(weibo::find_all(store, &missing), favorites(&missing));
        weibos.extend(more?);
        favorite.extend(marked?);
    }
    let listed = rows.iter().filter_map(|row| {
        let weibo = weibos.get(&row.id)?.clone();
        let original = weibo.root.map(|root| Original {
            id: root,
            weibo: weibos.get(&root).cloned(),
            favorite: favorite.contains(&root),
        });
        Some(Listed {
            favorite: favorite.contains(&weibo.id),
            original,
            weibo,
        })
    });
    Ok(listed.collect())
}

/// The page without others' reposts of members that the reader blocks. One round trip if there are
/// reposts by or of any other members.
pub async fn without_blocked(
    store: &Store,
    reader: Uid,
    mut page: Page<Listed>,
) -> Result<Page<Listed>, Error> {
    let authors = page.shown.iter().filter_map(|one| one.repeats(reader));
    let blocked = relation::blocked_among(store, reader, &authors.collect()).await?;
    let is_blocked = |uid: Uid| blocked.contains(&uid);
    page.shown
        .retain(|one| !one.repeats(reader).is_some_and(is_blocked));
    Ok(page)
}

/// The same for others' rows, without reading the weibos that they name. One round trip if there are reposts; a
/// second if one is of a blocked member, or if an older row does not store the author.
pub async fn rows_without_blocked(
    store: &Store,
    reader: Uid,
    mut rows: Vec<Row>,
) -> Result<Vec<Row>, Error> {
    let unnamed = rows.iter().filter(|row| row.root_by.is_none());
    let unnamed: BTreeSet<WeiboId> = unnamed.filter_map(|row| row.root).collect();
    let mut authors = weibo::authors(store, &unnamed).await?;
    authors.extend(
        rows.iter()
            .filter_map(|row| Some((row.root?, row.root_by?))),
    );
    authors.retain(|_, uid| *uid != reader);
    let others = authors.values().copied().collect();
    let blocked = relation::blocked_among(store, reader, &others).await?;
    authors.retain(|_, uid| blocked.contains(uid));
    // Destroyed weibos show no words any more.
    let left = weibo::authors(store, &authors.into_keys().collect()).await?;
    rows.retain(|row| !row.root.is_some_and(|root| left.contains_key(&root)));
    Ok(rows)
}

/// The weibos to which the rows of a page lead.
pub async fn page(
    store: &Store,
    reader: Option<Uid>,
    rows: Page<Row>,
) -> Result<Page<Listed>, Error> {
    Ok(Page {
        shown: Box::pin(read(store, reader, &rows.shown)).await?,
        lowest: rows.lowest,
    })
}
