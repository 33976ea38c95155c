// Waiting for descriptors: edges that come before, while and after a task waits, deadlines, both
// ends of a stream closing, and descriptors whose number is used again.
#include <fcntl.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <vector>

#include "tests/core/runtime/rig.h"

using namespace roundtrip;
using namespace roundtrip::runtime;
using roundtrip::testing::Gauge;
using roundtrip::testing::Rig;

namespace {

// A connected pair: `far` blocks (the test's end), `near` does not (the task's end).
struct Pair {
  Pair() {
    int fds[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    near = fds[0];
    far = fds[1];
    fcntl(near, F_SETFL, O_NONBLOCK);
  }
  ~Pair() {
    if (near >= 0) close(near);
    if (far >= 0) close(far);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  int near;
  int far;
};

TaskMain echo_until_end(Runtime* runtime, int fd, Gauge* ended) {
  Result<PollSource*> source = runtime->poller().add(fd);
  if (!source) co_return;
  char buffer[64];
  while (true) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got == 0) break;
    if (got > 0) {
      for (ssize_t sent = 0; sent < got;) {
        const ssize_t more = write(fd, buffer + sent, static_cast<std::size_t>(got - sent));
        if (more > 0) {
          sent += more;
          continue;
        }
        const Wake why = co_await wait_writable(*source, no_deadline);
        if (why != Wake::Ready) co_return;
      }
      continue;
    }
    const Wake why = co_await wait_readable(*source, no_deadline);
    if (why != Wake::Ready) break;
  }
  runtime->poller().remove(*source);
  ended->add();
}

}  // namespace

TEST_CASE("descriptor: no edge is missed (40 streams, 2 client threads, 2 workers)") {
  constexpr int rounds = 60;
  std::array<Pair, 40> pairs;
  Gauge ended;
  Rig rig(2, true);
  rig.runtime.start();
  for (Pair& pair : pairs) rig.spawn(echo_until_end(&rig.runtime, pair.near, &ended));
  {
    std::vector<std::jthread> clients;
    for (std::size_t half = 0; half < 2; ++half) {
      clients.emplace_back([&pairs, half] {
        for (int round = 0; round < rounds; ++round) {
          for (std::size_t i = half; i < pairs.size(); i += 2) {
            static_cast<void>(write(pairs[i].far, "ping", 4));
          }
          for (std::size_t i = half; i < pairs.size(); i += 2) {
            char answer[4];
            for (ssize_t got = 0; got < 4;) got += read(pairs[i].far, answer, sizeof answer);
          }
        }
        for (std::size_t i = half; i < pairs.size(); i += 2) shutdown(pairs[i].far, SHUT_WR);
      });
    }
  }
  ended.wait_for(static_cast<int>(pairs.size()));
  rig.runtime.stop();
  rig.recording.check_whole();
}

namespace {

struct Seen {
  Wake first = Wake::Ready;
  Wake second = Wake::TimedOut;
  ssize_t got = -1;
  ssize_t then = -1;
  bool hung_up = false;
};

TaskMain wait_with_deadline(Runtime* runtime, int fd, Seen* seen, Gauge* timed_out, Gauge* ended) {
  Result<PollSource*> source = runtime->poller().add(fd);
  if (!source) co_return;
  seen->first = co_await wait_readable(*source, Runtime::now() + Duration::milliseconds(2));
  timed_out->add();
  seen->second = co_await wait_readable(*source, no_deadline);
  char buffer[16];
  seen->got = read(fd, buffer, sizeof buffer);
  seen->hung_up = (*source)->hung_up();
  seen->then = read(fd, buffer, sizeof buffer);
  runtime->poller().remove(*source);
  ended->add();
}

}  // namespace

TEST_CASE("descriptor: a wait that timed out leaves nothing behind, the next one is woken") {
  Pair pair;
  Seen seen;
  Gauge timed_out;
  Gauge ended;
  Rig rig(1);
  rig.runtime.start();
  rig.spawn(wait_with_deadline(&rig.runtime, pair.near, &seen, &timed_out, &ended));
  timed_out.wait_for(1);
  REQUIRE(write(pair.far, "hello", 5) == 5);
  ended.wait_for(1);
  rig.runtime.stop();
  CHECK(seen.first == Wake::TimedOut);
  CHECK(seen.second == Wake::Ready);
  CHECK(seen.got == 5);
  CHECK(seen.then == -1);
  CHECK_FALSE(seen.hung_up);
  rig.recording.check_whole();
}

namespace {

TaskMain wait_once(Runtime* runtime, int fd, Seen* seen, Gauge* ended) {
  Result<PollSource*> source = runtime->poller().add(fd);
  if (!source) co_return;
  seen->second = co_await wait_readable(*source, no_deadline);
  char buffer[16];
  seen->got = read(fd, buffer, sizeof buffer);
  seen->hung_up = (*source)->hung_up();
  seen->then = read(fd, buffer, sizeof buffer);
  runtime->poller().remove(*source);
  ended->add();
}

}  // namespace

TEST_CASE("descriptor: bytes and the end of the stream in one edge are both seen") {
  Pair pair;
  REQUIRE(write(pair.far, "last", 4) == 4);
  shutdown(pair.far, SHUT_WR);
  Seen seen;
  Gauge ended;
  Rig rig(1);
  rig.runtime.start();
  rig.spawn(wait_once(&rig.runtime, pair.near, &seen, &ended));
  ended.wait_for(1);
  rig.runtime.stop();
  CHECK(seen.second == Wake::Ready);
  CHECK(seen.got == 4);
  CHECK(seen.hung_up);
  CHECK(seen.then == 0);
}

namespace {

// A TCP connection whose sending end is told when its bytes leave (in its error queue).
struct Stamped {
  Stamped() {
    const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(listening, any, length) == 0);
    REQUIRE(listen(listening, 1) == 0);
    REQUIRE(getsockname(listening, any, &length) == 0);
    far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(connect(far, any, length) == 0);
    near = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    REQUIRE(near >= 0);
    const int wanted = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
                       SOF_TIMESTAMPING_OPT_TSONLY;
    REQUIRE(setsockopt(near, SOL_SOCKET, SO_TIMESTAMPING, &wanted, sizeof wanted) == 0);
    close(listening);
  }
  ~Stamped() {
    close(near);
    close(far);
  }
  int near = -1;
  int far = -1;
  int drained = 0;

  static void drain(void* context) {
    auto* self = static_cast<Stamped*>(context);
    char control[512];
    msghdr message{};
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    while (recvmsg(self->near, &message, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0) ++self->drained;
  }
};

}  // namespace

TEST_CASE("descriptor: the error queue is drained where it is seen, and wakes no task") {
  Stamped stamped;
  Poller poller;
  Result<PollSource*> source = poller.add(stamped.near);
  REQUIRE(source);
  poller.on_errors(*source, Stamped::drain, &stamped);
  const Ticket ticket{7, 3};
  REQUIRE((*source)->leave(PollSource::Direction::Read, ticket));
  std::vector<Ticket> tickets;
  REQUIRE(send(stamped.near, "answer", 6, 0) == 6);
  while (stamped.drained == 0) CHECK(poller.wait(-1, tickets).ready.empty());

  REQUIRE(send(stamped.far, "more", 4, 0) == 4);
  const auto found = poller.wait(-1, tickets);
  REQUIRE(found.ready.size() == 1);
  CHECK(found.ready[0].packed() == ticket.packed());

  // Who takes the connection down is not asked any more.
  poller.on_errors(*source, nullptr, nullptr);
  const int drained = stamped.drained;
  REQUIRE(send(stamped.near, "late", 4, 0) == 4);
  static_cast<void>(poller.wait(0, tickets));
  CHECK(stamped.drained == drained);
  poller.remove(*source);
}

TEST_CASE("descriptor: one that was adopted is seen from its watching on, with what came before") {
  Pair pair;
  Poller poller;
  PollSource* source = poller.adopt(pair.near);
  const Ticket ticket{7, 3};
  REQUIRE(write(pair.far, "x", 1) == 1);
  close(std::exchange(pair.far, -1));
  std::vector<Ticket> tickets;
  CHECK(poller.wait(0, tickets).ready.empty());
  CHECK_FALSE(source->hung_up());
  REQUIRE(source->leave(PollSource::Direction::Read, ticket));
  REQUIRE(poller.watch(source));
  REQUIRE(poller.watch(source));
  const auto found = poller.wait(-1, tickets);
  REQUIRE(found.ready.size() == 1);
  CHECK(found.ready[0].packed() == ticket.packed());
  CHECK(source->hung_up());
  // Closed with its descriptor; the place serves the next one, of which nothing is known.
  const int closed = std::exchange(pair.near, -1);
  CHECK(poller.close(source) == 0);
  CHECK(fcntl(closed, F_GETFD) == -1);
  Pair next;
  PollSource* again = poller.adopt(next.near);
  CHECK(again == source);
  CHECK_FALSE(again->hung_up());
  CHECK(poller.wait(0, tickets).ready.empty());
  poller.remove(again);
}

namespace {

// Streams that live and die quickly, so that descriptors and their places are used again at once.
TaskMain live_shortly(Runtime* runtime, int rounds, Gauge* ended) {
  for (int i = 0; i < rounds; ++i) {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0) co_return;
    Result<PollSource*> source = runtime->poller().add(fds[0]);
    if (!source) co_return;
    static_cast<void>(write(fds[1], "x", 1));
    if (i % 2 == 0) shutdown(fds[1], SHUT_WR);
    char byte = 0;
    while (read(fds[0], &byte, 1) < 0) {
      const Wake why = co_await wait_readable(*source, no_deadline);
      if (why != Wake::Ready) co_return;
    }
    // Nothing more comes: whatever wakes it now is of another life of this place.
    const Wake why = co_await wait_readable(
        *source, Runtime::now() + (i % 8 == 0 ? Duration::microseconds(300) : Duration{}));
    static_cast<void>(why);
    runtime->poller().remove(*source);
    close(fds[0]);
    close(fds[1]);
    co_await Yield();
  }
  ended->add();
}

}  // namespace

TEST_CASE("descriptor: numbers and places are used again without harm (2 workers)") {
  Gauge ended;
  Rig rig(2, true);
  rig.runtime.start();
  for (int i = 0; i < 8; ++i) rig.spawn(live_shortly(&rig.runtime, 100, &ended));
  ended.wait_for(8);
  rig.runtime.stop();
  rig.recording.check_whole();
}
