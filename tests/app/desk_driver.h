// Drives a Desk headless, as the window does: actions in, frames by, over a real server on a free
// port. `until` gives it frames until something is so; how long that takes does not matter, only
// that it ends within a minute.
#pragma once

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "app/desk.h"

namespace roundtrip::app {

inline std::unique_ptr<Session> live_session(unsigned workers = 1) {
  SessionOptions options;
  options.server.listen.port = 0;
  options.server.workers = workers;
  options.main_ticks = read_ticks();
  auto started = Session::start(std::move(options));
  REQUIRE(started.ok());
  return std::move(*started);
}

// The same in a lab; null where none can be made here, and the test says so.
inline std::unique_ptr<Session> wired_session() {
  SessionOptions options;
  options.server.listen.port = 0;
  options.server.workers = 1;
  options.lab = true;
  options.main_ticks = read_ticks();
  auto started = Session::start(std::move(options));
  REQUIRE(started.ok());
  if ((*started)->lab() == nullptr) {
    MESSAGE("not tested, no lab here: ", (*started)->lab_problem());
    return nullptr;
  }
  return std::move(*started);
}

// A folder that leaves with the test.
struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("roundtrip-desk-" + std::to_string(getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
};

// While it lives, nothing new can be opened: no socket, no file.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit none = before_;
    none.rlim_cur = 3;
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

struct DeskDriver {
  Desk desk;

  explicit DeskDriver(std::unique_ptr<Session> session, DeskOptions options = {})
      : desk(std::move(session), std::move(options)) {}

  void act(const viz::Action& action) { desk.act({action}); }
  bool frame() { return desk.update(Duration::milliseconds(16)); }
  template <class Condition>
  void until(const char* what, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
      frame();
      std::this_thread::yield();
      REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, "waited in vain: ", what);
    }
  }
  void until_rest() {
    until("the desk rests", [this] { return !desk.restless(); });
  }

  const viz::SessionStatus& status() const { return desk.state().session; }
  std::uint64_t end() const { return desk.view().end(); }
  std::string phase() const {
    return std::string(desk.view().trace[desk.cursor().event].row().id);
  }
  // A server that is shown, and its first request answered and known.
  void send() {
    act(viz::Send{});
    until_rest();
  }
};

}  // namespace roundtrip::app
