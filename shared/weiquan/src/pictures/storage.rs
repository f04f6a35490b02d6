//! Where pictures are stored: a bucket, a folder, or nowhere.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Attribute, Attributes, ObjectStore, ObjectStoreExt, PutOptions};

use super::kind::Kind;
use super::s3::Bucket;
use weiquan_store::aws;

/// A name is never reused for other bytes.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Why the picture storage failed. For the log, never for the caller.
#[derive(Debug)]
pub struct Error {
    action: &'static str,
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.action, self.cause)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.source()
    }
}

impl Error {
    fn new(
        action: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            action,
            cause: cause.into(),
        }
    }
}

/// Where pictures are stored, and under which address they are read.
///
/// The storage is opened at the first use. A function that only returns addresses does not even
/// link the code for S3.
pub struct Pictures {
    place: Place,
    url: String,
    store: OnceLock<Arc<dyn ObjectStore>>,
}

pub(super) enum Place {
    None,
    Folder(PathBuf),
    Bucket(Bucket),
}

impl Pictures {
    /// No storage: addresses are paths of this host, and nothing can be stored.
    pub fn none() -> Self {
        Self::at(Place::None, String::new())
    }

    /// A folder, created at the first use.
    pub fn folder(path: impl Into<PathBuf>, url: impl Into<String>) -> Self {
        Self::at(Place::Folder(path.into()), url.into())
    }

    /// The bucket `PICTURES_BUCKET`, with the credentials of the environment, at the address that [`Place::of`]
    /// finds; else the folder `PICTURES_FOLDER`, else none. Pictures are read at `PICTURES_URL`.
    ///
    /// Fails, with one line, if S3's address is not valid.
    ///
    /// [`Place::of`]: aws::Place::of
    pub fn from_env() -> Result<Self, String> {
        Self::from_settings(&aws::environment)
    }

    fn from_settings(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let url = get("PICTURES_URL").unwrap_or_default();
        if let Some(name) = get("PICTURES_BUCKET") {
            let place = aws::Place::of("S3", get)?;
            let bucket = Bucket {
                name,
                region: place.region,
                endpoint: place.endpoint,
                key_id: get("AWS_ACCESS_KEY_ID").unwrap_or_default(),
                secret_key: get("AWS_SECRET_ACCESS_KEY").unwrap_or_default(),
                session_token: get("AWS_SESSION_TOKEN"),
            };
            Ok(Self::at(Place::Bucket(bucket), url))
        } else if let Some(path) = get("PICTURES_FOLDER") {
            Ok(Self::folder(path, url))
        } else {
            Ok(Self::at(Place::None, url))
        }
    }

    pub(super) fn at(place: Place, url: String) -> Self {
        Self {
            place,
            url,
            store: OnceLock::new(),
        }
    }

    /// The address at which the picture `name` is read.
    pub fn url(&self, name: &str) -> String {
        format!("{}/{name}", self.url)
    }

    /// Stores `bytes` under `name`.
    pub async fn put(&self, name: &str, kind: Kind, bytes: Vec<u8>) -> Result<(), Error> {
        let path = path(name).ok_or_else(|| Error::new("put", "not a name"))?;
        let mut options = PutOptions::default();
        if matches!(self.place, Place::Bucket(_)) {
            options.attributes = Attributes::from_iter([
                (Attribute::ContentType, kind.content_type()),
                (Attribute::CacheControl, FOREVER),
            ]);
        }
        self.store()?
            .put_opts(&path, bytes.into(), options)
            .await
            .map_err(|error| Error::new("put", error))?;
        Ok(())
    }

    /// Removes the picture `name`, if there is one.
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        let path = path(name).ok_or_else(|| Error::new("delete", "not a name"))?;
        match self.store()?.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::new("delete", error)),
        }
    }

    /// The bytes of the picture `name`.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(path) = path(name) else {
            return Ok(None);
        };
        let found = match self.store()?.get(&path).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(Error::new("read", error)),
        };
        let bytes = found
            .bytes()
            .await
            .map_err(|error| Error::new("read", error))?;
        Ok(Some(bytes.into()))
    }

    fn store(&self) -> Result<&dyn ObjectStore, Error> {
        if let Some(store) = self.store.get() {
            return Ok(store.as_ref());
        }
        let store: Arc<dyn ObjectStore> = match &self.place {
            Place::None => return Err(Error::new("open", "no place for pictures is set")),
            Place::Folder(path) => {
                std::fs::create_dir_all(path).map_err(|error| Error::new("open", error))?;
                let folder = LocalFileSystem::new_with_prefix(path);
                Arc::new(folder.map_err(|error| Error::new("open", error))?)
            }
            Place::Bucket(bucket) => {
                Arc::new(bucket.open().map_err(|error| Error::new("open", error))?)
            }
        };
        Ok(self.store.get_or_init(|| store).as_ref())
    }
}

/// All valid names are our own. Any other name never reaches the file system.
fn path(name: &str) -> Option<Path> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let path = name.bytes().all(plain).then(|| Path::parse(name))?.ok()?;
    (path.as_ref() == name && !name.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from<const N: usize>(settings: [(&str, &str); N]) -> Pictures {
        Pictures::from_settings(&|name| {
            let found = settings.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
        .unwrap()
    }

    #[tokio::test]
    async fn a_folder_keeps_reads_and_forgets() {
        let folder = tempfile::tempdir().unwrap();
        let pictures = Pictures::folder(folder.path().join("new/pictures"), "http://here/p");
        assert_eq!(pictures.url("a/1.jpg"), "http://here/p/a/1.jpg");
        assert_eq!(pictures.read("a/1.jpg").await.unwrap(), None);
        for bytes in [b"one".to_vec(), b"two".to_vec()] {
            let put = pictures.put("a/1.jpg", Kind::Jpeg, bytes.clone());
            put.await.unwrap();
            assert_eq!(pictures.read("a/1.jpg").await.unwrap(), Some(bytes));
        }
        pictures.delete("a/1.jpg").await.unwrap();
        pictures.delete("a/1.jpg").await.unwrap();
        assert_eq!(pictures.read("a/1.jpg").await.unwrap(), None);
    }

    #[tokio::test]
    async fn no_name_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "secret").unwrap();
        let pictures = Pictures::folder(folder.path().join("pictures"), "");
        pictures.put("a/1.png", Kind::Png, vec![1]).await.unwrap();
        for name in [
            "../secret",
            "a/../../secret",
            "/../secret",
            "",
            "a",
            "a//1.png",
            "a\0",
            "é",
        ] {
            assert_eq!(pictures.read(name).await.unwrap(), None, "{name}");
        }
        assert!(pictures.put("../x", Kind::Png, vec![1]).await.is_err());
    }

    #[tokio::test]
    async fn the_place_is_named_by_the_environment() {
        let none = from([("PICTURES_URL", "https://p.example")]);
        assert_eq!(none.url("1.gif"), "https://p.example/1.gif");
        assert_eq!(Pictures::none().url("1.gif"), "/1.gif");
        for nowhere in [none, Pictures::none()] {
            let refused = nowhere.put("1.gif", Kind::Gif, vec![1]).await.unwrap_err();
            assert_eq!(refused.to_string(), "open: no place for pictures is set");
        }
        let folder = from([("PICTURES_FOLDER", "x"), ("PICTURES_URL", "/p")]);
        assert!(matches!(folder.place, Place::Folder(path) if path.as_os_str() == "x"));
        let both = from([
            ("PICTURES_FOLDER", "x"),
            ("PICTURES_BUCKET", "b"),
            ("AWS_REGION", "eu-west-1"),
        ]);
        assert!(
            matches!(&both.place, Place::Bucket(b) if b.name == "b" && b.region == "eu-west-1")
        );
    }
}
