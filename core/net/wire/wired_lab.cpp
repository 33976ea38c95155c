#include "core/net/wire/wired_lab.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/base/clock.h"
#include "core/net/wire/sock_diag.h"

namespace roundtrip::net {

using trace::Phase;

namespace {

constexpr Duration longest_farewell = Duration::seconds(1);

}  // namespace

WiredLab::WiredLab(std::unique_ptr<Lab> lab)
    : lab_(std::move(lab)), client_(*lab_, Host::Client), server_(*lab_, Host::Server) {}

Result<std::unique_ptr<WiredLab>> WiredLab::create(const LabOptions& options) {
  Lab::Attempt by_root = Lab::create(Lab::Way::Root, options);
  if (by_root.lab) return std::unique_ptr<WiredLab>(new WiredLab(std::move(by_root.lab)));
  Lab::Attempt by_helper = Lab::create(Lab::Way::Helper, options);
  if (by_helper.lab) return std::unique_ptr<WiredLab>(new WiredLab(std::move(by_helper.lab)));
  return Error{fmt::format("by root: {}; by a helper: {}", by_root.failure.sentence(),
                           by_helper.failure.sentence())};
}

WiredLab::~WiredLab() { stop(); }

Status WiredLab::start(trace::Bus& bus, ConnectionNumbers& numbers) {
  recorder_ = std::make_unique<WireRecorder>(bus, numbers);
  auto sampler = SocketSampler::open(*lab_);
  if (!sampler) return Error{sampler.error()};
  recorder_->watch_sockets(std::move(*sampler));
  auto wire = WireThread::start({lab_->end(Host::Client), lab_->end(Host::Server)}, *recorder_);
  if (!wire) return Error{wire.error()};
  wire_ = std::move(*wire);
  const auto rung = lab_->way() == Lab::Way::Root ? trace::Rung::LabByRoot
                                                  : trace::Rung::LabByHelper;
  wire_->ask([&](Wire&) {
    recorder_->attach();
    trace::instant<Phase::TraceWire>(trace::Subject{}, rung);
  });
  lister_ = std::make_unique<SocketLister>([this] { tell_changed_sockets(); });
  return Nothing{};
}

// Packets that hang in nobody's hand arrive first, if that does not take too long: each may bring
// an answer.
void WiredLab::let_arrive() {
  const std::int64_t until = monotonic_ns() + longest_farewell.ns;
  while (true) {
    const std::optional<Instant> due =
        wire_->ask([](const Wire& wire) { return wire.next_due(); });
    if (!due || due->ns > until) return;
    const std::int64_t left = std::max<std::int64_t>(0, due->ns - monotonic_ns());
    std::this_thread::sleep_for(std::chrono::nanoseconds(left));
  }
}

void WiredLab::stop() {
  if (!wire_) return;
  lister_.reset();
  let_arrive();
  wire_->ask([this](Wire&) { recorder_->detach(); });
  wire_.reset();
}

void WiredLab::set_link(Host from, const LinkSettings& settings) {
  wire_->ask([&](Wire& wire) {
    wire.set_link(from, settings);
    recorder_->link_set(from, settings);
  });
}

void WiredLab::cut(bool is_cut) {
  wire_->ask([&](Wire& wire) {
    wire.cut_cable(is_cut);
    for (const Host from : both_hosts) recorder_->link_set(from, wire.link(from));
  });
}

Result<WiredLab::SocketCounts> WiredLab::count_sockets() {
  auto listing = SocketListing::open(*lab_, Host::Server);
  if (!listing) return Error{listing.error()};
  using enum trace::TcpState;
  const auto listed = listing->list({SynReceived, TimeWait, Listen});
  if (!listed) return Error{listed.error()};
  SocketCounts counts;
  for (const ListedSocket& one : listed->all) {
    if (one.state == Listen) {
      counts.waiting = one.receive_queue;
      counts.limit = one.send_queue;
    } else {
      ++(one.state == SynReceived ? counts.half_open : counts.time_wait);
    }
  }
  return counts;
}

void WiredLab::tell(const SocketCounts& counts, std::uint64_t ticks) {
  wire_->ask([&](Wire&) {
    trace::fact<Phase::TraceSockets>(trace::Kind::Instant, {ticks}, {}, {}, counts.half_open,
                                     counts.time_wait, counts.waiting, counts.limit);
  });
}

Status WiredLab::tell_sockets() {
  const auto counts = count_sockets();
  if (!counts) return Error{counts.error()};
  tell(*counts, read_ticks());
  return Nothing{};
}

// A kernel that does not list them is told of by whoever asks for a listing: here nobody did.
void WiredLab::tell_changed_sockets() {
  const auto counts = count_sockets();
  const std::uint64_t ticks = read_ticks();
  if (!counts || counts_told_ == *counts) return;
  tell(*counts, ticks);
  counts_told_ = *counts;
}

}  // namespace roundtrip::net
