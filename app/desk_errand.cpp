#include "app/desk_errand.h"

#include <fmt/format.h>

#include <utility>

#include "app/measured_models.h"
#include "core/trace/recorder.h"

namespace roundtrip::app {
namespace {

// A teacher may hold a request for as long as the lesson wants: the built-in client waits, and the
// server's own time-outs, which wait as well, end what hangs. It can be called off at any time.
constexpr Duration client_patience = Duration::seconds(24 * 60 * 60);

Status fetch_hello(server::Server& server, trace::Bus& bus, net::WiredLab* lab,
                   const scenario::CallOff* call_off) {
  const trace::ThreadRecording recording(bus, trace::RingSize::Small);
  scenario::ClientTarget target;
  target.server = server.address();
  target.numbers = &server.connection_numbers();
  target.step_time = client_patience;
  target.call_off = call_off;
  if (lab != nullptr) target.sockets = &lab->sockets(net::Host::Client);
  auto client = scenario::Client::connect(target);
  if (!client) return Error{client.error()};
  // The first lesson's request: on the usual port, byte for byte.
  const std::string request =
      fmt::format("GET /hello HTTP/1.1\r\nHost: localhost:{}\r\nUser-Agent: curl/7.80.0\r\n"
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

void Errand::call_off() {
  if (call_off_) call_off_->call_off();
}

void Errand::end() {
  call_off();
  if (thread_.joinable()) thread_.join();
  busy_ = false;
}

std::optional<int> Errand::percent() const {
  const int percent = percent_.load(std::memory_order_relaxed);
  return percent < 0 ? std::nullopt : std::optional(percent);
}

std::optional<ErrandResult> Errand::take_result() {
  if (!busy_ || !done_.load(std::memory_order_acquire)) return std::nullopt;
  busy_ = false;
  thread_.join();
  return std::exchange(result_, std::nullopt);
}

template <class Work>
bool Errand::start(ErrandKind kind, Work work) {
  if (under_way()) return false;
  call_off_ = std::make_unique<scenario::CallOff>();
  kind_ = kind;
  percent_ = -1;
  done_ = false;
  busy_ = true;
  thread_ = std::thread([this, kind, work = std::move(work)]() mutable {
    ErrandResult result;
    result.kind = kind;
    work(result);
    result.called_off = call_off_->called_off();
    result_ = std::move(result);
    done_.store(true, std::memory_order_release);
  });
  return true;
}

trace::FileProgress Errand::progress() {
  return [this](std::uint64_t done, std::uint64_t total) {
    if (total > 0) {
      percent_ = static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(total));
    }
    return !call_off_->called_off();
  };
}

bool Errand::send_hello(Session& live) {
  return start(ErrandKind::Request, [this, &live](ErrandResult& result) {
    const Status done = fetch_hello(*live.server(), *live.bus(), live.lab(), call_off_.get());
    if (!done) result.problem = done.error();
  });
}

bool Errand::run(Session& live, scenario::Scenario what) {
  return start(ErrandKind::Request, [this, &live, what = std::move(what)](ErrandResult& result) {
    const auto report = scenario::run_scenario(what, *live.server(), *live.bus(),
                                               {client_patience, call_off_.get(), live.lab()});
    if (!report) {
      result.problem = report.error();
      return;
    }
    const server::ServerOptions& served = live.server()->options();
    for (std::size_t i = 0; i < report->loads.size() && !call_off_->called_off(); ++i) {
      put(result.measured, figures_of(what.loads[i], served.model, served.workers, true,
                                      report->loads[i]));
    }
  });
}

bool Errand::compare(scenario::Scenario what, MeasureLoads measure) {
  return start(ErrandKind::Compare, [this, what = std::move(what),
                                     measure = std::move(measure)](ErrandResult& result) {
    const auto compared = measure_models(
        what.id, what, measure, call_off_.get(),
        [this](int done, int of, const std::string&) { percent_ = 100 * done / of; });
    if (compared) result.measured = figures_of(what, *compared);
    else result.problem = compared.error();
  });
}

bool Errand::open(std::filesystem::path file) {
  return start(ErrandKind::Open, [this, file = std::move(file)](ErrandResult& result) {
    result.file = file;
    auto opened = Session::open(file, &result.warning, progress());
    if (opened) {
      result.session = std::move(*opened);
    } else {
      result.problem = opened.error();
    }
  });
}

bool Errand::save(const Session& shown, std::filesystem::path file) {
  return start(ErrandKind::Save, [this, &shown, file = std::move(file)](ErrandResult& result) {
    result.file = file;
    const Status saved = shown.save(file, progress());
    if (!saved) result.problem = saved.error();
  });
}

bool Errand::restart(Session* old, SessionOptions fresh, StartServer starts) {
  return start(ErrandKind::Restart, [old, fresh = std::move(fresh),
                                     starts = std::move(starts)](ErrandResult& result) {
    if (old != nullptr) old->stop_serving();
    auto started = starts(fresh);
    if (started) {
      result.session = std::move(*started);
    } else {
      result.problem = started.error();
    }
  });
}

}  // namespace roundtrip::app
