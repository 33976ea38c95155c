// /api/users over real sockets, and what stands behind it: the JSON that is read, the database.
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "core/server/new_user.h"
#include "core/server/user_store.h"
#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::server;
using namespace roundtrip::testing;
using trace::Phase;

namespace {

// The same file from another program's side.
class OtherProgram {
 public:
  explicit OtherProgram(const std::filesystem::path& file) {
    REQUIRE(sqlite3_open(file.c_str(), &database_) == SQLITE_OK);
  }
  ~OtherProgram() { sqlite3_close(database_); }
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;
  void run(const char* sql) {
    REQUIRE(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }

 private:
  sqlite3* database_ = nullptr;
};

const std::string john = R"({"name":"John","email":"john@example.com"})";

}  // namespace

TEST_CASE("new user: what is wrong is said with its byte (one text each)") {
  struct Case {
    std::string text;
    std::string problem;  // empty: it is right
    std::size_t at;
  };
  const Case cases[] = {
      {john, "", 0},
      {R"( {"email" : "a@b", "more": [1, {"x": null}], "name":"\u00e9"} )", "", 0},
      {"", "an object was expected", 0},
      {"[]", "an object was expected", 0},
      {R"({"name":"John","email":"john@example.com")", "the text ends in the middle", 41},
      {R"({"name":"John" "email":"x@y"})", "a comma", 15},
      {R"({"name":"John"})", "\"email\" is missing", 14},
      {R"({"name":"John","email":5})", "\"email\" has to be a text", 23},
      {R"({"name":"","email":"a@b"})", "\"name\" is empty", 8},
      {R"({"name":"a","name":"b","email":"a@b"})", "\"name\" stands here a second time", 19},
      {R"({"name":"a","email":"nobody"})", "an e-mail address has one @", 20},
      {john + "x", "there is more after the object", 42},
      {"{\"name\":\"\xff\"}", "this byte is no UTF-8", 9},
      {R"({"name":")" + std::string(201, 'n') + "\"}", "\"name\" is longer than 200 bytes", 8},
      {R"({"x":)" + std::string(100, '[') + std::string(100, ']') + "}", "nest", 69},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    const NewUserRead read = read_new_user(one.text);
    CHECK(read.user.has_value() == one.problem.empty());
    CHECK_MESSAGE(read.problem.find(one.problem) != std::string::npos, read.problem);
    CHECK(read.at == one.at);
  }
  CHECK(read_new_user(john).user->name == "John");
}

TEST_CASE("user store: what was added is found, the newest first, an e-mail once") {
  DataFolder folder({});
  UserStore users(folder);
  const auto ann = users.add("Ann", "ann@example.com");
  REQUIRE(ann.ok());
  REQUIRE(ann->has_value());
  REQUIRE(*users.add("Ben; DROP TABLE users", "ben@example.com"));
  const auto again = users.add("Other", "ann@example.com");
  REQUIRE(again.ok());
  CHECK_FALSE(again->has_value());
  const auto found = users.find(**ann);
  REQUIRE(found.ok());
  REQUIRE(found->has_value());
  CHECK((*found)->name == "Ann");
  CHECK_FALSE(users.find(1'000)->has_value());
  const auto all = users.newest(10);
  REQUIRE(all.ok());
  REQUIRE(all->size() == 2);
  CHECK(all->front().name == "Ben; DROP TABLE users");
  CHECK(users.newest(1)->size() == 1);
}

TEST_CASE("user store: its own folder goes with it, a named one stays with what is in it") {
  std::filesystem::path own;
  {
    DataFolder folder({});
    UserStore users(folder);
    REQUIRE(users.add("Ann", "ann@example.com").ok());
    own = *folder.path();
    CHECK(std::filesystem::exists(own / "users.db"));
  }
  CHECK_FALSE(std::filesystem::exists(own));
  DataFolder outer({});
  const std::filesystem::path named = *outer.path() / "deep" / "down";
  for (const std::size_t count : {1U, 2U}) {
    DataFolder folder(named);
    UserStore users(folder);
    REQUIRE(users.add("x", std::to_string(count) + "@example.com").ok());
    CHECK(users.newest(10)->size() == count);
  }
}

TEST_CASE("user store: a database that is no database, or locked, is one sentence; then it works") {
  DataFolder folder({});
  const std::filesystem::path file = *folder.path() / "users.db";
  std::ofstream(file) << std::string(4096, 'x');
  UserStore users(folder);
  const auto broken = users.add("Ann", "ann@example.com");
  REQUIRE_FALSE(broken.ok());
  CHECK(broken.error().find("move the file away") != std::string::npos);
  std::filesystem::remove(file);
  REQUIRE(users.add("Ann", "ann@example.com").ok());
  OtherProgram other(file);
  other.run("BEGIN EXCLUSIVE");
  const auto locked = users.add("Ben", "ben@example.com");
  REQUIRE_FALSE(locked.ok());
  CHECK(locked.error().find("another program holds its lock") != std::string::npos);
  other.run("ROLLBACK");
  CHECK(users.add("Ben", "ben@example.com").ok());
}

TEST_CASE("server: POST /api/users decodes, asks the database on the pool, and answers 201") {
  LiveServer live;
  Client client = live.connect();
  const Answer made = client.ask(post("/api/users", john));
  CHECK(made.status == 201);
  CHECK(made.field("Location") == "/api/users/1");
  CHECK(made.field("Content-Type") == "application/json");
  CHECK(made.body == R"({"id":1,"name":"John","email":"john@example.com"})" "\n");
  CHECK(client.ask(get(made.field("Location"))).body == made.body);
  CHECK(client.ask(get("/api/users/2")).status == 404);
  CHECK(client.ask(get("/api/users/john")).status == 404);
  CHECK(client.ask(post("/api/users", john)).status == 409);
  const Answer wrong = client.ask(post("/api/users", R"({"name":"John","email":5})"));
  CHECK(wrong.status == 400);
  CHECK(wrong.body.find("\"at\":23") != std::string::npos);
  const Answer large = client.ask(post("/api/users", std::string(new_user_bytes + 1, ' ')));
  CHECK(large.status == 413);
  CHECK(large.has("Connection: close\r\n"));
  Client other = live.connect();
  CHECK(other.ask(get("/api/users")).body.find("john@example.com") != std::string::npos);
  client.close();
  other.close();
  live.wait_until_closed();
  live.check_whole();

  // What was told of the first: read, decoded, and the pool's thread worked while the task waited.
  const trace::Event& wait = live.recording.first(Phase::HandleDatabaseWait);
  const trace::Event& work = live.recording.first(Phase::TaskBlocking);
  CHECK(work.task == wait.task);
  CHECK(work.thread != wait.thread);
  CHECK(work.time > wait.time);
  CHECK(live.recording.first(Phase::HandleJsonDecode).arg("body") == 42U);
  const auto cpu_ns = live.recording.all<std::int64_t>(Phase::HandleDatabaseWait, "cpu");
  CHECK(cpu_ns.size() == 5);
  for (const std::int64_t spent : cpu_ns) CHECK(spent > 0);
  CHECK(live.recording.all<std::size_t>(Phase::HandleJsonDecode, "error_at") ==
        std::vector<std::size_t>{23});
}

TEST_CASE("server: a delay of the database that was asked for is told as injected") {
  ServerOptions options;
  options.database_delay = Duration::milliseconds(2);
  LiveServer live(options);
  {
    Client client = live.connect();
    CHECK(client.ask(post("/api/users", john)).status == 201);
  }
  live.wait_until_closed();
  live.check_whole();
  const trace::Event& sleep = live.recording.first(Phase::HandleSleep);
  CHECK(sleep.provenance == trace::Provenance::Injected);
  CHECK(sleep.arg("length") == 2'000'000U);
}

TEST_CASE("server: a body that is announced longer than it is waits for the rest, and is 408") {
  ServerOptions options;
  options.timeouts.read = Duration::milliseconds(50);
  LiveServer live(options);
  Client client = live.connect();
  const Answer answer = client.ask(
      "POST /api/users HTTP/1.1\r\nHost: localhost:8080\r\nContent-Type: application/json\r\n"
      "Content-Length: 45\r\n\r\n" + john);
  CHECK(answer.status == 408);
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.count(Phase::HandleJsonDecode) == 0);
}
