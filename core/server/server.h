// Server: a TCP/HTTP/1.1 server in which everything is told. It opens the listening socket, or two,
// runs an accept loop at each and one task a connection on its runtime, and holds what they share:
// options, routes, the phase gate, the budget of kernel observations.
// start() and stop() are called from a thread that records (ThreadRecording); what may be called
// from elsewhere says so, everything else is for the tasks.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "core/http/parse_error.h"
#include "core/net/connection_numbers.h"
#include "core/net/listener.h"
#include "core/server/gate.h"
#include "core/server/memory_budget.h"
#include "core/server/observation.h"
#include "core/server/options.h"
#include "core/server/routes.h"
#include "core/server/user_store.h"

namespace roundtrip::server {

// What is wrong with a request, as an event carries it.
struct ParseErrorSymbols {
  trace::Symbol sentence;
  trace::Symbol section;
};

class Server {
 public:
  Server(trace::Bus& bus, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Registers handlers, opens the socket, starts workers and the accept loop. One sentence when the
  // address can't be had.
  Status start();
  // Open requests finish, idle connections close, all spans end.
  void stop();
  // From any thread: a script may stop the server that a window shows.
  bool running() const { return running_.load(std::memory_order_acquire); }

  // Of the socket that listens, while it does; of two, the first. From any thread that records.
  Status change_backlog(int backlog);

  // Where it listens, or did until it was stopped.
  trace::Address address() const { return address_; }
  std::uint16_t port() const { return static_cast<std::uint16_t>(address_.packed); }
  // And at its second door, if it has one.
  std::optional<trace::Address> second_address() const { return second_address_; }
  int listener_fd() const { return doors_.front().listener.fd(); }

  const ServerOptions& options() const { return options_; }
  trace::Bus& bus() { return bus_; }
  runtime::Runtime& runtime() { return *runtime_; }
  Routes& routes() { return routes_; }
  PhaseGate& gate() { return gate_; }
  ObservationBudget& observation() { return observation_; }
  net::ConnectionNumbers& connection_numbers() { return numbers_; }
  DataFolder& data_folder() { return data_folder_; }
  UserStore& users() { return users_; }
  MemoryBudget& memory() { return memory_; }

  trace::Symbol method_symbol(http::Method method) const {
    return methods_[static_cast<std::size_t>(method)];
  }
  ParseErrorSymbols parse_error_symbols(http::ParseError error) const {
    return errors_[static_cast<std::size_t>(error)];
  }
  ParseErrorSymbols late_head_symbols() const { return late_head_; }
  ParseErrorSymbols no_memory_symbols() const { return no_memory_; }
  trace::Symbol why_unobserved(bool stamps_refused) const {
    return stamps_refused ? stamps_refused_ : over_budget_;
  }

  Workspace* take_workspace();
  void give_back(Workspace* workspace);
  void connection_closed(Connection& conn);
  // A request that was under way when the grace of a stop was over.
  void count_cut_request() { cut_requests_.fetch_add(1, std::memory_order_relaxed); }
  std::uint32_t cut_requests() const { return cut_requests_.load(std::memory_order_relaxed); }
  std::uint32_t open_connections() const {
    return open_connections_.load(std::memory_order_relaxed);
  }

 private:
  // A listening socket, where connections come in.
  struct Door {
    net::Listener listener;
    runtime::PollSource* source = nullptr;
    bool takes_any_address = false;  // it is bound to none in particular
    bool on_wire = false;            // every packet to it is seen
  };
  Result<Door*> open_door(const net::ListenOptions& where);
  void start_accepting(Door& door);
  runtime::TaskMain accept_loop(Door& door);
  // When accept4 returned, and by when at the latest the connection was waiting.
  struct AcceptTimes {
    std::uint64_t returned = 0;
    std::uint64_t waiting = 0;
  };
  void accepted(const Door& door, int fd, const AcceptTimes& times, const net::SocketAddress& peer,
                bool traced);
  struct Beginning {
    AcceptTimes times;
    int listener_fd;
    net::ConnectionNumbers::Announced known;
  };
  void tell_connection(Connection& conn, const trace::Subject& who, trace::Address local,
                       trace::Address remote, const Beginning& beginning);
  void close_unserved(int fd, const trace::Subject& who);
  void tell_ready();

  trace::Bus& bus_;
  ServerOptions options_;
  Routes routes_;
  PhaseGate gate_;
  ObservationBudget observation_;
  net::ConnectionNumbers numbers_;
  MemoryBudget memory_;
  DataFolder data_folder_;
  UserStore users_{data_folder_};
  std::array<trace::Symbol, http::methods.size()> methods_;
  std::array<ParseErrorSymbols, http::parse_errors.size()> errors_;
  ParseErrorSymbols late_head_;
  ParseErrorSymbols no_memory_;
  trace::Symbol over_budget_;
  trace::Symbol stamps_refused_;
  trace::Symbol memory_short_;
  trace::Symbol accept_name_;
  trace::Symbol connection_name_;

  std::atomic<bool> running_{false};
  trace::Address address_;
  std::optional<trace::Address> second_address_;
  std::mutex closing_;  // no listener is closed while its backlog is changed
  std::deque<Door> doors_;
  std::unique_ptr<runtime::Runtime> runtime_;
  std::atomic<std::uint32_t> open_connections_{0};
  std::atomic<std::uint32_t> cut_requests_{0};
  runtime::Signal room_;
};

}  // namespace roundtrip::server
