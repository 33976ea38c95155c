// What passes on the loopback to and from one port, TCP over IPv4: a packet socket on lo
// (packet(7), CAP_NET_RAW) and a thread of its own. A WireRecorder tells each packet as it tells a
// lab's, but for the steps: the server knows those from its own calls. All packets pass one point,
// so each begins and ends in one moment, which is the kernel's time-stamp. It sees and never
// touches. What the kernel could not keep for it is counted and told (trace.note).
// A session owns one, where packets are asked for. In this order: open, the server, choose, start.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/file_descriptor.h"
#include "core/net/wire/lab.h"
#include "core/net/wire/wire_recorder.h"

namespace roundtrip::net {

class LoopbackCapture {
 public:
  // Opened it takes nothing yet. Where `capture` is null, `failure` says why.
  struct Attempt {
    std::unique_ptr<LoopbackCapture> capture;
    LabFailure failure;
  };
  static Attempt open();
  ~LoopbackCapture() { stop(); }
  LoopbackCapture(const LoopbackCapture&) = delete;
  LoopbackCapture& operator=(const LoopbackCapture&) = delete;

  // From here packets of this port wait in the socket. Called once.
  std::optional<LabFailure> choose(std::uint16_t port);
  // The thread begins, and tells them on `bus`. The numbers are those of the server, made to
  // remember what it accepted (ConnectionNumbers::remember_accepted). After `choose`.
  void start(trace::Bus& bus, ConnectionNumbers& numbers);
  // All that has passed so far is told, and nothing any more. Before the bus goes.
  void stop();

  // To be polled: readable where a packet waits.
  int poll_fd() const { return socket_.get(); }

 private:
  LoopbackCapture(FileDescriptor socket, FileDescriptor wake)
      : socket_(std::move(socket)), wake_(std::move(wake)) {}
  void run();
  void take_all();
  std::uint64_t ticks_of(std::int64_t realtime_ns);
  void take(PacketBytes bytes, std::int64_t realtime_ns);
  void tell_missed(bool at_once);

  FileDescriptor socket_;
  FileDescriptor wake_;
  std::uint16_t port_ = 0;
  trace::Bus* bus_ = nullptr;
  std::optional<WireRecorder> recorder_;
  std::vector<std::uint8_t> buffer_;
  packet::Packet decoded_;
  PacketId packets_ = 0;
  std::int64_t newest_realtime_ns_ = 0;
  std::uint64_t newest_ticks_ = 0;
  std::uint64_t missed_ = 0;  // and not told yet
  std::int64_t missed_told_ns_ = 0;
  std::thread thread_;
};

}  // namespace roundtrip::net
