// /upload: a form with a file, as browsers send it. The body is taken as it comes: whatever its
// size, no more of it is in memory than one buffer that gathers for the disk. While the disk works,
// the task is parked and the kernel's receive queue fills; then the client waits.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "core/http/multipart.h"
#include "core/server/builtin.h"
#include "core/server/server.h"
#include "core/server/upload_file.h"

namespace roundtrip::server {

using runtime::Async;
using trace::Phase;

namespace {

// Where the time of an upload goes, without what a person held. The three alternate many times, so
// they are summed up, and told at the end as steps that say how long they took together.
struct TimeSpent {
  std::uint64_t receiving_ticks = 0;
  std::uint64_t parsing_ticks = 0;
  std::uint64_t disk_ticks = 0;
};

// Adds the time that it lives to a sum.
class Measured {
 public:
  Measured(const Connection& conn, std::uint64_t& sum)
      : conn_(conn), sum_(sum), began_(conn.running_ticks()) {}
  ~Measured() { sum_ += conn_.running_ticks() - began_; }
  Measured(const Measured&) = delete;
  Measured& operator=(const Measured&) = delete;

 private:
  const Connection& conn_;
  std::uint64_t& sum_;
  std::uint64_t began_;
};

class Upload {
 public:
  explicit Upload(Exchange& exchange)
      : exchange_(exchange), conn_(exchange.connection()), symbols_(conn_.server.bus().symbols()) {}

  // Reads the whole form. Empty where the client did not send all of it: then nothing of it is kept
  // and the server answers; else what to answer.
  struct Answer {
    int status = 201;
    std::string words;
  };
  Async<std::optional<Answer>> take(std::string_view boundary) {
    http::MultipartParser parser(boundary, memory_);
    std::uint64_t at = 0;
    bool done = false;
    while (!problem_ && !done) {
      const Exchange::Piece piece = co_await next_piece();
      if (piece.failed) co_return std::nullopt;
      const bool last = piece.bytes.empty();
      const http::StreamBytes window{piece.bytes, at};
      at += piece.bytes.size();
      while (!problem_) {
        const http::MultipartStep step = pull(parser, window, last);
        if (step.kind == http::StepKind::Told) {
          co_await heed(step.token);
          continue;
        }
        if (step.kind == http::StepKind::Failed) {
          problem_ = {400, fmt::format("{} (byte {} of the body; {})\n", step.failure.sentence(),
                                       step.failure.offset, step.failure.section())};
        }
        done = step.kind != http::StepKind::NeedsMore || last;
        break;
      }
    }
    // What follows the form in the body is nobody's, but has to be read.
    while (!problem_) {
      const Exchange::Piece rest = co_await next_piece();
      if (rest.bytes.empty()) break;
    }
    co_await tell_time();
    if (exchange_.body_failure()) co_return std::nullopt;
    if (problem_) co_return std::move(problem_);
    if (saved_.empty()) co_return Answer{400, "The form holds no file.\n"};
    co_return Answer{201, std::move(saved_)};
  }

 private:
  Async<Exchange::Piece> next_piece() {
    const Measured measured(conn_, spent_.receiving_ticks);
    const Exchange::Piece piece = co_await exchange_.read_body();
    co_return piece;
  }

  http::MultipartStep pull(http::MultipartParser& parser, const http::StreamBytes& window,
                           bool last) {
    const Measured measured(conn_, spent_.parsing_ticks);
    return last ? parser.finish() : parser.next(window);
  }

  Async<> heed(const http::MultipartToken& token) {
    if (const auto* begin = std::get_if<http::PartBegin>(&token)) {
      file_.reset();
      if (begin->filename) {
        file_.emplace(conn_.server.data_folder(), safe_file_name(*begin->filename));
      }
    } else if (const auto* data = std::get_if<http::PartData>(&token)) {
      co_await gather(data->text);
    } else if (file_) {
      co_await keep();
    }
  }

  Async<> gather(std::string_view bytes) {
    while (file_ && !bytes.empty() && !problem_) {
      bytes.remove_prefix(file_->gather(bytes));
      if (!file_->is_full()) continue;
      Status written = Nothing{};
      co_await at_disk("write upload", file_->gathered(),
                       [&] { written = file_->write_out(); });
      if (!written) fail(written.error());
    }
  }

  Async<> keep() {
    Result<std::string> name = std::string();
    co_await at_disk("fsync and rename upload", file_->gathered(), [&] { name = file_->keep(); });
    if (!name) {
      fail(name.error());
    } else {
      saved_ += fmt::format("Saved {}, {} bytes\n", *name, file_->bytes());
    }
    file_.reset();
  }

  void fail(const std::string& sentence) {
    tell_trouble(exchange_, sentence);
    problem_ = {file_->no_room() ? 507 : 500, sentence + "\n"};
  }

  // On a thread of the pool, told as a wait for the disk.
  Async<> at_disk(std::string_view name, std::uint64_t bytes, std::function<void()> call) {
    conn_.count_step();
    const trace::Subject who = conn_.step_subject();
    trace::begin<Phase::HandleDiskWrite>(who);
    if (conn_.must_stop()) co_await conn_.stop_at(Phase::HandleDiskWrite);
    {
      const Measured measured(conn_, spent_.disk_ticks);
      co_await runtime::run_blocking(symbols_.intern(name), std::move(call));
    }
    trace::end<Phase::HandleDiskWrite>(who, bytes);
  }

  Async<> tell_time() {
    const double ns_per_tick = conn_.server.bus().ns_per_tick();
    for (const auto& [name, ticks] : {std::pair("receiving, in all", spent_.receiving_ticks),
                                      std::pair("parsing, in all", spent_.parsing_ticks),
                                      std::pair("disk, in all", spent_.disk_ticks)}) {
      trace::begin<Phase::HandleStep>(conn_.subject, symbols_.intern(name));
      if (conn_.must_stop()) co_await conn_.stop_at(Phase::HandleStep);
      trace::end<Phase::HandleStep>(
          conn_.subject, trace::absent,
          static_cast<std::int64_t>(static_cast<double>(ticks) * ns_per_tick));
    }
  }

  Exchange& exchange_;
  Connection& conn_;
  trace::Symbols& symbols_;
  std::array<char, 8 * 1024> memory_;  // of the parser: the head of one part
  std::optional<UploadFile> file_;
  std::optional<Answer> problem_;
  std::string saved_;
  TimeSpent spent_;
};

Async<> upload(Exchange& exchange) {
  ResponseWriter& response = exchange.response();
  const auto type = exchange.header("Content-Type");
  const auto boundary = type ? http::multipart_boundary(*type) : std::nullopt;
  if (!boundary) {
    response.write_header(415);
    co_await response.write("An upload is a form: multipart/form-data with its boundary.\n");
    co_return;
  }
  if (!exchange.connection().hold_memory(sizeof(Upload) + UploadFile::gathered_bytes)) {
    refuse_for_memory(exchange);
    response.write_header(503);
    co_await response.write(memory_limit_sentence);
    co_await response.write("\n");
    co_return;
  }
  // Too large for the frames of a request, and needed by few.
  const auto work = std::make_unique<Upload>(exchange);
  const std::string own_boundary(*boundary);
  const std::optional<Upload::Answer> answer = co_await work->take(own_boundary);
  if (!answer) co_return;
  response.write_header(answer->status);
  co_await response.write(answer->words);
}

}  // namespace

Status register_upload(Routes& routes) {
  return register_all(routes, {{"POST /upload", upload, "upload"}});
}

}  // namespace roundtrip::server
