// Errand: the one thing that the desk may have under way beside the screen (a request of the
// built-in client, a scenario, a file being read), on a thread of its own, so that no frame waits
// for a socket or a disk. The desk asks once a frame whether it is over. Ending an errand calls it
// off and waits for its thread; a file can't be called off and is read to its end.
// The server and the bus of the session must outlive it.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/session.h"
#include "core/scenario/runner.h"

namespace roundtrip::app {

// What came of it.
struct ErrandResult {
  std::string problem;                // one sentence; empty when all went well
  std::string warning;                // of a file: it was torn
  std::unique_ptr<Session> opened;    // the file, read and indexed
  std::filesystem::path file;
};

class Errand {
 public:
  ~Errand();

  // Each does nothing but return false when another is under way.
  bool send_hello(Session& live);
  bool run(Session& live, scenario::Scenario what);
  bool open(std::filesystem::path file);

  bool under_way() const { return busy_.load(std::memory_order_acquire); }
  // Once, when it is over.
  std::optional<ErrandResult> take_result();
  // Calls off and waits.
  void end();

 private:
  template <class Work>
  bool start(Work work);

  std::thread thread_;
  std::atomic<bool> busy_{false};
  std::unique_ptr<scenario::CallOff> call_off_;
  std::mutex mutex_;
  std::optional<ErrandResult> result_;
};

}  // namespace roundtrip::app
