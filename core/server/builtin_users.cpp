// /api/users: what most servers do all day. The body is read when the handler asks for it, decoded
// as JSON, and put into a database on a thread of the blocking pool, while this task's worker runs
// others.
#include <charconv>
#include <functional>

#include "core/base/clock.h"
#include "core/server/builtin.h"
#include "core/server/new_user.h"
#include "core/server/server.h"
#include "core/server/user_store.h"
#include "core/trace/json_text.h"

namespace roundtrip::server {

using runtime::Async;
using runtime::Runtime;
using trace::Kind;
using trace::Phase;
using trace::Provenance;

namespace {

constexpr std::uint32_t most_users_listed = 100;

void add_user(trace::TextBuffer& json, const User& user) {
  json.add("{\"id\":");
  json.add_number(user.id);
  json.add(",\"name\":");
  json.add_string(user.name);
  json.add(",\"email\":");
  json.add_string(user.email);
  json.add("}");
}

Async<> answer_json(Exchange& exchange, int status, const trace::TextBuffer& json) {
  ResponseWriter& response = exchange.response();
  static_cast<void>(response.headers().set("Content-Type", "application/json"));
  response.write_header(status);
  co_await response.write(json.view());
  co_await response.write("\n");
}

// `at`: the byte of the body that is to blame, from 0.
Async<> answer_problem(Exchange& exchange, int status, std::string_view problem,
                       std::optional<std::size_t> at = {}) {
  trace::TextBuffer json;
  json.add("{\"error\":");
  json.add_string(problem);
  if (at) {
    json.add(",\"at\":");
    json.add_number(*at);
  }
  json.add("}");
  co_await answer_json(exchange, status, json);
}

// The database could not do what was asked: the server is to blame, and says why.
Async<> answer_trouble(Exchange& exchange, const StoreError& error) {
  tell_trouble(exchange, error.sentence);
  int status = 500;
  if (error.trouble == StoreTrouble::Full) status = 507;
  if (error.trouble == StoreTrouble::Busy) {
    status = 503;
    static_cast<void>(exchange.response().headers().set("Retry-After", "1"));
  }
  co_await answer_problem(exchange, status, error.sentence);
}

// The delay that was asked for, to imitate a database that is far away: told as injected.
Async<> injected_delay(Connection& conn) {
  const Duration delay = conn.server.options().database_delay;
  if (delay.ns == 0) co_return;
  trace::fact<Phase::HandleSleep>(Kind::Begin, {read_ticks(), Provenance::Injected}, conn.subject,
                                  {}, delay.ns);
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleSleep);
  co_await runtime::sleep_until(Runtime::now() + delay);
  trace::end<Phase::HandleSleep>(conn.subject);
}

// Asks the database on a thread of the pool. `call` returns how many rows it brought or changed.
Async<> ask_database(Exchange& exchange, std::string_view name,
                     std::function<std::uint32_t(UserStore&)> call) {
  Connection& conn = exchange.connection();
  trace::begin<Phase::HandleDatabaseWait>(conn.subject);
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleDatabaseWait);
  co_await injected_delay(conn);
  std::uint32_t rows = 0;
  std::int64_t cpu_ns = 0;
  co_await runtime::run_blocking(conn.server.bus().symbols().intern(name), [&] {
    const std::int64_t before = thread_cpu_ns();
    rows = call(conn.server.users());
    cpu_ns = thread_cpu_ns() - before;
  });
  trace::end<Phase::HandleDatabaseWait>(conn.subject, rows, cpu_ns);
}

// The whole body, decoded. Empty where it was answered already, or can't be answered any more.
Async<std::optional<NewUser>> read_user(Exchange& exchange) {
  std::string body;
  const Exchange::WholeBody read = co_await exchange.read_whole_body(body, new_user_bytes);
  if (read == Exchange::WholeBody::Failed) co_return std::nullopt;
  if (read == Exchange::WholeBody::TooLarge) {
    co_await answer_problem(exchange, 413, "a user takes less than 64 KB");
    co_return std::nullopt;
  }
  if (read == Exchange::WholeBody::NoMemory) {
    refuse_for_memory(exchange);
    co_await answer_problem(exchange, 503, memory_limit_sentence);
    co_return std::nullopt;
  }
  Connection& conn = exchange.connection();
  trace::begin<Phase::HandleJsonDecode>(conn.subject, body.size());
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleJsonDecode);
  NewUserRead decoded = read_new_user(body);
  trace::end<Phase::HandleJsonDecode>(
      conn.subject, body.size(),
      decoded.user ? std::nullopt : std::optional<std::size_t>(decoded.at));
  if (!decoded.user) {
    co_await answer_problem(exchange, 400, decoded.problem, decoded.at);
    co_return std::nullopt;
  }
  co_return std::move(decoded.user);
}

Async<> create_user(Exchange& exchange) {
  std::optional<NewUser> user = co_await read_user(exchange);
  if (!user) co_return;
  Stored<std::optional<std::int64_t>> id = std::optional<std::int64_t>();
  co_await ask_database(exchange, "insert user", [&](UserStore& users) {
    id = users.add(user->name, user->email);
    return id.ok() && *id ? 1U : 0U;
  });
  if (!id) {
    co_await answer_trouble(exchange, id.trouble());
  } else if (!*id) {
    co_await answer_problem(exchange, 409, "there is a user with this e-mail already");
  } else {
    trace::TextBuffer place;
    place.add("/api/users/");
    place.add_number(**id);
    static_cast<void>(exchange.response().headers().set("Location", place.view()));
    trace::TextBuffer json;
    add_user(json, {**id, std::move(user->name), std::move(user->email)});
    co_await answer_json(exchange, 201, json);
  }
}

// Where Location leads.
Async<> show_user(Exchange& exchange) {
  const std::string number = exchange.path_value("id");
  std::int64_t id = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), id);
  if (read.ec != std::errc{} || read.ptr != number.data() + number.size()) {
    co_await answer_problem(exchange, 404, "a user's id is a whole number");
    co_return;
  }
  Stored<std::optional<User>> user = std::optional<User>();
  co_await ask_database(exchange, "find user", [&](UserStore& users) {
    user = users.find(id);
    return user.ok() && *user ? 1U : 0U;
  });
  if (!user) {
    co_await answer_trouble(exchange, user.trouble());
  } else if (!*user) {
    co_await answer_problem(exchange, 404, "there is no user with this id");
  } else {
    trace::TextBuffer json;
    add_user(json, **user);
    co_await answer_json(exchange, 200, json);
  }
}

Async<> list_users(Exchange& exchange) {
  Stored<std::vector<User>> users = std::vector<User>();
  co_await ask_database(exchange, "list users", [&](UserStore& store) {
    users = store.newest(most_users_listed);
    return users ? static_cast<std::uint32_t>(users->size()) : 0U;
  });
  if (!users) {
    co_await answer_trouble(exchange, users.trouble());
    co_return;
  }
  trace::TextBuffer json;
  json.add("[");
  for (const User& user : *users) {
    if (json.size() > 1) json.add(",\n ");
    add_user(json, user);
  }
  json.add("]");
  co_await answer_json(exchange, 200, json);
}

}  // namespace

Status register_users(Routes& routes) {
  return register_all(routes, {{"POST /api/users", create_user, "create user"},
                               {"GET /api/users", list_users, "list users"},
                               {"GET /api/users/{id}", show_user, "show user"}});
}

}  // namespace roundtrip::server
