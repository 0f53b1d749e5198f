//! The table and its statements.

use mmplugin::db::{Db, DbError, FromRow, Isolation, Row, TxOptions};
use mmplugin::model::UserId;

/// The plugin's own prefix keeps its table apart from the server's.
pub(crate) const CREATE: &str = "CREATE TABLE IF NOT EXISTS example_notes
    (id bigserial PRIMARY KEY, author text NOT NULL, text text NOT NULL)";
pub(crate) const COUNT: &str = "SELECT count(*) FROM example_notes WHERE author = $1";
pub(crate) const INSERT: &str = "INSERT INTO example_notes (author, text) VALUES ($1, $2) RETURNING id";
pub(crate) const LIST: &str = "SELECT id, text FROM example_notes WHERE author = $1 ORDER BY id LIMIT 100";
pub(crate) const DELETE: &str = "DELETE FROM example_notes WHERE author = $1 AND id = $2";

/// How many notes one user may keep.
pub(crate) const MOST: i64 = 100;

/// How often a transaction that others got in the way of is run again.
const TRIES: usize = 3;

/// One note.
pub(crate) struct Note {
    pub(crate) id: i64,
    pub(crate) text: String,
}

impl FromRow for Note {
    fn from_row(row: Row) -> Result<Self, DbError> {
        Ok(Self { id: row.get("id")?, text: row.get("text")? })
    }
}

/// Notes of all users.
pub(crate) struct Store {
    db: Db,
}

impl Store {
    /// Makes the table where it is missing.
    pub(crate) async fn new(db: Db) -> Result<Self, DbError> {
        db.exec(CREATE, ()).await?;
        Ok(Self { db })
    }

    /// Keeps a note and gives its number; `None` when the user has too many.
    pub(crate) async fn add(&self, author: &UserId, text: &str) -> Result<Option<i64>, DbError> {
        let mut result = self.try_add(author, text).await;
        for _ in 1..TRIES {
            match &result {
                Err(error) if error.is_retryable() => result = self.try_add(author, text).await,
                _ => break,
            }
        }
        result
    }

    /// Counts and inserts as one: two commands at the same moment cannot both take the last place.
    async fn try_add(&self, author: &UserId, text: &str) -> Result<Option<i64>, DbError> {
        let options = TxOptions { isolation: Isolation::Serializable, read_only: false };
        let mut tx = self.db.begin(options).await?;
        let (count,): (i64,) = tx.fetch_one(COUNT, (author,)).await?;
        if count >= MOST {
            // Dropped: rolled back.
            return Ok(None);
        }
        let (id,): (i64,) = tx.fetch_one(INSERT, (author, text)).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    /// The notes of a user, oldest first.
    pub(crate) async fn list(&self, author: &UserId) -> Result<Vec<Note>, DbError> {
        self.db.replica().await?.fetch_all(LIST, (author,)).await
    }

    /// Deletes a note; false when the user has none of that number.
    pub(crate) async fn delete(&self, author: &UserId, id: i64) -> Result<bool, DbError> {
        Ok(self.db.exec(DELETE, (author, id)).await?.rows_affected > 0)
    }
}
