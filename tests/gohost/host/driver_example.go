package host

import (
	"database/sql/driver"
	"slices"
)

// The statements of examples/database.
func init() {
	integer, word := []column{{"id", "INT8"}}, column{"text", "TEXT"}
	statements[`CREATE TABLE IF NOT EXISTS example_notes (id bigserial PRIMARY KEY, author text NOT NULL, text text NOT NULL)`] =
		func(*memory, []driver.Value) (*memoryRows, error) { return one() }
	statements[`SELECT count(*) FROM example_notes WHERE author = $1`] =
		func(m *memory, args []driver.Value) (*memoryRows, error) {
			return one(fixed(integer, []driver.Value{int64(len(m.keptBy(args[0])))}))
		}
	statements[`INSERT INTO example_notes (author, text) VALUES ($1, $2) RETURNING id`] =
		func(m *memory, args []driver.Value) (*memoryRows, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.lastID++
			author, _ := args[0].(string)
			text, _ := args[1].(string)
			m.kept = append(m.kept, keptNote{m.lastID, author, text})
			return one(fixed(integer, []driver.Value{m.lastID}))
		}
	statements[`SELECT id, text FROM example_notes WHERE author = $1 ORDER BY id LIMIT 100`] =
		func(m *memory, args []driver.Value) (*memoryRows, error) {
			var rows [][]driver.Value
			for _, note := range m.keptBy(args[0]) {
				rows = append(rows, []driver.Value{note.id, note.text})
			}
			return one(fixed(append(integer, word), rows...))
		}
	statements[`DELETE FROM example_notes WHERE author = $1 AND id = $2`] =
		func(m *memory, args []driver.Value) (*memoryRows, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			before := len(m.kept)
			m.kept = slices.DeleteFunc(m.kept, func(note keptNote) bool { return note.author == args[0] && note.id == args[1] })
			return &memoryRows{affected: int64(before - len(m.kept))}, nil
		}
}

// keptBy copies the notes of an author.
func (m *memory) keptBy(author driver.Value) []keptNote {
	m.mu.Lock()
	defer m.mu.Unlock()
	var notes []keptNote
	for _, note := range m.kept {
		if note.author == author {
			notes = append(notes, note)
		}
	}
	return notes
}
