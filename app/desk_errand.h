// Errand: the one thing that the desk may have under way beside the screen (a request of the
// built-in client, a scenario, its loads under each model, a file being read or written, the server
// starting anew), on a thread of its own, so that no frame waits for a socket or a disk. The desk
// asks once a frame how far it is and whether it is over. Calling it off returns at once; ending it
// also waits for its thread. The session that an errand works on must outlive it; the desk leaves
// it alone as each says.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "app/measure_models.h"
#include "app/session.h"
#include "core/scenario/runner.h"

namespace roundtrip::app {

enum class ErrandKind : std::uint8_t { Request, Compare, Open, Save, Restart };

// What came of it.
struct ErrandResult {
  ErrandKind kind = ErrandKind::Request;
  bool called_off = false;
  std::string problem;               // one sentence; empty when all went well
  std::string warning;               // of a file: it could be read only so far
  std::unique_ptr<Session> session;  // the file, read and indexed; or the fresh live one
  std::filesystem::path file;
  viz::MeasuredModels measured;  // what its loads cost
};

using StartServer = std::function<Result<std::unique_ptr<Session>>(SessionOptions)>;

class Errand {
 public:
  ~Errand();

  // Each does nothing but return false when another is under way.
  bool send_hello(Session& live);
  bool run(Session& live, scenario::Scenario what);
  // The loads of a page under each model in turn; the live server has no part in it.
  bool compare(scenario::Scenario what, MeasureLoads measure);
  bool open(std::filesystem::path file);
  // The trace of `shown` may be read meanwhile, and take in nothing.
  bool save(const Session& shown, std::filesystem::path file);
  // Stops the server of `old`, and starts one with these options. Nobody may ask the old server
  // for anything meanwhile; its trace may be read and take in events.
  bool restart(Session* old, SessionOptions fresh, StartServer starts);

  // Until its result is taken.
  bool under_way() const { return busy_; }
  ErrandKind kind() const { return kind_; }  // of the one under way
  // Of a file, and of models compared: how much of it is done; empty where that is not known.
  std::optional<int> percent() const;
  // Once, when it is over.
  std::optional<ErrandResult> take_result();
  void call_off();
  // Calls off and waits.
  void end();

 private:
  template <class Work>
  bool start(ErrandKind kind, Work work);
  trace::FileProgress progress();

  std::thread thread_;
  ErrandKind kind_ = ErrandKind::Request;
  bool busy_ = false;
  std::atomic<bool> done_{false};
  std::atomic<int> percent_{-1};
  std::unique_ptr<scenario::CallOff> call_off_;
  std::optional<ErrandResult> result_;
};

}  // namespace roundtrip::app
