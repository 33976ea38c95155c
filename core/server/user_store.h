// UserStore: the users of /api/users in a real SQLite database: one file, a write-ahead log, and an
// fsync() before a commit counts. It is opened when it is first needed; a file that can't be opened
// is tried anew at the next call. Every call may wait for the disk or for another program's lock,
// so it belongs on a thread of the blocking pool; calls from several threads take turns.
// sqlite3.h; the journal: https://www.sqlite.org/wal.html.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/server/data_folder.h"

struct sqlite3;

namespace roundtrip::server {

struct User {
  std::int64_t id = 0;
  std::string name;
  std::string email;
};

// Why the database could not do what it was asked: another program holds its lock, the disk is
// full, or the file is none that can be used.
enum class StoreTrouble : std::uint8_t { Busy, Full, Broken };
struct StoreError : Error {
  StoreTrouble trouble = StoreTrouble::Broken;
};

// A Result that knows the kind of its error.
template <class T>
class Stored : public Result<T> {
 public:
  Stored(T value) : Result<T>(std::move(value)) {}
  Stored(StoreError error) : Result<T>(Error{error.sentence}), trouble_(error.trouble) {}
  StoreError trouble() const { return {Error{this->error()}, trouble_}; }

 private:
  StoreTrouble trouble_ = StoreTrouble::Broken;
};

class UserStore {
 public:
  // The file "users.db" of this folder, which has to outlive the store.
  explicit UserStore(DataFolder& folder) : folder_(folder) {}
  ~UserStore();
  UserStore(const UserStore&) = delete;
  UserStore& operator=(const UserStore&) = delete;

  // The new user's id; empty where the e-mail is another user's already.
  Stored<std::optional<std::int64_t>> add(std::string_view name, std::string_view email);
  Stored<std::optional<User>> find(std::int64_t id);
  // The newest first.
  Stored<std::vector<User>> newest(std::uint32_t most);

  // How long a call waits for the lock of another program.
  static constexpr int lock_wait_ms = 1'000;

 private:
  class Statement;
  std::optional<StoreError> open();
  StoreError problem(std::string_view doing) const;

  DataFolder& folder_;
  std::mutex mutex_;
  std::string file_;
  sqlite3* database_ = nullptr;
};

}  // namespace roundtrip::server
