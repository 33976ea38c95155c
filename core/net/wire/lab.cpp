#include "core/net/wire/lab.h"

#include <fmt/format.h>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "core/net/wire/helper.h"
#include "core/net/wire/root_door.h"

namespace roundtrip::net {
namespace {

// Counts what is being taken down. Never destroyed: a thread may still end while the program does.
struct Background {
  std::mutex mutex;
  std::condition_variable changed;
  int open = 0;
};
Background& background() {
  static Background* const one = new Background;
  return *one;
}

// Closing the interfaces waits for the kernel; what was handed in is let go of on a thread.
void let_go(std::unique_ptr<HostDoor> door, FileDescriptor client, FileDescriptor server) {
  Background& all = background();
  {
    const std::lock_guard lock(all.mutex);
    ++all.open;
  }
  std::thread([door = std::move(door), client = std::move(client),
               server = std::move(server)]() mutable {
    door.reset();
    client = FileDescriptor();
    server = FileDescriptor();
    Background& done = background();
    const std::lock_guard lock(done.mutex);
    --done.open;
    done.changed.notify_all();
  }).detach();
}

struct Knob {
  const char* path;
  std::string value;
};

// "least default most" of tcp_rmem and tcp_wmem.
std::string buffer_sizes(std::uint32_t bytes) {
  return fmt::format("{} {} {}", std::min(bytes, 4096u), bytes, bytes);
}

std::vector<Knob> knobs_to_write(const HostKnobs& knobs) {
  std::vector<Knob> all;
  const auto add = [&all](const char* path, const auto& value) {
    if (value) all.push_back({path, fmt::format("{}", *value)});
  };
  add("ipv4/tcp_congestion_control", knobs.congestion_control);
  add("ipv4/tcp_rto_max_ms", knobs.most_rto_ms);
  add("ipv4/tcp_rto_min_us", knobs.least_rto_us);
  add("ipv4/tcp_early_retrans", knobs.early_retransmit);
  add("core/somaxconn", knobs.accept_limit);
  add("ipv4/tcp_max_syn_backlog", knobs.half_open_limit);
  add("ipv4/tcp_syncookies", knobs.syn_cookies);
  add("ipv4/tcp_syn_retries", knobs.syn_retries);
  add("ipv4/tcp_fin_timeout", knobs.fin_timeout_s);
  if (knobs.receive_buffer_bytes) {
    all.push_back({"ipv4/tcp_rmem", buffer_sizes(*knobs.receive_buffer_bytes)});
  }
  if (knobs.send_buffer_bytes) {
    all.push_back({"ipv4/tcp_wmem", buffer_sizes(*knobs.send_buffer_bytes)});
  }
  return all;
}

}  // namespace

std::string LabFailure::sentence() const {
  std::string text = fmt::format("{} failed: {}", step, std::strerror(error));
  if (!lift.empty()) text += "; " + lift;
  return text;
}

Lab::Attempt Lab::create(Way way, const LabOptions& options) {
  MadeHosts made = way == Way::Root ? make_hosts_by_root(options) : make_hosts_by_helper(options);
  if (made.door == nullptr) return {nullptr, std::move(made.failure)};
  return {std::make_unique<Lab>(way, options, std::move(made.door), std::move(made.client_tun),
                                std::move(made.server_tun)),
          {}};
}

Lab::Lab(Way way, LabOptions options, std::unique_ptr<HostDoor> door, FileDescriptor client_tun,
         FileDescriptor server_tun)
    : way_(way),
      options_(std::move(options)),
      door_(std::move(door)),
      client_end_(std::move(client_tun)),
      server_end_(std::move(server_tun)) {}

Lab::~Lab() {
  let_go(std::move(door_), client_end_.take(), server_end_.take());
}

void wait_until_labs_are_gone() {
  Background& all = background();
  std::unique_lock lock(all.mutex);
  all.changed.wait(lock, [&all] { return all.open == 0; });
}

const std::string& Lab::address(Host host) const {
  return host == Host::Client ? options_.client.address : options_.server.address;
}

Result<FileDescriptor> Lab::socket(Host host, int domain, int type, int protocol) {
  int error = 0;
  FileDescriptor made = door_->socket(host, domain, type, protocol, error);
  if (error == 0) return made;
  return Error{fmt::format("no socket can be made on the {} host: {}", host_name(host),
                           std::strerror(error))};
}

std::vector<std::string> Lab::set(Host host, const HostKnobs& knobs) {
  std::vector<std::string> refused;
  for (const Knob& knob : knobs_to_write(knobs)) {
    const int error = door_->set_knob(host, knob.path, knob.value);
    if (error == 0) continue;
    refused.push_back(fmt::format("the {} host's kernel does not take '{}' for net/{}: {}",
                                  host_name(host), knob.value, knob.path, std::strerror(error)));
  }
  return refused;
}

}  // namespace roundtrip::net
