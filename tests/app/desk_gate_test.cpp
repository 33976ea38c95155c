// The desk at the gate, over a real server: which request is held, how it is led on and let go, and
// what is said of it meanwhile.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "tests/app/desk_driver.h"

namespace roundtrip::app {

using namespace viz;

namespace {

// A client from outside: nothing but a socket.
class Stranger {
 public:
  explicit Stranger(const Desk& desk) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    const std::string& address = desk.state().session.address;
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(
        std::stoul(address.substr(address.rfind(':') + 1))));
    REQUIRE(connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  ~Stranger() { hang_up(); }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  void send(std::string_view bytes) {
    REQUIRE(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  void hang_up() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

constexpr std::string_view curl_hello =
    "GET /hello HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";
constexpr std::string_view curl_echo =
    "POST /echo HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/7.88.1\r\n"
    "Content-Length: 2\r\n\r\nhi";

// A desk whose view stands at the newest event, with a request from outside held at its first stop.
struct Holding {
  DeskDriver driver{live_session()};
  std::optional<Stranger> curl;

  Holding() {
    driver.until("events", [this] { return driver.end() > 0; });
    driver.act(HoldNext{true});
    curl.emplace(driver.desk);
    curl->send(curl_hello);
    driver.until("a held request", [this] { return held() && !held()->running; });
  }
  const std::optional<HeldRequest>& held() const { return driver.status().held; }
  std::uint64_t stops() { return driver.desk.session().server()->gate().status().stops; }
  // All that has happened until now is in the trace.
  void settle() {
    const Session& session = driver.desk.session();
    const Instant now = session.now();
    driver.until("all of the past", [&] {
      return session.trace().settled_to() > now && driver.end() == session.trace().end();
    });
  }
  // Next, at the newest event: until it stands at its next stop.
  void lead_on() {
    settle();
    driver.act(GoLast{});
    const std::uint64_t before = stops();
    driver.act(StepForward{StepUnit::Phase});
    driver.until("the next stop",
                 [&] { return stops() > before && held() && !held()->running; });
  }
  void lead_to(std::string_view phase) {
    for (int i = 0; i < 40 && held()->phase != phase; ++i) {
      lead_on();
      driver.until_rest();
    }
    CHECK(held()->phase == phase);
  }
};

}  // namespace

TEST_CASE("desk: what is held is told as far as it was read (line, header, client)") {
  Holding holding;
  CHECK(holding.held()->method == "");
  CHECK(holding.held()->conn != 0);
  CHECK(holding.held()->client == "");
  holding.lead_to("header 2");
  CHECK(holding.held()->method == "GET");
  CHECK(holding.held()->path == "/hello");
  CHECK(holding.held()->request != 0);
  holding.driver.until("the client's name", [&] { return holding.held()->client != ""; });
  CHECK(holding.held()->client == "curl");
}

TEST_CASE("desk: what is caught takes the view to its stop, wherever that was") {
  DeskDriver driver(live_session());
  driver.send();
  driver.act(GoFirst{});
  driver.act(HoldNext{true});
  Stranger curl(driver.desk);
  curl.send(curl_hello);
  const auto at_stop = [&] {
    const trace::Event& event = driver.desk.view().trace[driver.desk.cursor().event];
    return driver.status().held && event.phase == trace::Phase::TraceHold && event.begins() &&
           event.conn == driver.status().held->conn;
  };
  driver.until("the stop", at_stop);
  // That was once: who goes back to look stays there.
  driver.act(GoFirst{});
  driver.until_rest();
  CHECK(driver.desk.cursor().event == driver.desk.view().first());
}

TEST_CASE("desk: Next leads the held request only from the newest event on") {
  Holding holding;
  holding.lead_on();
  holding.driver.until_rest();
  const std::uint64_t stops = holding.stops();
  holding.driver.act(GoFirst{});
  const std::uint64_t start = holding.driver.desk.cursor().event;
  holding.driver.act(StepForward{StepUnit::Phase});
  holding.driver.frame();
  CHECK(holding.driver.desk.cursor().event > start);
  CHECK(holding.stops() == stops);
  CHECK(holding.held());
  // And back at the end it goes on, and the cursor with it.
  holding.settle();
  holding.driver.act(GoLast{});
  const std::uint64_t end = holding.driver.desk.cursor().event;
  holding.lead_on();
  holding.driver.until("the cursor", [&] { return holding.driver.desk.cursor().event > end; });
  holding.driver.until_rest();
}

TEST_CASE("desk: let go, the request is answered and nothing is said of it any more") {
  Holding holding;
  holding.driver.act(ReleaseHeld{});
  holding.driver.until("its end", [&] { return !holding.held().has_value(); });
  CHECK_FALSE(holding.driver.status().hold_next);
  holding.driver.until("its answer", [&] {
    const auto& requests = holding.driver.desk.view().index.requests();
    return !requests.empty() &&
           holding.driver.desk.view().index.request(requests.front())->finished !=
               trace::no_event;
  });
}

TEST_CASE("desk: requests that come while one is held are served, and counted") {
  Holding holding;
  std::deque<Stranger> others;
  for (int i = 0; i < 3; ++i) others.emplace_back(holding.driver.desk).send(curl_hello);
  holding.driver.until("three others", [&] { return holding.held()->others == 3; });
  const auto& index = holding.driver.desk.view().index;
  holding.driver.until("their answers", [&] {
    std::size_t answered = 0;
    for (const std::uint32_t request : index.requests()) {
      answered += index.request(request)->finished != trace::no_event ? 1 : 0;
    }
    return answered == 3;
  });
  CHECK(holding.held());
}

TEST_CASE("desk: a client that goes away while it is held is noticed at once") {
  Holding holding;
  CHECK_FALSE(holding.held()->client_gone);
  holding.curl->hang_up();
  holding.driver.until("its end", [&] { return holding.held()->client_gone.has_value(); });
  // What the server makes of it shows when it goes on.
  const Instant seen = holding.driver.desk.session().now();
  holding.driver.act(ReleaseHeld{});
  holding.driver.until("the connection's end", [&] {
    const auto& index = holding.driver.desk.view().index;
    return !index.connections().empty() && index.connection(index.connections().front())->closed;
  });
  CHECK_FALSE(holding.held().has_value());
  // The trace has its FIN where it came, long before the server read it.
  holding.driver.until_rest();
  const viz::TraceView view = holding.driver.desk.view();
  const auto& story = view.index.connection(view.index.connections().front())->events;
  const auto fin = std::find_if(story.begin(), story.end(), [&](trace::EventNumber number) {
    return view.trace[number].phase == trace::Phase::LifecycleFinIn;
  });
  REQUIRE(fin != story.end());
  CHECK(view.trace[*fin].time < seen);
}

TEST_CASE("desk: only the request that was chosen is held (method, path, connection)") {
  DeskDriver driver(live_session());
  driver.until("events", [&] { return driver.end() > 0; });
  driver.act(SetHoldFilter{hold_filter_of("POST /echo")});
  driver.act(HoldNext{true});
  driver.send();
  CHECK_FALSE(driver.status().held);
  CHECK(driver.status().hold_next);
  Stranger curl(driver.desk);
  curl.send(curl_echo);
  driver.until("a held request", [&] { return driver.status().held.has_value(); });
  CHECK(driver.status().held->method == "POST");
  CHECK(driver.status().held->path == "/echo");
  const std::uint32_t conn = driver.status().held->conn;
  driver.act(ReleaseHeld{});
  driver.until("its end", [&] { return !driver.status().held.has_value(); });
  // What is left of that request passes the gate, too: only then is the next one awaited.
  driver.until("an idle connection", [&] {
    const viz::TraceView view = driver.desk.view();
    const auto state = view.states.connection_at(conn, view.end() - 1).state;
    return state == trace::ConnectionState::Idle;
  });
  // A gate that is armed follows another choice.
  driver.act(HoldNext{true});
  driver.act(SetHoldFilter{hold_filter_of("connection " + std::to_string(conn))});
  driver.send();
  CHECK_FALSE(driver.status().held);
  curl.send(curl_hello);
  driver.until("a held request", [&] { return driver.status().held.has_value(); });
  CHECK(driver.status().held->conn == conn);
  driver.act(ReleaseHeld{});
  driver.until("its end", [&] { return !driver.status().held.has_value(); });
}

TEST_CASE("desk: while a request is held and nothing happens, frames come for its clock only") {
  Holding holding;
  holding.driver.until_rest();
  holding.settle();
  const Duration shown = holding.held()->waiting;
  int frames_due = 0;
  holding.driver.until("the clock's next second", [&] {
    frames_due += holding.driver.frame() ? 1 : 0;
    return holding.held()->waiting > shown;
  });
  // The observation of TCP may come meanwhile; the clock itself asks for one.
  CHECK(frames_due <= 2);
}

}  // namespace roundtrip::app
