#include "core/server/user_store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace roundtrip::server {

// A prepared statement for the time of one call.
class UserStore::Statement {
 public:
  Statement(sqlite3* database, std::string_view sql) {
    sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // The text has to live until the last step.
  void bind(int place, std::string_view text) {
    sqlite3_bind_text64(statement_, place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  void bind(int place, std::int64_t number) { sqlite3_bind_int64(statement_, place, number); }
  // SQLITE_ROW, SQLITE_DONE or an error; SQLITE_MISUSE where it could not be prepared.
  int step() { return sqlite3_step(statement_); }
  User user() const { return {sqlite3_column_int64(statement_, 0), text(1), text(2)}; }

 private:
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes != nullptr ? std::string(bytes, size) : std::string();
  }

  sqlite3_stmt* statement_ = nullptr;
};

UserStore::~UserStore() { sqlite3_close(database_); }

StoreError UserStore::problem(std::string_view doing) const {
  const int code = database_ != nullptr ? sqlite3_errcode(database_) : SQLITE_NOMEM;
  const char* said = database_ != nullptr ? sqlite3_errmsg(database_) : sqlite3_errstr(code);
  std::string_view advice;
  StoreTrouble trouble = StoreTrouble::Broken;
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    advice = "; another program holds its lock";
    trouble = StoreTrouble::Busy;
  }
  if (code == SQLITE_FULL) {
    advice = "; make room on the disk";
    trouble = StoreTrouble::Full;
  }
  const bool broken = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  if (broken) advice = "; move the file away to begin anew";
  return {{fmt::format("the database {} can't {}: {}{}", file_, doing, said, advice)}, trouble};
}

std::optional<StoreError> UserStore::open() {
  if (database_ != nullptr) return std::nullopt;
  const auto folder = folder_.path();
  if (!folder) return StoreError{{folder.error()}};
  file_ = (*folder / "users.db").string();
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  bool opened = sqlite3_open_v2(file_.c_str(), &database_, flags, nullptr) == SQLITE_OK;
  if (opened) {
    sqlite3_busy_timeout(database_, lock_wait_ms);
    // FULL: with a write-ahead log, too, each commit waits for the disk.
    opened = sqlite3_exec(database_,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                          "CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT,"
                          " name TEXT NOT NULL, email TEXT NOT NULL UNIQUE)",
                          nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  if (opened) return std::nullopt;
  StoreError why = problem("be opened");
  sqlite3_close(std::exchange(database_, nullptr));
  return why;
}

Stored<std::optional<std::int64_t>> UserStore::add(std::string_view name, std::string_view email) {
  const std::lock_guard lock(mutex_);
  if (const auto failed = open()) return *failed;
  Statement insert(database_, "INSERT INTO users (name, email) VALUES (?, ?)");
  insert.bind(1, name);
  insert.bind(2, email);
  if (insert.step() == SQLITE_DONE) {
    return std::optional<std::int64_t>(sqlite3_last_insert_rowid(database_));
  }
  const bool duplicate = sqlite3_extended_errcode(database_) == SQLITE_CONSTRAINT_UNIQUE;
  if (duplicate) return std::optional<std::int64_t>();
  return problem("take a new user");
}

Stored<std::optional<User>> UserStore::find(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  if (const auto failed = open()) return *failed;
  Statement select(database_, "SELECT id, name, email FROM users WHERE id = ?");
  select.bind(1, id);
  switch (select.step()) {
    case SQLITE_ROW: return std::optional(select.user());
    case SQLITE_DONE: return std::optional<User>();
    default: return problem("be read");
  }
}

Stored<std::vector<User>> UserStore::newest(std::uint32_t most) {
  const std::lock_guard lock(mutex_);
  if (const auto failed = open()) return *failed;
  Statement select(database_, "SELECT id, name, email FROM users ORDER BY id DESC LIMIT ?");
  select.bind(1, std::int64_t{most});
  std::vector<User> users;
  int said = select.step();
  for (; said == SQLITE_ROW; said = select.step()) users.push_back(select.user());
  if (said != SQLITE_DONE) return problem("be read");
  return users;
}

}  // namespace roundtrip::server
