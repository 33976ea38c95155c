#include "app/desk_errand.h"

#include <fmt/format.h>

#include "core/trace/recorder.h"

namespace roundtrip::app {
namespace {

Status fetch_hello(server::Server& server, trace::Bus& bus, const scenario::CallOff* call_off) {
  const trace::ThreadRecording recording(bus);
  scenario::ClientTarget target;
  target.server = server.address();
  target.numbers = &server.connection_numbers();
  target.call_off = call_off;
  auto client = scenario::Client::connect(target);
  if (!client) return Error{client.error()};
  const std::string request =
      fmt::format("GET /hello HTTP/1.1\r\nHost: localhost:{}\r\nUser-Agent: roundtrip\r\n"
                  "Accept: */*\r\n\r\n", server.port());
  const Status sent = (*client)->send(request);
  if (!sent) return sent;
  const auto answer = (*client)->read_response(false);
  (*client)->close(false);
  if (!answer) return Error{answer.error()};
  return Nothing{};
}

}  // namespace

Errand::~Errand() { end(); }

void Errand::end() {
  if (call_off_) call_off_->call_off();
  if (thread_.joinable()) thread_.join();
  busy_ = false;
}

std::optional<ErrandResult> Errand::take_result() {
  if (under_way()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return std::exchange(result_, std::nullopt);
}

template <class Work>
bool Errand::start(Work work) {
  if (under_way()) return false;
  if (thread_.joinable()) thread_.join();
  call_off_ = std::make_unique<scenario::CallOff>();
  busy_ = true;
  thread_ = std::thread([this, work = std::move(work)]() mutable {
    ErrandResult result = work();
    {
      const std::lock_guard lock(mutex_);
      result_ = std::move(result);
    }
    busy_.store(false, std::memory_order_release);
  });
  return true;
}

bool Errand::send_hello(Session& live) {
  return start([this, &live] {
    ErrandResult result;
    const Status done = fetch_hello(*live.server(), *live.bus(), call_off_.get());
    if (!done) result.problem = done.error();
    return result;
  });
}

bool Errand::run(Session& live, scenario::Scenario what) {
  return start([this, &live, what = std::move(what)] {
    ErrandResult result;
    scenario::RunOptions options;
    options.call_off = call_off_.get();
    const auto report = scenario::run_scenario(what, *live.server(), *live.bus(), options);
    if (!report) result.problem = report.error();
    return result;
  });
}

bool Errand::open(std::filesystem::path file) {
  return start([file = std::move(file)] {
    ErrandResult result;
    result.file = file;
    auto opened = Session::open(file, &result.warning);
    if (opened) {
      result.opened = std::move(*opened);
    } else {
      result.problem = opened.error();
    }
    return result;
  });
}

}  // namespace roundtrip::app
