// What the machine refuses and what clients break: each fault is answered or its connection closed,
// nothing of it stays, and the server serves the others as before. hostile_test.cpp has clients
// that stall, flood or send garbage.
#include "tests/core/server/faults.h"

#include <sqlite3.h>

#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::CloseReason;
using trace::Model;
using trace::Phase;

namespace {

server::ServerOptions with_model(Model model) {
  server::ServerOptions options = with_workers(2);
  options.model = model;
  return options;
}

void check_serves(LiveServer& live) { CHECK(live.connect().ask(curl_hello).bytes == 130); }

// A file that is too large for the kernel's buffers, for /files/large.
class LargeFile {
 public:
  static constexpr std::size_t bytes = 32 << 20;

  LargeFile() : folder_({}) {
    std::ofstream(path() / "large", std::ios::binary) << "begin";
    std::filesystem::resize_file(path() / "large", bytes);
  }
  std::filesystem::path path() { return *folder_.path(); }

 private:
  server::DataFolder folder_;
};

std::string upload_of(std::size_t bytes) {
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.bin\"\r\n\r\n" +
      std::string(bytes, 'u') + "\r\n--b--\r\n";
  return "POST /upload HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=b\r\n"
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    count += entry.path().empty() ? 0 : 1;
  }
  return count;
}

std::string user(const std::string& name) {
  return post("/api/users", "{\"name\":\"" + name + "\",\"email\":\"" + name + "@example.com\"}");
}

bool one_sentence(const Answer& answer) {
  const bool one_line = answer.body.find('\n') == answer.body.size() - 1;
  return answer.whole && one_line && answer.body.size() > 20;
}

}  // namespace

TEST_CASE("fault: without descriptors connections wait, and are served when there are some again" *
          doctest::skip(!descriptors_may_run_out)) {
  LiveServer live;
  Client before = live.connect();
  // accept4() takes a number before it finds that nobody waits: by the last answer it has put it
  // back long ago.
  for (int i = 0; i < 50; ++i) CHECK(before.ask(curl_hello).bytes == 130);
  std::optional<Client> waits;
  {
    const FewDescriptors only_the_clients(1);
    waits.emplace(live.connect());
    REQUIRE(waits->connected());
    waits->send(curl_hello);
    const auto refused = [](const trace::Event& event) {
      return event.phase == Phase::ConnectionAccept && event.arg("errno") == unsigned{EMFILE};
    };
    live.wait_for(refused);
    CHECK(before.ask(curl_hello).bytes == 130);
    // It is asked again, and not without a pause.
    live.wait_for(refused, 2);
    CHECK_FALSE(waits->has_bytes());
  }
  CHECK(waits->read_answer().bytes == 130);
  live.check_whole();
}

TEST_CASE("fault: a connection for which there is no thread is closed, others live (threads)") {
  for (const bool no_descriptor : {true, false}) {
    if (no_descriptor && !descriptors_may_run_out) continue;
    CAPTURE(no_descriptor);
    LiveServer live(with_model(Model::Threads));
    Client before = live.connect();
    CHECK(before.ask(curl_hello).bytes == 130);
    {
      std::optional<FewDescriptors> few;
      std::optional<NoThreads> none;
      if (no_descriptor) {
        few.emplace(2);  // the client's and the server's, and none for the thread
      } else {
        none.emplace();
      }
      Client refused = live.connect();
      CHECK(refused.read_to_end().empty());
      CHECK(before.ask(curl_hello).bytes == 130);
      // A handler that needs a thread of its own says that there is none.
      if (none) CHECK(before.ask(get("/slow?ms=1")).status == 500);
    }
    check_serves(live);
    CHECK(before.ask(get("/slow?ms=1")).status == 200);
    before.close();
    live.wait_until_closed();
    live.check_whole();
    const std::vector<CloseReason> reasons = live.close_reasons();
    CHECK(std::count(reasons.begin(), reasons.end(), CloseReason::Error) == 1);
  }
}

TEST_CASE("fault: some hundred clients that connect and leave at once (every model)") {
  for (const Model model : {Model::Tasks, Model::Threads, Model::Single}) {
    CAPTURE(trace::word(trace::Unit::ModelUnit, static_cast<std::uint64_t>(model)));
    LiveServer live(with_model(model), true);
    for (int i = 0; i < 300; ++i) {
      Client client = live.connect();
      if (i % 2 == 0) client.reset();
    }
    check_serves(live);
    live.wait_until_closed();
    // Not each of so many may find room in the trace: those that do are told to their end.
    live.check_story();
    // The one that was served came last, so all before it were accepted.
    CHECK(live.recording.count(Phase::ConnectionObject) ==
          live.recording.count(Phase::LifecycleTaskExit));
    CHECK(live.recording.count(Phase::ConnectionObject) > 150);
  }
}

TEST_CASE("fault: a client that leaves while it is answered raises no signal (send, sendfile)") {
  void (*const before)(int) = std::signal(SIGPIPE, SIG_DFL);
  LargeFile large;
  for (const Model model : {Model::Tasks, Model::Threads, Model::Single}) {
    CAPTURE(trace::word(trace::Unit::ModelUnit, static_cast<std::uint64_t>(model)));
    server::ServerOptions options = with_model(model);
    options.files_folder = large.path();
    LiveServer live(options, true);
    for (const char* path : {"/endless", "/files/large"}) {
      for (const bool ends_first : {true, false}) {
        Client client(live.port(), {4096, 536});
        client.send(get(path));
        if (ends_first) client.end_sending();
        REQUIRE(client.skip(20'000));
        client.reset();
        live.wait_until_closed();
        check_serves(live);
      }
    }
    live.wait_until_closed();
    live.check_story();
  }
  std::signal(SIGPIPE, before);
}

TEST_CASE("fault: a client resets while its handler runs (on the pool, in a task of its own)") {
  LiveServer live({}, true);
  {
    Client client = live.connect();
    const int entered = door().entered.value();
    client.send(get("/wait"));
    door().entered.wait_for(entered + 1);
    client.reset();
    check_serves(live);
    door().opened.add();
  }
  {
    Client client = live.connect();
    client.send(get("/slow?ms=30"));
    live.wait_for([](const trace::Event& event) { return event.phase == Phase::HandleSleep; });
    client.reset();
  }
  live.wait_until_closed();
  check_serves(live);
  live.wait_until_closed();
  live.check_whole();
}

TEST_CASE("fault: a client that vanishes in the middle of a file is given up (write time-out)") {
  LargeFile large;
  server::ServerOptions options;
  options.files_folder = large.path();
  options.timeouts.write = Duration::milliseconds(30);
  LiveServer live(options);
  Client client(live.port(), {4096, 536});
  client.send(get("/files/large"));
  live.wait_until_closed();
  CHECK(live.connect().ask(curl_hello).bytes == 130);
  const Answer cut = client.read_answer();
  CHECK_FALSE(cut.whole);
  client.close();
  live.wait_until_closed();
  live.check_whole();
  const std::vector<CloseReason> reasons = live.close_reasons();
  CHECK(std::count(reasons.begin(), reasons.end(), CloseReason::WriteTimeout) == 1);
}

TEST_CASE("fault: a disk that fills up under an upload is one sentence, and nothing stays on it") {
  SmallDisk disk;
  server::ServerOptions options;
  options.data_folder = disk.folder();
  LiveServer live(options);
  Client client = live.connect();
  const Answer full = client.ask(upload_of(3 << 20));
  CHECK(full.status == 507);
  CHECK(full.has("HTTP/1.1 507 Insufficient Storage\r\n"));
  CHECK(one_sentence(full));
  CHECK_MESSAGE(full.body.find("a.bin can't be written") != std::string::npos, full.body);
  CHECK(files_in(disk.folder() / "uploads") == 0);
  // The rest of it was not read, so the connection ends with it. What fits is kept.
  CHECK(full.has("Connection: close\r\n"));
  client.close();
  CHECK(live.connect().ask(upload_of(1000)).status == 201);
  CHECK(files_in(disk.folder() / "uploads") == 1);
  live.wait_until_closed();
  live.check_whole();
  // The trace has the reason, and so has the log.
  CHECK(live.recording.count(Phase::TraceNote) == 1);
}

TEST_CASE("fault: a disk that fills up under the database is one sentence; with room it goes on") {
  SmallDisk disk;
  server::ServerOptions options;
  options.data_folder = disk.folder();
  LiveServer live(options);
  Client client = live.connect();
  disk.fill();
  // A file that may not grow is told by SQLite as an error of its own kind.
  const int full_status = disk.is_full_as_a_whole() ? 507 : 500;
  const Answer unopened = client.ask(user("ann"));
  CHECK(unopened.status == full_status);
  CHECK(one_sentence(unopened));
  CHECK_MESSAGE(unopened.body.find("the database") != std::string::npos, unopened.body);
  disk.make_room();
  CHECK(client.ask(user("ann")).status == 201);
  disk.fill();
  const Answer full = client.ask(user("ben"));
  CHECK(full.status == full_status);
  CHECK_MESSAGE(full.body.find("can't take a new user") != std::string::npos, full.body);
  // What is in it can be read meanwhile.
  CHECK(client.ask(get("/api/users/1")).status == 200);
  CHECK(client.ask(curl_hello).bytes == 130);
  disk.make_room();
  CHECK(client.ask(user("ben")).status == 201);
  client.close();
  live.wait_until_closed();
  live.check_whole();
}

TEST_CASE("fault: a database that is none, or is locked, is one sentence; others are served") {
  server::DataFolder folder({});
  const std::filesystem::path file = *folder.path() / "users.db";
  std::ofstream(file) << std::string(4096, 'x');
  server::ServerOptions options;
  options.data_folder = *folder.path();
  LiveServer live(options);
  Client client = live.connect();
  const Answer none = client.ask(user("ann"));
  CHECK(none.status == 500);
  CHECK(one_sentence(none));
  CHECK_MESSAGE(none.body.find("move the file away to begin anew") != std::string::npos, none.body);
  std::filesystem::remove(file);
  CHECK(client.ask(user("ann")).status == 201);

  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  client.send(user("ben"));
  live.wait_for([](const trace::Event& event) {
    return event.phase == Phase::HandleDatabaseWait && event.begins();
  }, 3);
  // Who waits for the lock waits on the pool: this worker serves others.
  check_serves(live);
  CHECK_FALSE(client.has_bytes());
  const Answer locked = client.read_answer();
  CHECK(locked.status == 503);
  CHECK(locked.field("Retry-After") == "1");
  CHECK(one_sentence(locked));
  CHECK_MESSAGE(locked.body.find("another program holds its lock") != std::string::npos,
                locked.body);
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  CHECK(client.ask(user("ben")).status == 201);
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.count(Phase::TraceNote) == 2);
}
