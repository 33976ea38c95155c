// /files/…: what lies in the server's folder of files, with what caches and players ask for: an
// entity tag, the date of the last change, conditions and ranges. The bytes go from the kernel's
// file cache to the socket without passing this program (sendfile(2)).
#include <fmt/format.h>

#include <ctime>

#include "core/http/conditional.h"
#include "core/http/http_date.h"
#include "core/http/range.h"
#include "core/server/builtin.h"
#include "core/server/files.h"
#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;

namespace {

struct TypeOfName {
  std::string_view ending;
  std::string_view type;
};
// Others are told as bytes of no known type, so that no browser guesses.
constexpr TypeOfName types_of_names[] = {
    {".txt", "text/plain; charset=utf-8"},  {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},          {".svg", "image/svg+xml"},
    {".png", "image/png"},                  {".jpg", "image/jpeg"},
    {".pdf", "application/pdf"},
};

std::string_view type_of(std::string_view name) {
  for (const TypeOfName& known : types_of_names) {
    if (name.ends_with(known.ending)) return known.type;
  }
  return "application/octet-stream";
}

// Another size or time of change is another file.
std::string entity_tag_of(const OpenedFile& file) {
  return fmt::format("\"{:x}-{:x}{:09}\"", file.bytes, file.modified_s, file.modified_ns);
}

// What stands in the answer whether or not it has a body.
void describe(ResponseWriter& response, const OpenedFile& file, std::string_view tag) {
  std::array<char, http::http_date_bytes> date{};
  http::format_http_date(file.modified_s, date);
  static_cast<void>(response.headers().set("ETag", tag));
  static_cast<void>(response.headers().set("Last-Modified", {date.data(), date.size()}));
  static_cast<void>(response.headers().set("Accept-Ranges", "bytes"));
}

// The part that is asked for: all of it where Range does not count.
http::RangeRequest part_asked_for(const Exchange& exchange, const OpenedFile& file,
                                  bool range_applies) {
  const auto range = exchange.header("Range");
  const bool counts = range_applies && exchange.request().method == http::Method::Get;
  if (!range || !counts) return {};
  return http::parse_range(*range, file.bytes);
}

Async<> answer_with(Exchange& exchange, const OpenedFile& file, std::string_view type,
                    const http::RangeRequest& part) {
  using Kind = http::RangeRequest::Kind;
  ResponseWriter& response = exchange.response();
  if (part.kind != Kind::Whole) {
    const http::ContentRange range(part, file.bytes);
    static_cast<void>(response.headers().set("Content-Range", range.text()));
  }
  if (part.kind == Kind::Unsatisfiable) {
    response.write_header(416);
    co_return;
  }
  const std::uint64_t length = part.kind == Kind::Part ? part.bytes() : file.bytes;
  static_cast<void>(response.headers().set("Content-Type", type));
  static_cast<void>(response.headers().set("Content-Length", fmt::to_string(length)));
  response.write_header(part.kind == Kind::Part ? 206 : 200);
  co_await response.write_file(file.descriptor.get(), part.first, length);
}

Async<> send_file(Exchange& exchange) {
  Server& server = exchange.connection().server;
  const std::string name = exchange.path_value("path");
  std::optional<OpenedFile> file;
  co_await runtime::run_blocking(server.bus().symbols().intern("open file"), [&] {
    file = open_below(server.options().files_folder.string(), name);
  });
  ResponseWriter& response = exchange.response();
  if (!file) {
    response.write_header(404);
    co_await response.write("404 page not found\n");
    co_return;
  }
  const std::string tag = entity_tag_of(*file);
  const http::ConditionalAnswer answer = exchange.evaluate_conditions(
      {true, tag, file->modified_s}, std::time(nullptr));
  describe(response, *file, tag);
  switch (answer.precondition) {
    case http::Precondition::NotModified: response.write_header(304); break;
    case http::Precondition::PreconditionFailed: response.write_header(412); break;
    case http::Precondition::Proceed:
      co_await answer_with(exchange, *file, type_of(name),
                           part_asked_for(exchange, *file, answer.range_applies));
      break;
  }
}

}  // namespace

Status register_files(Routes& routes) {
  return register_all(routes, {{"GET /files/{path...}", send_file, "files"}});
}

}  // namespace roundtrip::server
